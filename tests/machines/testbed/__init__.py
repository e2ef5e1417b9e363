"""Throw-away machines for tests: real systemd in systemd-nspawn, broken in known ways. README.md tells the rest."""

from tests.machines.testbed.catalogue import Fault
from tests.machines.testbed.host import Host
from tests.machines.testbed.lab import Boot, Lab, why_unavailable

__all__ = ["Boot", "Fault", "Host", "Lab", "why_unavailable"]
