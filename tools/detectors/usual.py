"""What is usual on a host at this hour, beside a finding about a figure; and what is usual is told more quietly."""

from dataclasses import replace

from tools.detectors import Evidence, Finding, Severity
from tools.history import History, Measure

QUIETER = frozenset({"cpu.load", "log.storm", "mem.pressure", "mem.swap"})
"""Kinds that say how busy a host is, where a habit is no trouble. Space, inodes, limits and failures are not: what is
full is full, however usual."""
LEAST_DAYS = 7
"""Of the same hour, before a habit makes anything quieter: a week has every sort of day once."""
REACHED_DAYS = 2
"""On so many earlier days it must have been as high. What only rises, as a leak does, never was."""

_MILDER = {Severity.HIGH: Severity.WARNING, Severity.WARNING: Severity.INFO}
_UNITS = ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB"))


def beside_usual(finding: Finding, history: History) -> Finding:
    """The finding with what is usual for its figure as evidence, where enough days are known.

    One level lower, never below info and never from critical, where the figure is usual itself.
    """
    figure = finding.figure
    if figure is None:
        return finding
    baseline = history.baseline(figure.metric, figure.object)
    if not baseline.is_trusted:
        return finding
    low, high = baseline.usual()
    said = (
        f"{_words(figure)}: usual at this hour {_amount(figure, low)} to {_amount(figure, high)}"
        f" ({baseline.count} days known), now {_amount(figure, figure.value)}"
    )
    milder = _MILDER.get(finding.severity) if finding.kind in QUIETER else None
    reached = history.days_reached(figure.metric, figure.object, figure.value) if milder else 0
    if milder and baseline.count >= LEAST_DAYS and figure.value <= high and reached >= REACHED_DAYS:
        said += f"; as high on {reached} earlier days, so it is told as {milder} and not as {finding.severity}"
        finding = replace(finding, severity=milder)
    return replace(finding, evidence=(*finding.evidence, Evidence(figure.metric.partition(".")[0], said)))


def _words(figure: Measure) -> str:
    name = figure.metric.removeprefix("counters.").removesuffix("_bytes").replace(".", " ").replace("_", " ")
    return f"{name} of {figure.object}" if figure.object else name


def _amount(figure: Measure, value: float) -> str:
    if figure.metric.endswith("_bytes"):
        size, unit = next((one for one in _UNITS if value >= one[0]), (1, "bytes"))
        return f"{value / size:.1f} {unit}" if size > 1 else f"{value:.0f} bytes"
    return f"{value:.0f}" if value >= 100 or value == int(value) else f"{value:.1f}"
