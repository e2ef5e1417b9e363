"""Proof that a fault is what its ground truth says: broken on a real host, seen, wrongly repaired, healed."""

import re
import subprocess
import time
from typing import Any

from tests.machines.testbed.catalogue import Fault
from tests.machines.testbed.host import Host
from tests.machines.testbed.lab import Lab
from tests.machines.testbed.snapshots import Snapshot, save_snapshot


def prove(lab: Lab, fault: Fault) -> tuple[bool, str]:
    """Prove one fault on one fresh host; returns whether it held, and a line for people.

    Writes proofs/NAME.txt (the full protocol) and snapshots/NAME.{fault,healed}.json.gz beside the faults.
    """
    host = lab.host(**fault.host)
    proof = Proof(fault, host)
    try:
        proof.run()
    except Exception as error:
        proof.complaints.append(f"{type(error).__name__}: {error} {getattr(error, 'stderr', '') or ''}")
    finally:
        host.destroy()
    complaints = "".join(f"\n     - {complaint}" for complaint in proof.complaints)
    verdict = f"{'FAIL' if complaints else 'ok  '} {fault.name} {proof.seconds():.0f} s{complaints}"
    protocol = fault.folder / "proofs" / f"{fault.name}.txt"
    protocol.parent.mkdir(parents=True, exist_ok=True)
    protocol.write_text("\n".join([*proof.protocol, f"# {verdict}"]) + "\n")
    return not complaints, verdict


class Proof:
    """`verify` must pass before the fault, fail during it and after the naive repair, and pass once it is healed."""

    def __init__(self, fault: Fault, host: Host) -> None:
        self.complaints: list[str] = []
        self.protocol = [f"# {fault.name}: {fault.truth['title']}", time.strftime("# %FT%TZ", time.gmtime())]
        self._fault = fault
        self._host = host
        self._start = time.monotonic()

    def seconds(self) -> float:
        """Since the host was started."""
        return time.monotonic() - self._start

    def run(self) -> None:
        """All steps in their order."""
        truth = self._fault.truth
        self._expect_state("running", self._host.wait(), "fresh host is")
        self._wait_until_verified(20)
        self._step("verify", True)
        time.sleep(truth.get("age_s", 0))
        self._step("inject", True)
        time.sleep(truth.get("settle_s", 2))
        self._step("show", True, tries=8)
        if not truth.get("event") and truth["category"] != "control":
            self._step("verify", False)
        self._record_fault(truth)
        if self._fault.has("naive"):
            self._step("naive", None)
            time.sleep(truth.get("naive_s", 3))
            self._step("verify", False)
        self._step("heal", True)
        self._step("verify", True, tries=40)
        state = self._host.state()
        self._note(f"is-system-running: {state}")
        self._expect_state(truth.get("state_after", "running"), state, "after heal:")
        self._note(f"healed snapshot: {self._record('healed')} bytes")

    def _step(self, step: str, expected: bool | None, tries: int = 1) -> None:
        """Do one step, again until it ends as expected; None expects nothing."""
        for attempt in range(tries):
            if attempt:
                time.sleep(1)
            done = self._host.inject(self._fault, step, check=False)
            if expected in (None, done.returncode == 0):
                break
        else:
            self.complaints.append(f"{step} {'failed' if expected else 'unexpectedly succeeded'}")
        self._note(f"{step}: exit {done.returncode} at {self.seconds():.1f} s", done)

    def _note(self, line: str, done: subprocess.CompletedProcess[str] | None = None) -> None:
        self.protocol.append(f"## {line}")
        if done:
            printed = (done.stdout + done.stderr).strip()[:6000]
            self.protocol += [f"    {line}" for line in printed.splitlines()]

    def _expect_state(self, expected: str, state: str, what: str) -> None:
        if state != expected:
            failed = self._host.run("systemctl --failed --no-legend --plain").stdout.strip()
            self.complaints.append(f"{what} {state}: {failed}")

    def _wait_until_verified(self, timeout: float) -> None:
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            if self._host.inject(self._fault, "verify", check=False).returncode == 0:
                break
            time.sleep(0.5)

    def _record_fault(self, truth: dict[str, Any]) -> None:
        if truth.get("snapshot", True):
            self._note(f"fault snapshot: {self._record('fault')} bytes")
            self.complaints += missing_evidence(truth, self._fault.snapshot("fault"))
        else:  # a controller gets nothing from such a host: record what ssh says
            done = self._host.ssh("true", timeout=30)
            self._note(f"controller: ssh exit {done.returncode}: {done.stderr.strip()}")

    def _record(self, state: str) -> int:
        path = self._fault.folder / "snapshots" / f"{self._fault.name}.{state}.json.gz"
        return save_snapshot(self._host, self._fault.name, path, self._fault.over_ssh)


def missing_evidence(truth: dict[str, Any], snapshot: Snapshot) -> list[str]:
    """Every required finding must be visible in the recorded outputs: evidence = [[command id, regex], ...]."""
    missing = []
    for finding in truth["findings_required"]:
        for key, regex in finding["evidence"]:
            recorded = snapshot["results"][key]
            if not re.search(regex, recorded["out"] + recorded["err"], re.MULTILINE):
                missing.append(f"{finding['kind']} {finding['object']}: {key} !~ {regex}")
    return missing
