"""Secrets in addresses and headers."""

from tools.redaction.rule import Rule
from tools.redaction.values import is_no_secret, is_no_token, is_not_random

RULES = (
    Rule(
        "url",
        (b"://", b"@tcp(", b"@unix("),
        (
            rb"://[^\s/:@\"'<>]{0,256}:([^\s/\"'<>]{1,256})@(?=[\w\[.%-])",
            rb"://([^\s/:@\"'<>]{20,256})@(?=[\w\[.-])",
            rb"(?<![\w.-])[\w.-]{1,64}:([^\s@/\"']{1,256})@(?:tcp|unix)\(",
        ),
        is_no_secret,
    ),
    Rule(
        "query",
        (b"sig=", b"key=", b"code=", b"auth="),
        (rb"(?i)[?&](?:sig|signature|key|code|auth|x-amz-signature|x-goog-signature)=([^\s&\"'<>]{8,})",),
        is_not_random,
    ),
    Rule(
        "header",
        (b"authorization", b"bearer ", b"basic "),
        (
            rb"(?i)authorization(?:\\?[\"'])?[ \t]{0,4}(?:[:=]|=>|,)[ \t]{0,4}(?:\\?[\"'])?"
            rb"(?:[a-z][a-z0-9-]{1,30}[ \t]+)?([^\s\"'\\,;]+)",
            rb"(?i)\bdigest[ \t]+username=.{0,400}?\bresponse=\\?\"?([0-9a-f]{16,})",
            rb"(?i)\b(?:bearer|basic)[ \t]+([a-z0-9._~+/-]{8,}={0,2})",
        ),
        is_no_token,
    ),
    Rule(
        "header",
        (b"cookie",),
        (rb"(?i)cookie2?(?:\\?[\"'])?[ \t]{0,4}(?::|=>)[ \t]{0,4}(?:\\?[\"'])?([^\s\"'\\=]{1,100}=[^\"'\\\r\n]+)",),
    ),
    Rule("header", (b"magic-cookie",), (rb"(?i)MIT-MAGIC-COOKIE-1[ \t]+([0-9a-f]{32})",)),
    Rule(
        "header",
        (b"sessid", b"session", b"connect.sid"),
        (
            rb"(?i)(?:phpsessid|jsessionid|(?:session|connect)[._-]?s?id)[\"']?[ \t]{0,3}[=:][ \t]{0,3}"
            rb"[\"']?([\w%.-]{20,})",
        ),
        is_not_random,
    ),
    Rule(
        "header",
        (b"x-",),
        (
            rb"(?i)\bx-[a-z-]{0,40}?(?:key|token|secret|auth|password|signature|session)[\w-]{0,10}"
            rb"(?:\\?[\"'])?[ \t]{0,3}:[ \t]{0,4}(?:\\?[\"'])?([^\s\"'\\,;]{6,})",
        ),
        is_no_secret,
    ),
)
