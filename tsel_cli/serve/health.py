"""What /health says: not whether the process answers, but whether work gets done."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from typing import Any

STUCK_SECONDS = 180.0
"""Without a sign from the engine or from a parser: a chunk of a long prompt takes a slow CPU less than a minute."""


class Watch:
    """When something last moved: the engine's running job, and every document that is being parsed."""

    def __init__(self, stuck_seconds: float = STUCK_SECONDS) -> None:
        self.stuck_seconds = stuck_seconds
        self._lock = threading.Lock()
        self._parsing: dict[int, float] = {}
        self._number = 0
        self._running: dict[int, tuple[float, float]] = {}  # by thread: since when, when it last moved

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Within it this thread of the engine answers a job."""
        now, thread = time.monotonic(), threading.get_ident()
        with self._lock:
            self._running[thread] = (now, now)
        try:
            yield
        finally:
            with self._lock:
                del self._running[thread]

    def moved(self) -> None:
        """This thread has done a chunk or a token."""
        thread = threading.get_ident()
        with self._lock:
            if thread in self._running:
                self._running[thread] = (self._running[thread][0], time.monotonic())

    @contextlib.contextmanager
    def parsing(self) -> Iterator[None]:
        """Within it a document is parsed."""
        with self._lock:
            self._number += 1
            number = self._number
            self._parsing[number] = time.monotonic()
        try:
            yield
        finally:
            with self._lock:
                del self._parsing[number]

    def state(self) -> dict[str, Any]:
        """`status` "ok" or "stuck", `what` stands still, and seconds of what runs now."""
        now = time.monotonic()
        with self._lock:
            running = max((now - since for since, _ in self._running.values()), default=None)
            silent = max((now - moved for _, moved in self._running.values()), default=None)
            parsing = max((now - began for began in self._parsing.values()), default=None)
            count = len(self._parsing)
        what = [
            name
            for name, seconds in (("the engine", silent), ("a parser", parsing))
            if seconds is not None and seconds > self.stuck_seconds
        ]
        return {
            "status": "stuck" if what else "ok",
            "what": what,
            "running_s": _rounded(running),
            "silent_s": _rounded(silent),
            "parsing": count,
            "parsing_s": _rounded(parsing),
        }


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 1)
