"""When the int8 copies of single rows are made, or mapped from the disk: looked for at once, made when first needed."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future

import torch
from torch import Tensor

from tsel_core.decoder.cpu_linear import ALIGNED, Int8Report, RowLinear, quantize_all, quantize_rows
from tsel_core.models.int8_copies import read_copies, wanted, write_copies

_COMPARED = 64  # rows that are made anew: a file made by other rules is not used
Pairs = list[tuple[Tensor, Tensor]]


class Int8Rows:
    """The products of a model whose single rows go through int8 copies.

    A thread looks for the copies of a checked model (`digest` of its files; "": never kept) while a prompt is read.
    """

    def __init__(self, linears: list[RowLinear], digest: str = "", model: str = "") -> None:
        self.linears, self.digest, self.model = linears, digest if wanted() else "", model
        self._found: Future[Pairs | None] | None = None
        if self.digest:
            self._found = Future()
            threading.Thread(target=self._look, args=(self._found,), name="tsel-int8-read", daemon=True).start()

    def prepare(self) -> Int8Report:
        """Map the copies, or make and keep them."""
        began = time.perf_counter()
        pairs = None if self._found is None else self._found.result()
        if pairs is None or not self._are_ours(pairs):
            made = quantize_all(self.linears)
            if self.digest:
                ours = [(linear.int8, linear.scale) for linear in self.linears]
                arguments = (self.digest, self.model, ours)
                threading.Thread(target=write_copies, args=arguments, name="tsel-int8-keep").start()
            return made
        for linear, (int8, scale) in zip(self.linears, pairs, strict=True):
            linear.int8 = int8.clone() if int8.data_ptr() % ALIGNED else int8
            linear.scale = scale
        num_bytes = sum(linear.num_bytes() for linear in self.linears)
        return Int8Report(num_bytes, time.perf_counter() - began, len(self.linears))

    def _look(self, found: Future[Pairs | None]) -> None:
        shapes: Sequence[tuple[int, int]] = [(m.weight.shape[0], m.weight.shape[1]) for m in self.linears]
        try:
            found.set_result(read_copies(self.digest, shapes))
        except BaseException:  # whoever waits makes them
            found.set_result(None)

    @torch.inference_mode()
    def _are_ours(self, pairs: Pairs) -> bool:
        for linear, (int8, scale) in ((self.linears[i], pairs[i]) for i in {0, len(pairs) - 1}):
            rows, steps = quantize_rows(linear.weight.detach()[:_COMPARED])
            if not (torch.equal(rows, int8[:_COMPARED]) and torch.equal(steps, scale[:_COMPARED])):
                return False
        return True
