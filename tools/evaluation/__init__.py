"""How well Macha sees and judges, measured against recorded troubles whose truth is known."""
