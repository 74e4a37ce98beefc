"""Keys and values in 4 bits: turned rows as codes with a scale and a zero a row; the codes of keys are the key index.

What is turned by one orthogonal matrix on both sides of a product leaves it as it was: queries and keys are multiplied
by the same matrix after their positions, values by it and the output of attention by its transpose. Turned, a row has
no channel that is larger than all others, and the range that 16 codes must span is a third of what it was or less.
The codes are laid out as tsel_kernels.key_index says, so every kernel that scores an index scores them.
"""

from __future__ import annotations

import torch
from torch import Tensor

from tsel_kernels.append.reference import append_index_
from tsel_kernels.decode.state import DecodeShape, DecodeState
from tsel_kernels.key_index import KeyIndex, empty_index
from tsel_kernels.q4_rows.exact import ExactRows

_PIECE = 1 << 16  # codes widened at a time on a CPU: they stay in its cache
_AIMED, _COLUMNS = 512, 16  # rows and channels that are rounded between two products


def turning(dim: int, device: torch.device, dtype: torch.dtype) -> Tensor:
    """The orthogonal matrix [dim, dim]: Hadamard's, of the largest power of two in `dim`, with fixed signs.

    The signs keep a row that is the same in all channels from becoming one large channel.
    """
    size = dim & -dim
    matrix = torch.ones(1, 1, dtype=torch.float64)
    while matrix.shape[0] < size:
        matrix = torch.cat([torch.cat([matrix, matrix], 1), torch.cat([matrix, -matrix], 1)])
    signs = torch.tensor([1.0 if (i * 2654435761 >> 13) & 1 else -1.0 for i in range(dim)], dtype=torch.float64)
    whole = torch.block_diag(*[matrix / size**0.5] * (dim // size))
    turned: Tensor = signs[:, None] * whole
    return turned.to(device, dtype)


def q4_load_(pool: KeyIndex, out: Tensor) -> Tensor:
    """out [Hkv, T, D] (any floating dtype) = the rows of a pool of T rows, turned as they are."""
    half = pool.head_dim // 2
    step = max(1, _PIECE // half) if out.device.type == "cpu" else max(1, out.shape[1])
    for head in range(out.shape[0]):
        offset = pool.mean[head]
        for begin in range(0, out.shape[1], step):
            part = slice(begin, min(begin + step, out.shape[1]))
            codes = pool.codes[head, part]
            wide = out[head, part] if out.dtype == torch.float32 else torch.empty_like(out[head, part], dtype=torch.float32)
            if pool.bits == 4:
                wide[:, :half] = codes & 15
                wide[:, half:] = codes >> 4
            else:
                wide.copy_(codes)
            wide.mul_(pool.scale[head, part, None].float()).add_(pool.zero[head, part, None].float()).add_(offset)
            if out.dtype != torch.float32:
                out[head, part] = wide
    return out


def q4_rows_at(pool: KeyIndex, rows: Tensor) -> KeyIndex:
    """Rows [Hkv, K] int64 of a pool, as a pool of K rows."""
    at = rows[..., None].expand(-1, -1, pool.codes.shape[2])
    return KeyIndex(
        torch.gather(pool.codes, 1, at), torch.gather(pool.scale, 1, rows), torch.gather(pool.zero, 1, rows), pool.mean
    )


def q4_append_(
    key: Tensor,
    value: Tensor,
    matrix: Tensor,
    key_pool: KeyIndex,
    value_pool: KeyIndex,
    exact: tuple[ExactRows, ExactRows],
    position: Tensor,
) -> None:
    """Turn key, value [Hkv, T, D] by `matrix` [D, D] and store them from row `position` [1] on, the last ones exactly too.

    Raises ValueError.
    """
    check_q4(key, key_pool)
    check_q4(value, value_pool)
    for rows, pool, held in ((key, key_pool, exact[0]), (value, value_pool, exact[1])):
        turned = rows.float() @ matrix.float()
        append_index_(pool, turned, int(position))
        room = held.recent.shape[1]
        at = torch.arange(int(position), int(position) + rows.shape[1], device=rows.device)[-room:]
        held.recent[:, at % room] = turned[:, -room:].to(held.recent.dtype)


def q4_append_aimed_(pool: KeyIndex, rows: Tensor, start: int, aim: Tensor) -> None:
    """`append_index_` of rows [Hkv, T, D] in 4 bits, where later channels make up for the rounding of earlier ones.

    What channel i is off by, times aim[:, i, j] ([Hkv, D, D] float32, of j > i alone), is taken off channel j before that
    is rounded: the product with queries is to be right, not every channel. Source: arXiv:2210.17323 (GPTQ), which does it
    to weights. Raises ValueError.
    """
    check_q4(rows, pool)
    check_aimed(pool, rows, start)
    num = rows.shape[1]
    end = start + num
    for begin in range(0, num, _AIMED):  # pieces that stay in the cache of a core
        part = rows[:, begin : begin + _AIMED]
        made = _aimed(part.float() - pool.mean[:, None], aim)
        at = slice(start + begin, min(start + begin + _AIMED, end))
        pool.codes[:, at], pool.scale[:, at], pool.zero[:, at] = made.codes, made.scale, made.zero


def _aimed(centred: Tensor, aim: Tensor) -> KeyIndex:
    """Codes of centred rows [Hkv, T, D]."""
    heads, num, dim = centred.shape
    made = empty_index(aim.new_zeros(heads, dim), num)
    low, high = centred.amin(-1), centred.amax(-1)
    made.zero.copy_(low)
    made.scale.copy_(((high - low) / 15).clamp_(min=1e-6))
    left = ((centred - made.zero.float()[..., None]) / made.scale.float()[..., None]).transpose(1, 2).contiguous()
    codes = torch.empty_like(left)
    for begin in range(0, dim, _COLUMNS):  # what a few channels are off by goes to the rest in one product
        end = min(begin + _COLUMNS, dim)
        off = left.new_empty(heads, end - begin, num)
        for i in range(begin, end):
            torch.round(left[:, i], out=codes[:, i]).clamp_(0, 15)
            torch.sub(left[:, i], codes[:, i], out=off[:, i - begin])
            if i + 1 < end:
                left[:, i + 1 : end].baddbmm_(aim[:, i, i + 1 : end, None], off[:, i - begin, None], alpha=-1)
        if end < dim:
            left[:, end:].baddbmm_(aim[:, begin:end, end:].transpose(1, 2), off, alpha=-1)
    low_half, high_half = codes.transpose(1, 2).to(torch.uint8).chunk(2, -1)
    made.codes.copy_(low_half | (high_half << 4))
    return made


def q4_load_rows_(pool: KeyIndex, begin: int, out: Tensor) -> Tensor:
    """out [Hkv, T, D] = rows begin .. begin + T - 1 of a pool, turned as they are. Raises ValueError."""
    check_q4(out, pool)
    end = begin + out.shape[1]
    if begin < 0 or end > pool.num_rows:
        raise ValueError(f"the pool holds {pool.num_rows} rows, rows {begin} to {end - 1} were read")
    return q4_load_(KeyIndex(pool.codes[:, begin:end], pool.scale[:, begin:end], pool.zero[:, begin:end], pool.mean), out)


def q4_attend_(
    query: Tensor,
    key_pool: KeyIndex,
    value_pool: KeyIndex,
    exact: tuple[ExactRows, ExactRows],
    position: Tensor,
    out: Tensor,
    lse: Tensor,
    state: DecodeState,
    shape: DecodeShape,
    workspace: object,
    *,
    scaling: float,
    back: Tensor | None = None,
) -> Tensor:
    """`decode_attend_` over rows in 4 bits: turned query [H, D], sinks, state.indices, rows window_start .. position.

    Keys and values that are held `exact` are taken from there, not from the pools. `out` [H, D], turned, or the model's
    own where `back`, the matrix [D, D] that turned the values, is given, and `lse` [H] float32 are written; `out` is
    returned. Only rows that are attended to are read.
    """
    kv_heads, last = shape.num_kv_heads, int(position)
    begin = int(state.window_start)
    picked = state.indices[0].expand(kv_heads, -1).long()
    sinks = torch.arange(min(shape.num_sink, begin), device=query.device).expand(kv_heads, -1)
    window = torch.arange(begin, last + 1, device=query.device).expand(kv_heads, -1)
    listed = torch.cat([sinks, picked, window], 1)
    keys, values = (
        q4_load_(q4_rows_at(pool, listed.clamp(min=0)), query.new_empty((*listed.shape, shape.head_dim), dtype=torch.float32))
        for pool in (key_pool, value_pool)
    )
    for rows, held in ((keys, exact[0]), (values, exact[1])):
        for row in range(held.first.shape[1]):
            rows.copy_(torch.where((listed == row)[..., None], held.first[:, row, None].float(), rows))
        room = held.recent.shape[1]
        near = (listed >= max(int(held.begin), last + 1 - room))[..., None].expand_as(rows)
        ring = torch.gather(held.recent, 1, (listed.clamp(min=0) % room)[..., None].expand_as(rows))
        rows.copy_(torch.where(near, ring.float(), rows))
    logits = query.float().view(kv_heads, -1, shape.head_dim) @ keys.transpose(-1, -2) * scaling
    logits.masked_fill_((listed < 0)[:, None], float("-inf"))
    mixed = torch.softmax(logits, -1) @ values
    out.copy_((mixed if back is None else mixed @ back.float().T).view_as(out))
    lse.copy_(torch.logsumexp(logits, -1).flatten())
    return out


def check_aimed(pool: KeyIndex, rows: Tensor, start: int) -> None:
    """Rows [Hkv, T, D] fit into a pool in 4 bits from row `start` on. Raises ValueError."""
    end = start + rows.shape[1]
    if pool.bits != 4:
        raise ValueError(f"errors are made up for in 4 bits, the pool has {pool.bits}")
    if start < 0 or end > pool.num_rows:
        raise ValueError(f"the pool holds {pool.num_rows} rows, rows {start} to {end - 1} were written")


def check_q4(rows: Tensor, pool: KeyIndex) -> None:
    """rows [Hkv, T, D] and the pool agree; last dimensions are contiguous. Raises ValueError."""
    heads, _, dim = rows.shape
    if (pool.num_kv_heads, pool.head_dim) != (heads, dim):
        raise ValueError(f"the pool is of {pool.num_kv_heads} heads of {pool.head_dim}, the rows are of {heads} of {dim}")
    if rows.stride(-1) != 1 or pool.codes.stride(-1) != 1:
        raise ValueError("rows and codes must be contiguous in their last dimension")
