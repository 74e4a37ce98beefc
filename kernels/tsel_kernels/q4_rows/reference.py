"""Keys and values in 4 bits: turned rows as codes with a scale and a zero a row; the codes of keys are the key index.

What is turned by one orthogonal matrix on both sides of a product leaves it as it was: queries and keys are multiplied
by the same matrix after their positions, values by it and the output of attention by its transpose. Turned, a row has
no channel that is larger than all others, and the range that 16 codes must span is a third of what it was or less.
The codes are laid out as tsel_kernels.key_index says, so every kernel that scores an index scores them.
"""

from __future__ import annotations

import torch
from torch import Tensor

from tsel_kernels.key_index import KeyIndex, quantize_keys

_PIECE = 1 << 16  # codes widened at a time on a CPU: they stay in its cache


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


def q4_store_(pool: KeyIndex, rows: Tensor, start: int) -> None:
    """Rows [Hkv, T, D], turned, into rows start .. start + T - 1 of a pool, whose mean stays."""
    end = start + rows.shape[1]
    new = quantize_keys(rows, pool.mean, pool.bits)
    pool.codes[:, start:end], pool.scale[:, start:end], pool.zero[:, start:end] = new.codes, new.scale, new.zero


def q4_load_(pool: KeyIndex, out: Tensor) -> Tensor:
    """out [Hkv, T, D] (any floating dtype) = the rows of a pool of T rows, turned as they are."""
    half = pool.head_dim // 2
    step = max(1, _PIECE // half) if out.device.type == "cpu" else max(1, out.shape[1])
    for head in range(out.shape[0]):
        offset = pool.mean[head].to(out.dtype)
        for begin in range(0, out.shape[1], step):
            part = slice(begin, min(begin + step, out.shape[1]))
            codes, wide = pool.codes[head, part], out[head, part]
            if pool.bits == 4:
                wide[:, :half] = codes & 15
                wide[:, half:] = codes >> 4
            else:
                wide.copy_(codes)
            wide.mul_(pool.scale[head, part, None].to(out.dtype)).add_(pool.zero[head, part, None].to(out.dtype))
            wide.add_(offset)
    return out


def q4_rows_at(pool: KeyIndex, rows: Tensor) -> KeyIndex:
    """Rows [Hkv, K] int64 of a pool, as a pool of K rows."""
    at = rows[..., None].expand(-1, -1, pool.codes.shape[2])
    return KeyIndex(
        torch.gather(pool.codes, 1, at), torch.gather(pool.scale, 1, rows), torch.gather(pool.zero, 1, rows), pool.mean
    )
