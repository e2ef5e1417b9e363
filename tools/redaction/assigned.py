"""Values given to a name that says they are secret: `NAME=value`, `name: value`, JSON, YAML, connection strings."""

from tools.redaction.rule import Rule
from tools.redaction.values import is_no_mixture, is_no_secret, is_no_token, is_prose

_END = rb"(?:$|[\s\"'&,;)}\]>\\]|[\w.-]{1,30}[=:])"
VALUE = rb"(?:[^\s\"'&,;)}\]>\\]|[&,;)}\]>\\\"'](?!" + _END + rb"))"
"""One byte of a value without quotes; signs that end it in some formats belong to it where nothing new begins."""
BARE = rb"(" + VALUE + rb"+)"
QUOTED = rb"(?:\\?\"((?:[^\"\\]|\\[^\"])+)\\?\"?|\\?'((?:[^'\\]|\\[^'])+)\\?'?)"
"""A value in quotes, also in those of JSON inside of JSON; the end may be cut off."""

_PASSWORD = (
    rb"pass(?:word|wd|phrase|code)|passwort|kennwort|(?<![a-z])(?:(?<=[\w-])|(?-i:(?!PASS:)))pass|(?:db|my|pg|user|smtp)pass"
    rb"|(?<![a-z])pwd|bind_?pw|root_?pw|(?<![a-z])psk"
)
_SECRET = (
    rb"(?:secret|token)[_-]?id|secret|token|(?<!set)(?<!load)(?<!import)credentials?|(?:api|access|auth|private|secret|encrypt(?:ion)?|sign(?:ing)?|master|shared|preshared"
    rb"|pre-shared|session|account|service|license|client|storage|crypt|hmac|jwt)[ _-]?key"
)
_NOT_ITSELF = (
    rb"(?![_-]?(?:file|path|dir|name|type|id\b|ids\b|count|expir|ttl|max|min|len|timeout|age\b|url|uri|policy|prompt|command"
    rb"|auth|agent|provider|format|size|algo|version|store|manager|mount|field|header|user|host|port|interval|limit|usage))"
)
_SUFFIX = rb"(?:(?:s|hash|value|text|key|data)?|[_.-][\w.-]{0,40}?|\d{1,3})"
_NAMED = rb")" + _NOT_ITSELF + _SUFFIX + rb"(?:\\?[\"'\]]){0,3}[ \t]{0,4}"
_GIVEN = rb"(?::?=>?|=>)[ \t]{0,4}"

PASSWORD_WORDS = (b"pass", b"pwd", b"kennwort", b"bindpw", b"bind_pw", b"rootpw", b"psk")
_SECRET_WORDS = (b"secret", b"token", b"credential", b"key")

RULES = (
    Rule(
        "quoted-pair",
        (*PASSWORD_WORDS, *_SECRET_WORDS),
        (rb"(?i)\"[\w.-]{0,60}?(?:" + _PASSWORD + rb"|" + _SECRET + rb")" + _NOT_ITSELF + rb"[\w.-]{0,40}=([^\"]+)\"",),
        is_no_secret,
    ),
    Rule(
        "assigned",
        PASSWORD_WORDS,
        (
            rb"(?i)(?:" + _PASSWORD + _NAMED + rb"(?:" + _GIVEN + rb"|:[ \t]{0,4})" + QUOTED,
            rb"(?i)(?:" + _PASSWORD + _NAMED + rb"(?:" + _GIVEN + rb"|:)" + BARE,
            rb"(?i)<(?:\w{0,30}?)(?:" + _PASSWORD + rb")\w{0,30}>([^<]{1,400})<",
        ),
        is_no_secret,
    ),
    Rule(
        "assigned",
        PASSWORD_WORDS,
        (rb"(?i)(?:" + _PASSWORD + _NAMED + rb":[ \t]{1,20}" + BARE,),
        is_prose,
    ),
    Rule(
        "assigned",
        _SECRET_WORDS,
        (
            rb"(?i)(?:" + _SECRET + _NAMED + rb"(?:" + _GIVEN + rb"|:[ \t]{0,20})" + QUOTED,
            rb"(?i)(?:" + _SECRET + _NAMED + rb"(?:" + _GIVEN + rb"|:[ \t]{0,20})" + BARE,
            rb"(?i)<(?:\w{0,30}?)(?:" + _SECRET + rb")\w{0,30}>([^<]{1,400})<",
        ),
        is_no_token,
    ),
    Rule(
        "material",
        (b"key", b"cipher", b"seed", b"salt"),
        (
            rb"(?i)(?<!public)(?<!public[ _-])(?<!pub)(?<!host)(?<!host[ _-])(?<!kernel )(?:key|cipher|seed|salt)"
            rb"(?:\\?[\"'\]]){0,3}"
            rb"[ \t]{0,4}(?::?=>?|:)[ \t]{0,4}(?:\\?[\"'])?(?:0x)?([0-9a-f]{32,}|[a-z0-9+/_-]{40,}={0,2})(?![\w./-])",
        ),
        is_no_token,
    ),
    Rule(
        "next-word",
        (b"password ", b"passwd ", b"bindpw ", b"requirepass", b"masterauth"),
        (
            rb"(?i)\blogin[ \t]+\S{1,200}[ \t]+password[ \t]+(\S+)",
            rb"(?i)(?:^|[ \t:])(?:requirepass|masterauth|bindpw|rootpw)[ \t]+[\"']?([^\s\"']+)",
        ),
        is_no_secret,
    ),
    Rule(
        "next-word",
        (*PASSWORD_WORDS, *_SECRET_WORDS),
        (rb"(?i)(?:" + _PASSWORD + rb"|" + _SECRET + rb")[\"']?[ \t]{1,4}[\"']?([^\s\"',;]{8,})",),
        is_no_mixture,
    ),
    Rule("set", (b"setcredential=",), (rb"(?i)SetCredential=[^:\s]{1,255}:([^\s\"']+)",), is_no_secret),
)
