"""What is known: which cause a finding has, what helps against it, and what must not be done."""
