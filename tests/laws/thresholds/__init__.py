"""Every threshold with a host just below it and one just above it; `python -m tests.laws.thresholds` counts them."""
