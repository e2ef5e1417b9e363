"""Small random families of systemd units that hang together in every way systemd knows, for a booted host to load."""

from dataclasses import dataclass, field
from random import Random

FOLDER = "/etc/systemd/system"
MENDED = "/run/mended"
"""Once this file is there, the units of the kinds `mends` and `mending_job` can be started."""

SERVICES = {
    "runs": "Type=exec\nExecStart=/bin/sleep infinity",
    "killed": "Type=exec\nExecStart=/bin/sleep infinity\nKillSignal=SIGKILL",
    "fails": "Type=exec\nExecStart=/bin/false",
    "mends": f"Type=exec\nExecStart=/bin/sh -c 'test -e {MENDED} && exec sleep infinity'",
    "waits": "Type=exec\nExecStart=/bin/false\nRestart=on-failure\nRestartSec=900",
    "job": "Type=oneshot\nExecStart=/bin/true",
    "lasting_job": "Type=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true",
    "failing_job": "Type=oneshot\nExecStart=/bin/false",
    "mending_job": f"Type=oneshot\nRemainAfterExit=yes\nExecStart=/bin/test -e {MENDED}",
}
KINDS = (
    *SERVICES, "mends", "mends", "runs", "runs", "fails", "socket", "timer", "path", "template", "target", "masked",
)  # fmt: skip
RELATIONS = (
    "Requires", "Requires", "Requisite", "BindsTo", "BindsTo", "PartOf", "PartOf", "Wants", "Wants", "Upholds",
    "Conflicts", "Conflicts", "After", "Before", "PropagatesStopTo", "StopPropagatedFrom", "PropagatesReloadTo",
    "OnFailure", "OnSuccess", "JoinsNamespaceOf",
)  # fmt: skip
PULLING = ("Requires", "BindsTo", "Wants", "After")
"""The only relations that lead to a unit that would reboot the host: nothing but an action may start it."""
HOST_ACTIONS = (
    "FailureAction=reboot",
    "StartLimitAction=poweroff-force",
    "SuccessAction=exit",
    "JobTimeoutAction=reboot",
)


@dataclass
class Graph:
    """What to write and to start on a host, and which of it is protected by which patterns of the configuration."""

    prefix: str
    files: dict[str, str] = field(default_factory=dict)
    late_files: dict[str, str] = field(default_factory=dict)
    """Drop-ins that come once everything has been started, as when a unit is edited on a running host."""
    links: dict[str, str] = field(default_factory=dict)
    units: list[str] = field(default_factory=list)
    """By Id; templates by their instances."""
    started: list[str] = field(default_factory=list)
    enabled: list[str] = field(default_factory=list)
    protected: list[str] = field(default_factory=list)
    patterns: list[str] = field(default_factory=list)
    may_reboot: bool = False
    drawn: list[str] = field(default_factory=list)
    """Every unit and relation in words, for the report of a failure."""


def generate(seed: int) -> Graph:
    """The same graph for the same seed: 5 to 12 units, 1 to 3 of them protected."""
    return _Making(seed).graph


class _Making:
    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.graph = Graph(f"g{seed}x")
        self.kinds: dict[str, str] = {}
        self.names: dict[str, list[str]] = {}
        self.sections: dict[str, list[str]] = {}
        wanted = self.random.randint(5, 12)
        self._add("runs")
        self._add(self.random.choice(("mends", "fails", "failing_job", "mending_job")))
        while len(self.graph.units) < wanted:
            self._add(self.random.choice(KINDS))
        self._alias()
        self._protect()
        dangerous = self._endanger()
        for _ in range(self.random.randint(len(self.kinds) * 2 // 3, len(self.kinds) * 3 // 2)):
            self._relate(dangerous)
        for name in self.kinds:
            if self.kinds[name] != "masked":
                self.graph.files[self._file(name)] = self._text(name)
        self.graph.drawn = [f"{name} ({kind})" for name, kind in self.kinds.items()] + self.graph.drawn

    def _add(self, kind: str) -> None:
        stem = f"{self.graph.prefix}{len(self.kinds)}"
        if kind in SERVICES:
            self._keep(f"{stem}.service", kind, f"[Service]\n{SERVICES[kind]}")
        elif kind == "socket":
            self._keep(f"{stem}.service", "served", f"[Service]\n{SERVICES[self.random.choice(('runs', 'fails'))]}")
            self._keep(f"{stem}.socket", kind, f"[Socket]\nListenStream=/run/{stem}.sock")
        elif kind == "timer":
            after = self.random.choice(("0", "1h", "1h"))
            unit = self._some_service()
            self._keep(f"{stem}.timer", kind, f"[Timer]\nOnActiveSec={after}\nAccuracySec=1ms\nUnit={unit}")
            self.graph.drawn.append(f"{stem}.timer starts {unit} after {after}")
        elif kind == "path":
            watched = self.random.choice((FOLDER, f"{FOLDER}/{stem}.none", f"{FOLDER}/{stem}.none"))
            unit = self._some_service()
            self._keep(f"{stem}.path", kind, f"[Path]\nPathExists={watched}\nUnit={unit}")
            self.graph.drawn.append(f"{stem}.path starts {unit} when there is {watched}")
        elif kind == "template":
            body = SERVICES[self.random.choice(("runs", "mends", "fails"))]
            for instance in ("1", "2")[: self.random.randint(1, 2)]:
                self._keep(f"{stem}@{instance}.service", kind, f"[Service]\n{body}")
        elif kind == "masked":
            self._keep(f"{stem}.service", kind, "")
            self.graph.links[f"{FOLDER}/{stem}.service"] = "/dev/null"
        else:
            self._keep(f"{stem}.target", kind, "")

    def _keep(self, name: str, kind: str, body: str) -> None:
        self.kinds[name] = kind
        self.names[name] = [name]
        unit = ["[Unit]"]
        if self.random.random() < 0.12:
            unit.append("StopWhenUnneeded=yes")
            self.graph.drawn.append(f"{name} stops when unneeded")
        if self.random.random() < 0.1:
            unit += ["StartLimitBurst=1", "StartLimitIntervalSec=60"]
            self.graph.drawn.append(f"{name} may be started once a minute")
        self.sections[name] = ["\n".join(unit), body]
        self.graph.units.append(name)
        if kind != "masked" and self.random.random() < 0.65:
            self.graph.started.append(name)

    def _some_service(self) -> str:
        return self.random.choice([name for name in self.kinds if name.endswith(".service")])

    def _alias(self) -> None:
        """A second name for some services, by a link or by `systemctl enable`."""
        for name, kind in self.kinds.items():
            if kind not in SERVICES or self.random.random() > 0.25:
                continue
            alias = f"{name.removesuffix('.service')}-alias.service"
            self.names[name].append(alias)
            if self.random.random() < 0.5:
                self.graph.links[f"{FOLDER}/{alias}"] = name
            else:
                self.sections[name].append(f"[Install]\nAlias={alias}")
                self.graph.enabled.append(name)

    def _protect(self) -> None:
        candidates = [name for name, kind in self.kinds.items() if kind != "masked"]
        running = [n for n in candidates if self.kinds[n] in ("runs", "killed", "lasting_job", "template", "socket")]
        chosen = {self.random.choice(running), *self.random.sample(candidates, self.random.randint(0, 2))}
        for name in sorted(chosen):
            if self.random.random() < 0.8 and name not in self.graph.started:
                self.graph.started.append(name)
            stem, _, suffix = name.rpartition(".")
            ways = [name, self.names[name][-1], self.names[name][-1].upper(), f"{stem}.*", stem]
            if "@" in stem:
                template = stem.partition("@")[0]
                ways = [name, f"{template}@*", f"{template}@.{suffix}", template]
            pattern = self.random.choice(ways[:2])
            self.graph.patterns.append(pattern)
            self.graph.protected.append(name)
            self.graph.drawn.append(f"{name} is protected by {pattern}")

    def _endanger(self) -> str:
        """Let one unit take the host with it, in every fourth graph."""
        triggered = "\n".join(line for lines in self.sections.values() for line in lines)
        candidates = [
            name
            for name, kind in self.kinds.items()
            if kind in ("mends", "mending_job") and name not in self.graph.protected and f"Unit={name}" not in triggered
        ]
        if not candidates or self.random.random() > 0.25:
            return ""
        name = self.random.choice(candidates)
        action = self.random.choice(HOST_ACTIONS)
        self.graph.late_files[f"{self._file(name)}.d/host.conf"] = f"[Unit]\n{action}\n"
        self.graph.may_reboot = True
        self.graph.drawn.append(f"{name} has {action}")
        return name

    def _relate(self, dangerous: str) -> None:
        one, other = self.random.sample(list(self.kinds), 2)
        relation = self.random.choice(PULLING if dangerous in (one, other) else RELATIONS)
        if self.kinds[one] == "masked" or (dangerous and relation == "BindsTo" and one == dangerous):
            return
        target = self.random.choice(self.names[other])
        self.graph.drawn.append(f"{one} {relation} {target}")
        way = self.random.random()
        if way < 0.2 and relation in ("Wants", "Requires"):
            self.graph.links[f"{FOLDER}/{one}.{relation.lower()}/{target}"] = f"{FOLDER}/{self._file_name(other)}"
        elif way < 0.45:
            drop_in = f"{FOLDER}/{one}.d/{relation}-{target}.conf"
            where = self.graph.late_files if way > 0.3 else self.graph.files
            where[drop_in] = f"[Unit]\n{relation}={target}\n"
            self.graph.drawn[-1] += " (added later)" if way > 0.3 else ""
        else:
            self.sections[one][0] += f"\n{relation}={target}"

    def _file_name(self, name: str) -> str:
        stem, _, suffix = name.rpartition(".")
        return f"{stem.partition('@')[0]}@.{suffix}" if "@" in stem else name

    def _file(self, name: str) -> str:
        return f"{FOLDER}/{self._file_name(name)}"

    def _text(self, name: str) -> str:
        return "\n".join(self.sections[name]) + "\n"
