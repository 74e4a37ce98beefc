"""Where the time went: named phases in seconds, on a CPU clock or CUDA events."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import torch


@dataclass
class Timings:
    """Seconds by phase: read, tokenize, load, prefill (and its parts), decode. Phases add up over calls.

    On CUDA a phase is measured with events and read when `settle` is called, so that timing never waits.
    """

    seconds: dict[str, float] = field(default_factory=dict)
    on_cuda: bool = False
    _pending: list[tuple[str, torch.cuda.Event, torch.cuda.Event]] = field(default_factory=list)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Add the time of the block to `name`."""
        if self.on_cuda:
            begin, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
            stream = torch.cuda.current_stream()  # asked for once: it takes longer than recording
            begin.record(stream)
            try:
                yield
            finally:
                end.record(stream)
                self._pending.append((name, begin, end))
            return
        started = time.perf_counter()
        try:
            yield
        finally:
            self.add(name, time.perf_counter() - started)

    def add(self, name: str, seconds: float) -> None:
        """Add seconds to a phase."""
        self.seconds[name] = self.seconds.get(name, 0.0) + seconds

    def settle(self) -> None:
        """Wait for the events of the device and add them up."""
        if self._pending:
            torch.cuda.synchronize()
            for name, begin, end in self._pending:
                self.add(name, begin.elapsed_time(end) / 1000.0)
            self._pending.clear()

    def get(self, name: str) -> float:
        """Seconds of a phase, 0 when it did not run."""
        return self.seconds.get(name, 0.0)
