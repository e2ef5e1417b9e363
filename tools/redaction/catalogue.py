"""Every rule, in the order in which they are tried: names that call a value secret first, they know where it ends."""

from tools.redaction import assigned, command_lines, hashes, maintained, network, tokens
from tools.redaction.rule import Rule

RULES: tuple[Rule, ...] = (
    *hashes.RULES,
    *network.RULES,
    *assigned.RULES,
    *command_lines.RULES,
    *tokens.RULES,
    *maintained.RULES,
)
