"""The precision a model's weights are held in."""

from __future__ import annotations

import os

from tsel_core.device.bf16 import has_fast_bf16
from tsel_core.models.families import FAMILIES


def reads_in_bf16(model_type: str) -> bool:
    """Whether weights stay bf16 on this CPU: it multiplies them in hardware, and the decoder step knows the model.

    TSEL_CPU_WEIGHTS=fp32 or bf16 decides instead (for comparisons).
    """
    asked = os.environ.get("TSEL_CPU_WEIGHTS", "auto")
    return model_type in FAMILIES and (asked == "bf16" or (asked != "fp32" and has_fast_bf16()))
