"""Products of a CPU with weights of 4 and 8 bits: few rows by torch's low-bit products, many by numbers made of them.

Reading is bound by arithmetic: a chunk's product of bf16 is twice as fast as that of int4, so a slab of the weight is
unpacked into a buffer that stays in the cache, and multiplied from there: a tenth more time than a weight in bf16, of
which a quarter of the bytes are held. Every core takes slabs of its own. Writing is bound by the weights' bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import local
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from torch import Tensor

from tsel_core.models.forms import BLOCK, ByteRows, NibblePack, rows_together
from tsel_kernels.cpu_threads import in_turns, one_thread
from tsel_kernels.native.choice import native_rows
from tsel_kernels.packed_weight import GROUP

if TYPE_CHECKING:
    from tsel_kernels.native.calls import NativeRows

FEW_ROWS = 8
"""Up to so many rows the low-bit product is the quicker one (docs/models.md)."""
_MOST = 16  # blocks of a slab: 3 MB of bf16 for 1,536 columns
_TURNS, _LARGE = 4, 4_000_000  # slabs of a product of few rows, weights from which it is cut
_SLABS = 6  # at least, where a weight has blocks enough: cores then end together


class Scratch:
    """What a model's products share: compiled code for few rows, where it is `compiled`, zeros, and buffers.

    The buffers hold the numbers of the slab that is being multiplied: each thread has its own.
    """

    def __init__(self, dtype: torch.dtype, compiled: int | None = None) -> None:
        """`compiled`: the width of the heads that compiled code attends with (0: it multiplies only); None: no code."""
        self.dtype, self.dim, self._held = dtype, compiled, local()
        self._zeros = torch.empty(0, dtype=torch.float32)

    def native(self) -> NativeRows | None:
        """Compiled products, where this machine has them."""
        return None if self.dim is None else native_rows(rows_together(), self.dim)

    @property
    def begins(self) -> bool:
        """Whether this thread reads the first rows of a text."""
        return getattr(self._held, "begins", False)

    @contextmanager
    def first_rows(self) -> Iterator[None]:
        """Several rows are not rounded to 8 bits: a text's first row has numbers a thousand times the others."""
        self._held.begins = True
        try:
            yield
        finally:
            self._held.begins = False

    def zeros(self, num: int) -> Tensor:
        """[num] zeros, which nobody may write."""
        if self._zeros.numel() < num:
            self._zeros = torch.zeros(num, dtype=torch.float32)
        return self._zeros

    def take(self, name: str, numel: int, dtype: torch.dtype) -> Tensor:
        """[numel]; what this thread took under this name before is overwritten."""
        held: Tensor | None = getattr(self._held, name, None)
        if held is None or held.numel() < numel or held.dtype != dtype:
            held = torch.empty(numel, dtype=dtype)
            setattr(self._held, name, held)
        return held[:numel]


class LowBitLinear:
    """x [T, K] times a form plus bias -> [T, N] in `dtype`; `narrow`: many rows stay as the product rounds them."""

    most: int
    """Up to so many rows go through compiled code, where there is any: it is the quicker one (docs/dev/cpu-rows.md)."""

    def __init__(
        self, bias: Tensor | None, dtype: torch.dtype, scratch: Scratch, shape: tuple[int, int], narrow: bool
    ) -> None:
        self.dtype, self.scratch, self.shape, self.narrow = dtype, scratch, shape, narrow
        self.bias = None if bias is None else bias.to(dtype)

    def __call__(self, x: Tensor) -> Tensor:
        """See the class."""
        rounds = x.shape[0] == 1 or (x.shape[0] <= self.most and not self.scratch.begins)
        native = self.scratch.native() if rounds else None
        if native is not None:
            return self.compiled(native, x.float()).to(self.dtype)
        if x.shape[0] <= FEW_ROWS:
            out = self._few(x.to(torch.bfloat16)).to(self.dtype)
            return out if self.bias is None else out.add_(self.bias)
        rows = x.to(self.scratch.dtype)
        num, blocks = self.shape[0], -(-self.shape[0] // BLOCK)
        size = BLOCK * next((b for b in (_MOST, 8, 4, 2) if blocks >= _SLABS * b), 1)
        keep = self.narrow and self.bias is None
        out = rows.new_empty(len(rows), num, dtype=rows.dtype if keep else self.dtype)

        def turn(at: int) -> None:
            own = slice(at * size, min(num, (at + 1) * size))
            product = self.slab(rows, own)
            out[:, own] = product if self.bias is None else product.to(self.dtype).add_(self.bias[own])

        in_turns(turn, -(-num // size))
        return out

    def _few(self, rows: Tensor) -> Tensor:
        """The product with bf16 rows, on one core when it is small: threads of one operation wait for each other."""
        num = self.shape[0]
        if num * self.shape[1] < _LARGE or num < _TURNS * BLOCK:
            with one_thread():
                return self.few(rows, slice(0, num))
        out = rows.new_empty(len(rows), num)

        def turn(at: int) -> None:
            own = turn_rows(at, num)
            out[:, own] = self.few(rows, own)

        in_turns(turn, _TURNS)
        return out

    def added(self) -> Tensor:
        """The bias, or zeros."""
        if self.bias is None:
            return self.scratch.zeros(self.shape[0])
        return self.bias.float()

    def compiled(self, native: NativeRows, rows: Tensor) -> Tensor:
        """The product of float32 rows by compiled code, bias and all."""
        raise NotImplementedError

    def few(self, rows: Tensor, own: slice) -> Tensor:
        """The product of bf16 rows with some of the weight's: all, or those of a turn."""
        raise NotImplementedError

    def slab(self, rows: Tensor, own: slice) -> Tensor:
        """The product of many rows with some of the weight's."""
        raise NotImplementedError


class NibbleLinear(LowBitLinear):
    """The product of a NibblePack."""

    most = 128

    def __init__(
        self, form: NibblePack, bias: Tensor | None, dtype: torch.dtype, scratch: Scratch, narrow: bool = False
    ) -> None:
        super().__init__(bias, dtype, scratch, form.shape, narrow)
        self.form, num = form, form.shape[0]
        turns = [turn_rows(at, num) for at in range(_TURNS if form.shape[1] * num >= _LARGE else 0)]
        self._steps = {(own.start, own.stop): form.steps[:, own].contiguous() for own in turns}

    def compiled(self, native: NativeRows, rows: Tensor) -> Tensor:
        """See LowBitLinear."""
        return native.nibbles(rows, self.form.codes, self.form.steps, self.added())

    def few(self, rows: Tensor, own: slice) -> Tensor:
        """See LowBitLinear."""
        steps = self._steps.get((own.start, own.stop), self.form.steps)
        out: Tensor = torch.ops.aten._weight_int4pack_mm_for_cpu(rows, self.form.codes[own], GROUP, steps)
        return out

    def slab(self, rows: Tensor, own: slice) -> Tensor:
        """See LowBitLinear."""
        return rows @ unpacked_nibbles(self.form, own, self.scratch)


class ByteLinear(LowBitLinear):
    """The product of ByteRows."""

    most = 32

    def __init__(
        self, form: ByteRows, bias: Tensor | None, dtype: torch.dtype, scratch: Scratch, narrow: bool = False
    ) -> None:
        super().__init__(bias, dtype, scratch, form.shape, narrow)
        self.form = form

    def compiled(self, native: NativeRows, rows: Tensor) -> Tensor:
        """See LowBitLinear."""
        return native.bytes(rows, self.form.codes, self.form.scale, self.added())

    def few(self, rows: Tensor, own: slice) -> Tensor:
        """See LowBitLinear."""
        out: Tensor = torch.ops.aten._weight_int8pack_mm(rows, self.form.codes[own], self.form.scale[own])
        return out

    def slab(self, rows: Tensor, own: slice) -> Tensor:
        """See LowBitLinear."""
        num, width = own.stop - own.start, self.shape[1]
        wide = self.scratch.take("numbers", num * width, rows.dtype).view(num, width)
        return F.linear(rows, wide.copy_(self.form.codes[own])).mul_(self.form.scale[own])


def turn_rows(at: int, num: int) -> slice:
    """The weight's rows that turn `at` of a product of few rows takes: whole blocks."""
    blocks = -(-num // BLOCK)
    begin, end = (at * blocks // _TURNS, (at + 1) * blocks // _TURNS)
    return slice(begin * BLOCK, min(num, end * BLOCK))


def unpacked_nibbles(form: NibblePack, own: slice, scratch: Scratch) -> Tensor:
    """The numbers of some of a pack's rows (whole blocks), turned: [K, rows], in a buffer of the scratch."""
    width, together = form.shape[1], rows_together()
    half = together // 2
    blocks = form.codes.view(-1, width, half)[own.start // together : own.stop // together]
    codes = scratch.take("codes", blocks.numel(), torch.uint8).view(blocks.shape)
    wide = scratch.take("numbers", width * (own.stop - own.start), scratch.dtype).view(width, -1)
    places = wide.view(width, len(blocks), 2, half).transpose(0, 1)
    places[:, :, 0].copy_(torch.bitwise_and(blocks, 15, out=codes))
    places[:, :, 1].copy_(torch.bitwise_right_shift(blocks, 4, out=codes))
    scale, zero = form.steps[:, own].float().unbind(-1)
    low = (zero - 8 * scale).to(scratch.dtype)
    groups = wide.unflatten(0, (width // GROUP, GROUP))
    torch.addcmul(low[:, None], groups, scale.to(scratch.dtype)[:, None], out=groups)
    return wide
