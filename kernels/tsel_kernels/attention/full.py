"""Exact attention of a chunk over the whole cache, through PyTorch's SDPA."""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol

import torch
import torch.nn.functional as F
from torch import Tensor

from tsel_kernels.attention import cpu, cpu_flash
from tsel_kernels.native.choice import prepared_rows

PLANNED_FROM = 8192
"""Rows below which cuDNN's faster attention does not pay for the plan of a new shape."""

LEAST_PIECED = 1024
"""Fewer queries take the past at once. The smallest chunk a reading on a GPU is cut into has as many."""


class AllowsBf16(Protocol):
    """What full attention asks of a device's kernels."""

    @property
    def bf16_chunks(self) -> bool:
        """Whether a chunk may attend on bf16 copies (cpu_bf16.py)."""


def full_attention(
    query: Tensor, keys: Tensor, values: Tensor, scaling: float, kernels: AllowsBf16 | None = None
) -> Tensor:
    """Causal attention of query [T, H, D] (the last T positions) over keys, values [Hkv, N, D] -> [T, H, D].

    On a CPU the `kernels` say whether a chunk may attend on bf16 copies (cpu_bf16.py); without them it may
    not.
    """
    num, heads, dim = query.shape
    kv_heads = keys.shape[0]
    if num == 1 and _is_compiled(query, keys, values):
        native = prepared_rows(dim)
        if native is not None:
            return native.attend(query, keys, values, scaling)
    if num == 1:  # the G queries of a KV head as rows: no key is repeated
        packed = query.view(1, kv_heads, heads // kv_heads, dim)
        out = F.scaled_dot_product_attention(packed, keys[None], values[None], scale=scaling)
        return out.reshape(1, heads, dim)
    if query.is_cuda:
        return _cuda_attention(query, keys, values, scaling)
    return _cpu_attention(query, keys, values, scaling, kernels is not None and kernels.bf16_chunks)


def _is_compiled(query: Tensor, keys: Tensor, values: Tensor) -> bool:
    """Whether compiled code takes these rows: float32 on a CPU, each row in one piece, values as wide as keys."""
    if any(t.dtype != torch.float32 or t.device.type != "cpu" for t in (query, keys, values)):
        return False
    return keys.stride(2) == values.stride(2) == 1 and keys.shape == values.shape


def _cuda_attention(query: Tensor, keys: Tensor, values: Tensor, scaling: float) -> Tensor:
    """cuDNN where it takes the shape (600 TFLOP/s on an H100, bf16, D 128, where flash reaches 350), else flash.

    A short text goes to flash: both are done with it in milliseconds, and cuDNN plans every new shape first (on an H100
    nine of the eleven seconds of a first `ask` on 2,800 tokens).
    """
    known = query.dtype in (torch.bfloat16, torch.float16) and query.shape[2] in (64, 128)
    if known and keys.shape[1] >= PLANNED_FROM and _cudnn_works(query.device):
        return _cudnn_attention(query, keys, values, scaling)
    grouped = query.shape[1] != keys.shape[0]
    rows = (query.transpose(0, 1)[None], keys[None], values[None])
    if query.shape[0] < keys.shape[1]:
        out = _lower_right(*rows, scaling, grouped)
    else:
        out = F.scaled_dot_product_attention(*rows, is_causal=True, scale=scaling, enable_gqa=grouped)
    return out[0].transpose(0, 1).contiguous()


def _lower_right(query: Tensor, keys: Tensor, values: Tensor, scaling: float, grouped: bool) -> Tensor:
    """Causal attention whose mask is aligned to the last row: query [1, H, T, D], keys, values [1, Hkv, N, D].

    torch.nn.attention.bias calls the same operation; to import it takes seconds, as torch's compiler comes with it.
    """
    from torch.backends.cuda import SDPAParams, can_use_flash_attention

    if query.shape[3] % 8 == 0 and can_use_flash_attention(
        SDPAParams(query, keys, values, None, 0.0, False, grouped)
    ):
        flash = torch.ops.aten._scaled_dot_product_flash_attention
        out: Tensor = flash(query, keys, values, 0.0, is_causal=True, return_debug_mask=False, scale=scaling)[0]
        return out
    from torch.nn.attention.bias import causal_lower_right

    bias = causal_lower_right(query.shape[2], keys.shape[2])
    return F.scaled_dot_product_attention(
        query, keys, values, attn_mask=bias, scale=scaling, enable_gqa=grouped
    )


def _cudnn_attention(query: Tensor, keys: Tensor, values: Tensor, scaling: float) -> Tensor:
    """The past without a mask and the chunk itself causally, merged by their log-sum-exp.

    cuDNN's causal mask is aligned to the first row; a chunk at the end of a cache needs the last one.
    """
    past = keys.shape[1] - query.shape[0]
    heads_first = query.transpose(0, 1)[None]
    own, lse = _cudnn(heads_first, keys[:, past:], values[:, past:], True, scaling)
    if not past:
        return own[0].transpose(0, 1).contiguous()
    out = own.float()
    for begin, end in past_pieces(past, query.shape[0]):
        piece, piece_lse = _cudnn(heads_first, keys[:, begin:end], values[:, begin:end], False, scaling)
        out.lerp_(piece.float(), torch.sigmoid(piece_lse - lse)[..., None])
        lse = torch.logaddexp(lse, piece_lse)
    return out[0].transpose(0, 1).to(query.dtype).contiguous()


_PIECE = 65_536  # rows of the past that are attended to at once


def past_pieces(past: int, num: int) -> list[tuple[int, int]]:
    """(begin, end) of the parts in which `num` queries attend to the rows before them: powers of two, largest first.

    cuDNN plans every new shape (some 0.07 s on an H100): a document read in chunks would have a shape a chunk, and so
    would every other document. A chunk of an odd length, or a short one, takes its past at once.
    """
    if num < LEAST_PIECED or num & (num - 1):
        return [(0, past)]
    pieces, begin = [], 0
    while begin < past:
        left = past - begin
        size = min(_PIECE, 1 << (left.bit_length() - 1))
        pieces.append((begin, begin + (size if size >= num else left)))
        begin = pieces[-1][1]
    return pieces


def _cudnn(query: Tensor, keys: Tensor, values: Tensor, causal: bool, scaling: float) -> tuple[Tensor, Tensor]:
    """out [1, H, T, D] and log-sum-exp [1, H, T] float32 of query [1, H, T, D] over keys, values [Hkv, n, D].

    The KV heads need not be repeated. Rows are copied where a cache is larger than they are: a plan is for strides too.
    """
    op = torch.ops.aten._scaled_dot_product_cudnn_attention
    rows = (t.contiguous()[None] for t in (keys, values))
    out, lse = op(query, *rows, None, True, 0.0, causal, False, scale=scaling)[:2]
    return out, lse.reshape(out.shape[:3])


@lru_cache(maxsize=8)
def _cudnn_works(device: torch.device) -> bool:
    """Whether cuDNN's attention runs on this device and agrees with plain attention, tried once on a small case."""
    generator = torch.Generator(device=device).manual_seed(0)

    def rows(*shape: int) -> Tensor:
        return torch.randn(shape, generator=generator, device=device, dtype=torch.bfloat16)

    query, keys, values = rows(64, 4, 64), rows(2, 192, 64), rows(2, 192, 64)
    try:
        got = _cudnn_attention(query, keys, values, 0.125).float()
    except (RuntimeError, AttributeError):
        return False
    expected = general_attention(query, keys, values, 0.125, None, None, None).float()
    return bool((got - expected).norm() < 2e-2 * expected.norm())


def _cpu_attention(query: Tensor, keys: Tensor, values: Tensor, scaling: float, bf16: bool) -> Tensor:
    """Flash attention of the past and of the chunk itself: no [T, N] mask is built and no key is repeated."""
    if query.dtype == keys.dtype and cpu_flash.usable(query.dtype, query.shape[2]):
        return cpu.chunk_attention(query, keys, values, scaling, bf16)
    return general_attention(query, keys, values, scaling, None, None, None)


def general_attention(
    query: Tensor,
    keys: Tensor,
    values: Tensor,
    scaling: float,
    sliding_window: int | None,
    softcap: float | None,
    sinks: Tensor | None,
) -> Tensor:
    """Exact attention with what SDPA lacks: sliding window (tokens), logit soft cap, learned sinks [H].

    query [T, H, D], keys, values [Hkv, N, D] -> [T, H, D]. Slow and plain; 128 queries at a time.
    """
    num, heads, dim = query.shape
    kv_heads, rows, _ = keys.shape
    repeats = heads // kv_heads
    outs = []
    for lo in range(0, num, 128):
        part = query[lo : lo + 128]
        end = rows - num + lo + part.shape[0]  # no query of the part sees a later row
        position = torch.arange(end - part.shape[0], end, device=query.device)
        begin = 0 if sliding_window is None else max(0, rows - num + lo - sliding_window + 1)
        k, v = keys[:, begin:end].float()[:, None], values[:, begin:end].float()[:, None]
        grouped = part.float().view(-1, kv_heads, repeats, dim).permute(1, 2, 0, 3)
        at = torch.arange(begin, end, device=query.device)
        hidden = at[None, :] > position[:, None]
        if sliding_window is not None:
            hidden |= at[None, :] <= position[:, None] - sliding_window
        if softcap is None and sinks is None and not query.is_cuda:  # 1 to 2.6 times faster than below (two cores)
            k, v = (t.expand(-1, repeats, -1, -1) for t in (k, v))
            mixed = F.scaled_dot_product_attention(grouped, k, v, attn_mask=~hidden, scale=scaling)
        else:
            mixed = _weights(grouped @ k.transpose(-1, -2) * scaling, hidden, softcap, sinks) @ v
        out = mixed.permute(2, 0, 1, 3).reshape(part.shape[0], heads, values.shape[2])
        outs.append(out.to(query.dtype))
    return torch.cat(outs)


def _weights(logits: Tensor, hidden: Tensor, softcap: float | None, sinks: Tensor | None) -> Tensor:
    """Softmax of logits [Hkv, G, T, n] with a soft cap and sinks [H], which take a share; `hidden` [T, n] weigh 0."""
    if softcap is not None:
        logits = torch.tanh(logits / softcap) * softcap
    logits = logits.masked_fill(hidden, float("-inf"))
    if sinks is None:
        return torch.softmax(logits, -1)
    column = sinks.float().view(*logits.shape[:2], 1, 1).expand(-1, -1, logits.shape[2], 1)
    return torch.softmax(torch.cat([logits, column], -1), -1)[..., :-1]
