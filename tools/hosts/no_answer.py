"""How a step towards a host says that no answer will come; `SshHost.run` makes it a value, so it leaves no folder."""

from tools.hosts import Trouble


class NoAnswerError(Exception):
    """The trouble, and why in words that continue "HOST (ADDRESS port PORT): …"."""

    def __init__(self, trouble: Trouble, why: str) -> None:
        super().__init__(why)
        self.trouble = trouble
        self.why = why
