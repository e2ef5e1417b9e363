"""What a command prints, kept up to a limit, so that a flood costs neither memory nor a deadlock."""

from tools.hosts import Completed


class Stream:
    """The first `limit_bytes` bytes of one stream; `is_truncated` says that more came and was dropped."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._kept = bytearray()
        self.is_truncated = False

    def add(self, chunk: bytes) -> None:
        room = self._limit_bytes - len(self._kept)
        self._kept += chunk[:room]
        self.is_truncated = self.is_truncated or len(chunk) > room

    def kept(self) -> bytes:
        return bytes(self._kept)


class Capture:
    """Both streams of one command."""

    def __init__(self, limit_bytes: int) -> None:
        self.stdout = Stream(limit_bytes)
        self.stderr = Stream(limit_bytes)

    def completed(self, exit_status: int, *, is_whole: bool = True) -> Completed:
        """The answer; `is_whole` is false where reading stopped before the streams were at their end."""
        is_truncated = self.stdout.is_truncated or self.stderr.is_truncated or not is_whole
        return Completed(exit_status, self.stdout.kept(), self.stderr.kept(), is_truncated)
