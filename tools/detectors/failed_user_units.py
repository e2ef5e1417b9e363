"""Failed units of people who are logged in or linger."""

from collections.abc import Iterator

from tools.detectors import Evidence, Finding, Severity
from tools.probes.user_units import UserUnits


def detect(user_units: UserUnits) -> Iterator[Finding]:
    """`unit.failed_of_user` with `uid/unit` as object; an info, for it is that user's and hurts nobody else."""
    for uid, names in user_units.failed.items():
        for name in names:
            yield Finding(
                kind="unit.failed_of_user",
                object=f"{uid}/{name}",
                severity=Severity.INFO,
                summary=f"{name} of user {uid} is failed",
                evidence=(Evidence("user_units", f"systemctl --user of {uid}: {name} failed"),),
                details={"uid": uid, "unit": name},
            )
