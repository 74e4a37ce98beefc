"""The precision a model's weights are held in."""

from __future__ import annotations

import os

from tsel_core.device.bf16 import has_fast_bf16

_LEAN = ("llama", "qwen2", "qwen3", "mistral", "phi3")
"""Model types that the lean decoder step knows."""


def reads_in_bf16(model_type: str) -> bool:
    """Whether weights stay bf16 on this CPU: it multiplies them in hardware, and the decoder step knows the model.

    TSEL_CPU_WEIGHTS=fp32 or bf16 decides instead (for comparisons).
    """
    asked = os.environ.get("TSEL_CPU_WEIGHTS", "auto")
    return model_type in _LEAN and (asked == "bf16" or (asked != "fp32" and has_fast_bf16()))
