"""Big text made small: what was said, how often, by whom; no distinct message lost.

`reduce` reads lines as they come and keeps one `Template` for all that say the same; `table` shows them, ranked, within a
number of tokens; `chunks` cuts what is too much for one reading. `Baseline` remembers what a host always says.
"""

from tools.reading.baseline import Baseline
from tools.reading.line import Line
from tools.reading.reduction import Reduction, reduce
from tools.reading.template import Template
from tools.reading.tokens import estimated_tokens

__all__ = ["Baseline", "Line", "Reduction", "Template", "estimated_tokens", "reduce"]
