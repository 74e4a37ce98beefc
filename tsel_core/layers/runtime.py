"""Attention of a layer in a pass, full or selecting, and what all layers share over a run."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

import torch
from torch import Tensor

from tsel_core.config import SelectionConfig
from tsel_core.device.timings import Timings
from tsel_core.kv.cache import KVCache
from tsel_core.kv.stored import StoredLayer, StoredRows, whole
from tsel_core.layers.extras import Extras
from tsel_core.layers.head_watch import HeadWatch
from tsel_core.layers.trace import Trace
from tsel_core.selection.lexical import LexicalRows
from tsel_core.selection.passes import Pass
from tsel_core.selection.picks import RowIndexOf, Selection
from tsel_core.selection.rule import load_rule
from tsel_core.selection.scratch import VoteScratch
from tsel_core.selection.selector import TokenSelector
from tsel_core.selection.sinks import with_sinks
from tsel_kernels.attention.full import full_attention
from tsel_kernels.protocol import Kernels


@dataclass
class AttentionRuntime:
    """What all layers share over a run: their selectors, records and clocks. What a pass depends on is its Pass."""

    selectors: list[TokenSelector]
    timings: Timings = field(default_factory=Timings)
    trace: Trace = field(default_factory=Trace)
    full_layers: dict[int, str] = field(default_factory=dict)  # layer -> why it never selects
    scratch: VoteScratch = field(default_factory=VoteScratch)
    picks: dict[int, tuple[int, int, Selection]] = field(default_factory=dict)  # of layers whose pick others take
    watch: HeadWatch | None = None  # heads whose look at the document is noted while a question is read

    def selects(self, run: Pass, layer_idx: int, num_rows: int, num_queries: int) -> bool:
        """Whether a layer selects for the last `num_queries` of `num_rows` rows (Pass.selects)."""
        if layer_idx in self.full_layers:
            return False
        return run.selects(self.selectors[layer_idx].config, layer_idx, num_rows, num_queries)

    def layer(
        self,
        run: Pass,
        layer_idx: int,
        query: Tensor,
        keys: Tensor | StoredRows,
        values: Tensor | StoredRows,
        scaling: float,
        row_index: RowIndexOf | None = None,
        sinks: Tensor | None = None,
    ) -> Tensor:
        """Attention of one layer that may select: query [T, H, D], keys, values [Hkv, N, D], learned `sinks` [H].

        A selecting decode step may be given StoredRows for both, or how to get the int8 copy of `keys` (KVLayer).
        """
        if self.watch is not None and isinstance(keys, Tensor):
            self.watch.look(layer_idx, query, keys, scaling)
        selector = self.selectors[layer_idx]
        size = keys.shape[1], query.shape[0]
        if not self.selects(run, layer_idx, *size):
            self.picks.pop(layer_idx, None)
            out = self.exact(run, layer_idx, query, keys, values, scaling, sinks)
        else:
            given, more = self._given(selector, *size), (row_index, run.lexical, sinks)
            with self.phase(run, "selection"):
                out, selection = self._select(selector, query, keys, values, scaling, *more, given)
            self.trace.add(layer_idx, selection, run.decoding)
            if selector.config.shared_picks and not selection.shared:
                self.picks[layer_idx] = (*size, selection)
        if run.decoding:
            self.trace.weigh(layer_idx, query, keys, scaling)
        return out

    def exact(
        self,
        run: Pass,
        layer_idx: int,
        query: Tensor,
        keys: Tensor | StoredRows,
        values: Tensor | StoredRows,
        scaling: float,
        sinks: Tensor | None = None,
    ) -> Tensor:
        """Attention of one layer to every row, whatever the mode; shapes as for `layer`."""
        kernels, rows = self.selectors[layer_idx].kernels, whole(keys, values)
        with self.phase(run, "attention"):
            if sinks is None:
                return exact_attention(kernels, query, *rows, scaling)
            places = _places(rows[0].shape[1] - query.shape[0], rows[0].shape[1], query.device)
            return with_sinks(*kernels.causal_attention(query, places, *rows, scaling=scaling), sinks)[0]

    def begin_reading(self, num_rows: int) -> None:
        """Before the first chunk of a reading that will have `num_rows` rows."""
        self.end_reading()
        self.scratch.reserve(num_rows)

    def end_reading(self) -> None:
        """Nothing that only chunks need stays: votes, cells and picks."""
        self.scratch.release()
        self.picks.clear()
        for selector in self.selectors:
            selector.cells.clear()

    def phase(self, run: Pass, part: str) -> AbstractContextManager[None]:
        """A clock for a part of a pass: "attention" or "selection", of prefill or decode."""
        return self.timings.phase(("decode_" if run.decoding else "prefill_") + part)

    def _given(self, selector: TokenSelector, num_rows: int, num_queries: int) -> Selection | None:
        """What another layer picked for the same queries, where this one takes its pick."""
        of = selector.config.pick_of(selector.layer_idx)
        found = self.picks.get(of) if of != selector.layer_idx else None
        return found[2] if found is not None and found[:2] == (num_rows, num_queries) else None

    def _select(
        self,
        selector: TokenSelector,
        query: Tensor,
        keys: Tensor | StoredRows,
        values: Tensor | StoredRows,
        scaling: float,
        row_index: RowIndexOf | None,
        lexical: LexicalRows | None,
        sinks: Tensor | None,
        given: Selection | None,
    ) -> tuple[Tensor, Selection]:
        num_queries = query.shape[0]
        if num_queries == 1:
            index = keys.index if isinstance(keys, StoredRows) else row_index
            return selector.decode(query, keys, values, scaling, index, sinks, given)
        keys, values = whole(keys, values)
        return selector.prefill(query, keys.shape[1] - num_queries, keys, values, scaling, lexical, sinks, given)


_SHORT = 256  # queries


@lru_cache(maxsize=2)
def _places(begin: int, end: int, device: torch.device) -> Tensor:
    """begin .. end - 1 int64: the same for every layer of a pass, and launching is what a question waits for."""
    return torch.arange(begin, end, device=device)


def exact_attention(kernels: Kernels, query: Tensor, keys: Tensor, values: Tensor, scaling: float) -> Tensor:
    """Full attention of a chunk, query [T, H, D] at the end of keys, values [Hkv, N, D] -> [T, H, D].

    A few queries (a question's tail, a written token) go through the anchors' kernel where there is one: it splits the
    rows over the chip, which the library's attention does not (2.6 ms a layer for 32 queries over 131,072 rows on an
    H100, 7B shape; about 3.5 ms for one on an H200), and it is compiled once for all lengths, where the library may
    plan its operation anew for every length that a question meets.
    """
    num, rows = query.shape[0], keys.shape[1]
    if kernels.name != "triton" or num > _SHORT:
        return full_attention(query, keys, values, scaling, kernels)
    positions = _places(rows - num, rows, query.device)
    return kernels.causal_attention(query, positions, keys, values, scaling=scaling)[0]


class RowAttention(Protocol):
    """Attention of one token whose place is known on the device alone (decoder/graph/own_rows.py): `position` [1]."""

    position: Tensor

    def attend(
        self, layer_idx: int, query: Tensor, key: Tensor, value: Tensor, scaling: float, extras: Extras, usual: bool
    ) -> Tensor:
        """[1, H, Dv] of query [H, D] and its own key and value [Hkv, D]; `usual`: heads as wide as the kernels take."""


@dataclass
class Seam:
    """What the attention function finds beside its arguments: transformers hands no argument of ours down.

    `run` is the pass under way, `cache` what it appends to, both written by whoever calls the model
    (decoder/forward.py, tsel_core.attach). With `rows` one token is forwarded whose key and value no cache took yet.
    """

    runtime: AttentionRuntime
    run: Pass = field(default_factory=Pass)
    cache: KVCache | None = None
    windows: dict[int, int] = field(default_factory=dict)  # tokens of the sliding windows that layers say they have
    rows: RowAttention | None = None

    def row_index(self, layer_idx: int) -> RowIndexOf | None:
        """How to get the int8 copy of a layer's keys; None where the cache has none."""
        pool = None if self.cache is None else self.cache.pools[layer_idx]
        return None if pool is None or isinstance(pool, StoredLayer) else pool.row_index


def make_runtime(config: SelectionConfig, kernels: Kernels, num_layers: int) -> AttentionRuntime:
    """The state of a model of so many layers, which share a scratch."""
    rule = load_rule(config.rule)
    runtime = AttentionRuntime([TokenSelector(config, kernels, idx, rule) for idx in range(num_layers)])
    for selector in runtime.selectors:
        selector.scratch = runtime.scratch
    return runtime
