"""Which key a machine may show over ssh: only one that somebody confirmed before; nothing is trusted at first sight."""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tools.hosts import Trouble


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key: its kind (`ssh-ed25519`) and its bytes as they go over the wire."""

    kind: str
    blob: bytes

    @classmethod
    def parse(cls, kind: str, encoded: str) -> Self:
        """From the two words of a public key file; raises ValueError where they are no key of that kind."""
        blob = base64.b64decode(encoded, validate=True)
        name = kind.encode()
        if not blob.startswith(len(name).to_bytes(4, "big") + name):
            raise ValueError(f"not a key of the kind {kind}")
        return cls(kind, blob)

    @property
    def fingerprint(self) -> str:
        """As `ssh-keygen -lf` prints it."""
        return "SHA256:" + base64.b64encode(hashlib.sha256(self.blob).digest()).decode().rstrip("=")

    @property
    def file_word(self) -> str:
        """How sshd names the file of such a key: `ssh_host_WORD_key`."""
        return self.kind.removeprefix("ssh-").split("-")[0]

    @property
    def algorithms(self) -> tuple[str, ...]:
        """The signatures a key of this kind can give; an RSA key is named by neither of its own."""
        return ("rsa-sha2-512", "rsa-sha2-256") if self.kind == "ssh-rsa" else (self.kind,)

    def __str__(self) -> str:
        return f"{self.kind} {base64.b64encode(self.blob).decode()}"


def pinned(lines: str) -> tuple[PublicKey, ...]:
    """The keys of a configuration value, one `KIND BASE64 [COMMENT]` a line; raises ValueError naming a bad line."""
    keys = []
    for number, line in enumerate(lines.strip().splitlines(), 1):
        try:
            kind, encoded, *_ = line.split()
            keys.append(PublicKey.parse(kind, encoded))
        except ValueError as error:
            raise ValueError(f'line {number} is not a public key such as "ssh-ed25519 AAAA…"') from error
    return tuple(keys)


def recorded(known_hosts: Path, address: str, port: int) -> tuple[PublicKey, ...]:
    """The keys that a known_hosts file has for this address; a missing file has none; raises OSError.

    Hashed names are understood, patterns (`*.example.org`) and certificate authorities are not: they match nothing.
    """
    place = address.lower() if port == 22 else f"[{address.lower()}]:{port}"
    try:
        lines = known_hosts.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return ()
    entries = list(_entries(lines, place))
    revoked = {key for marker, key in entries if marker == "@revoked"}
    return tuple(key for marker, key in entries if not marker and key not in revoked)


def why_not(shown: PublicKey, known: Sequence[PublicKey], host: str, source: str) -> tuple[Trouble, str] | None:
    """Why this key may not be accepted, or None; `source` is where the known keys of `host` are kept."""
    if shown in known:
        return None
    compare = f"`ssh-keygen -lf /etc/ssh/ssh_host_{shown.file_word}_key.pub` on its own console"
    if known:
        expected = ", ".join(f"{key.kind} {key.fingerprint}" for key in known)
        return "host_key_changed", (
            f"the host key changed and nothing was sent: expected {expected}, got {shown.kind} {shown.fingerprint}; "
            f"unless it was set up anew somebody may stand between: compare with {compare} before changing {source}"
        )
    return "host_key_unknown", (
        f"nobody has confirmed its host key {shown.kind} {shown.fingerprint} and nothing was sent; "
        f'compare it with {compare}, then set hosts.{host}.hostKey = "{shown}"'
    )


def _entries(lines: Iterable[str], place: str) -> Iterator[tuple[str, PublicKey]]:
    """The marker and key of every line that concerns `place`; what is revoked is so for every host."""
    for line in lines:
        words = line.split()
        marker = words.pop(0) if line.startswith("@") else ""
        with suppress(ValueError):
            names, kind, encoded, *_ = words
            if marker == "@revoked" or any(_is_name_of(place, name) for name in names.split(",")):
                yield marker, PublicKey.parse(kind, encoded)


def _is_name_of(place: str, name: str) -> bool:
    """Whether a name in a known_hosts line, plain or hashed (`|1|SALT|HMAC`), is that of `place`."""
    if not name.startswith("|1|"):
        return name.lower() == place
    salt, expected = name.removeprefix("|1|").split("|")
    return base64.b64encode(hmac.digest(base64.b64decode(salt), place.encode(), "sha1")).decode() == expected
