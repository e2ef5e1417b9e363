"""Big text made small: what was said, how often, by whom; no distinct message lost.

`reduction.reduce` reads lines as they come and keeps one `Template` for all that say the same, what matters first.
`table.table` shows them within a number of tokens; `chunks.chunks` cuts what is too much for one reading. A
`baseline.Baseline` remembers what a host always says. `summaries` is what a model makes of a part.
"""
