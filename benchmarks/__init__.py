"""What Macha costs, beside others, measured in one run: ratios count, for these figures move with the machine."""
