"""The Triton kernels as one object; each function's meaning is its torch definition of the same name."""

from __future__ import annotations

from typing import ClassVar

from tsel_kernels.append import triton as append
from tsel_kernels.append import triton_index
from tsel_kernels.attention import triton_causal, triton_gathered
from tsel_kernels.batch import triton as batch
from tsel_kernels.bilevel import triton as bilevel
from tsel_kernels.bilevel import triton_select, triton_turn, triton_votes
from tsel_kernels.cells import triton_attend as cell_attend
from tsel_kernels.cells import triton_coarse, triton_make, triton_pool, triton_visitors
from tsel_kernels.decode import triton as select
from tsel_kernels.decode import triton_attend, triton_workspace
from tsel_kernels.decode.state import decode_state
from tsel_kernels.fetch import triton as fetch
from tsel_kernels.fp8_rows import triton as fp8_rows
from tsel_kernels.kv_pack import triton as kv_pack
from tsel_kernels.next_token import triton as next_token
from tsel_kernels.packed_linear import triton as packed_weights
from tsel_kernels.packed_linear import triton_dots
from tsel_kernels.pointwise import triton as pointwise
from tsel_kernels.q4_rows import triton as q4_rows
from tsel_kernels.q4_rows import triton_aimed, triton_rope
from tsel_kernels.q4_rows import triton_attend as q4_attend
from tsel_kernels.row_linear import triton as row_linear
from tsel_kernels.score import triton_rows
from tsel_kernels.top_k import triton as top_k
from tsel_kernels.votes import triton as votes
from tsel_kernels.votes import triton_lse


class TritonKernels:
    """The Triton kernels."""

    name: ClassVar[str] = "triton"
    bf16_chunks: ClassVar[bool] = False
    append_index_ = staticmethod(triton_index.append_index_)
    batch_append_ = staticmethod(batch.batch_append_)
    batch_attend_ = staticmethod(batch.batch_attend_)
    batch_select_ = staticmethod(batch.batch_select_)
    batch_workspace = staticmethod(batch.batch_workspace)
    bilevel_attention = staticmethod(bilevel.bilevel_attention)
    bilevel_held = staticmethod(triton_votes.bilevel_held)
    bilevel_select_ = staticmethod(triton_select.bilevel_select_)
    bilevel_turn_ = staticmethod(triton_turn.bilevel_turn_)
    bilevel_votes = staticmethod(triton_votes.bilevel_votes)
    candidate_lse = staticmethod(triton_lse.candidate_lse)
    causal_attention = staticmethod(triton_causal.causal_attention)
    cell_attention = staticmethod(cell_attend.cell_attention)
    cell_pool = staticmethod(triton_pool.cell_pool)
    cell_row_votes = staticmethod(triton_visitors.cell_row_votes)
    cell_visitors = staticmethod(triton_visitors.cell_visitors)
    cell_votes = staticmethod(triton_coarse.cell_votes)
    coarse_attention = staticmethod(triton_coarse.coarse_attention)
    decode_attend_ = staticmethod(triton_attend.decode_attend_)
    decode_select_ = staticmethod(select.decode_select_)
    decode_state = staticmethod(decode_state)
    decode_workspace = staticmethod(triton_workspace.decode_workspace)
    delta_correct = staticmethod(pointwise.delta_correct)
    fetch_rows_ = staticmethod(fetch.fetch_rows_)
    fp8_codes = staticmethod(pointwise.fp8_codes)
    fp8_load_rows_ = staticmethod(fp8_rows.fp8_load_rows_)
    fp8_store_row_ = staticmethod(fp8_rows.fp8_store_row_)
    gathered_attention = staticmethod(triton_gathered.gathered_attention)
    make_cells_ = staticmethod(triton_make.make_cells_)
    next_token_ = staticmethod(next_token.next_token_)
    packed_row_ = staticmethod(packed_weights.packed_row_)
    packed_row_linear_ = staticmethod(triton_dots.packed_row_linear_)
    pick_cell_rows = staticmethod(triton_pool.pick_cell_rows)
    q4_append_aimed_ = staticmethod(triton_aimed.q4_append_aimed_)
    q4_attend_ = staticmethod(q4_attend.q4_attend_)
    q4_load_rows_ = staticmethod(q4_rows.q4_load_rows_)
    q4_rope_append_ = staticmethod(triton_rope.q4_rope_append_)
    quantize_keys = staticmethod(triton_index.quantize_keys)
    rms_norm_ = staticmethod(pointwise.rms_norm_)
    rope_append_ = staticmethod(append.rope_append_)
    rope_rotate = staticmethod(pointwise.rope_rotate)
    row_linear_ = staticmethod(row_linear.row_linear_)
    score_rows = staticmethod(triton_rows.score_rows)
    silu_mul_ = staticmethod(pointwise.silu_mul_)
    soft_votes = staticmethod(votes.soft_votes)
    top_k_rows = staticmethod(top_k.top_k_rows)
    unpack_rows_ = staticmethod(kv_pack.unpack_rows_)
    unpack_weight_ = staticmethod(packed_weights.unpack_weight_)
