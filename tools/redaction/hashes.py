"""Stored passwords: a hash can be tried against a word list, so it counts as the password itself."""

from tools.redaction.rule import Rule

RULES = (
    Rule("stored-hash", (b"md5",), (rb"(?<!\w)md5[0-9a-f]{32}(?!\w)",)),
    Rule("stored-hash", (b":[",), (rb":([0-9A-Fa-f]{32}:[0-9A-Fa-f]{32}):\[",)),
    Rule(
        "stored-hash",
        (b"$1$", b"$2", b"$5$", b"$6$", b"$7$", b"$y$", b"$gy$", b"$apr1$", b"$argon2", b"$scrypt", b"$pbkdf2", b"$p$"),
        (
            rb"\$(?:1|5|6|7|y|gy|apr1|argon2(?:id|i|d)|scrypt|pbkdf2[\w-]{0,20}|P)\$[./A-Za-z0-9,=$+-]{20,}",
            rb"\$2[abxy]?\$\d\d\$[./A-Za-z0-9]{40,}",
        ),
    ),
    Rule(
        "stored-hash",
        (b"{sha", b"{ssha", b"{crypt", b"{smd5", b"{md5", b"{pbkdf2", b"scram-sha", b"pbkdf2_", b"grub.pbkdf2"),
        (
            rb"(?i)\{(?:s?sha\d{0,3}|s?md5|crypt|pbkdf2[\w-]{0,20})\}([a-z0-9+/.$=]{16,})",
            rb"(?i)scram-sha-(?:1|256)\$(\d{1,9}:[a-z0-9+/=]{8,}\$[a-z0-9+/=:]{20,})",
            rb"(?i)grub\.pbkdf2\.sha512\.\d{1,9}\.([0-9a-f]{16,}\.[0-9a-f]{16,})",
            rb"(?i)\bpbkdf2_sha\d{1,3}\$\d{1,9}\$([a-z0-9+/=]{4,}\$[a-z0-9+/=]{20,})",
        ),
    ),
)
