"""All cases, and all thresholds that there are."""

from typing import get_args

from pydantic import BaseModel

from tests.laws.thresholds import network_and_logs, processor_and_memory, storage, units_and_upkeep
from tests.laws.thresholds.case import Case
from tools.detectors.thresholds import Thresholds

CASES: list[Case] = [
    *storage.CASES, *processor_and_memory.CASES, *network_and_logs.CASES, *units_and_upkeep.CASES,
]  # fmt: skip


def numbers(model: type[BaseModel] = Thresholds, before: str = "") -> set[str]:
    """Every number in the thresholds, as `disk_space.warning_percent`, also of the things in a list."""
    found: set[str] = set()
    for name, field in model.model_fields.items():
        for kind in (field.annotation, *get_args(field.annotation)):
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                found |= numbers(kind, f"{before}{name}.")
            elif kind in (int, float):
                found.add(f"{before}{name}")
    return found
