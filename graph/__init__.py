"""When: the order of the steps, the shape of the state, where runs are kept, how they start, pause and resume."""

import os

from tools.untraced import forbid_tracing

# Before the first import of langgraph, which reads both once: a checkpoint row must never become code (its default
# serialiser ran a command from the database), and nothing of a run may be sent anywhere.
os.environ["LANGGRAPH_STRICT_MSGPACK"] = "true"
forbid_tracing()
