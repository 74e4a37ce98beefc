"""Triton implementations; each function's meaning is its torch definition of the same name."""

from tsel_kernels.gpu.anchor import causal_attention
from tsel_kernels.gpu.append import append_index_, quantize_keys, rope_append_
from tsel_kernels.gpu.candidates import candidate_lse
from tsel_kernels.gpu.decode import decode_attend_, decode_select_, decode_workspace
from tsel_kernels.gpu.fetch import fetch_rows_
from tsel_kernels.gpu.fp8_rows import fp8_load_rows_, fp8_store_row_
from tsel_kernels.gpu.gathered import gathered_attention
from tsel_kernels.gpu.kv_pack import unpack_rows_
from tsel_kernels.gpu.pointwise import delta_correct, rms_norm_, rope_rotate, silu_mul_
from tsel_kernels.gpu.row_linear import row_linear_
from tsel_kernels.gpu.score_rows import score_rows
from tsel_kernels.gpu.topk import top_k_rows
from tsel_kernels.gpu.votes import soft_votes

__all__ = [
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
]
