"""Where threads that write meet: whoever comes last forwards what each wants, a token and its drafts, in one pass."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from tsel_core.decoder.together import Row
from tsel_core.device.uploads import upload
from tsel_core.engine.together.gate import Gate
from tsel_core.errors import NotFinite

if TYPE_CHECKING:
    from tsel_core.decoder.forward import Forward

MOST = 32  # sequences of a pass
_LEAST_WAIT, _MOST_WAIT = 0.001, 0.05  # seconds
_SHARE = 0.25  # of a pass's seconds that one waits for those who look at their last token


@dataclass(eq=False)
class Wanted:
    """Tokens of a sequence to be forwarded, each with its row; `logits` [T, vocab] or `error` come back."""

    tokens: Sequence[int]
    rows: Sequence[Row]
    logits: Tensor | None = None
    error: Exception | None = None

    def __post_init__(self) -> None:
        self.cache = self.rows[0].cache
        self.length = self.cache.length  # to which a pass that did not end is cut back

    @property
    def is_done(self) -> bool:
        """Whether the pass was made."""
        return self.logits is not None or self.error is not None


class Meeting:
    """Threads that write enter, and leave when they are done; `step` returns when their token was forwarded.

    Nobody waits for one who reads a prompt, nor long for one who takes his time over his last token.
    """

    def __init__(self, forward: Forward, gate: Gate) -> None:
        self.forward, self.gate = forward, gate
        self.num_passes = self.num_tokens = 0  # made so far
        self._change = threading.Condition()
        self._waiting: list[Wanted] = []
        self._num_writing = 0
        self._led = False  # somebody makes a pass now
        self._seconds = 0.0  # of the last pass

    def enter(self) -> None:
        """One more writes from now on."""
        with self._change:
            self._num_writing += 1

    def leave(self) -> None:
        """One writes no more."""
        with self._change:
            self._num_writing -= 1
            self._change.notify_all()

    def step(self, wanted: Wanted) -> Tensor:
        """Logits [T, vocab] after the tokens, forwarded with those of the others. Raises what the pass raised."""
        patience = min(_MOST_WAIT, max(_LEAST_WAIT, _SHARE * self._seconds))
        until = time.monotonic() + patience
        with self._change:
            self._waiting.append(wanted)
            self._change.notify_all()
            try:
                while not wanted.is_done and not self._may_lead(until):
                    self._change.wait(None if self._led else max(0.0, until - time.monotonic()))
            except BaseException:  # Ctrl-C: the others go on without this one
                if wanted in self._waiting:
                    self._waiting.remove(wanted)
                raise
            if not wanted.is_done:
                self._led = True
        if not wanted.is_done:
            self._lead(wanted)
        if wanted.error is not None:
            raise wanted.error
        assert wanted.logits is not None
        return wanted.logits

    def _may_lead(self, until: float) -> bool:
        all_here = len(self._waiting) >= min(MOST, self._num_writing)
        return not self._led and (all_here or time.monotonic() >= until)

    def _lead(self, own: Wanted) -> None:
        """Make the pass of everybody who waits, once the chunk under way is done."""
        taken = [own]
        try:
            with self.gate:
                with self._change:
                    taken += [w for w in self._waiting if w is not own][: MOST - 1]
                    self._waiting = [w for w in self._waiting if all(w is not t for t in taken)]
                self._pass(taken)
        except Exception as error:
            for wanted in taken:
                wanted.error = error
        except BaseException:  # Ctrl-C: the others make the pass again
            for wanted in taken[1:]:
                wanted.cache.crop(wanted.length)
            with self._change:
                self._waiting += taken[1:]
            raise
        finally:
            with self._change:
                self._waiting = [w for w in self._waiting if w is not own]
                self._led = False
                self._change.notify_all()

    @torch.inference_mode()
    def _pass(self, taken: list[Wanted]) -> None:
        began = time.perf_counter()
        tokens = upload([token for w in taken for token in w.tokens], self.forward.device)
        logits = self.forward.together(tokens, [row for w in taken for row in w.rows])
        parts = logits.split([len(w.tokens) for w in taken])
        finite = torch.isfinite(logits).all(-1).split([len(w.tokens) for w in taken])
        self._seconds = time.perf_counter() - began
        self.num_passes += 1
        self.num_tokens += len(tokens)
        for wanted, part, right in zip(taken, parts, finite, strict=True):
            if bool(right[0]):  # a draft is looked at when it is taken
                wanted.logits = part
            else:  # one thing alone: whoever wanted it may look at any moment
                wanted.error = NotFinite(wanted.length + 1)
