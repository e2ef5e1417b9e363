"""Values that only look like secrets, because the word before them does: paths, variables, words of a sentence."""

from tools.redaction.rule import compiled

_WORDS = frozenset(
    b"""
    a account an and are as at auth authentication authorization bad basic bearer been by can cannot changed
    chauthtok check command configured could default denied did digest directory disabled does empty enabled
    error exists expired failed failure false file for found from granted has hidden ignored in incorrect
    invalid is it keyboard-interactive locked lookup masked mismatch missing module must needed negotiate
    never new no none not null off ok on only optional or password prohibit-password prompt provided publickey
    read ready redacted refused rejected request requests required reset secret see sent service set should
    store success that the this to token true try unchanged undefined unknown unset unspecified unsupported
    updated used user valid value wait waiting was when will with without wrong yes you your
    """.split()
)
_SPARED = rb"""(?x)
    [^0-9A-Za-z]+ | .                                             # punctuation, a single character
    | ([*xX.#_-])\1+                                              # already hidden
    | \$[A-Za-z_][A-Za-z0-9_]{0,60} | \$\{[^}]{1,80}\}? | \$\([^)]{0,80}\)? | %[A-Z_]{2,40}%   # a variable
    | %[a-z] | %\([a-z_]+\)s | \{\{[^}]{0,80}\}{0,2} | \{[a-z_]{0,40}\} | <[^<>]{1,60}>?       # a hole in a template
    | (?:file:(?://)?)?(?:~|\.{1,2}|%[a-z])?/(?:[a-z._-]+/)+[\w.@%+-]*                        # a path
    | (?:~|\.{1,2})/[\w./@%+-]* | /[a-z._-]+
    | /(?:bin|boot|dev|etc|home|lib\d{0,2}|media|mnt|nix|opt|proc|root|run|sbin|srv|sys|tmp|usr|var)/[\w./:@%+-]*
    | [\w@.\\-]+\.(?:service|socket|target|timer|path|mount|slice|scope)                    # a unit
    | [\w@.\\-]+\.(?:conf|cfg|ini|json|ya?ml|toml|pem|key|crt|env|txt|log)
    | (?:0x)?[0-9a-f]{1,8}[hms%]?                                 # a number
"""
_PROSE = rb"[A-Z]?[a-z]+(?:[-'][a-z]+)*"
_FINGERPRINT = rb"(?:SHA256:|MD5:|sha\d{3}[:-]|ssh-|ecdsa-|RSA|DSA|ED25519).*"


def is_no_secret(value: bytes) -> bool:
    """A path, a variable, a template, a word that says how it went; what a person would type is not spared."""
    if value.lower().strip(b".,;:!?()[]'\"\\") in _WORDS:
        return True
    return len(value) <= 400 and compiled(_SPARED).fullmatch(value) is not None and not _is_typed_number(value)


def is_no_token(value: bytes) -> bool:
    """Besides, what machines do not give out: short values, words, plain numbers, fingerprints."""
    return (
        len(value) < 8
        or value.isdigit()
        or is_no_secret(value)
        or compiled(_PROSE).fullmatch(value) is not None
        or compiled(_FINGERPRINT).match(value) is not None
        or not (_has_digit(value) or _is_mixed(value))
    )


def is_not_random(value: bytes) -> bool:
    """What has not letters and digits both: a word, a number, dashes; digits are rare in words, not in tokens."""
    return value.isdigit() or not _has_digit(value) or is_no_secret(value)


def is_no_mixture(value: bytes) -> bool:
    """What has not small letters, capitals and digits all together: enough where nothing but a word stands before."""
    return (
        is_no_token(value)
        or not (_has_digit(value) and _is_mixed(value))
        or compiled(rb"[A-Z]?[a-z]+[0-9.]{0,4}[:,;]?").fullmatch(value) is not None
    )


def is_prose(value: bytes) -> bool:
    """One word of a sentence, as it follows a colon in log lines; what has digits or signs inside is no such word."""
    return is_no_secret(value) or compiled(_PROSE).fullmatch(value.strip(b".,;:!?()'\"")) is not None


def _has_digit(value: bytes) -> bool:
    return any(48 <= byte <= 57 for byte in value)


def _is_mixed(value: bytes) -> bool:
    return value.lower() != value and value.upper() != value


def _is_typed_number(value: bytes) -> bool:
    """PINs and passwords of digits are as long as this; counters and sizes beside such words are shorter."""
    return value.isdigit() and len(value) >= 4
