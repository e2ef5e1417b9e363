"""The one exception that a caller of Macha may act on; expected trouble on a machine is a value instead."""


class MachaError(Exception):
    """A known error: its message is one line that names the thing and the next step; the command exits with 1."""
