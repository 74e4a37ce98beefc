"""How long a phase still takes, by its own last steps; nothing where they do not agree on it.

Questions that are answered together end together, parts of a document differ, and what was kept from an earlier run is
there at once: the mean since the beginning was wrong by ten times and more there.
"""

from __future__ import annotations

_LEAST = 3  # steps; the first holds whatever came before it
_AGREE = 1.4  # times that the pace of all steps and of the later half may differ
_APART = 0.05  # of the time so far: what is done sooner than that after a step belongs to it


class TimeLeft:
    """Hears of every step of one phase."""

    def __init__(self) -> None:
        self._steps: list[tuple[float, int]] = []
        self._began = 0.0  # the last of them

    def note(self, seconds: float, done: int) -> None:
        """So much is done so many seconds after the beginning."""
        if self._steps and done <= self._steps[-1][1]:
            return
        if self._steps and seconds - self._began < _APART * seconds:
            self._steps[-1] = (seconds, done)
        else:
            self._steps.append((seconds, done))
            self._began = seconds

    def pace(self) -> float | None:
        """Seconds that one takes now; None where nobody can say."""
        if len(self._steps) < _LEAST:
            return None
        whole, late = self._between(0), self._between(len(self._steps) // 2)
        return late if 0 < max(whole, late) <= _AGREE * min(whole, late) else None

    def seconds(self, total: int, now: float) -> float | None:
        """Seconds that the rest takes from `now` on (since the beginning); None where nobody can say."""
        pace = self.pace()
        if pace is None:
            return None
        at, done = self._steps[-1]
        return max(0.0, pace * (total - done) - (now - at))

    def _between(self, first: int) -> float:
        """Seconds of one from a step to the last."""
        (began, before), (ended, after) = self._steps[min(first, len(self._steps) - 2)], self._steps[-1]
        return (ended - began) / (after - before)
