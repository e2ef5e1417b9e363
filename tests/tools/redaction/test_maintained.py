"""Every detector of the library is either used or left out for a reason; none of them may reach the network."""

import importlib
import pkgutil
import socket
import subprocess
import sys

import pytest

from tests.tools.redaction.invented import HEX, Inventor
from tools.redaction import maintained, redact

AROUND = {"base"}


def test_every_detector_of_the_library_is_used_or_left_out() -> None:
    plugins = importlib.import_module("detect_secrets.plugins")
    known = {module.name for module in pkgutil.iter_modules(plugins.__path__)} - AROUND
    used = {rule.detector for rule in maintained.RULES}
    assert used | set(maintained.LEFT_OUT) == known
    assert not used & set(maintained.LEFT_OUT)


@pytest.mark.parametrize("rule", maintained.RULES, ids=lambda rule: rule.detector)
def test_a_detector_has_patterns(rule: maintained.MaintainedRule) -> None:
    assert list(rule.patterns())


def test_a_line_without_its_words_does_not_load_the_library() -> None:
    code = (
        "import sys; from tools.redaction import redact; redact('password=Fake4Kq1 key=x token: y');"
        "sys.exit('detect_secrets' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_what_is_found_is_sent_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    of = Inventor(8)
    assert redact("ok sq" + "0csp-" + of.mixed(43)) == "ok [redacted:square]"
    assert redact("list " + of.text(HEX, 32) + "-us7") == "list [redacted:mailchimp]"
