"""Which attention heads a fine-tuning changed.

``sft_probe.open("patterns.h5")`` reads a file of measurements, as the tool ``sft-probe`` or
``sft_probe.callback.HeadActivationCallback`` writes it::

    patterns = sft_probe.open("patterns.h5")
    patterns["math"]["base"].heatmap()
    patterns["math"].change("base", "final").heads
"""

from .change import Change, HeadChange, LossChange
from .extras import Adapter, Audit
from .measurement import Measurement
from .patterns import Patterns, Task, open
from .provenance import Provenance
from .telemetry import Telemetry

__version__ = "0.1.0"

__all__ = [
    "Adapter", "Audit", "Change", "HeadChange", "LossChange", "Measurement", "Patterns", "Provenance", "Task", "Telemetry", "open"
]
