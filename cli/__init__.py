"""How people ask: one file per command; it parses, calls, renders; it decides nothing."""
