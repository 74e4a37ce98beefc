"""The functions of tsel_kernels for a device, as one object."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import torch

from tsel_kernels import decode, score
from tsel_kernels.backend import get_backend


def load_backend(device: torch.device | str) -> Any:
    """Backend for a device: the torch definitions on a CPU, Triton kernels on CUDA where Triton is installed.

    The captured decode loop uses `decode_select_`; `score_rows` serves the step-by-step path.
    """
    parts = {n: getattr(decode, n) for n in ("DecodeShape", "DecodeState", "decode_state")}
    return SimpleNamespace(**{**parts, "score_rows": score.score_rows, **vars(get_backend(torch.device(device)))})
