"""Big text made small: what was said, how often, by whom; no distinct message lost."""
