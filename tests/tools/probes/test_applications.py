import subprocess

from tests.tools.probes.recordings import output
from tools.probes.applications import Answer, Applications


def test_a_recorded_answer() -> None:
    (answer,) = Applications.parse(output("applications")).answers
    assert (answer.url, answer.exit_status, answer.status) == ("http://127.0.0.1/health", 0, 503)


def test_no_answer() -> None:
    refused = b"7 000 0.000152 http://127.0.0.1:9/\n"
    assert Applications.parse(refused).answers == (Answer("http://127.0.0.1:9/", 7, 0, 0.000152),)


def test_nothing_is_asked_where_nothing_is_configured() -> None:
    done = subprocess.run(["sh", "-c", Applications.command], capture_output=True, env={"PATH": "/usr/bin:/bin"})
    assert (done.returncode, done.stdout) == (69, b"no application is configured\n")
