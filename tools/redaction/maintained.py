"""Patterns of the library detect-secrets, in Bridgecrew's maintained fork (PyPI `bc-detect-secrets`, Apache-2.0).

Only its compiled patterns are used: its own scanner may *verify* what it finds by sending it to the provider. A module
of it is imported when one of the words here stands in a line: it brings `requests` along, 0.2 s.
"""

import importlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from tools.redaction.rule import Rule, compiled
from tools.redaction.values import is_no_token

_FOLDER = "detect_secrets.plugins"


@dataclass(frozen=True, slots=True)
class MaintainedRule(Rule):
    """A rule whose patterns are the `denylist` of one detector of the library."""

    detector: str = ""
    hint: bytes = b""
    """A pattern that every line has in which the library finds something: the words alone stand on every machine
    (`pawsactive`, `systemd-userdbd`), and would have it imported for nothing."""

    def patterns(self) -> Iterable[re.Pattern[bytes]]:
        return _patterns(self.detector)

    def clean(self, line: bytes) -> bytes:
        if self.hint and not compiled(self.hint).search(line):
            return line
        return Rule.clean(self, line)


def _rule(detector: str, *keywords: bytes, hint: bytes = b"") -> MaintainedRule:
    return MaintainedRule(detector.split("_")[0], keywords, spares=is_no_token, detector=detector, hint=hint)


_AWS = (
    rb"(?i)(?:a3t[a-z0-9]|abia|acca|akia|asia)[0-9a-z]{16}"
    rb"|aws.{0,20}?(?:key|pwd|pw|pass|token).{0,20}?[0-9a-z/+]{40}"
)


RULES = (
    _rule("aws", b"akia", b"asia", b"abia", b"acca", b"a3t", b"aws", hint=_AWS),
    _rule("discord", b"discord"),
    _rule("mailchimp", b"-us", hint=rb"(?i)[0-9a-z]{16}-us[0-9]"),
    _rule("npm", b"npm_", b"_authtoken"),
    _rule("sendgrid", b"sg."),
    _rule("slack", b"xox", b"hooks.slack.com"),
    _rule("square_oauth", b"sq0csp"),
    _rule("stripe", b"k_live_"),
    _rule("twilio", b"twilio"),
)
_CUBIC = "takes cubic time on spaces (100 s for 3 kB), and anybody may write a log line; ours knows such names"
LEFT_OUT = {
    "artifactory": "takes quadratic time (0.3 s for 3 kB); the key that it knows is in `tokens.py`",
    "azure_storage_key": "takes any 86 characters of base64; ours asks for AccountKey=",
    "basic_auth": "ours knows passwords with more signs in them",
    "cloudant": _CUBIC,
    "github_token": "its group holds the prefix only; ours takes the token",
    "high_entropy_strings": "flags every journal line (401 of 401 benign lines, measured)",
    "ibm_cloud_iam": _CUBIC,
    "ibm_cos_hmac": _CUBIC,
    "jwt": "ours takes the signature too",
    "keyword": "made for source code; ours is made for logs and command lines",
    "private_key": "finds the heading only; ours takes the body",
    "softlayer": _CUBIC,
}
"""Detectors of the library that are not used, and why."""


@cache
def _patterns(detector: str) -> tuple[re.Pattern[bytes], ...]:
    contents = vars(importlib.import_module(f"{_FOLDER}.{detector}"))
    kinds = [kind for kind in contents.values() if isinstance(kind, type) and kind.__module__.endswith(f".{detector}")]
    listed = [pattern for kind in kinds for pattern in getattr(kind, "denylist", ())]
    return tuple(re.compile(pattern.pattern.encode(), pattern.flags & ~re.UNICODE) for pattern in listed)
