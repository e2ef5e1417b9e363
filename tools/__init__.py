"""With what: everything Macha can ask, judge, read or do, in plain Python."""
