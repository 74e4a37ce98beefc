"""A prompt that was read, what it may begin from, and one written token: what the engine hands out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

import torch
from torch import Tensor

from tsel_core.config import Mode
from tsel_core.kv.cache import KVCache
from tsel_core.selection.beyond_window import BeyondWindow
from tsel_core.selection.passes import Pass

if TYPE_CHECKING:
    from tsel_core.layers.trace import Trace


@dataclass
class Reading:
    """A prompt that was read: its tokens, its cache, and the logits [vocab] after the last token."""

    ids: list[int]
    cache: KVCache
    logits: Tensor
    prefill_mode: Mode
    decode_mode: Mode
    reason: str
    select_from: int = 0  # rows below which chunks ran full (Pass)
    beyond: BeyondWindow | None = None  # how it was read past the trained window; then its keys are un-rotated
    num_reused: int = 0  # tokens that were loaded from a kept reading instead of read

    def full_pass(self, *, every: bool = False) -> Pass:
        """The pass that reads more tokens, which attend to everything."""
        return Pass(beyond=self.beyond, every=every)

    def branch(self) -> Reading:
        """The same, to be gone on with beside this one (KVCache.branch)."""
        return replace(self, ids=list(self.ids), cache=self.cache.branch(), logits=self.logits.clone())

    def step_pass(self) -> Pass:
        """The pass of one written token."""
        return Pass(self.decode_mode, decoding=True, beyond=self.beyond)


class LostRows(Exception):
    """Rows that `Beginning.fill` promised did not come: the prompt is read as if there were no beginning."""


class Beginning(Protocol):
    """Keys and values of the first tokens of a prompt that were computed before (tsel_core.prefix_cache.store)."""

    def fill(self, cache: KVCache, device: torch.device, trace: Trace | None = None) -> int:
        """Load them into an empty cache and return how many tokens it then holds; 0 when they cannot be used.

        Rows may still be on their way: a layer waits for its own when it is written to, and may raise LostRows.
        """

    def join(self, completed: bool) -> None:
        """Wait until nothing is on its way into the cache: call it before the cache is let go.

        When the prompt was read to its end (`completed`) raises LostRows where rows it used were not the right ones.
        """


@dataclass(frozen=True, slots=True)
class Step:
    """One written token, and (when asked for) the softmax mass by unit while it was written (Trace.unit_weights)."""

    token_id: int
    unit_weights: Tensor | None = None
