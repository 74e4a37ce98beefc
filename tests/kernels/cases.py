"""Calls of every kernel at realistic shapes: the ahead-of-time compiler and the sanitizer run the same list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch

from tsel_kernels.batch.reference import COLUMNS, BatchRows, HeldRows, batch_state
from tsel_kernels.cells.held import CellShape, empty_cells
from tsel_kernels.decode.state import DecodeShape, decode_state
from tsel_kernels.fp8_rows.reference import Fp8Pool
from tsel_kernels.key_index import KeyIndex, quantize_keys
from tsel_kernels.kv_pack.reference import PackedShape
from tsel_kernels.packed_weight import PackedWeight
from tsel_kernels.q4_rows.exact import ExactRows
from tsel_kernels.q4_rows.reference import turning
from tsel_kernels.triton_device import Tile

Call = Callable[[], Any]


def kernel_calls(
    device: str, heads: int, kv_heads: int, dim: int, dtype: torch.dtype = torch.bfloat16, rows: int = 2048, chunk: int = 256, k: int = 256
) -> dict[str, Call]:
    """Name -> call of one kernel on random tensors of `dtype` (H `heads`, Hkv `kv_heads`, D `dim`, N `rows`, `k` picked)."""
    from cases_bilevel import bilevel_calls

    from tsel_kernels.backend import triton_kernels

    gpu = triton_kernels()
    generator = torch.Generator(device=device).manual_seed(0)

    def normal(*size: int) -> torch.Tensor:
        return torch.randn(size, generator=generator, device=device).to(dtype)

    def ints(values: list[int]) -> torch.Tensor:
        return torch.tensor(values, dtype=torch.int32, device=device)

    scaling, block, sinks, local = dim**-0.5, 64, 32, 128
    keys, values = normal(kv_heads, rows, dim), normal(kv_heads, rows, dim)
    blocks = chunk // block
    q = normal(chunk, heads, dim)
    anchors = q[15::16].contiguous()
    positions = ints([rows - chunk + t for t in range(15, chunk, 16)])
    starts = ints([rows - chunk + b * block + 1 - local for b in range(blocks)])
    picks = torch.arange(sinks, sinks + k, device=device, dtype=torch.int32).expand(blocks, kv_heads, k).contiguous()
    lse = torch.full((anchors.shape[0], heads), 9.0, device=device)
    votes = torch.rand((blocks, kv_heads, rows), generator=generator, device=device)
    index = KeyIndex(
        torch.randint(0, 256, (kv_heads, rows, dim // 2), device=device, dtype=torch.uint8),
        torch.rand((kv_heads, rows), device=device).half() * 0.2,
        torch.rand((kv_heads, rows), device=device).half() - 1.5,
        torch.zeros((kv_heads, dim), device=device),
    )
    other = KeyIndex(index.codes.clone(), index.scale, index.zero, index.mean)
    turned, aim = turning(dim, keys.device, torch.float32), torch.ones((kv_heads, dim, dim), device=device).triu(1) * 0.01
    exact = tuple(ExactRows(t[:, :4].contiguous(), t[:, :256].contiguous(), ints([rows - 200])) for t in (keys, values))
    exact_rows = exact[0], exact[1]
    sizes = torch.full((kv_heads, 1, dim), 2.0, device=device, dtype=dtype)
    wide = quantize_keys(keys, torch.zeros((kv_heads, dim), device=device), 8)
    shape = DecodeShape(heads, kv_heads, dim, rows, k, kv_heads, sinks, local)
    shared = DecodeShape(heads, kv_heads, dim, rows, k, 1, sinks, local)
    everything = DecodeShape(heads, kv_heads, dim, 65_536, 16, 1, 0, 65_536, 0)  # as without a selection: several tiles a program
    state, state_shared, state_all = (decode_state(s, dtype, torch.device(device)) for s in (shape, shared, everything))
    for s in (state, state_shared):
        s.window_start.fill_(rows - 1 - local)
    work, work_shared, work_all = (gpu.decode_workspace(s, torch.device(device)) for s in (shape, shared, everything))
    at = ints([rows - 2])
    out, out_lse = normal(heads, dim), torch.zeros(heads, device=device)
    table = torch.rand((rows, dim), device=device), torch.rand((rows, dim), device=device)
    eight = Fp8Pool(torch.zeros_like(keys, dtype=torch.uint8), torch.zeros((kv_heads, rows), device=device, dtype=torch.int8))
    centred = replace(eight, centre=normal(kv_heads, dim))
    packed_shape = PackedShape(rows, dim, 40)
    packed = torch.zeros((2 * kv_heads, packed_shape.num_bytes), device=device, dtype=torch.uint8)
    digests, wide_rows = torch.zeros(2 * kv_heads, device=device, dtype=torch.int64), keys.bfloat16()
    weight, hidden = torch.ones(dim, device=device, dtype=dtype), normal(4, 3584)
    wide_weight, flat = normal(192, 3584), normal(192)
    code_scale = torch.ones((192, 112), device=device, dtype=torch.float16)
    four_bits = PackedWeight(torch.zeros((192, 112, 4), device=device, dtype=torch.int32), code_scale, code_scale)
    eight_bits = PackedWeight(torch.zeros((192, 112, 8), device=device, dtype=torch.int32), code_scale, None)
    flat_row, end = normal(3584), (at.long(), at.long(), at.clone(), at.long() * 0)
    batch = BatchRows.empty(
        HeldRows(keys, values, index), torch.zeros((2, COLUMNS), dtype=torch.int64, device=device)
    )
    several, several_work = batch_state(shape, 2, dtype, torch.device(device)), gpu.batch_workspace(shape, 2, torch.device(device))
    qkv, two, both = normal(2, (heads + 2 * kv_heads) * dim), normal(2, heads, dim), ints([rows - 2, rows - 9])
    both_lse = torch.zeros(2, heads, device=device)
    cells = empty_cells(CellShape(sinks, 256, 4), (rows - chunk) // 256, keys)
    gpu.make_cells_(keys, values, cells, range(cells.num_segments))
    visible, q_lse = ints([cells.count.shape[1]] * blocks), torch.full((chunk, heads), 9.0, device=device)
    cell_votes = torch.rand((blocks, *cells.count.shape), generator=generator, device=device)
    pool = gpu.cell_pool(cell_votes, cells, visible, 16, 2048)
    made, held = q.new_zeros(blocks, kv_heads, 16, heads // kv_heads, dim), torch.rand((blocks, kv_heads, 16, heads // kv_heads), device=device)
    row_votes = torch.rand((blocks, kv_heads, 2048), generator=generator, device=device)
    row_list = torch.full((blocks, kv_heads, 2048), sinks, dtype=torch.int32, device=device)
    taken = torch.ones((blocks, *cells.count.shape), dtype=torch.int32, device=device)
    by_block = {"block_size": block, "scaling": scaling}
    return {
        "make_cells_": lambda: gpu.make_cells_(keys, values, cells, range(1, cells.num_segments)),
        "coarse_attention": lambda: gpu.coarse_attention(q, q, q_lse, cells, visible, **by_block),
        "cell_votes": lambda: gpu.cell_votes(q, q_lse, cells, visible, **by_block),
        "cell_visitors": lambda: gpu.cell_visitors(q, q_lse, cells, pool.cells, **by_block),
        "cell_pool": lambda: gpu.cell_pool(cell_votes, cells, visible, 16, 2048),
        "cell_row_votes": lambda: gpu.cell_row_votes(keys, cells, pool, made, held, scaling=scaling),
        "pick_cell_rows": lambda: gpu.pick_cell_rows(row_votes, row_list, pool, cells, k),
        "pick_cell_rows named": lambda: gpu.pick_cell_rows(row_votes, row_list, pool, cells, k, picks[:, 0, : k // 2]),
        "cell_attention": lambda: gpu.cell_attention(q, q, q_lse, keys, values, cells, picks, pool.cells, taken, **by_block),
        "batch_append_": lambda: gpu.batch_append_(
            qkv, both, batch, two, several, shape, rope=table, q_norm=weight, k_norm=weight, theta=0.9
        ),
        "batch_select_": lambda: gpu.batch_select_(two, both, batch, several, shape, several_work, scaling=scaling),
        "batch_attend_": lambda: gpu.batch_attend_(
            two, both, batch, two.clone(), both_lse, several, shape, several_work, scaling=scaling
        ),
        "causal_attention": lambda: gpu.causal_attention(anchors, positions, keys, values, scaling=scaling),
        "soft_votes": lambda: gpu.soft_votes(anchors, lse, keys, sinks, starts, groups=kv_heads, scaling=scaling),
        "soft_votes shared": lambda: gpu.soft_votes(anchors, lse, keys, sinks, starts, groups=1, scaling=scaling),
        "soft_votes index": lambda: gpu.soft_votes(anchors, lse, index, sinks, starts, groups=kv_heads, scaling=scaling),
        "soft_votes index 8 bits": lambda: gpu.soft_votes(anchors, lse, wide, sinks, starts, groups=kv_heads, scaling=scaling),
        "candidate_lse index 8 bits": lambda: gpu.candidate_lse(anchors, wide, sinks, starts, scaling=scaling),
        "candidate_lse": lambda: gpu.candidate_lse(anchors, keys, sinks, starts, scaling=scaling),
        "candidate_lse index": lambda: gpu.candidate_lse(anchors, index, sinks, starts, scaling=scaling),
        "top_k_rows": lambda: gpu.top_k_rows(votes, k, sinks, starts),
        "gathered_attention": lambda: gpu.gathered_attention(
            q, rows - chunk, keys, values, picks, starts, block_size=block, num_sink=sinks, scaling=scaling
        ),
        "gathered_attention_compact": lambda: gpu.gathered_attention(
            q, rows - chunk, keys, values, picks, starts, block_size=block, num_sink=sinks, scaling=scaling, rope=table
        ),
        "delta_correct": lambda: gpu.delta_correct(q, anchors, torch.arange(15, chunk, 16, device=device)),
        "fetch_rows_": lambda: gpu.fetch_rows_(keys, picks[0], torch.empty_like(keys[:, :k])),
        "fp8_store_row_": lambda: gpu.fp8_store_row_(keys, values, at, centred, eight),
        "fp8_load_rows_": lambda: gpu.fp8_load_rows_(
            centred, eight, picks[:1], state.window_start, at, keys, values, num_sink=sinks, window_rows=shape.window_rows
        ),
        "q4_append_aimed_": lambda: gpu.q4_append_aimed_(index, keys[:, :chunk], 0, aim),
        "q4_load_rows_": lambda: gpu.q4_load_rows_(index, 32, torch.empty_like(keys[:, :chunk])),
        "q4_load_rows_ 8 bits": lambda: gpu.q4_load_rows_(wide, 32, torch.empty_like(keys[:, :chunk])),
        "append_index_": lambda: gpu.append_index_(index, keys[:, :chunk], 0),
        "append_index_ 8 bits": lambda: gpu.append_index_(wide, keys[:, :chunk], 0),
        "decode_select_ 8 bits": lambda: gpu.decode_select_(q[0], wide, at, state, shape, work, scaling=scaling),
        "rope_append_ 8 bits": lambda: gpu.rope_append_(
            q[0], keys[:, 0], values[:, 0], at, keys, values, wide, out, state, shape, rope=table, theta=0.9
        ),
        "rope_append_": lambda: gpu.rope_append_(
            q[0], keys[:, 0], values[:, 0], at, keys, values, index, out, state, shape,
            rope=table, q_norm=weight, k_norm=weight, theta=0.9,
        ),
        "decode_select_": lambda: gpu.decode_select_(q[0], index, at, state, shape, work, scaling=scaling),
        "decode_select_ shared": lambda: gpu.decode_select_(
            q[0], index, at, state_shared, shared, work_shared, scaling=scaling
        ),
        "decode_attend_": lambda: gpu.decode_attend_(
            q[0], keys, values, at, out, out_lse, state, shape, work, scaling=scaling
        ),
        "decode_attend_ compact": lambda: gpu.decode_attend_(
            q[0], keys, values, at, out, out_lse, state, shape, work, scaling=scaling, rope=table
        ),
        "rms_norm_": lambda: gpu.rms_norm_(hidden, hidden[0], torch.empty_like(hidden), eps=1e-6, residual=hidden.clone()),
        "silu_mul_": lambda: gpu.silu_mul_(hidden, torch.empty_like(hidden[:, :1792])),
        "row_linear_": lambda: gpu.row_linear_(hidden[0], wide_weight, hidden[1, :96].contiguous(), norm=hidden[2], gated=True),
        "row_linear_ residual": lambda: gpu.row_linear_(hidden[0], wide_weight, flat, bias=flat, residual=flat),
        "packed_row_linear_": lambda: gpu.packed_row_linear_(hidden[0], four_bits, hidden[1, :96].contiguous(), norm=hidden[2], gated=True),
        "packed_row_linear_ residual": lambda: gpu.packed_row_linear_(hidden[0], four_bits, flat, bias=flat, residual=flat),
        "packed_row_linear_by_slabs": lambda: gpu.packed_row_linear_(hidden[0], four_bits, flat, residual=flat, tile=Tile(4, 32, 4, 2)),  # type: ignore[call-arg]
        "packed_row_linear_ eight rows": lambda: gpu.packed_row_linear_(  # type: ignore[call-arg]
            hidden[0], four_bits, hidden[1, :96].contiguous(), norm=hidden[2], gated=True, tile=Tile(8, 128, 4, 4)
        ),
        "packed_row_linear_ 8 bits": lambda: gpu.packed_row_linear_(hidden[0], eight_bits, flat, norm=hidden[2]),
        "packed_row_linear_ 8 bits, three bytes": lambda: gpu.packed_row_linear_(hidden[0], eight_bits, flat, norm=hidden[2], terms=3),
        "q4_rope_append_": lambda: gpu.q4_rope_append_(
            q[0], keys[:, 0], values[:, 0], at, turned, sizes, index, other, exact_rows, out, state, shape,
            rope=table, q_norm=weight, k_norm=weight, theta=0.9,
        ),
        "q4_rope_append_ 8 bits": lambda: gpu.q4_rope_append_(
            q[0], keys[:, 0], values[:, 0], at, turned, None, wide, other, exact_rows, out, None, shape, rope=table
        ),
        "q4_attend_": lambda: gpu.q4_attend_(
            q[0], index, other, exact_rows, at, out, out_lse, state, shape, work, scaling=scaling, back=turned
        ),
        "q4_attend_ 8 bits": lambda: gpu.q4_attend_(
            q[0], wide, other, exact_rows, at, out, out_lse, state, shape, work, scaling=scaling, back=turned
        ),
        "q4_attend_ everything": lambda: gpu.q4_attend_(
            q[0], index, other, exact_rows, at, out, out_lse, state_all, everything, work_all, scaling=scaling, back=turned
        ),
        "fp8_codes from 8.9 on": lambda: gpu.fp8_codes(hidden),
        "packed_row_": lambda: gpu.packed_row_(four_bits, at.long() * 0 + 2, flat_row),  # a row that is there
        "packed_row_ 8 bits": lambda: gpu.packed_row_(eight_bits, at.long() * 0, flat_row),
        "next_token_": lambda: gpu.next_token_(
            wide_weight.flatten(), *end, out_lse.expand(3, -1).contiguous(), out_lse.expand(3, -1).contiguous(), ints([0, 1, 0]), torch.zeros(4, 3, device=device)
        ),
        "unpack_weight_": lambda: gpu.unpack_weight_(four_bits, wide_weight),
        "unpack_weight_ 8 bits": lambda: gpu.unpack_weight_(eight_bits, wide_weight),
        "score_rows index": lambda: gpu.score_rows(q[:1], index, sinks, rows - local, groups=kv_heads, scaling=scaling),
        "unpack_rows_": lambda: gpu.unpack_rows_(
            packed[:kv_heads], packed[kv_heads:], digests, torch.zeros_like(digests), wide_rows, wide_rows.clone(), packed_shape
        ),
        "rope_rotate": lambda: gpu.rope_rotate(keys, torch.arange(rows, device=device), *table),
        **bilevel_calls(gpu, q, keys, values, index, k),
    }  # fmt: skip
