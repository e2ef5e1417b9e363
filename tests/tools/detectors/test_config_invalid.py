from dataclasses import replace

import pytest

from tests.tools.probes.recordings import output
from tools.detectors import Finding
from tools.detectors.config_invalid import detect
from tools.probes import Skipped
from tools.probes.sshd_config import SshdConfig
from tools.probes.unit_logs import UnitLogs
from tools.probes.units import Unit, Units

LINE = UnitLogs.parse(output("unit_logs")).of("shop-worker.service")[0]
ABSENT = Skipped("no")


def said(message: str, *, by: str = "a.service", active: str = "failed") -> list[Finding]:
    line = replace(LINE, message=message, unit=by, about="" if by == "a.service" else "a.service")
    units = Units((Unit("a.service", "loaded", active, active, "x"),))
    return list(detect(units, UnitLogs({"a.service": (line,)}), ABSENT))


@pytest.mark.parametrize(
    "message",
    [
        "started, configuration is /etc/a.conf",
        "read /etc/a.conf:5",
        "/etc/a.conf:5: unknown option, ignoring",
        "/etc/a.conf:5: option is deprecated and invalid",
        "error in /var/lib/a.conf:5",
        "error in /etc/../root/a.conf:5",
        "error: cannot bind to 127.0.0.1:80",
    ],
)
def test_words_that_blame_no_file_in_etc_are_left_alone(message: str) -> None:
    assert said(message) == []


@pytest.mark.parametrize(
    ("message", "file"),
    [
        (
            '[emerg] 99#99: unexpected "}" in /etc/nginx/sites-enabled/promo.conf:5',
            "/etc/nginx/sites-enabled/promo.conf",
        ),
        ("AH00526: Syntax error on line 7 of /etc/apache2/sites-enabled/x.conf:", "/etc/apache2/sites-enabled/x.conf"),
        ("[ALERT] (12) : parsing [/etc/haproxy/haproxy.cfg:12] : unknown keyword 'x'", "/etc/haproxy/haproxy.cfg"),
        ("fatal: /etc/postfix/main.cf, line 5: missing '=' after attribute name", "/etc/postfix/main.cf"),
        ("/etc/ssh/a.conf: line 3: Bad configuration option: BogusKey", "/etc/ssh/a.conf"),
    ],
)
def test_a_failed_program_that_names_file_and_line(message: str, file: str) -> None:
    (found,) = said(message)
    assert (found.kind, found.object, found.details["unit"]) == ("config.invalid", file, "a.service")


def test_a_unit_that_runs_and_the_managers_own_remarks_do_not_count() -> None:
    message = "error in /etc/a.conf:5"
    assert said(message, active="active") == [] and said(message, by="init.scope") == []
    assert len(said(message)) == 1


def test_sshd_is_asked_before_it_matters() -> None:
    complaint = '/etc/ssh/sshd_config.d/50-x.conf line 2: unsupported option "yess".'
    (found,) = detect(ABSENT, ABSENT, SshdConfig((complaint, "sshd: no hostkeys available -- exiting.")))
    assert (found.object, found.details) == ("/etc/ssh/sshd_config.d/50-x.conf", {"unit": "ssh.service", "line": "2"})
