"""Tokens that say themselves what they are, by the beginning that their provider gives them."""

from tools.redaction.rule import Rule
from tools.redaction.values import is_not_random

RULES = (
    Rule("jwt", (b"eyj",), (rb"\beyJ[\w-]{8,}=*\.[\w-]{8,}=*(?:\.[\w.+/=-]*)?",)),
    Rule(
        "google",
        (b"aiza", b"ya29.", b"gocspx-", b"1//0"),
        (rb"\bAIza[\w-]{30,}", rb"\bya29\.[\w.-]{20,}", rb"\bGOCSPX-[\w-]{20,}", rb"(?<![\w/])1//0[\w-]{30,}"),
    ),
    Rule(
        "azure",
        (b"accountkey=", b"sharedaccesskey=", b"q~"),
        (
            rb"(?i)\b(?:account|sharedaccess)key=([a-z0-9+/%]{32,}={0,2})",
            rb"(?<![\w~.])[\w~.]{3}\dQ~[\w~.-]{31,34}(?![\w~])",
        ),
    ),
    Rule(
        "github",
        (b"ghp_", b"gho_", b"ghu_", b"ghs_", b"ghr_", b"github_pat_"),
        (rb"\bgh[pousr]_[A-Za-z0-9]{30,255}", rb"\bgithub_pat_\w{22,255}"),
    ),
    Rule(
        "gitlab",
        (
            b"glpat-",
            b"gldt-",
            b"glft-",
            b"glsoat-",
            b"glrt-",
            b"glcbt-",
            b"glptt-",
            b"glimt-",
            b"glagent-",
            b"gloas-",
            b"gr13489",
        ),
        (rb"\bgl(?:pat|dt|ft|soat|rt|cbt|ptt|imt|agent|oas)-[\w.-]{16,}", rb"\bGR1348941[\w-]{20,}"),
    ),
    Rule(
        "slack",
        (b"xox", b"xapp-", b"hooks.slack.com"),
        (rb"\bxox[a-z]-[\w-]{10,}", rb"\bxapp-[\w-]{10,}", rb"hooks\.slack\.com/(?:services|workflows)/([\w/-]{20,})"),
    ),
    Rule("jfrog", (b"akcp",), (rb"\bAKCp[A-Za-z0-9]{20,}",)),
    Rule("webhook", (b"/api/webhooks/",), (rb"/api/webhooks/\d{5,25}/([\w-]{20,})",)),
    Rule("telegram", (b":aa",), (rb"(?<!\d)\d{8,10}:(AA[\w-]{33})(?![\w-])",)),
    Rule("stripe", (b"k_live_", b"k_test_", b"whsec_"), (rb"\b[rs]k_(?:live|test)_\w{20,}", rb"\bwhsec_[\w+/=]{20,}")),
    Rule("sk", (b"sk-",), (rb"(?<![\w-])sk-[\w-]{20,}",), is_not_random),
    Rule("hugging-face", (b"hf_",), (rb"\bhf_[A-Za-z0-9]{30,}",)),
    Rule("pypi", (b"pypi-ag",), (rb"\bpypi-Ag[\w-]{50,}",)),
    Rule("sendgrid", (b"sg.",), (rb"\bSG\.[\w-]{16,32}\.[\w-]{30,}",)),
    Rule("mailgun", (b"mailgun",), (rb"\bkey-[0-9a-z]{32}\b",)),
    Rule("digitalocean", (b"_v1_",), (rb"\bdo[opr]_v1_[0-9a-f]{40,}",)),
    Rule("vault", (b"hvs.", b"hvb.", b"hvr."), (rb"\bhv[sbr]\.[\w-]{20,}",)),
    Rule("tailscale", (b"tskey-",), (rb"\btskey-[a-z]{2,12}-[\w-]{16,}",)),
    Rule(
        "registry",
        (b'"auth"', b"dckr_"),
        (rb"\\?\"auth\\?\"\s{0,3}:\s{0,3}\\?\"([A-Za-z0-9+/]{8,}={0,2})", rb"\bdckr_[a-z]{3}_[\w-]{20,}"),
    ),
    Rule("grafana", (b"glsa_", b"glc_"), (rb"\bgl(?:sa|c)_[\w+/=]{30,}",)),
    Rule("matrix", (b"syt_",), (rb"\bsyt_\w{16,}",)),
    Rule("ntfy", (b"tk_",), (rb"\btk_[a-z0-9]{29}\b",)),
    Rule("age", (b"age-secret-key-",), (rb"(?i)AGE-SECRET-KEY-[0-9A-Z-]{40,}",)),
    Rule("nix", (b"==",), (rb"\b[\w.-]{1,100}-\d{1,4}:([A-Za-z0-9+/]{86}==)",)),
)
