"""Rows of a kept reading on their way into a cache while the question is already read, layer by layer."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from tsel_core.engine.reading import LostRows

Load = Callable[[Callable[[int], None]], None]


class Arriving:
    """Loads parts in the background. `parts` [layers]: how many belong to each layer, in the order of their numbers.

    `load` is given what to call with the number of a part whose copy was begun on the device's stream: what is launched
    there afterwards sees its bytes. What the host cannot check before, `check` does once the device has seen all of it:
    it raises DamagedReading.
    """

    def __init__(self, parts: Sequence[int], load: Load, check: Callable[[], None] = lambda: None) -> None:
        self.check = check
        self.error: BaseException | None = None
        self._left = list(parts)
        self._layer_of = [layer for layer, count in enumerate(parts) for _ in range(count)]
        self._there = [threading.Event() for _ in parts]
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, args=(load,), name="tsel-load")
        self._thread.start()

    def wait_for(self, layer: int) -> None:
        """Return when every row of a layer is there. Raises LostRows, when nothing writes to the cache any more."""
        self._there[layer].wait()
        if self._left[layer]:
            self.join()
            raise LostRows(str(self.error)) from self.error

    def join(self) -> None:
        """Wait until nothing is on its way; `error` then says whether something was lost."""
        self._thread.join()

    def _arrived(self, number: int) -> None:
        layer = self._layer_of[number]
        with self._lock:
            self._left[layer] -= 1
            if not self._left[layer]:
                self._there[layer].set()

    def _run(self, load: Load) -> None:
        try:
            load(self._arrived)
        except BaseException as error:  # handed to whoever waits
            self.error = error
        finally:
            for there in self._there:
                there.set()
