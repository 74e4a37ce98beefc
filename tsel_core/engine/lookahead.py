"""Writing several tokens in one pass over the weights: drafts are forwarded with the token that was chosen.

Every row is multiplied, stored and attended to as it is when it is forwarded alone, one after another in each layer,
so the logits after it are the same: bit for bit on a CPU with int8 or compiled rows, to rounding elsewhere. A draft
that is not what the logits choose is cut off the cache again. For full attention only: a pick depends on rows that may
be cut off.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from tsel_core.decoder.together import Row, rows_are_alike
from tsel_core.device.uploads import upload
from tsel_core.engine.lookup import LONGEST, PromptLookup
from tsel_core.engine.reading import Reading
from tsel_core.errors import NotFinite
from tsel_core.layers.runtime import AttentionRuntime
from tsel_core.layers.trace import Trace

if TYPE_CHECKING:
    from tsel_core.decoder.forward import Forward


@dataclass(frozen=True)
class _Forwarded:
    """A draft that is in the cache: the logits [vocab] after it, and what its layers noted."""

    token: int
    logits: Tensor
    trace: Trace


@dataclass
class Lookahead:
    """The drafts of one text that is written after `reading`."""

    forward: Forward
    runtime: AttentionRuntime
    reading: Reading
    lookup: PromptLookup
    _ahead: deque[_Forwarded] = field(default_factory=deque)
    _drafted: int = 0

    @classmethod
    def of(cls, forward: Forward, reading: Reading, longest: int | None) -> Lookahead | None:
        """None where drafts cannot be forwarded, or not be cut off again.

        `longest` None: as many tokens as pay where several rows are the same bits as one; elsewhere none.
        """
        cache = reading.cache
        plain = cache.storage == "plain" and not cache.forgets and reading.beyond is None
        if longest is None:
            longest = LONGEST if forward.step is not None and rows_are_alike(forward.step) else 0
        if longest < 1 or forward.step is None or forward.ranks is not None or forward.rotaries or not plain:
            return None
        if reading.decode_mode != "full":
            return None
        return cls(forward, forward.runtime, reading, PromptLookup(reading.ids, longest))

    @torch.inference_mode()
    def step(self, token: int, left: int) -> None:
        """The reading goes on by `token`, which may be in the cache already; `left` more are wanted at most."""
        reading = self.reading
        if self._ahead and self._ahead[0].token == token:
            self._go_on(self._ahead.popleft())
            return
        self.drop()
        self.lookup.push(token)
        drafts = self.lookup.draft(min(left, reading.cache.capacity - len(reading.ids) - 1))
        tokens = [token, *drafts]
        runtimes = [replace(self.runtime, trace=_like(self.runtime.trace)) for _ in tokens]
        table = self.forward.rotary_table(reading.cache.capacity, reading.cache.offset)
        rows = [Row(reading.cache, runtime, table, reading.step_pass()) for runtime in runtimes]
        logits = self.forward.together(upload(tokens, self.forward.device), rows)
        made = [_Forwarded(t, row, r.trace) for t, row, r in zip(tokens, logits, runtimes, strict=True)]
        self._ahead, self._drafted = deque(made[1:]), len(drafts)
        self._take(made[0])

    def _go_on(self, made: _Forwarded) -> None:
        self.lookup.push(made.token)
        self._take(made)
        if not self._ahead:
            self.lookup.note(self._drafted, self._drafted)
            self._drafted = 0

    def _take(self, made: _Forwarded) -> None:
        reading, trace = self.reading, self.runtime.trace
        reading.logits = made.logits
        reading.ids.append(made.token)
        trace.unit_weights = made.trace.unit_weights
        if not bool(torch.isfinite(made.logits).all()):
            raise NotFinite(len(reading.ids))

    def drop(self) -> None:
        """Cut off what was not chosen: the cache holds what the reading does."""
        if self._drafted:
            self.lookup.note(self._drafted, self._drafted - len(self._ahead))
            self._drafted = 0
        if self._ahead:
            self._ahead.clear()
            self.reading.cache.crop(len(self.reading.ids))


def _like(trace: Trace) -> Trace:
    """A trace of one row, which weighs the same units."""
    return Trace(
        weigh_rows=trace.weigh_rows,
        weighed_layers=trace.weighed_layers,
        unit_of_rows=trace.unit_of_rows,
        num_units=trace.num_units,
    )
