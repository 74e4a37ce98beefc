"""Settings, checked once when they are made; nothing mutable lives at module level."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tsel_core.errors import UsageError

AttentionMode = Literal["auto", "full", "select"]
Vote = Literal["queries", "mean-query"]


def _require(ok: bool, name: str, rule: str, value: object) -> None:
    if not ok:
        raise UsageError(f"{name} must be {rule}, got {value}", f"set {name} to a value that is {rule}")


@dataclass(frozen=True, slots=True)
class SelectionConfig:
    """How rows of the cache are picked (terms and defaults of ../docs/method.md; counts are tokens).

    `vote="queries"` sums the votes of every `anchor_every`-th query of a block after the softmax;
    "mean-query" is the paper's vote with the mean of a chunk's queries. `delta` adds the anchors' error to
    the queries that follow them. `reuse_threshold` is the cosine above which a decode step keeps the last
    pick (Selection Cache); 1 or more switches it off. `coverage_floor` is the share of softmax mass under
    which a step grows its budget and then runs with full attention (0 switches that off).
    """

    budget: int = 2048
    num_sink: int = 128
    num_local: int = 512
    vote: Vote = "queries"
    block_size: int = 64
    anchor_every: int = 16
    per_kv_head: bool = True
    delta: bool = True
    reuse_threshold: float = 0.9
    coverage_floor: float = 0.0

    def __post_init__(self) -> None:
        _require(self.budget >= 1, "budget", "at least 1", self.budget)
        _require(self.num_sink >= 0, "num_sink", "0 or more", self.num_sink)
        _require(self.num_local >= 1, "num_local", "at least 1", self.num_local)
        _require(self.block_size >= 1, "block_size", "at least 1", self.block_size)
        _require(1 <= self.anchor_every, "anchor_every", "at least 1", self.anchor_every)
        _require(self.vote in ("queries", "mean-query"), "vote", "'queries' or 'mean-query'", self.vote)
        _require(0 <= self.coverage_floor < 1, "coverage_floor", "in [0, 1)", self.coverage_floor)


@dataclass(frozen=True, slots=True)
class EngineConfig:
    """How a document is read and an answer written. `chunk_size` is in tokens; temperature 0 is greedy."""

    attention: AttentionMode = "auto"
    chunk_size: int = 512
    crossover: int | None = None  # tokens from which "auto" selects in prefill; None: measured or the default
    max_new_tokens: int = 512
    temperature: float = 0.0
    top_p: float = 1.0
    seed: int = 0
    memory_limit: int | None = None  # bytes the cache may take; None: what the device has free

    def __post_init__(self) -> None:
        _require(self.attention in ("auto", "full", "select"), "attention", "auto, full or select", self.attention)
        _require(self.chunk_size >= 1, "chunk_size", "at least 1", self.chunk_size)
        _require(self.max_new_tokens >= 1, "max_new_tokens", "at least 1", self.max_new_tokens)
        _require(self.temperature >= 0, "temperature", "0 or more", self.temperature)
        _require(0 < self.top_p <= 1, "top_p", "in (0, 1]", self.top_p)
