"""Rank 0 leads, the other ranks repeat: each forward pass is announced with everything it depends on.

The messages carry no history: a pass names its cache, how many rows of it count, mode and settings, and which layers
keep the pick of the last step. So nothing on rank 0 has to be mirrored call by call, and no clock or random number of
another rank decides anything.
"""

from __future__ import annotations

import weakref
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from tsel_core.config import SelectionConfig
from tsel_core.decoder.forward import Forward
from tsel_core.device.ranks import Ranks
from tsel_core.device.timings import Timings
from tsel_core.device.uploads import upload
from tsel_core.kv.cache import KVCache
from tsel_core.kv.copy import RowsOf
from tsel_core.models.shard import add_sums
from tsel_core.selection.lexical import LexicalRows
from tsel_core.selection.passes import Pass

if TYPE_CHECKING:
    from tsel_core.engine.engine import Engine
    from tsel_core.layers.trace import Trace
    from tsel_core.parallel.launch import Group

_LISTS = ("layer_budgets", "full_layers", "shared_picks")  # tuples, which JSON makes lists


def join(engine: Engine, ranks: Ranks) -> None:
    """Make an engine over one rank's part work with the others'. Every rank calls it, in the same order."""
    engine.ranks = ranks
    for selector in engine.runtime.selectors:
        selector.ranks = ranks
    add_sums(engine.loaded.model, ranks)
    engine.forward.ranks = ranks
    _ = engine.forward.step  # checked against the model's own layer, on all ranks together


def lead(engine: Engine, group: Group) -> None:
    """Make the engine of rank 0 announce every forward pass to the group."""
    join(engine, group.ranks)
    engine.forward = LeadingForward(engine, group)


class LeadingForward(Forward):
    """Rank 0's forward pass: announced, and its records are made those of all heads."""

    def __init__(self, engine: Engine, group: Group) -> None:
        self.__dict__.update(engine.forward.__dict__)
        self.engine, self.group = engine, group
        self._caches: weakref.WeakValueDictionary[int, KVCache] = weakref.WeakValueDictionary()
        self._next = 0
        self._lexical: LexicalRows | None = None  # the one the others know
        self._units: Tensor | None = None  # likewise

    def __call__(self, cache: KVCache, tokens: Tensor, run: Pass) -> Tensor:
        """See Forward. Raises what made a rank fail; afterwards the group is gone."""
        runtime = self.runtime
        with self.group.leading():
            self.group.ranks.tell(self._message(cache, tokens, run))
            before = _marks(runtime.trace)
            logits = super().__call__(cache, tokens, run)
            share_trace(runtime.trace, self.group.ranks, before, run.decoding)
        return logits

    def _message(self, cache: KVCache, tokens: Tensor, run: Pass) -> dict[str, Any]:
        runtime, trace = self.runtime, self.runtime.trace
        number = next((n for n, c in self._caches.items() if c is cache), None)
        source = None
        if number is None:
            number = self._next = self._next + 1
            self._caches[number] = cache
            source = self._source(cache)
        lexical: list[int] | str | None = None if run.lexical is None else "same"
        if run.lexical is not None and run.lexical is not self._lexical:
            lexical = run.lexical.ids.tolist()
        self._lexical = run.lexical
        units: list[int] | str | None = "same" if trace.unit_of_rows is not None else None
        if units and trace.unit_of_rows is not self._units:
            units = trace.unit_of_rows.tolist()  # type: ignore[union-attr]
        self._units = trace.unit_of_rows
        return {
            "do": "forward",
            "cache": number,
            "live": list(self._caches),
            "capacity": cache.capacity,
            "storage": self.engine.storage,
            "length": cache.length,
            "source": source,
            "ids": tokens.tolist(),
            "pass": asdict(replace(run, lexical=None)),
            "lexical": lexical,
            "selection": asdict(self.engine.selection),
            "held": [s.layer_idx for s in runtime.selectors if s.cache.query is not None],
            "weighed": sorted(trace.weighed_layers) if trace.weigh_rows else [],
            "units": units,
            "num_units": trace.num_units,
            "watched": trace.picked is not None,
        }

    def _source(self, cache: KVCache) -> int | None:
        """Number of the cache whose first rows were copied into a new one."""
        source = cache.copied_from() if cache.copied_from is not None else None
        return None if source is None else next(n for n, c in self._caches.items() if c is source)


def share_trace(trace: Trace, ranks: Ranks, before: tuple[int, int, Tensor | None], decoding: bool) -> None:
    """Records of the last pass over the heads of all ranks: coverage as means, unit weights and picks joined."""
    num_prefill, num_decode, picked = before
    for pairs, start in ((trace.prefill_coverage, num_prefill), (trace.decode_coverage, num_decode)):
        if len(pairs) > start:
            means = ranks.mean(torch.stack([torch.as_tensor(c).float() for _, c in pairs[start:]]))
            pairs[start:] = [(layer, mean) for (layer, _), mean in zip(pairs[start:], means, strict=True)]
    if decoding:
        _share_picks(trace, num_decode)
        if trace.weigh_rows and trace.unit_weights is not None:
            trace.unit_weights = _joined_groups(trace.unit_weights, ranks)
    if trace.picked is not None:
        found = ranks.any(trace.picked)
        trace.picked = found if picked is None else found | picked


def _share_picks(trace: Trace, num_decode: int) -> None:
    """Give the picks of the last step the coverage of all ranks."""
    means = iter([mean for _, mean in trace.decode_coverage[num_decode:]])
    for at, (step, layer, coverage, reused) in enumerate(trace.decode_picks):
        if step == trace.num_steps and coverage is not None:
            trace.decode_picks[at] = (step, layer, next(means), reused)


def _joined_groups(weights: Tensor, ranks: Ranks) -> Tensor:
    """Unit weights [layers, groups, units + 1] of one rank's head groups -> those of all, in the order of the ranks."""
    layers, groups, units = weights.shape
    whole = weights.new_zeros(layers, ranks.size, groups, units)
    whole[:, ranks.rank] = weights
    return ranks.sum_(whole).view(layers, ranks.size * groups, units)


def _marks(trace: Trace) -> tuple[int, int, Tensor | None]:
    """Where the records of the next pass begin; the picks of earlier passes are put aside for it."""
    picked = trace.picked
    if picked is not None:
        trace.picked = torch.zeros_like(picked)
    return len(trace.prefill_coverage), len(trace.decode_coverage), picked


class Follower:
    """One of the other ranks: does what rank 0 announces until it says stop."""

    def __init__(self, engine: Engine, ranks: Ranks) -> None:
        self.engine, self.ranks = engine, ranks
        self._caches: dict[int, KVCache] = {}
        self._units = torch.empty(0, dtype=torch.long)
        self._lexical: LexicalRows | None = None

    def run(self) -> None:
        """Repeat forward passes. Raises what goes wrong in one; the caller ends the process."""
        while (message := self.ranks.hear())["do"] == "forward":
            with torch.inference_mode():
                self._forward(message)

    def _forward(self, message: dict[str, Any]) -> None:
        engine, runtime = self.engine, self.engine.runtime
        cache = self._cache(message)
        fields = message["selection"]
        selection = SelectionConfig(**fields | {name: tuple(fields[name]) for name in _LISTS})
        if selection != engine.selection:
            engine.use_selection(selection)
        held = set(message["held"])
        for selector in runtime.selectors:
            if selector.layer_idx not in held:
                selector.cache.clear()
        lexical = message["lexical"]
        if lexical != "same":
            self._lexical = None if lexical is None else LexicalRows(upload(lexical, engine.device))
        run = Pass(**message["pass"] | {"lexical": self._lexical})
        runtime.timings, trace = Timings(), type(runtime.trace)()
        runtime.trace = trace
        trace.weigh_rows, trace.weighed_layers = bool(message["weighed"]), frozenset(message["weighed"])
        if message["units"] is not None:
            if message["units"] != "same":
                self._units = torch.tensor(message["units"], device=engine.device)
            trace.watch_units(self._units, message["num_units"])
        if message["watched"]:
            trace.watch_picks(message["capacity"], engine.device)
        engine.forward(cache, upload(message["ids"], engine.device), run)
        share_trace(trace, self.ranks, (0, 0, None), run.decoding)

    def _cache(self, message: dict[str, Any]) -> KVCache:
        """The cache of a pass with as many rows as rank 0's; those that rank 0 let go of are dropped."""
        number, length = message["cache"], message["length"]
        cache = self._caches.get(number)
        if cache is None:
            self.engine.runtime.end_reading()
            self.engine.storage = message["storage"]
            cache = self.engine.new_cache(message["capacity"], message["pass"]["mode"])
            if message["source"] is not None:
                RowsOf(self._caches[message["source"]], length).fill(cache, self.engine.device)
        live = {*message["live"], number}
        self._caches = {n: c for n, c in {**self._caches, number: cache}.items() if n in live}
        cache.crop(length)
        if cache.length != length:
            raise RuntimeError(f"rank {self.ranks.rank} holds {cache.length} rows of a cache of {length}")
        return cache
