"""An int8 copy of cached keys on a CPU: what a fresh pick reads instead of them, in a quarter of the bytes.

Per KV head and channel: key ~= middle + step * code, codes -127..127 over the channel's range in the rows at hand. The
steps are multiplied into the query, which is rounded to 8 bits too, so the product is one of integers and a row needs
no scale. A scale a row (tsel_kernels.key_index) loses thirty times as much where a few channels are far wider than the
others, as in Qwen models (docs/dev/log.md). The middle adds a constant to all logits of a query: the softmax does not see
it, the log-sum-exp gets it back.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

from tsel_kernels.cpu_threads import in_turns, one_thread

VARIABLE = "TSEL_CPU_INDEX"
LEAST_ROWS = 4096  # below it a pick is cheap, and a short document waits for no timing and no copy
_TILE = 256  # rows: the library prepares a product anew for every number of rows it meets, which takes milliseconds
_BLOCK = 1024  # rows that are rounded at a time: they stay in the cache of a core
_CLEARLY = 0.75  # of float32's time
_TIMED_ROWS = 8192


@dataclass(frozen=True)
class RowIndex:
    """codes [Hkv, capacity, D] int8, of which the first `num_rows` count; middle, step [Hkv, D] float32."""

    codes: Tensor
    middle: Tensor
    step: Tensor
    num_rows: int

    def tensors(self) -> list[Tensor]:
        """Every tensor it holds."""
        return [self.codes, self.middle, self.step]


def make_index(keys: Tensor, capacity: int, turning: bool = False) -> RowIndex:
    """The copy of keys [Hkv, N, D] float32 (N >= 1), with room for `capacity` rows of the same kind.

    `turning`: rows at other rotary positions will come; every channel gets the range of its pair at any angle.
    """
    kv_heads, num, dim = keys.shape
    low, high = keys.new_empty(kv_heads, dim), keys.new_empty(kv_heads, dim)

    def span(head: int) -> None:
        if turning:
            one, other = keys[head].chunk(2, -1)
            high[head] = (one.square() + other.square()).amax(0).sqrt_().repeat(2)
            low[head] = -high[head]
        else:
            low[head], high[head] = keys[head].amin(0), keys[head].amax(0)

    in_turns(span, kv_heads, per_thread=1)
    codes = torch.zeros((kv_heads, -(-capacity // _TILE) * _TILE, dim), dtype=torch.int8)
    index = RowIndex(codes, (low + high) * 0.5, ((high - low) / 254).clamp_min_(1e-12), num)
    write_rows_(index, keys, 0)
    return index


def write_rows_(index: RowIndex, keys: Tensor, start: int) -> None:
    """Codes of keys [Hkv, T, D] into rows start .. start + T - 1; what leaves a channel's range is cut to it."""

    def write(turn: int) -> None:
        rows = keys[:, turn * _BLOCK : (turn + 1) * _BLOCK]
        codes = (rows - index.middle[:, None]).div_(index.step[:, None]).round_().clamp_(-127, 127)
        begin = start + turn * _BLOCK
        index.codes[:, begin : begin + rows.shape[1]] = codes

    in_turns(write, -(-keys.shape[1] // _BLOCK))


def score_rows(
    query: Tensor, index: RowIndex, candidate_start: int, candidate_end: int, *, groups: int, scaling: float
) -> tuple[Tensor, Tensor]:
    """See reference.score_rows: votes [1, groups, N] and log-sum-exp [1, H] of query [1, H, D]."""
    heads, kv_heads, num = query.shape[1], index.codes.shape[0], index.num_rows
    lse, votes = torch.empty(kv_heads, heads // kv_heads), torch.empty(kv_heads, num)
    packed = query.float().view(kv_heads, heads // kv_heads, -1) * scaling
    codes, unit = query_codes(packed, index)

    def vote(head: int) -> None:
        logits = product(codes[head], index.codes[head], num) * unit[head]
        shares = torch.softmax(logits, -1)
        # the best row's share is exp(its logit - lse)
        lse[head] = logits.amax(-1) - shares.amax(-1).log() + packed[head] @ index.middle[head]
        torch.sum(shares, 0, out=votes[head])

    in_turns(vote, kv_heads, per_thread=1)
    votes[:, :candidate_start] = 0
    votes[:, candidate_end:] = 0
    if groups == 1:
        votes = votes.sum(0, keepdim=True)
    return votes[None], lse.view(1, heads)


def query_codes(packed: Tensor, index: RowIndex) -> tuple[Tensor, Tensor]:
    """codes [Hkv, G, D] int8 and unit [Hkv, G, 1] of scaled queries [Hkv, G, D].

    `product` of the codes times the unit are the logits, but for a constant a query (its product with the middle).
    """
    with one_thread():
        turned = packed * index.step[:, None]
        unit = turned.abs().amax(-1, keepdim=True).clamp_min_(1e-30).div_(127)
        return turned.div_(unit).round_().to(torch.int8), unit


def product(query: Tensor, codes: Tensor, num: int) -> Tensor:
    """query [G, D] times the first `num` of codes [capacity, D], both int8 -> [G, num] int32."""
    padded = -(-num // _TILE) * _TILE
    return torch._int_mm(query, codes[:padded].T)[:, :num]


def pays(query: Tensor, keys: Tensor) -> bool:
    """Whether picks of query [1, H, D] from keys [Hkv, N, D] should read a copy; False for anything but float32.

    TSEL_CPU_INDEX=off or int8 decides instead of the timing (for comparisons).
    """
    plain = query.dtype == keys.dtype == torch.float32 and not keys.is_cuda
    asked = os.environ.get(VARIABLE, "auto")
    if asked == "off" or not plain or keys.shape[1] < LEAST_ROWS:
        return False
    repeats, dim = query.shape[1] // keys.shape[0], query.shape[2]
    return usable(repeats, dim) and (asked == "int8" or is_faster(repeats, dim))


@lru_cache(maxsize=4)
def usable(repeats: int, head_dim: int) -> bool:
    """Whether the product of integers is there and exact on this CPU, sums at both ends included; tried once."""
    generator = torch.Generator().manual_seed(0)
    query, rows = (torch.randint(-127, 128, (n, head_dim), generator=generator) for n in (repeats, _TILE))
    query[0], rows[0], rows[1] = 127, 127, -127
    try:
        found = product(query.to(torch.int8), rows.to(torch.int8), _TILE)
    except (RuntimeError, NotImplementedError, AttributeError):
        return False
    return torch.equal(found.long(), query @ rows.T)


@lru_cache(maxsize=4)
def is_faster(repeats: int, head_dim: int) -> bool:
    """Whether the logits of one KV head, on one core, are clearly quicker from codes than from float32 keys.

    Decided once a process and shape (10 ms where it was measured). Both are timed in turns, the least of three.
    """
    generator = torch.Generator().manual_seed(0)
    query, keys = (torch.randn(n, head_dim, generator=generator) for n in (repeats, _TIMED_ROWS))
    codes = [(t * 30).round_().clamp_(-127, 127).to(torch.int8) for t in (query, keys)]
    with one_thread():
        exact = _least(lambda: (keys @ query.T).T.contiguous())
        return _least(lambda: product(codes[0], codes[1], _TIMED_ROWS) * 0.5) < _CLEARLY * exact


def _least(run: Callable[[], object]) -> float:
    """Seconds of the quickest of four runs, the first of which prepares what later ones find."""
    seconds = []
    for _ in range(4):
        started = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - started)
    return min(seconds)
