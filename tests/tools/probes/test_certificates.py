import shutil
import subprocess
from pathlib import Path

import pytest

from tests.tools.probes.recordings import output
from tests.tools.probes.shell_host import ShellHost
from tools.clock import Deadline, SystemClock
from tools.probes.certificates import Certificates
from tools.probes.collection import collect, observe
from tools.probes.recording import Recording
from tools.probes.script import Inputs

BY_OLD_OPENSSL = b"""\
1795338000
from 127.0.0.1:443
subject=CN = shop.lab
notBefore=Nov 22 08:38:31 2026 GMT
notAfter=Nov 19 08:38:31 2036 GMT
"""


def test_a_listener_and_a_file_of_a_recorded_host() -> None:
    fact = Certificates.parse(output("certificates"))
    assert [(one.place, one.subject) for one in fact.certificates] == [
        ("127.0.0.1:443", "CN = shop.lab"),
        ("/etc/nginx/tls/shop.crt", "CN = shop.lab"),
    ]
    assert len({(one.begins, one.ends) for one in fact.certificates}) == 1


def test_what_openssl_before_3_shows() -> None:
    (one,) = Certificates.parse(BY_OLD_OPENSSL).certificates
    assert (one.subject, one.ends) == ("CN = shop.lab", 2110696711.0)


@pytest.mark.parametrize("output", [b"", b"x\nfrom a\n", b"1795338000\nfrom a:1\nnotAfter=tomorrow\n"])
def test_what_shows_no_certificate_is_not_listed(output: bytes) -> None:
    assert Certificates.parse(output).certificates == ()


def test_a_configured_file_is_read_and_a_missing_one_is_not_listed(tmp_path: Path) -> None:
    if not shutil.which("openssl") or not shutil.which("ss"):
        pytest.skip("openssl and ss are not installed")
    file = tmp_path / "a b.pem"
    argv = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "5",
    ]
    subprocess.run([*argv, "-subj", "/CN=x", "-keyout", "/dev/null", "-out", file], check=True, capture_output=True)
    answer = collect(
        ShellHost(),
        [Certificates],
        Inputs(certificate_files=(str(file), "/nowhere")),
        deadline=Deadline(20),
        clock=SystemClock(),
    )
    assert isinstance(answer, Recording)
    fact = observe(answer, [Certificates]).get(Certificates)
    assert isinstance(fact, Certificates)
    of_files = [one for one in fact.certificates if one.place.startswith("/")]
    assert [one.place for one in of_files] == [str(file)]
    assert fact.now is not None and 4.9 < (of_files[0].ends - fact.now) / 86400 <= 5
