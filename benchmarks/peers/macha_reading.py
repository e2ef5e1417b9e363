"""Macha's reduction as a whole process, for its memory: so many lines of a composed journal, read as a stream.

python -m benchmarks.peers.macha_reading LINES
"""

import re
import sys
from pathlib import Path

from tests.tools.reading.composed import journal
from tools.reading.reduction import reduce

reduced = reduce(line for line, _ in journal(int(sys.argv[1])))
# ru_maxrss would be that of the process which started this one, if that was larger
(peak,) = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
print(reduced.lines, int(peak) * 1024)
