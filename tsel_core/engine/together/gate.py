"""A lock whose waiters go in the order they came: a chunk of one prompt, a step of the others, the next chunk."""

from __future__ import annotations

import threading
from collections import deque
from types import TracebackType


class Gate:
    """Who computes. An ordinary lock may be taken again and again by one thread while another waits for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._line: deque[threading.Lock] = deque()
        self._busy = False
        self._closed = False

    def close(self) -> None:
        """Whoever wants to pass from now on is interrupted; `open` ends that."""
        self._closed = True

    def open(self) -> None:
        """See close."""
        self._closed = False

    def __enter__(self) -> Gate:
        if self._closed:
            raise KeyboardInterrupt
        with self._lock:
            if not self._busy:
                self._busy = True
                return self
            turn = threading.Lock()
            turn.acquire()
            self._line.append(turn)
        try:
            turn.acquire()
        except BaseException:  # Ctrl-C while it waited: the turn, given or not, goes to the next
            with self._lock:
                if turn in self._line:
                    self._line.remove(turn)
                else:
                    self._next()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._next()

    def _next(self) -> None:
        if self._line:
            self._line.popleft().release()
        else:
            self._busy = False
