"""The functions of tsel_kernels for a device, as one object."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import torch

from tsel_kernels import decode, score
from tsel_kernels.backend import get_backend


def load_backend(device: torch.device | str, bf16_chunks: bool = False) -> Any:
    """Backend for a device: the torch definitions on a CPU, Triton kernels on CUDA where Triton is installed.

    The captured decode loop uses `decode_select_`; `score_rows` serves the step-by-step path. `bf16_chunks`: the
    model's weights are bf16 on a CPU that computes in float32; chunks may then attend in bf16 where that is faster.
    """
    parts = {n: getattr(decode, n) for n in ("DecodeShape", "DecodeState", "decode_state")}
    found = vars(get_backend(torch.device(device), bf16_chunks))
    return SimpleNamespace(**{**parts, "score_rows": score.score_rows, **found})
