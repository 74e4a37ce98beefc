"""Settings, checked once when they are made; nothing mutable lives at module level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tsel_core.errors import UsageError

AttentionMode = Literal["auto", "full", "select"]
Vote = Literal["queries", "mean-query"]
Anchors = Literal["even", "even+last", "end", "random"]
Correction = Literal["delta", "mix", "merge"]
ReuseScope = Literal["all", "each"]
WeightsChoice = Literal["auto", "full", "fp8", "q8", "q4"]
KVChoice = Literal["auto", "bf16", "fp8", "q4", "host"]
DistanceRule = Literal["clamped", "grouped", "wrapped"]
IndexBits = Literal["auto", "4", "8"]
Mode = Literal["full", "select"]
Storage = Literal["plain", "bf16", "fp8", "q4", "host"]
"""How a cache holds rows: in the compute dtype on the compute device, in bf16, fp8 or 4 bits, in host memory."""

DEFAULT_BUDGET = 4096
"""Rows a pick holds, unless an option or a profile says otherwise (docs/dev/quality.md, "The default")."""

FAST_BUDGET = 2048
"""Rows a pick holds in the profile fast."""

DEFAULT_NEW_TOKENS = 512
"""Tokens an answer may have."""

LEAST_CHUNK = {"cpu": 512, "cuda": 1024}
"""The smallest chunk tried after running out of memory: below it activations and votes are small. CPU: not tried."""


A_LITTLE = 1.25
"""Of a model's trained window: so far a document is read past it without being told to (docs/dev/method.md)."""


def within_reach(num_tokens: int, window: int) -> bool:
    """Whether prompt and answer of so many tokens leave the trained window by no more than a little."""
    return num_tokens <= A_LITTLE * window


def _require(ok: bool, name: str, rule: str, value: object) -> None:
    if not ok:
        raise UsageError(f"{name} must be {rule}, got {value}", f"set {name} to a value that is {rule}")


def check_one_of(name: str, value: str, known: Sequence[str]) -> None:
    """Raise UsageError for a value that is none of those that are known."""
    _require(value in known, name, f"one of {', '.join(known)}", value)


@dataclass(frozen=True, slots=True)
class SelectionConfig:
    """How rows of the cache are picked (terms, measurements and defaults: docs/dev/quality.md; counts are tokens).

    Vote: `vote="queries"` sums the votes of a block's anchor queries after the softmax; "mean-query" is the
    paper's vote with the mean of a chunk's queries. `anchors` says which queries of every `anchor_every` attend
    to everything: "even" the first, "even+last" also the block's last, "end" the last, "random" a seeded draw.
    Correction (switched off by `delta=False`), for the queries between anchors: "delta" adds the error of the
    anchor before them, "mix" and "merge" add what that anchor saw in the rows that were not picked, weighted by
    the anchor's share of mass there or by the query's own (tsel_core.selection.correction).
    Budget: `budget` rows for every block, `layer_budgets[layer]` where given; with a `coverage_target` as few rows
    as hold that share of the voters' softmax mass, at least `min_budget`, at most the budget.
    `lexical_share` of the budget is kept for rows that the words of the block point at (selection/lexical.py; prefill).
    With `cell_rows` every query of a block votes: for cells of about so many rows with like keys among `cell_segment`
    (k-means), then in the best cells, about `pool` times the budget, for rows (without `visitors` the best cells
    are picked whole, `cell_segment` equal to `cell_rows` makes neighbours the cells); the rest of the past enters the
    softmax as one mean row a cell (selection/cell_prefill.py). Anchors, delta and coverage_target do not count while
    reading then, and a `rule` lets anchors vote.
    `full_layers` never select. Below `coverage_floor` (share of mass; 0: off) a chunk or step grows its budget
    by `growth` times, up to `max_growth`, and then runs with full attention.
    `reuse_threshold` is the cosine above which a decode step keeps the last pick (Selection Cache), over all heads
    together or, with `reuse_scope="each"`, over every KV group; 1 or more switches it off.
    `distance_rule` scores rows farther away than the trained window (kv/rope_distances.py); only there it counts.
    `index_bits` of the low-bit key index that decode steps on a GPU score with: "auto" is 4, and 8 in layers whose
    first keys 4 bits would blur (tsel_core.kv.layer.index_width).
    `rule` names a plugin's pick rule, by whose scores rows are picked instead of by votes (selection/rule.py).
    `shared_picks` says for every layer whose pick it attends to: its own number, or that of a layer before it that
    picks for itself; then it neither votes nor ranks (evaluation/share.py finds such pairs). First and last layer pick
    for themselves, as do all where nothing is said, past the trained window and in answers that are written together.
    """

    budget: int = FAST_BUDGET
    num_sink: int = 128
    num_local: int = 512
    vote: Vote = "queries"
    block_size: int = 64
    anchor_every: int = 64
    anchors: Anchors = "even"
    per_kv_head: bool = True
    delta: bool = True
    correction: Correction = "delta"
    coverage_target: float = 0.0
    min_budget: int = 256
    lexical_share: float = 0.5
    cell_rows: int = 0
    cell_segment: int = 1024
    pool: int = 4
    visitors: bool = True
    layer_budgets: tuple[int, ...] = ()
    full_layers: tuple[int, ...] = ()
    reuse_threshold: float = 0.9
    reuse_scope: ReuseScope = "all"
    index_bits: IndexBits = "auto"
    coverage_floor: float = 0.0
    growth: int = 2
    max_growth: int = 4
    distance_rule: DistanceRule = "grouped"
    rule: str = ""
    shared_picks: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        _require(self.budget >= 1, "budget", "at least 1", self.budget)
        _require(self.num_sink >= 0, "num_sink", "0 or more", self.num_sink)
        _require(self.num_local >= 1, "num_local", "at least 1", self.num_local)
        _require(self.block_size >= 1, "block_size", "at least 1", self.block_size)
        _require(self.anchor_every >= 1, "anchor_every", "at least 1", self.anchor_every)
        _require(self.vote in ("queries", "mean-query"), "vote", "'queries' or 'mean-query'", self.vote)
        known = ("even", "even+last", "end", "random")
        _require(self.anchors in known, "anchors", f"one of {', '.join(known)}", self.anchors)
        _require(self.correction in ("delta", "mix", "merge"), "correction", "delta, mix or merge", self.correction)
        _require(0 <= self.coverage_target < 1, "coverage_target", "in [0, 1)", self.coverage_target)
        _require(0 <= self.lexical_share <= 1, "lexical_share", "in [0, 1]", self.lexical_share)
        _require(self.cell_rows >= 0, "cell_rows", "0 or more", self.cell_rows)
        _require(self.cell_segment >= max(1, self.cell_rows), "cell_segment", "at least cell_rows", self.cell_segment)
        _require(self.pool >= 1, "pool", "at least 1", self.pool)
        _require(self.min_budget >= 1, "min_budget", "at least 1", self.min_budget)
        _require(all(b >= 1 for b in self.layer_budgets), "layer_budgets", "at least 1 each", self.layer_budgets)
        _require(self.reuse_scope in ("all", "each"), "reuse_scope", "'all' or 'each'", self.reuse_scope)
        _require(self.index_bits in ("auto", "4", "8"), "index_bits", "auto, 4 or 8", self.index_bits)
        _require(0 <= self.coverage_floor < 1, "coverage_floor", "in [0, 1)", self.coverage_floor)
        _require(self.growth >= 2, "growth", "at least 2", self.growth)
        _require(self.max_growth >= 1, "max_growth", "at least 1", self.max_growth)
        rules = ("clamped", "grouped", "wrapped")
        _require(self.distance_rule in rules, "distance_rule", f"one of {', '.join(rules)}", self.distance_rule)
        self._check_shared()

    def _check_shared(self) -> None:
        shared, name = self.shared_picks, "shared_picks"
        if not shared:
            return
        own = [layer for layer, of in enumerate(shared) if of == layer]
        _require(0 in own and len(shared) - 1 in own, name, "a plan whose first and last layers pick", shared)
        earlier = all(of in own and of <= layer for layer, of in enumerate(shared))
        _require(earlier, name, "for every layer itself or a layer before it that picks", shared)
        votes = self.vote == "queries" and not self.cell_rows
        _require(votes, name, "left out where a chunk has one pick or cells", shared)

    def pick_of(self, layer_idx: int) -> int:
        """The layer whose pick a layer attends to."""
        return self.shared_picks[layer_idx] if layer_idx < len(self.shared_picks) else layer_idx

    @property
    def num_sharing(self) -> int:
        """Layers that attend to another one's pick."""
        return sum(of != layer for layer, of in enumerate(self.shared_picks))

    def budget_of(self, layer_idx: int) -> int:
        """Rows a pick of a layer may hold."""
        return self.layer_budgets[layer_idx] if layer_idx < len(self.layer_budgets) else self.budget


@dataclass(frozen=True, slots=True)
class EngineConfig:
    """How a document is read and an answer written; temperature 0 is greedy."""

    attention: AttentionMode = "auto"
    chunk_size: int | None = None  # tokens of a prefill chunk; None: by device
    crossover: int | None = None  # tokens from which "auto" selects in prefill; None: measured or the default
    max_new_tokens: int = DEFAULT_NEW_TOKENS
    temperature: float = 0.0
    top_p: float = 1.0
    seed: int = 0
    kv: KVChoice = "auto"  # how keys and values are held; auto: the first way that fits
    weights: WeightsChoice = "auto"  # of random weights; a ModelInfo says its own (models/low_bit/choice.py)
    memory_limit: int | None = None  # bytes of the device this process may use; None: what is free
    drafts: int | None = None  # most tokens drafted from the text (engine/lookup.py); None: as many as pay
    extrapolate: bool | None = None  # read past the trained window, at compact positions; None: a little past it

    def __post_init__(self) -> None:
        _require(self.attention in ("auto", "full", "select"), "attention", "auto, full or select", self.attention)
        _require(self.chunk_size is None or self.chunk_size >= 1, "chunk_size", "at least 1", self.chunk_size)
        _require(self.max_new_tokens >= 1, "max_new_tokens", "at least 1", self.max_new_tokens)
        _require(self.kv in ("auto", "bf16", "fp8", "q4", "host"), "kv", "auto, bf16, fp8, q4 or host", self.kv)
        known = ("auto", "full", "fp8", "q8", "q4")
        _require(self.weights in known, "weights", "auto, full, fp8, q8 or q4", self.weights)
        _require(0 <= (self.drafts or 0) <= 16, "drafts", "from 0 to 16", self.drafts)
        _require(self.temperature >= 0, "temperature", "0 or more", self.temperature)
        _require(0 < self.top_p <= 1, "top_p", "in (0, 1]", self.top_p)
