"""What a run or a prompt contains goes to no tracing service, whatever the environment says."""

import os

_SWITCHES = ("LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING_V2", "LANGSMITH_TRACING", "LANGCHAIN_TRACING")
"""In the order in which langsmith asks for them: the first that is set decides."""


def forbid_tracing() -> None:
    """To be called before the first import of LangChain or LangGraph, which read the switches once."""
    os.environ.update(dict.fromkeys(_SWITCHES, "false"))
    os.environ.pop("LANGCHAIN_HANDLER", None)  # an old switch; where it is set, every call of a model raises
