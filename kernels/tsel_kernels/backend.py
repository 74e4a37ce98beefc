"""One place that decides who computes: Triton kernels on a CUDA device, the torch definitions elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

import torch

from tsel_kernels.append import reference as append
from tsel_kernels.attention import cpu as cpu_attention
from tsel_kernels.attention import reference as attention
from tsel_kernels.batch import reference as batch
from tsel_kernels.bilevel import reference as bilevel
from tsel_kernels.bilevel import reference_step as bilevel_step
from tsel_kernels.cells import reference as cells
from tsel_kernels.decode import reference as decode
from tsel_kernels.decode.state import decode_state
from tsel_kernels.fetch import reference as fetch
from tsel_kernels.fp8_rows import reference as fp8_rows
from tsel_kernels.key_index import quantize_keys
from tsel_kernels.kv_pack import reference as kv_pack
from tsel_kernels.next_token import reference as next_token
from tsel_kernels.packed_linear import reference as packed_linear
from tsel_kernels.pointwise import reference as pointwise
from tsel_kernels.protocol import Kernels
from tsel_kernels.q4_rows import reference as q4_rows
from tsel_kernels.q4_rows import reference_step as q4_step
from tsel_kernels.row_linear import reference as row_linear
from tsel_kernels.score import cpu_rows
from tsel_kernels.score import reference as score
from tsel_kernels.top_k import cpu as cpu_top_k
from tsel_kernels.top_k import reference as top_k
from tsel_kernels.votes import reference as votes

NAMES = (
    "append_index_",
    "batch_append_",
    "batch_attend_",
    "batch_select_",
    "batch_workspace",
    "bilevel_attention",
    "bilevel_held",
    "bilevel_select_",
    "bilevel_turn_",
    "bilevel_votes",
    "candidate_lse",
    "causal_attention",
    "cell_attention",
    "cell_pool",
    "cell_row_votes",
    "cell_visitors",
    "cell_votes",
    "coarse_attention",
    "decode_attend_",
    "decode_select_",
    "decode_state",
    "decode_workspace",
    "delta_correct",
    "fetch_rows_",
    "fp8_codes",
    "fp8_load_rows_",
    "fp8_store_row_",
    "gathered_attention",
    "make_cells_",
    "next_token_",
    "packed_row_",
    "packed_row_linear_",
    "pick_cell_rows",
    "q4_append_aimed_",
    "q4_attend_",
    "q4_load_rows_",
    "q4_rope_append_",
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
    "unpack_weight_",
)
"""The functions of `Kernels`."""


class TorchKernels:
    """The torch definitions."""

    name: ClassVar[str] = "torch"
    bf16_chunks: ClassVar[bool] = False
    append_index_ = staticmethod(append.append_index_)
    batch_append_ = staticmethod(batch.batch_append_)
    batch_attend_ = staticmethod(batch.batch_attend_)
    batch_select_ = staticmethod(batch.batch_select_)
    batch_workspace = staticmethod(batch.batch_workspace)
    bilevel_attention = staticmethod(bilevel.bilevel_attention)
    bilevel_held = staticmethod(bilevel.bilevel_held)
    bilevel_select_ = staticmethod(bilevel_step.bilevel_select_)
    bilevel_turn_ = staticmethod(bilevel_step.bilevel_turn_)
    bilevel_votes = staticmethod(bilevel.bilevel_votes)
    candidate_lse = staticmethod(votes.candidate_lse)
    causal_attention = staticmethod(attention.causal_attention)
    cell_attention = staticmethod(cells.cell_attention)
    cell_pool = staticmethod(cells.cell_pool)
    cell_row_votes = staticmethod(cells.cell_row_votes)
    cell_visitors = staticmethod(cells.cell_visitors)
    cell_votes = staticmethod(cells.cell_votes)
    coarse_attention = staticmethod(cells.coarse_attention)
    decode_attend_ = staticmethod(decode.decode_attend_)
    decode_select_ = staticmethod(decode.decode_select_)
    decode_state = staticmethod(decode_state)
    decode_workspace = staticmethod(decode.decode_workspace)
    delta_correct = staticmethod(pointwise.delta_correct)
    fetch_rows_ = staticmethod(fetch.fetch_rows_)
    fp8_codes = staticmethod(pointwise.fp8_codes)
    fp8_load_rows_ = staticmethod(fp8_rows.fp8_load_rows_)
    fp8_store_row_ = staticmethod(fp8_rows.fp8_store_row_)
    gathered_attention = staticmethod(attention.gathered_attention)
    make_cells_ = staticmethod(cells.make_cells_)
    next_token_ = staticmethod(next_token.next_token_)
    packed_row_ = staticmethod(packed_linear.packed_row_)
    packed_row_linear_ = staticmethod(packed_linear.packed_row_linear_)
    pick_cell_rows = staticmethod(cells.pick_cell_rows)
    q4_append_aimed_ = staticmethod(q4_rows.q4_append_aimed_)
    q4_attend_ = staticmethod(q4_rows.q4_attend_)
    q4_load_rows_ = staticmethod(q4_rows.q4_load_rows_)
    q4_rope_append_ = staticmethod(q4_step.q4_rope_append_)
    quantize_keys = staticmethod(quantize_keys)
    rms_norm_ = staticmethod(pointwise.rms_norm_)
    rope_append_ = staticmethod(append.rope_append_)
    rope_rotate = staticmethod(pointwise.rope_rotate)
    row_linear_ = staticmethod(row_linear.row_linear_)
    score_rows = staticmethod(score.score_rows)
    silu_mul_ = staticmethod(pointwise.silu_mul_)
    soft_votes = staticmethod(votes.soft_votes)
    top_k_rows = staticmethod(top_k.top_k_rows)
    unpack_rows_ = staticmethod(kv_pack.unpack_rows_)
    unpack_weight_ = staticmethod(packed_linear.unpack_weight_)


class CpuKernels(TorchKernels):
    """The torch definitions, with quicker forms (cpu*.py) of what a CPU spends its time on."""

    name: ClassVar[str] = "cpu"
    causal_attention = staticmethod(cpu_attention.causal_attention)
    gathered_attention = staticmethod(cpu_attention.gathered_attention)
    score_rows = staticmethod(cpu_rows.score_rows)
    top_k_rows = staticmethod(cpu_top_k.top_k_rows)


class Bf16CpuKernels(CpuKernels):
    """The same for a model whose weights are bf16: chunks attend on bf16 copies where that is faster."""

    bf16_chunks: ClassVar[bool] = True
    gathered_attention = staticmethod(partial(cpu_attention.gathered_attention, bf16=True))


def torch_kernels() -> Kernels:
    """The torch definitions."""
    return TorchKernels()


def cpu_kernels(bf16_chunks: bool = False) -> Kernels:
    """The torch definitions with quicker forms. `bf16_chunks`: see Bf16CpuKernels; full attention reads it too."""
    return Bf16CpuKernels() if bf16_chunks else CpuKernels()


def triton_kernels() -> Kernels:
    """The Triton kernels (imports triton)."""
    from tsel_kernels.triton_backend import TritonKernels

    return TritonKernels()


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


def load_kernels(device: torch.device | str, bf16_chunks: bool = False) -> Kernels:
    """The kernels for tensors on `device`: Triton where `runs_kernels`, the torch definitions on any other GPU.

    `bf16_chunks`: the model's weights are bf16 on a CPU that computes in float32; chunks may then attend in bf16 where
    that is faster. The captured decode loop uses `decode_select_`; `score_rows` serves the step-by-step path.
    """
    kind = torch.device(device).type
    if kind != "cpu":
        return triton_kernels() if kind == "cuda" and has_triton() and runs_kernels(torch.device(device)) else torch_kernels()
    return cpu_kernels(bf16_chunks)


def functions(kernels: Kernels) -> dict[str, Callable[..., Any]]:
    """The functions by name, for a program that puts another in the place of some of them."""
    return {name: getattr(kernels, name) for name in NAMES}
