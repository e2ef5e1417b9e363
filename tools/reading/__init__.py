"""Big text made small: what was said, how often, by whom; no distinct message lost.

`reduce` reads lines as they come and keeps one `Template` for all that say the same, what matters first. `table` shows
them within a number of tokens; `chunks` cuts what is too much for one reading; `cited` finds what an answer names.
`Baseline` remembers what a host always says.
"""

from tools.reading.baseline import Baseline
from tools.reading.chunks import chunks
from tools.reading.line import Line
from tools.reading.reduction import Reduction, reduce
from tools.reading.table import cited, table
from tools.reading.template import Template
from tools.reading.tokens import estimated_tokens

__all__ = ["Baseline", "Line", "Reduction", "Template", "chunks", "cited", "estimated_tokens", "reduce", "table"]
