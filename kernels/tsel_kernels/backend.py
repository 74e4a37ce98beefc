"""One place that decides who computes: Triton kernels on a CUDA device, the torch definitions elsewhere."""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace
from typing import Any

import torch

from tsel_kernels import cpu, decode, fetch, fp8_rows, fused, key_index, kv_pack, reference, row_linear, score

NAMES = (
    "append_index_",
    "candidate_lse",
    "causal_attention",
    "decode_attend_",
    "decode_select_",
    "decode_workspace",
    "delta_correct",
    "fetch_rows_",
    "fp8_load_rows_",
    "fp8_store_row_",
    "gathered_attention",
    "quantize_keys",
    "rms_norm_",
    "rope_append_",
    "rope_rotate",
    "row_linear_",
    "score_rows",
    "silu_mul_",
    "soft_votes",
    "top_k_rows",
    "unpack_rows_",
)
"""Functions every backend has, with the same arguments and results."""


def torch_backend() -> Any:
    """The torch definitions as one namespace."""
    found = {}
    for module in (decode, fetch, fp8_rows, fused, key_index, kv_pack, row_linear, score, reference):
        found.update({name: getattr(module, name) for name in NAMES if name in vars(module)})
    return SimpleNamespace(name="torch", **found)


def cpu_backend(bf16_chunks: bool = False) -> Any:
    """The torch definitions, with quicker forms (tsel_kernels.cpu).

    `bf16_chunks`: chunks may attend on bf16 copies where that is faster; callers of full attention read it here.
    """
    quick = {name: getattr(cpu, name) for name in cpu.QUICK}
    if bf16_chunks:
        quick["gathered_attention"] = partial(cpu.gathered_attention, bf16=True)
    return SimpleNamespace(**{**vars(torch_backend()), **quick, "name": "cpu", "bf16_chunks": bf16_chunks})


def triton_backend() -> Any:
    """The Triton kernels as one namespace (imports triton)."""
    from tsel_kernels import gpu

    return SimpleNamespace(name="triton", **{name: getattr(gpu, name) for name in NAMES})


def has_triton() -> bool:
    """True when triton can be imported."""
    try:
        import triton  # noqa: F401
    except ImportError:
        return False
    return True


def runs_kernels(device: torch.device) -> bool:
    """Whether a CUDA device is of the kind the kernels are compiled for: NVIDIA, compute capability 8.0 or more."""
    if torch.version.hip is not None:
        return False
    return not torch.cuda.is_available() or torch.cuda.get_device_capability(device) >= (8, 0)


def get_backend(device: torch.device | str, bf16_chunks: bool = False) -> Any:
    """Functions named in NAMES for tensors on `device`: Triton where `runs_kernels`, torch on any other GPU.

    `bf16_chunks` is for a CPU: see cpu_backend.
    """
    if torch.device(device).type == "cuda":
        return triton_backend() if has_triton() and runs_kernels(torch.device(device)) else torch_backend()
    return cpu_backend(bf16_chunks)
