"""The functions of tsel_kernels for a device, as one object."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import torch


def load_backend(device: torch.device | str) -> Any:
    """Backend for a device: the torch definitions on a CPU, Triton kernels on CUDA when Triton is installed."""
    if torch.device(device).type == "cuda":
        from tsel_kernels.backend import get_backend

        return get_backend(torch.device(device))
    from tsel_kernels import reference, score

    names = ("causal_attention", "soft_votes", "candidate_lse", "top_k_rows", "gathered_attention", "delta_correct")
    return SimpleNamespace(**{n: getattr(reference, n) for n in names}, score_rows=score.score_rows)
