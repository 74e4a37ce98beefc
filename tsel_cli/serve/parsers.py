"""The processes that parse uploads: how much memory each may take, and all of them together."""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tsel_cli.serve.limits import Busy
from tsel_core.document import Document

LEAST = 512 << 20  # bytes of address space in which the readers' libraries have room
MOST = 3 << 30  # what a document read on the command line gets
WAIT_S = 60.0  # for memory that other documents have; then the client is told to try again


@dataclass(frozen=True, slots=True)
class ParseLimits:
    """Bytes of memory: of all processes that parse together, and of one."""

    total: int
    each: int

    @classmethod
    def of(cls, total: int) -> ParseLimits:
        """Half of it, within bounds, for one: a large document leaves room for another."""
        each = min(MOST, max(LEAST, total // 2))
        return cls(max(total, each), each)

    @classmethod
    def of_machine(cls) -> ParseLimits:
        """Half of what is free once the model is loaded."""
        from tsel_core.device.system_memory import free_system_memory

        return cls.of(free_system_memory() // 2)


Read = Callable[[str, bytes, int, int], Document]


def parse_limited(name: str, data: bytes, memory_bytes: int, processes: int = 1) -> Document:
    """Read a document from bytes in so many processes at most, each of which takes so much memory at most."""
    from tsel_core.ingest import ReadOptions
    from tsel_core.ingest.isolation.sandbox import parse_isolated

    options = ReadOptions(memory_limit_bytes=memory_bytes, processes=processes)
    return parse_isolated(name, data, hashlib.sha256(data).hexdigest(), options)


class Parsers:
    """Reads documents as long as there is memory for one more process; others wait, and are refused after a while."""

    def __init__(self, limits: ParseLimits, read: Read = parse_limited, wait_s: float = WAIT_S) -> None:
        self.limits, self.wait_s = limits, wait_s
        self._read = read
        self._change = threading.Condition()
        self._taken = 0
        self._waiting = 0

    def read(self, name: str, data: bytes) -> Document:
        """The document. Raises Busy when the memory is taken for too long, and what reading raises."""
        limits = self.limits
        processes = min(processes_of(data), max(1, limits.total // LEAST))
        needed = min(limits.each * processes, limits.total)
        with self._memory(needed):
            return self._read(name, data, needed // processes, processes)

    @contextlib.contextmanager
    def _memory(self, needed: int) -> Iterator[None]:
        with self._change:
            self._waiting += 1
            try:
                fits = self._change.wait_for(lambda: self._taken + needed <= self.limits.total, self.wait_s)
            finally:
                self._waiting -= 1
            if not fits:
                raise Busy(5)
            self._taken += needed
        try:
            yield
        finally:
            with self._change:
                self._taken -= needed
                self._change.notify_all()

    def state(self) -> dict[str, Any]:
        """For /health: memory that is promised to parsers, its bound, and how many documents wait for it."""
        with self._change:
            return {
                "parse_memory_bytes": self._taken,
                "parse_memory_limit_bytes": self.limits.total,
                "waiting_for_memory": self._waiting,
            }


def processes_of(data: bytes) -> int:
    """How many processes read it: a long PDF is read by several."""
    from tsel_core.ingest.page_readers import num_readers

    return 1 + num_readers(data)
