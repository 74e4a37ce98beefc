"""The captured loop of several sequences: threads wait for their tokens, and one of them makes the steps for all.

As in the loop of one sequence (decoder/graph/decode.py) the next step is launched before the tokens of the last are
read. Who ends by an end token so has made one step too many, whose row is not counted.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from tsel_core.config import SelectionConfig
from tsel_core.decoder.graph.batch import BatchDecoder
from tsel_core.engine.together.gate import Gate
from tsel_core.errors import NotFinite
from tsel_core.kv.cache import KVCache
from tsel_kernels.next_token.reference import NOT_FINITE

if TYPE_CHECKING:
    from tsel_core.decoder.forward import Forward


_LOOK_AGAIN = 0.1  # seconds
_PLACES = (1, 4, 16, 32)
"""A step is captured, and its kernels compiled, for so many places: half a second each, and a place that nobody is at
costs next to nothing."""


def places_for(num: int) -> int:
    """The places of a step that serves the first `num`."""
    return next((places for places in _PLACES if places >= num), num)


@dataclass
class Seat:
    """A sequence in the loop: where it is, tokens it may still be given, those that came, what went wrong."""

    place: int
    left: int
    length: int
    tokens: deque[int] = field(default_factory=deque)
    steps: int = 0
    error: Exception | None = None


@dataclass
class _Flight:
    """A launched step: its tokens on their way to the host, and whose they are."""

    seats: list[Seat]
    tokens: Tensor
    arrived: Any


@dataclass(frozen=True)
class Counts:
    """What a sequence's steps were; by layer hits of the Selection Cache, coverage added up, fresh picks."""

    steps: int
    logits: Tensor
    hits: list[int]
    covered: list[float]
    picked: list[float]


class BatchLoop:
    """Sequences that are all written with one kind of attention: selecting by one configuration, or full."""

    def __init__(self, forward: Forward, gate: Gate, selection: SelectionConfig | None, most: int) -> None:
        self.forward, self.gate, self.selection, self.most = forward, gate, selection, most
        self.num_steps = self.num_tokens = 0
        self._decoder: BatchDecoder | None = None
        self._change = threading.Condition()
        self._seats: dict[int, Seat] = {}  # by place
        self._flight: _Flight | None = None
        self._led = False

    def enter(self, cache: KVCache, token: int, limit: int) -> Seat:
        """A place for a sequence whose `token` is forwarded next, for `limit` tokens. Waits for a free one.

        A cache of another kind than the others' waits until they are done. Raises ValueError for rows no batch takes.
        """
        while True:
            with self.gate:
                seat = self._seated(cache, token, limit)
            if seat is not None:
                return seat
            with self._change:
                self._change.wait(_LOOK_AGAIN)

    @torch.inference_mode()
    def _seated(self, cache: KVCache, token: int, limit: int) -> Seat | None:
        if self._decoder is None or (not self._seats and not self._decoder.takes(cache)):
            step = self.forward.step
            assert step is not None
            self._flight, self._decoder = None, None  # frees the old buffers first
            arguments = step, self.forward.model, cache, self.forward.kernels, self.selection, self.most
            self._decoder = BatchDecoder(*arguments)
        free = next((p for p in range(self.most) if p not in self._seats), None)
        if free is None or not self._decoder.takes(cache):
            return None
        self._decoder.seat(free, cache, token)
        seat = Seat(free, limit, cache.length)
        with self._change:
            self._seats[free] = seat
        return seat

    @torch.inference_mode()
    def leave(self, seat: Seat) -> Counts:
        """The sequence is at its end, or nobody wants more of it."""
        with self.gate:
            assert self._decoder is not None
            logits = self._decoder.logits[seat.place].clone()
            counts = Counts(seat.steps, logits, *self._decoder.counts(seat.place))
            with self._change:
                del self._seats[seat.place]
            self._decoder.free(seat.place)
            self._decoder.logits[seat.place].zero_()
            with self._change:
                self._change.notify_all()
            return counts

    def next(self, seat: Seat) -> int | None:
        """The sequence's next token; None after its limit. Raises NotFinite, and what a step raised."""
        while True:
            with self._change:
                while not seat.tokens and seat.error is None and self._led:
                    self._change.wait()
                if seat.tokens:
                    token = seat.tokens.popleft()
                    if token == NOT_FINITE:
                        raise NotFinite(seat.length + 1)
                    seat.length += 1
                    return token
                if seat.error is not None:
                    raise seat.error
                if not seat.left and not self._awaits(seat):
                    return None
                self._led = True
            self._lead()

    def _awaits(self, seat: Seat) -> bool:
        return self._flight is not None and any(s is seat for s in self._flight.seats)

    def _lead(self) -> None:
        """Launch a step, and one more behind it, and give everybody the tokens of the first."""
        flight: _Flight | None = None
        try:
            with self.gate:
                flight, self._flight = self._flight or self._launched(), None
                self._flight = self._launched()
            if flight is not None:
                self._deliver(flight)
        except Exception as error:
            with self._change:
                for seat in self._seats.values():
                    seat.error = error
        except BaseException:  # Ctrl-C while it waited: the others still get what was launched
            if flight is not None:
                self._deliver(flight)
            raise
        finally:
            with self._change:
                self._led = False
                self._change.notify_all()

    def _deliver(self, flight: _Flight) -> None:
        """Wait for a step, and give its tokens to those who made it; doing it again does nothing."""
        if flight.arrived is not None:
            flight.arrived.synchronize()
        tokens = flight.tokens.tolist()
        with self._change:
            for seat in flight.seats:
                seat.tokens.append(tokens[seat.place])
                seat.steps += 1
            flight.seats.clear()
            self._change.notify_all()

    @torch.inference_mode()
    def _launched(self) -> _Flight | None:
        """A step of everybody who wants a token; None when nobody does."""
        assert self._decoder is not None
        seats = [seat for seat in self._seats.values() if seat.left > 0]
        if not seats:
            return None
        for seat in self._seats.values():
            if seat.left == 0 and seat not in seats:
                self._decoder.moves[seat.place].zero_()  # its last token is on its way: it stays where it is
        num = min(self.most, places_for(1 + max(seat.place for seat in seats)))
        self._decoder.advance(num)
        self.num_steps += 1
        self.num_tokens += len(seats)
        for seat in seats:
            seat.left -= 1
        cuda = self._decoder.device.type == "cuda"
        tokens = torch.empty(self.most, dtype=torch.int64, pin_memory=cuda)
        tokens.copy_(self._decoder.shown, non_blocking=True)
        arrived = torch.cuda.Event() if cuda else None
        if arrived is not None:
            arrived.record()
        return _Flight(seats, tokens, arrived)
