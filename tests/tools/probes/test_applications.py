from tests.tools.probes.recordings import output
from tests.tools.probes.shell_host import ShellHost
from tools.clock import Deadline, SystemClock
from tools.probes import Skipped
from tools.probes.applications import Answer, Applications
from tools.probes.collection import collect, observe
from tools.probes.recording import Recording
from tools.probes.script import Inputs


def test_a_recorded_answer() -> None:
    (answer,) = Applications.parse(output("applications")).answers
    assert (answer.url, answer.exit_status, answer.status) == ("http://127.0.0.1/health", 0, 503)


def test_no_answer() -> None:
    refused = b"7 000 0.000152 http://127.0.0.1:9/\n"
    assert Applications.parse(refused).answers == (Answer("http://127.0.0.1:9/", 7, 0, 0.000152),)


def test_nothing_is_asked_where_nothing_is_configured() -> None:
    answer = collect(ShellHost(), [Applications], Inputs(), deadline=Deadline(20), clock=SystemClock())
    assert isinstance(answer, Recording)
    assert observe(answer, [Applications]).get(Applications) == Skipped("no application is configured")
