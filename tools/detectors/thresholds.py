"""All thresholds in one model, as the configuration file holds them."""

from tools.detectors.clock_skew import ClockSkewLimits
from tools.detectors.disk_space import DiskSpaceLimits
from tools.detectors.limits import Limits
from tools.detectors.load_high import LoadHighLimits
from tools.detectors.log_errors import LogErrorsLimits
from tools.detectors.memory_low import MemoryLowLimits
from tools.detectors.network_trouble import NetworkTroubleLimits


class Thresholds(Limits):
    """One field for each detector that has thresholds, named as its file; the defaults come from published rules."""

    clock_skew: ClockSkewLimits = ClockSkewLimits()
    disk_space: DiskSpaceLimits = DiskSpaceLimits()
    load_high: LoadHighLimits = LoadHighLimits()
    log_errors: LogErrorsLimits = LogErrorsLimits()
    memory_low: MemoryLowLimits = MemoryLowLimits()
    network_trouble: NetworkTroubleLimits = NetworkTroubleLimits()
