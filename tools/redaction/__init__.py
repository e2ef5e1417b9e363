"""Secrets taken out of what a host said, before it is first written and before any prompt.

Text goes through `redact`, raw output of a host through `redact_bytes`. A secret becomes `[redacted:RULE]`: neither its
value nor anything computed from it stays. A new format is one rule in the file of its kind and one line in
`tests/tools/redaction/known.py`.

Not found: secrets that are encoded as a whole (hexadecimal `proctitle=` of the audit log, base64 of a config file),
secrets split over several lines (private keys are found), and a password that nothing beside it calls one.
"""

from tools.redaction.clean import redact, redact_bytes

__all__ = ["redact", "redact_bytes"]
