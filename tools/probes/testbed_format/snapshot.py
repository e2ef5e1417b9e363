"""The file of a testbed snapshot: a host at one moment, and what each of the testbed's own commands printed."""

from pydantic import BaseModel, ConfigDict

from tools.probes.script import Section


class Result(BaseModel):
    """One command, with its exit status and what it printed."""

    model_config = ConfigDict(strict=True, frozen=True)
    cmd: str
    rc: int
    out: str
    err: str = ""


class Snapshot(BaseModel):
    """The whole file."""

    model_config = ConfigDict(strict=True, frozen=True)
    host: str
    taken: str
    results: dict[str, Result]

    def out(self, name: str) -> str:
        """What this command printed; raises KeyError where it was not recorded."""
        return self.results[name].out

    def uptime(self) -> float:
        """Seconds since the boot."""
        return float(self.out("uptime").split(" ", 1)[0])

    def now(self) -> int:
        """Unix time by the host's clock."""
        return int(self.out("time").split(".", 1)[0])


def section(*pieces: str) -> Section:
    """What a probe of ours would have printed."""
    return Section(0, "".join(pieces).encode("utf-8", "backslashreplace"))
