"""Whether: the only door to a change. Small, plain, and without any model."""
