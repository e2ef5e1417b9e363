"""Users who can hardly watch further files: programs then miss changes, or do not start."""

from collections.abc import Iterator
from typing import ClassVar

from tools.detectors import Evidence, Finding, Memory
from tools.detectors.levels import rising
from tools.detectors.limits import Limits, Percent
from tools.history import Measure
from tools.probes.inotify_use import InotifyUse


class InotifyFullLimits(Limits):
    """Percent of a user's limit. None of the anchors looks at it; the levels are those of open files (mixin)."""

    rising: ClassVar[tuple[tuple[str, ...], ...]] = (("clear_percent", "warning_percent", "high_percent"),)

    clear_percent: Percent = 70
    """percent of a user's watches or instances at which it is over"""
    warning_percent: Percent = 80
    """percent in use from which it is a warning"""
    high_percent: Percent = 95
    """percent in use from which it is high"""


def detect(inotify_use: InotifyUse, limits: InotifyFullLimits, memory: Memory) -> Iterator[Finding]:
    """`limit.inotify` with `watches of uid N` or `instances of uid N` as object."""
    for what, used, most in (
        ("watches", inotify_use.watches, inotify_use.watches_limit),
        ("instances", inotify_use.instances, inotify_use.instances_limit),
    ):
        for user, count in used.items():
            name, share = f"{what} of uid {user}", 100 * count / most
            severity = rising(
                share,
                is_open=memory.is_open("limit.inotify", name),
                clear=limits.clear_percent,
                warning=limits.warning_percent,
                high=limits.high_percent,
            )
            if severity:
                said = f"uid {user} uses {count} of {most} inotify {what} ({share:.0f} %)"
                yield Finding(
                    kind="limit.inotify",
                    object=name,
                    severity=severity,
                    summary=said,
                    evidence=(Evidence("inotify_use", said),),
                    details={"setting": f"fs.inotify.max_user_{what}", "used": str(count), "limit": str(most)},
                    figure=Measure(f"inotify_use.{what}_percent", str(user), share),
                )
