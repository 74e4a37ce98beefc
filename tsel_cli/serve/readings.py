"""What conversations read, kept in memory between their questions: the last few, each for its own owner alone."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tsel_core.engine.reading import Reading


class Readings:
    """At most `most` readings, those of whoever is being answered among them."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._lock = threading.Lock()
        self._held: OrderedDict[str, Reading] = OrderedDict()
        self._taken = 0
        self._time = 0  # of forgetting: a reading from before it is not kept

    def __len__(self) -> int:
        return len(self._held)

    def take(self, owner: str) -> tuple[Reading | None, int]:
        """The owner's last reading, which nobody else is given, and the time to `put` it with; the oldest make room."""
        with self._lock:
            found = self._held.pop(owner, None)
            self._taken += 1
            while len(self._held) + self._taken > self.most and self._held:
                self._held.popitem(last=False)
            return found, self._time

    def put(self, owner: str, reading: Reading | None, time: int) -> None:
        """Keep what was read for the owner's next question, unless everything was forgotten meanwhile."""
        with self._lock:
            self._taken -= 1
            if reading is not None and time == self._time:
                self._held[owner] = reading

    def make_room(self) -> bool:
        """Drop all that nobody is being answered from; whether there was any."""
        with self._lock:
            some = bool(self._held)
            self._held.clear()
            return some

    def forget(self) -> None:
        """Drop all, and those in use when they come back."""
        with self._lock:
            self._held.clear()
            self._time += 1
