"""An asker over a scripted server and a state folder of its own."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.model_server.server import ScriptedServer
from tools.clock import Clock, Deadline, SystemClock
from tools.configuration import Settings, validated
from tools.model import Prompt
from tools.model.answer_schema import AnswerSchema
from tools.model.asking import Asker
from tools.model.opening import asker

KINDS = ("ollama", "openai-compatible")
PROMPT = Prompt("Say what is wrong.", "host web", "nginx.service is failed")
RIGHT = {"host": "web", "severity": 3}


class Seen(AnswerSchema):
    host: str
    severity: int


def settings_over(folder: Path, *urls: str, kind: str = "ollama", **values: object) -> Settings:
    """A configuration whose model servers are a, b, …"""
    path = "/v1" if kind == "openai-compatible" else ""
    servers = {name: {"url": url + path} for name, url in zip("abcdef", urls, strict=False)}
    file = {"model": f"{kind}:small:1b", "stateDirectory": str(folder), "modelServers": servers, **values}
    return validated(file, "test")


AskerOver = Callable[..., Asker]


@pytest.fixture
def asker_over(tmp_path: Path) -> AskerOver:
    """`asker_over(server, …, kind=…, run=…, clock=…, modelUse=…)`."""

    def make(
        *servers: ScriptedServer, kind: str = "ollama", run: str = "run-1", clock: Clock | None = None, **values: object
    ) -> Asker:
        settings = settings_over(tmp_path, *(server.url for server in servers), kind=kind, **values)
        return asker(settings, run, clock or SystemClock())

    return make


@pytest.fixture(scope="session", autouse=True)
def client_is_imported() -> None:
    """It takes seconds once, which short deadlines of tests have not got."""
    import tools.model.ollama  # noqa: F401


def soon() -> Deadline:
    """Long enough for any answer that comes at all."""
    return Deadline(30)
