"""A planner that is the enemy, straight at the gate; the oracle that judges it shares no code with the gate."""
