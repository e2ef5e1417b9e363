"""What: one file is one step, a function from the slice of state it reads to the slice it writes."""
