"""The TLS certificates that services on this host show, and those in configured files."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

from tools.probes import Probe
from tools.probes.shared import SOCKETS, Shared
from tools.safe_text import decode, safe_line

_PORTS = (443, 465, 636, 853, 989, 990, 993, 994, 995, 5061, 5671, 6443, 6514, 8443, 8883, 9443)
"""Where TLS begins at once, by IANA's registry and common use; 8443, 9443 and 6443 for consoles and Kubernetes."""

_SHOWN = re.compile(r"^ *0 s:(.*)\n *v:NotBefore: ([^;\n]{1,40}); NotAfter: ([^;\n]{1,40})$", re.MULTILINE)
"""How s_client of OpenSSL 3 shows the first certificate of the chain, which saves a second process."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """`place` is `address:port` or a file; `begins` and `ends` are Unix seconds."""

    place: str
    subject: str
    begins: float
    ends: float


@dataclass(frozen=True, slots=True)
class Certificates(Probe):
    """The first 8 listeners on ports of TLS, and the files of $CERTIFICATE_FILES (one a line).

    12 ms of CPU on the host for each, none without any. What shows no certificate is not listed.
    """

    shares: ClassVar[tuple[Shared, ...]] = (SOCKETS,)
    command: ClassVar[str] = f"""\
command -v openssl >/dev/null || exit 127
echo "${{moment%%.*}}"
known= count=0
set -f
IFS='
'
for line in $sockets; do
    IFS=' '
    set -- $line
    port=${{5##*:}} address=${{5%:*}}
    case $1:$port in {"|".join(f"tcp:{port}" for port in _PORTS)}) ;; *) continue;; esac
    case $address in '*'|0.0.0.0|'[::]') address=127.0.0.1;; *[!0-9a-fA-F.:[\\]]*) continue;; esac
    case $known in *" $address:$port "*) continue;; esac
    known="$known $address:$port " count=$((count + 1))
    [ "$count" -le 8 ] || break
    echo "from $address:$port"
    said=$(timeout 2 openssl s_client -connect "$address:$port" </dev/null)
    case $said in
        *NotAfter*)
            IFS='
'
            for line in $said; do
                case $line in ' 0 s:'*|' '*v:NotBefore*|subject*) printf '%s\\n' "$line";; esac
            done;;
        *) printf '%s\\n' "$said" | openssl x509 -noout -subject -dates;;
    esac
done
IFS='
'
for file in $CERTIFICATE_FILES; do
    echo "from $file"
    openssl x509 -in "$file" -noout -subject -dates
done
exit 0"""
    timeout_seconds: ClassVar[int] = 8
    limit_bytes: ClassVar[int] = 32 * 1024

    now: float | None
    certificates: tuple[Certificate, ...]

    @classmethod
    def parse(cls, output: bytes) -> "Certificates":
        now, _, rest = decode(output).partition("\n")
        pieces = re.split(r"^from (.{1,300})$", rest, flags=re.MULTILINE)
        found = (_certificate(place, text) for place, text in zip(pieces[1::2], pieces[2::2], strict=True))
        moment = float(now) if re.fullmatch(r"\d{9,11}", now) else None
        return cls(moment, tuple(one for one in found if one is not None))


def _certificate(place: str, text: str) -> Certificate | None:
    said = dict(re.findall(r"^(subject|notBefore|notAfter)=(.*)$", text, re.MULTILINE))
    if shown := _SHOWN.search(text):
        said = {"subject": shown[1], "notBefore": shown[2], "notAfter": shown[3]} | said
    begins, ends = _moment(said.get("notBefore", "")), _moment(said.get("notAfter", ""))
    if begins is None or ends is None:
        return None
    return Certificate(safe_line(place, 300), safe_line(said.get("subject", ""), 200), begins, ends)


def _moment(text: str) -> float | None:
    """Unix seconds of `Nov 19 08:38:31 2036 GMT`."""
    try:
        return datetime.strptime(text.strip(), "%b %d %H:%M:%S %Y GMT").replace(tzinfo=UTC).timestamp()
    except (ValueError, OverflowError):
        return None
