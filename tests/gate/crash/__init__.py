"""The gate under kill -9, races, stale approvals and damage: at most one effect, and the truth about it."""
