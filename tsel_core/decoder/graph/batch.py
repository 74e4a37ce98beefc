"""Decoding several sequences on a GPU: a captured graph for every number of places, selection inside.

Tables on the device say where each sequence's rows lie, so that sequences come and go and no graph is captured anew; a
graph of eight places serves five. The torch definitions run the same code without a graph, as in graph/decode.py.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import torch
from torch import nn

from tsel_core.config import SelectionConfig
from tsel_core.decoder.graph.batch_mixer import BatchGraphMixer, held_rows
from tsel_core.decoder.row_step import RowStep
from tsel_core.decoder.step import DecoderStep, KernelOps
from tsel_core.decoder.together import rows_step
from tsel_core.device.uploads import upload
from tsel_core.kv.cache import KVCache
from tsel_kernels.batch.reference import HeldRows
from tsel_kernels.next_token.reference import NOT_FINITE
from tsel_kernels.protocol import Kernels

SAME_ROWS = False
"""Products always take the rows of all places, whoever is there: their sums then have one order, so that what a
sequence writes does not depend on how many others write. They are bound by the bytes of the weights, read once.
Not run on a GPU yet, so off (docs/dev/benchmarks/together-2026-11-29.md)."""


class BatchDecoder:
    """Greedy steps of up to `most` sequences, each at a place of its own. Tokens stay on the device."""

    def __init__(
        self,
        step: DecoderStep,
        model: nn.Module,
        cache: KVCache,
        kernels: Kernels,
        selection: SelectionConfig | None,
        most: int,
    ) -> None:
        self.device, self.most, self.indexed = cache.device, most, selection is not None
        like = self._held(cache)
        if like is None:
            raise ValueError("a batch begins with a cache of plain rows")
        self.token = torch.zeros(most, dtype=torch.int64, device=self.device)
        self.shown = torch.zeros_like(self.token)
        self.position = torch.zeros(most, dtype=torch.int32, device=self.device)
        self.moves = torch.zeros_like(self.position)  # 1 at places where somebody writes
        self.mixer = BatchGraphMixer(model, like, kernels, selection, self.position)
        self._nowhere = [rows.place(rows.nobody) for rows in self.mixer.rows]
        self.rows: Any = DecoderStep.sharing(rows_step(step), KernelOps(kernels))
        self.row: Any = RowStep.of(step, kernels)  # one sequence alone
        self.logits = torch.zeros(most, step.embed.shape[0], device=self.device, dtype=next(model.parameters()).dtype)
        self.covered, self.picked = (torch.zeros(len(like), most, device=self.device) for _ in range(2))
        self.graphs: dict[int, torch.cuda.CUDAGraph] = {}

    def takes(self, cache: KVCache) -> bool:
        """Whether a cache's rows are of the kind that the batch began with."""
        held = self._held(cache)
        if held is None:
            return False
        bits = [None if h.index is None else h.index.bits for h in held]
        nobody = [r.nobody for r in self.mixer.rows]
        same = all(h.keys.dtype == n.keys.dtype for h, n in zip(held, nobody, strict=True))
        return same and bits == [None if n.index is None else n.index.bits for n in nobody]

    def _held(self, cache: KVCache) -> list[HeldRows] | None:
        found = [held_rows(cache, i, indexed=self.indexed) for i in range(len(cache.pools))]
        held = [h for h in found if h is not None]
        return held if len(held) == len(found) else None

    @torch.inference_mode()
    def seat(self, place: int, cache: KVCache, token: int) -> None:
        """A sequence takes a place: its next step forwards `token` after what the cache holds."""
        held = self._held(cache)
        assert held is not None
        self._reserve(cache.capacity)
        lines = [rows.place(own) for rows, own in zip(self.mixer.rows, held, strict=True)]
        self._write(place, lines, held)
        self.token[place : place + 1] = token
        self.position[place : place + 1] = cache.length
        self.moves[place : place + 1] = 1
        state = self.mixer.state
        for tensor in (self.covered, self.picked, state.cached_query, state.window_start, state.hits):
            tensor[:, place].zero_()

    @torch.inference_mode()
    def free(self, place: int) -> None:
        """Nobody is at a place any more."""
        self._write(place, self._nowhere, [rows.nobody for rows in self.mixer.rows])
        for tensor in (self.token, self.position, self.moves):
            tensor[place].zero_()

    def _write(self, place: int, lines: list[list[int]], held: list[HeldRows]) -> None:
        flat = upload([number for line in lines for number in line], self.device)
        self.mixer.tables[:, place] = flat.view(len(lines), -1)
        for rows, own in zip(self.mixer.rows, held, strict=True):
            rows.held[place] = own

    def _reserve(self, capacity: int) -> None:
        """Room for longer sequences, doubled each time: what was captured for shorter ones is given up."""
        if capacity <= self.mixer.capacity:
            return
        if self.graphs:
            torch.cuda.synchronize(self.device)
            self.graphs.clear()
        self.mixer.reserve(max(capacity, 2 * self.mixer.capacity))

    @torch.inference_mode()
    def advance(self, num: int) -> None:
        """One step of the first `num` places."""
        if self.device.type != "cuda":
            self._forward(num)
            return
        if num not in self.graphs:
            self.graphs[num] = self._captured(num)
        self.graphs[num].replay()

    def _forward(self, num: int) -> None:
        """Tokens at their positions -> logits -> the next tokens, a position further where somebody is."""
        token, mixer = self.token[:num], self.mixer.part(num)
        if SAME_ROWS:
            logits = self.rows.forward(self.token, mixer, every=True)[:num]
        elif num == 1 and self.row is not None:
            logits = self.row.forward(token, mixer)[None]
        else:
            logits = self.rows.forward(token, mixer, every=True)
        self.logits[:num].copy_(logits)
        best, found = self.logits[:num].max(-1)  # NaN anywhere makes the best NaN
        token.copy_(found)
        self.shown[:num].copy_(torch.where(best - best == 0, found, NOT_FINITE))
        if self.mixer.selects:
            held, fresh = self.mixer.coverage(num)
            self.covered[:, :num].add_(torch.where(fresh, held, 0.0))
            self.picked[:, :num].add_(fresh)
        self.position[:num].add_(self.moves[:num])

    def _captured(self, num: int) -> torch.cuda.CUDAGraph:
        """The step of the first `num` places as a graph. The rows that warming up writes are written again."""
        tensors = [self.token, self.shown, self.position, self.covered, self.picked]
        tensors += [getattr(self.mixer.state, f.name) for f in fields(self.mixer.state)]
        before = [t.clone() for t in tensors]

        def put_back() -> None:
            for tensor, kept in zip(tensors, before, strict=True):
                tensor.copy_(kept)

        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(2):
                self._forward(num)
                put_back()
        torch.cuda.current_stream().wait_stream(side)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph, capture_error_mode="thread_local"):
            self._forward(num)
        put_back()
        return graph

    def counts(self, place: int) -> tuple[list[int], list[float], list[float]]:
        """By layer: steps that reused a pick, coverage added up over fresh picks, and how many those were."""
        found = torch.stack([self.mixer.state.hits[:, place].float(), self.covered[:, place], self.picked[:, place]])
        hits, covered, picked = found.tolist()
        return [int(h) for h in hits], covered, picked
