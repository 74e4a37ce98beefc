"""Rows of one layer in 4 bits (`--kv q4`): turned before they come here, and turned when they are read.

Whoever appends turns (decoder/mixer.py): scores, picks, softmax and staged rows all work on turned rows as they are,
and nothing but queries and outputs is ever turned for reading.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from tsel_core.kv.cost import RECENT
from tsel_kernels.key_index import KeyIndex, empty_index
from tsel_kernels.protocol import Kernels
from tsel_kernels.q4_rows.exact import ExactRows
from tsel_kernels.q4_rows.reference import q4_load_, q4_rows_at, turning

FORM = "q4-2"  # what kept codes mean: a reading of another form is read anew
EXACT = 4  # rows at the beginning of a text
_LEAST = 32  # tokens that say how large channels are
_MOST = 4  # powers of two that a channel is made larger or smaller by at most
_DAMPING = 0.01  # of the mean channel: what queries are thought to ask of every direction


class FourBitRows:
    """Keys or values as codes, a scale and a zero a row (tsel_kernels.q4_rows); see tsel_core.kv.rows.Rows.

    A channel mean is taken off and added back, as for fp8. `pool` is an index of the rows. The
    first few rows of a text are `first` [Hkv, up to EXACT, D] too, as they are: much of all attention goes to the very
    first, whose keys and values are like no others. So are the latest, to which most of the rest goes, in a ring
    `recent` [Hkv, RECENT, D], until `freeze` (docs/dev/kv-four-bits.md). `turn`: of keys, says how they are rounded.
    """

    def __init__(
        self,
        shape: tuple[int, int, int],
        dtype: torch.dtype,
        device: torch.device,
        kernels: Kernels,
        bits: int = 4,
        turn: Turn | None = None,
    ) -> None:
        heads, capacity, dim = shape
        self.kernels, self.turn = kernels, turn
        self.pool = empty_index(torch.zeros(heads, dim, device=device), capacity, bits)
        self.first = torch.empty(heads, 0, dim, device=device)  # the rows that are held exactly
        self.recent = torch.zeros(heads, RECENT, dim, dtype=dtype, device=device)
        self.since = torch.zeros(1, dtype=torch.int32, device=device)  # `_since` for a captured step
        self._since = self._end = 0  # rows _since .. _end - 1 are in the ring

    def write(self, start: int, rows: Tensor) -> Tensor:
        """See Rows. Rows are read as they are until RECENT more were written; a chunk reads no codes of its own."""
        self.reach(start)
        if start == 0:
            self._since = 0
            middle = None if self.turn is None else self.turn.middle
            self.pool.mean.copy_(rows.float().mean(1) if middle is None else middle)
        if start < EXACT:
            self.first = torch.cat([self.first[:, :start].to(rows.dtype), rows[:, : EXACT - start]], 1)
        aim = self.turn.aim if self.turn is not None and rows.shape[1] >= _LEAST else None
        if aim is None:
            self.kernels.append_index_(self.pool, rows, start)
        else:
            self.kernels.q4_append_aimed_(self.pool, rows, start, aim)
        room, end = self.recent.shape[1], start + rows.shape[1]
        begin = max(start, end - room)
        for lo, hi in _stretches(begin, end, room):
            self.recent[:, lo % room : lo % room + hi - lo] = rows[:, lo - start : hi - start]
        self.reach(end)
        return rows

    def reach(self, length: int) -> None:
        """Rows 0 .. length - 1 are there: a captured step wrote some, or the rest was forgotten."""
        if length > self._end:
            self._since = max(self._since, length - self.recent.shape[1])
        self._end = length

    def freeze(self) -> None:
        """From now on all rows but the first are read from their codes, as from a kept reading."""
        self._since = self._end

    def settle(self) -> None:
        """A captured step is going to read and write."""
        with torch.inference_mode():  # as it was made in
            self.since.fill_(self._since)

    def exact(self) -> ExactRows:
        """For kernels; `first` is copied."""
        return ExactRows(self.first.contiguous(), self.recent, self.since)

    def read(self, begin: int, out: Tensor, head: int = 0) -> None:
        """See Rows."""
        heads = slice(head, head + out.shape[0])
        pool = KeyIndex(self.pool.codes[heads], self.pool.scale[heads], self.pool.zero[heads], self.pool.mean[heads])
        end, room = begin + out.shape[1], self.recent.shape[1]
        since = max(begin, min(self._since, end)) if end <= self._end else end
        self.kernels.q4_load_rows_(pool, begin, out[:, : since - begin])
        if begin < self.first.shape[1]:
            num = min(self.first.shape[1] - begin, out.shape[1])
            out[:, :num] = self.first[heads, begin : begin + num]
        for lo, hi in _stretches(since, end, room):
            out[:, lo - begin : hi - begin] = self.recent[heads, lo % room : lo % room + hi - lo]

    def gather(self, rows: Tensor, out: Tensor) -> None:
        """See Rows."""
        at = rows.to(self.pool.codes.device).long().clamp(min=0).expand(self.pool.num_kv_heads, -1)
        q4_load_(q4_rows_at(self.pool, at), out)
        for row in range(self.first.shape[1]):
            out.copy_(torch.where((at == row)[..., None], self.first[:, row, None].to(out.dtype), out))
        ring = torch.gather(self.recent, 1, (at % self.recent.shape[1])[..., None].expand_as(out))
        near = (at >= self._since) & (at < self._end)
        out.copy_(torch.where(near[..., None], ring.to(out.dtype), out))

    def take(self, other: FourBitRows, num: int) -> None:
        """The first rows of another layer as they are held."""
        for mine, theirs in zip(self.tensors()[:3], other.tensors()[:3], strict=True):
            mine[:, :num] = theirs[:, :num]
        self.pool.mean.copy_(other.pool.mean)
        self.first = other.first[:, :num].clone()
        self.recent.copy_(other.recent)
        self._since, self._end = min(other._since, num), num

    def tensors(self) -> list[Tensor]:
        """See Rows."""
        return [self.pool.codes, self.pool.scale, self.pool.zero, self.recent]

    def put(self, rows: Tensor) -> None:
        """The first rows as `KeptCodes` gave them [Hkv, T, bytes]."""
        codes, scale, zero = (part.contiguous() for part in rows.split([rows.shape[2] - 4, 2, 2], -1))
        num = rows.shape[1]
        self.pool.codes[:, :num] = codes.view(self.pool.codes.dtype)
        self.pool.scale[:, :num] = scale.view(torch.float16)[..., 0]
        self.pool.zero[:, :num] = zero.view(torch.float16)[..., 0]
        self._since = self._end = num


def _stretches(begin: int, end: int, room: int) -> Iterator[tuple[int, int]]:
    """Rows begin .. end - 1, at most `room`, in runs that lie side by side in a ring."""
    while begin < end:
        after = min(end, begin + room - begin % room)
        yield begin, after
        begin = after


class KeptCodes:
    """Rows as bytes to be kept (prefix_cache): [head, :n] gives codes, scale and zero of rows [n, bytes] uint8."""

    dtype = torch.uint8

    def __init__(self, rows: FourBitRows) -> None:
        self._pool = rows.pool
        heads, capacity, codes = rows.pool.codes.shape
        self.shape, self.device = (heads, capacity, codes + 4), rows.pool.codes.device

    def __getitem__(self, at: tuple[int, slice]) -> Tensor:
        steps = [t[at][:, None].contiguous().view(torch.uint8) for t in (self._pool.scale, self._pool.zero)]
        return torch.cat([self._pool.codes[at].view(torch.uint8), *steps], -1)


class Turn:
    """What the rows and queries of a layer are turned by; `sizes` [Hkv, 1, D]: what keys are divided by before.

    Codes have one step for all channels of a turned row; the error of a product is that step times the queries' size.
    Keys divided by `sizes` and queries multiplied by them keep their products. Rounded to the nearest code, the error
    is least where a channel's size is sqrt(size of its keys / size of its queries).

    `middle` [Hkv, D], turned: the mean of keys wherever they stand; that of the first chunk would turn away. `bits`: of
    the keys; 8 where 4 would blur them late in a text (tsel_core.kv.layer.index_width). `aim` [Hkv, D, D] float32: how
    later channels make up for the rounding of earlier ones (tsel_kernels: q4_append_aimed_), so that the products with
    queries are right. It asks for keys whose channels are more alike: `sizes` lie halfway there.
    """

    def __init__(self, bits: int = 4) -> None:
        self.sizes: Tensor | None = None
        self.middle: Tensor | None = None
        self.bits = bits
        self.aim: Tensor | None = None
        self.frozen = False  # nothing more is to be aimed
        self._made: Tensor | None = None
        self._sized: tuple[Tensor, Tensor] | None = None  # sizes, and [Hkv, D, D]: queries by them and turned

    def learn(self, query: Tensor, key: Tensor) -> None:
        """Take `middle`, `sizes` and `aim` from tokens of the first chunk: query [H, T, D] and key [Hkv, T, D], rotated

        to places all over a long text. The first tokens are like no others, a few tokens say nothing. Two channels that
        rotary turns into each other have one size, which holds at every position.
        """
        self.sizes = self.middle = self.aim = None
        self.frozen = False
        if key.shape[1] < _LEAST:
            return
        held = key[:, EXACT:].float()
        mean = held.mean(1, keepdim=True)
        reach = _paired((held - mean).square().mean(1, keepdim=True)).clamp(min=1e-12)
        asked = self._asked(query, key.shape[0])
        wanted = _paired(asked.square().mean(1, keepdim=True)).clamp(min=1e-12)
        sizes = (reach / wanted).pow(0.25) if self.bits == 8 else (reach.pow(3) / wanted).pow(0.125)
        powers = sizes.log2()  # whole ones: neither keys nor queries lose a bit of 16
        powers = (powers - powers.mean(-1, keepdim=True)).round().clamp(-_MOST, _MOST)
        self.sizes = powers.exp2().to(key.dtype)
        self.middle = self.keys(mean.to(key.dtype))[:, 0].float()
        self.learn_aim(query)

    @property
    def aimless(self) -> bool:
        """Whether there are rows, but not what says how further ones are rounded best: they were loaded."""
        return self.aim is None and self.sizes is not None and self.bits == 4 and not self.frozen

    def learn_aim(self, query: Tensor) -> None:
        """Take `aim` from queries [H, T, D] of a chunk, rotated to places all over the text."""
        if self.sizes is None or self.bits == 8 or query.shape[1] < _LEAST:
            return
        asked = self._asked(query, self.sizes.shape[0]) * self.sizes.float()
        self.aim = _aim(asked, _paired(asked.square().mean(1, keepdim=True)), self.matrix(asked))

    def _asked(self, query: Tensor, heads: int) -> Tensor:
        """What the queries [H, T, D] ask of a KV head [Hkv, n, D] float32, but for the first."""
        return query[:, EXACT:].float().reshape(heads, -1, query.shape[2])

    def queries(self, rows: Tensor) -> Tensor:
        """Queries [H, T, D] as the keys are held."""
        if self.sizes is None:
            return rows @ self.matrix(rows)
        kept = self._sized
        if kept is None or kept[0] is not self.sizes or kept[1].dtype != rows.dtype:
            kept = self._sized = self.sizes, self.sizes.transpose(1, 2).to(rows.dtype) * self.matrix(rows)
        return (rows.reshape(kept[1].shape[0], -1, rows.shape[2]) @ kept[1]).view(rows.shape)

    def keys(self, rows: Tensor) -> Tensor:
        """Keys [Hkv, T, D] as they are held."""
        return self.scaled(rows) @ self.matrix(rows)

    def scaled(self, rows: Tensor) -> Tensor:
        """Keys [Hkv, T, D] divided by `sizes`, not turned."""
        return rows if self.sizes is None else rows / self.sizes

    def values(self, rows: Tensor) -> Tensor:
        """Values [..., D] as they are held."""
        return rows @ self.matrix(rows)

    def back(self, out: Tensor) -> Tensor:
        """What attention made of held values [..., D], as the model's own would have made it."""
        return out @ self.matrix(out).T

    def matrix(self, rows: Tensor) -> Tensor:
        """[D, D] for rows [..., D]."""
        made = self._made
        if made is None or made.dtype != rows.dtype or made.shape[0] != rows.shape[-1]:
            made = self._made = turning(rows.shape[-1], rows.device, rows.dtype)
        return made


def _paired(squares: Tensor) -> Tensor:
    """The mean of the two channels d and d + D / 2."""
    first, second = squares.chunk(2, -1)
    return torch.cat([first + second] * 2, -1) / 2


def _aim(asked: Tensor, squares: Tensor, matrix: Tensor) -> Tensor:
    """See Turn.aim: from queries [Hkv, n, D], their mean squares [Hkv, 1, D] and what turns them [D, D].

    The error of a product is e M e for what a row is off by, M the second moment of queries: few queries say less about
    it, and their squares stand for the rest. Channel j best makes up for channel i by U_ij / U_ii, U'U = inverse of M.
    """
    _, num, dim = asked.shape
    matrix, known = matrix.double(), num / (num + dim)
    moment = (asked.transpose(1, 2) @ asked).double() * (known / num)
    moment.diagonal(dim1=1, dim2=2).add_(squares[:, 0].double() * (1 - known))
    moment = matrix.T @ moment @ matrix
    moment.diagonal(dim1=1, dim2=2).add_(_DAMPING * moment.diagonal(dim1=1, dim2=2).mean(-1, keepdim=True))
    upper = torch.linalg.cholesky_ex(torch.linalg.inv_ex(moment).inverse).L.transpose(1, 2)  # nobody waits for a GPU
    aim = (upper / upper.diagonal(dim1=1, dim2=2)[..., None]).triu(1).float().contiguous()
    return torch.where(torch.isfinite(aim).all(), aim, torch.zeros_like(aim))  # zeros: the nearest codes
