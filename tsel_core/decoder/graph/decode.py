"""Decoding on a GPU: embedding to sampled token as one captured graph per step, selection inside.

Every length lives on the device, every buffer is allocated once, and the host only replays and reads tokens one
step late. The torch definitions of the kernels run the same code without a graph, which is how it is tested on a
CPU.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from tsel_core.config import SelectionConfig
from tsel_core.decoder.graph.beyond_mixer import BeyondMixer
from tsel_core.decoder.graph.mixer import GraphMixer
from tsel_core.decoder.graph.own_rows import OwnRows
from tsel_core.decoder.graph.rows import addresses
from tsel_core.decoder.own_layers import OwnStep
from tsel_core.decoder.row_step import RowStep
from tsel_core.decoder.step import DecoderStep, KernelOps
from tsel_core.errors import NotFinite
from tsel_core.kv.cache import KVCache
from tsel_core.selection.beyond_window import BeyondWindow
from tsel_kernels.next_token.reference import NOT_FINITE
from tsel_kernels.protocol import Kernels


@dataclass
class GraphStats:
    """Counts of a run: steps, Selection Cache hits over all layers, coverage [steps, layers] of fresh picks."""

    num_steps: int = 0
    num_hits: int = 0
    num_layers: int = 0
    coverage: Tensor | None = None


class GraphDecoder:
    """Greedy decoding of one reading. Tokens and logits stay on the device; `run` yields token ids."""

    def __init__(
        self,
        step: DecoderStep | OwnStep,
        model: nn.Module,
        cache: KVCache,
        kernels: Kernels,
        selection: SelectionConfig | None,
        beyond: BeyondWindow | None = None,
    ) -> None:
        self.device = cache.device
        self.cache, self.offset = cache, cache.offset  # the positions of its rows are part of what is captured
        self._addresses: tuple[int, ...] | None = None  # of its rows, when it was captured
        self.token = torch.zeros(1, dtype=torch.int64, device=self.device)
        self.shown = torch.zeros_like(self.token)  # the token as the host reads it: NOT_FINITE marks damaged logits
        self.position = torch.zeros(1, dtype=torch.int32, device=self.device)
        weights = next(model.parameters())
        self.step: Any
        self.mixer: GraphMixer | OwnRows
        if isinstance(step, OwnStep):
            self.step, num_logits = step, step.vocab_size
            self.mixer = OwnRows(cache, kernels, selection, self.position, step.seam.runtime.full_layers)
        else:
            self.step = RowStep.of(step, kernels) or DecoderStep.sharing(step, KernelOps(kernels))
            num_logits = step.embed.shape[0]
            if beyond is not None and selection is not None:
                self.mixer = BeyondMixer(model, cache, kernels, selection, self.position, beyond)
            else:
                self.mixer = GraphMixer(model, cache, kernels, selection, self.position)
        own = self.step.logits if isinstance(self.step, RowStep) else None
        if own is not None and own.dtype == weights.dtype:
            self.logits = own.zero_()  # nothing is copied: the step writes where they are read
        else:
            self.logits = torch.zeros(num_logits, device=self.device, dtype=weights.dtype)
        self.num_done = torch.zeros(1, dtype=torch.int64, device=self.device)
        self.coverage = torch.zeros(cache.capacity, len(cache.pools), device=self.device)
        self.graph: torch.cuda.CUDAGraph | None = None
        self.turn: AbstractContextManager[Any] = nullcontext()  # where others compute too: when this may
        self.stats = GraphStats(num_layers=len(cache.pools))

    def _forward(self) -> None:
        """One step on the buffers: token at position -> logits -> next token, position + 1."""
        logits = self.step.forward(self.token, self.mixer)
        if logits.data_ptr() != self.logits.data_ptr():
            self.logits.copy_(logits)
        mixer = self.mixer
        if isinstance(mixer, GraphMixer):
            places = self.token, self.shown, self.position, self.num_done
            held = mixer.attended_lse(), mixer.full_lse, mixer.reuse
            mixer.kernels.next_token_(self.logits, *places, *held, self.coverage)
            return
        best, token = self.logits.max(-1, keepdim=True)  # NaN anywhere makes the best NaN: no pass of its own
        self.token.copy_(token)
        self.shown.copy_(torch.where(best - best == 0, token, NOT_FINITE))
        self.coverage.index_copy_(0, self.num_done, self.mixer.coverage()[None])
        self.position.add_(1)
        self.num_done.add_(1)

    def fits(self, cache: KVCache) -> bool:
        """Whether what is captured reads and writes this cache where its rows lie now.

        A cache that was released, or loaded anew, has its rows elsewhere: a replay would read the old memory.
        """
        same = self.cache is cache and self.offset == cache.offset
        return same and (self._addresses is None or self._addresses == addresses(cache))

    @torch.inference_mode()
    def prepare(self) -> None:
        """Capture the step as a CUDA graph; on a CPU there is nothing to do.

        The warm-up steps write row `position` of the cache only, which the first real step writes again.
        """
        if self._addresses is None:
            self._addresses = addresses(self.cache)
        if self.device.type != "cuda" or self.graph is not None:
            return
        token, position = self.token.clone(), self.position.clone()
        states = self.cache.states
        held = None if states is None else states.copied()
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(2):
                self._forward()
                self._rewind(token, position)
        torch.cuda.current_stream().wait_stream(side)
        self.graph = torch.cuda.CUDAGraph()
        # another thread may be copying a kept reading to the host meanwhile: only this one's calls must fit a capture
        with torch.cuda.graph(self.graph, capture_error_mode="thread_local"):
            self._forward()
        self._rewind(token, position)
        if states is not None and held is not None:
            states.put_back(held)

    def clear(self) -> None:
        """Overwrite token, logits and counts of the last answer."""
        for buffer in (self.token, self.shown, self.logits, self.coverage):
            buffer.zero_()
        self.stats = GraphStats(num_layers=len(self.cache.pools))

    def _rewind(self, token: Tensor, position: Tensor) -> None:
        """Undo a warm-up step: token, position, and each layer's reuse state."""
        self.token.copy_(token)
        self.position.copy_(position)
        self.num_done.zero_()
        self.mixer.hits.zero_()
        for state in self.mixer.states:
            state.cached_query.zero_()

    def advance(self) -> None:
        """One step: replay the graph, or run it in the open."""
        with self.turn:
            if self.graph is not None:
                self.graph.replay()
            else:
                self._forward()
        self.stats.num_steps += 1

    @torch.inference_mode()
    def start(self, token: int, length: int) -> None:
        """Begin after `length` cached tokens with `token` as the next one to forward; earlier picks are forgotten."""
        self.token.fill_(token)
        self.position.fill_(length)
        self.num_done.zero_()
        self.mixer.hits.zero_()
        for state in self.mixer.states:
            state.cached_query.zero_()
            state.window_start.zero_()
        if isinstance(self.mixer, BeyondMixer):
            self.mixer.begin(length)
        self.stats = GraphStats(num_layers=len(self.cache.pools))

    @torch.inference_mode()
    def run(self, limit: int, eos_ids: tuple[int, ...]) -> Iterator[int]:
        """Yield up to `limit` greedy tokens after the one given to `start`, stopping before an end token.

        The next step is launched before a token is read, so the device never waits for the host; one step may
        therefore have been computed past the end, and its cache row is not counted. Raises NotFinite.
        """
        pinned = torch.empty(2, dtype=torch.int64, pin_memory=self.device.type == "cuda")
        ahead = self.cache.states is None  # recurrent layers could not forget a step past the end
        if ahead:
            self.advance()
        for written in range(limit):
            if not ahead:
                self.advance()
            slot = pinned[written % 2 : written % 2 + 1]
            slot.copy_(self.shown, non_blocking=True)
            ready = self._mark()
            if ahead and written + 1 < limit:
                self.advance()
            if ready is not None:
                ready.synchronize()
            token = int(slot)
            if token == NOT_FINITE:
                raise NotFinite(int(self.position))
            if token in eos_ids:
                break
            yield token
        self._settle()

    @torch.inference_mode()
    def forced(self, ids: Sequence[int]) -> list[Tensor]:
        """Logits [vocab] after each of `ids`, written one by one in place of the model's choice.

        The first of them must have been given to `start`. Raises NotFinite.
        """
        words = torch.tensor(list(ids), device=self.device)
        kept = []
        for at in range(len(ids)):
            self.token.copy_(words[at : at + 1])
            self.advance()
            kept.append(self.logits.clone())
        self._settle()
        if not all(bool(torch.isfinite(row).all()) for row in kept):
            raise NotFinite(int(self.position))
        return kept

    def report(self, trace: Any, selectors: list[Any]) -> None:
        """Hand coverage and hits to the run's trace and selectors."""
        trace.num_steps += self.stats.num_steps
        if not self.mixer.selects:
            return
        if self.stats.coverage is not None:
            for number, step in enumerate(self.stats.coverage.tolist()):  # NaN: reused
                trace.decode_coverage += [(i, c) for i, c in enumerate(step) if c == c]
                trace.decode_picks += [
                    (number, i, c if c == c else None, c != c)
                    for i, c in enumerate(step)
                    if self.mixer.state_of(i) is not None
                ]
        for layer_idx, selector in enumerate(selectors):
            state = self.mixer.state_of(layer_idx)
            if state is None:
                continue
            hits = int(state.hits)
            selector.cache.num_hits += hits
            selector.cache.num_misses += self.stats.num_steps - hits

    def _mark(self) -> Any:
        if self.device.type != "cuda":
            return None
        event = torch.cuda.Event()
        event.record()
        return event

    def _settle(self) -> None:
        self.stats.num_hits = int(self.mixer.hits.sum())
        self.stats.coverage = self.coverage[: int(self.num_done)].cpu()


def captures(kernels: Kernels, device: torch.device) -> bool:
    """Whether decode steps run as a captured graph."""
    return device.type == "cuda" and kernels.name == "triton"
