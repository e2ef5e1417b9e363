"""The one SQL store, the snapshots and the logs: what Macha remembers, and where."""
