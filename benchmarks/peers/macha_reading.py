"""Macha's reduction as a whole process, for its memory: so many lines of a composed journal, read as a stream.

python -m benchmarks.peers.macha_reading LINES
"""

import resource
import sys

from tests.tools.reading.composed import journal
from tools.reading import reduce

reduced = reduce(line for line, _ in journal(int(sys.argv[1])))
print(reduced.lines, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
