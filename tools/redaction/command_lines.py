"""Secrets on command lines: systemd logs them, `sudo` logs them, `ps` shows them."""

from tools.redaction.rule import Rule
from tools.redaction.values import is_no_secret, is_not_random

_ARGUMENT = rb"[\"']?(?:[ \t]+(?:a\d+=)?|=|,[ \t]?)?(?:'([^'\s][^']*)'|\"([^\"\s][^\"]*)\"|([^\s\"'|;-][^\s\"'|;]*))"
"""What follows an option: beside it, after `=`, as the next word, item of a list or `a2=` of audit."""
_APART = rb"[\"']?(?:[ \t]+(?:a\d+=)?|,[ \t]?)(?:'([^'\s][^']*)'|\"([^\"\s][^\"]*)\"|([^\s\"'|;-][^\s\"'|;]*))"


def _option(programs: bytes, option: bytes, argument: bytes = _ARGUMENT) -> bytes:
    """`option` (case counts) anywhere behind one of `programs`, as far as the command goes."""
    return rb"\b(?:" + programs + rb")\b[^|;\n]{0,400}?[ \t\"']" + option + argument


RULES = (
    Rule(
        "argument",
        (b"-pass", b"pass ", b"-pw", b"secret", b"token", b"key", b"-psk", b"password", b"passwd", b"passphrase"),
        (
            rb"(?i)[ \t\"'\[]--?(?:[a-z0-9]+[_-]){0,4}(?:password|passwd|passphrase|pass|pwd|pw"
            rb"|secret|token|psk|credentials?"
            rb"|(?:api|access|auth|private|secret|encryption|signing|master|preshared)[_-]?key)(?:[_-](?:key|hash|value))?"
            rb"[\"']?(?:[ \t]+(?:a\d+=)?|=|,[ \t]?)(?:'([^'\s][^']*)'|\"([^\"\s][^\"]*)\"|([^\s\"'|;-][^\s\"']*))",
        ),
        is_no_secret,
    ),
    Rule(
        "argument",
        (b"mysql", b"mariadb", b"mongo", b"sshpass", b"7z", b"docker", b"podman", b"mosquitto", b"lftp", b"etcdctl"),
        (
            _option(rb"mysql\w*|mariadb[\w-]*|7z[ar]?", rb"-p", rb"(?:'([^']+)'|\"([^\"]+)\"|([^\s\"']+))"),
            _option(rb"mongo(?:sh|dump|restore|export|import)?|sshpass", rb"-p"),
            _option(rb"mosquitto_\w+", rb"-P"),
            rb"\blftp\b[^|;\n]{0,200}?[ \t]-u[ \t]*[^\s,]{1,100},([^\s\"']+)",
            rb"\betcdctl\b[^|;\n]{0,200}?[ \t]--user[ \t=][^\s:]{1,100}:([^\s\"']+)",
            _option(rb"docker|podman", rb"-p", rb"[ \t]+([^\s\"':]{8,})(?![^\s\"']*:\d)"),
        ),
        is_no_secret,
    ),
    Rule(
        "argument",
        (b"redis-cli", b"ldap", b"slap", b"ipmitool", b"zip", b"snmp", b"useradd", b"usermod", b"keytool", b"htpasswd"),
        (
            _option(rb"redis-cli", rb"-a"),
            _option(rb"ldap\w+|slap\w+", rb"-w"),
            _option(rb"ipmitool|unzip|zip", rb"-P"),
            _option(rb"snmp\w+", rb"-[cAX]"),
            _option(rb"useradd|usermod", rb"-p"),
            _option(rb"keytool", rb"-(?:store|key)pass", _APART),
            rb"\bhtpasswd\b[^|;\n]{0,100}?[ \t]-[a-zA-Z]{0,6}b[a-zA-Z]{0,6}[ \t]+\S{1,200}[ \t]+\S{1,100}[ \t]+(\S+)",
        ),
        is_no_secret,
    ),
    Rule(
        "argument",
        (b"curl", b"wget", b"smbclient", b"rpcclient", b"net ads", b"mount", b"openssl", b"chpasswd", b"rabbitmqctl"),
        (
            rb"\bcurl\b[^|;\n]{0,400}?[ \t\"'](?:-[a-zA-Z]{0,6}[uU]|--user|--proxy-user)[ \t=]{0,3}"
            rb"[\"']?[^\s:\"']{1,100}:([^\s\"')]+)",
            rb"\b(?:smbclient|rpcclient|net ads)\b[^|;\n]{0,200}?[ \t](?:-U|--user)[ \t=]{0,3}"
            rb"[\"']?[^\s%\"']{1,100}%([^\s\"']+)",
            rb"\bopenssl\b[^|;\n]{0,400}?\b(?:pass|key):([^\s\"']+)",
            rb"\becho[ \t]+[\"']?[\w.-]{1,64}:([^\s\"'|]+)[\"']?[ \t]*\|[^|]{0,40}chpasswd",
            rb"\brabbitmqctl\b[^|;\n]{0,100}?(?:add_user|change_password)[ \t]+\S{1,100}[ \t]+(\S+)",
        ),
        is_no_secret,
    ),
    Rule(
        "argument",
        (b"echo ", b"printf "),
        (
            rb"\b(?:echo|printf)[ \t]+(?:-[a-z]+[ \t]+)?[\"']?([^\s\"'|]+)[\"']?[ \t]*\|"
            rb"[^|]{0,40}?\b(?:sudo[ \t]+-\w*S|cryptsetup)",
        ),
        is_no_secret,
    ),
    Rule(
        "argument",
        (b"chpasswd", b"createuser", b"pdo", b"mysqli"),
        (
            rb"\bchpasswd\b.{0,60}?[\"'][\w.-]{1,64}:([^\s\"']+)",
            rb"\bcreateUser[ \t]+\S{1,100}[ \t]+(?:MD5|SHA[\d-]{0,4})[ \t]+(\S+)",
            rb"\b(?:PDO->__construct|mysqli(?:_connect|->__construct)?)\('[^']{0,200}',[ ]?'[^']{0,100}',[ ]?'([^']+)'",
        ),
        is_no_secret,
    ),
    Rule(
        "sql",
        (b"identified", b"password"),
        (
            rb"(?i)\bidentified[ \t]+(?:with[ \t]+\S{1,80}[ \t]+)?(?:by|as|using)[ \t]+"
            rb"(?:password[ \t]{0,4}\(?[ \t]{0,4})?(?:\\?'((?:[^'\\]|\\[^'])+)|\\?\"((?:[^\"\\]|\\[^\"])+))",
            rb"(?i)\bpassword[ \t]{0,4}\(?[ \t]{0,4}(?:=[ \t]{0,4}(?:password)?\(?)?\\?'((?:[^'\\]|\\[^'])+)\\?'",
        ),
        is_no_secret,
    ),
    Rule(
        "mail",
        (b"auth plain", b"auth login", b"resp=", b"pop3", b"ftp", b"imap"),
        (
            rb"(?i)\bauth[ \t]+(?:plain|login)[ \t]+([a-z0-9+/]{8,}={0,2})",
            rb"(?i)\bauth\b.{0,80}?\bresp=([a-z0-9+/]{8,}={0,2})",
            rb"\b(?:[Pp][Oo][Pp]3|[Ff][Tt][Pp]|[Ii][Mm][Aa][Pp])\w{0,10}\b.{0,120}?\bPASS[ \t]+(\S+)",
            rb"(?i)\bimap\w{0,10}\b.{0,120}?\blogin[ \t]+\S{1,200}[ \t]+(\S+)[ \t]*$",
        ),
        is_not_random,
    ),
    Rule(
        "community",
        (b"community",),
        (rb"(?i)\br[ow]community6?[ \t]+(\S+)", rb"(?i)\bcommunity[ \t]{0,3}[=:][ \t]{0,3}[\"']?([^\s\"',;]+)"),
        is_no_secret,
    ),
)
