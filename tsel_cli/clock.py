"""When this command began: what a person waits for includes the start of Python and of the libraries."""

from __future__ import annotations

import os
import time
from contextvars import ContextVar

_began: ContextVar[float | None] = ContextVar("time.monotonic() when the command began", default=None)
_IMPORTED = time.monotonic()


def begin(elapsed: float) -> None:
    """In the resident process: the command began so many seconds ago, in a process of its own."""
    _began.set(time.monotonic() - elapsed)


def since_start() -> float:
    """Seconds since the command began."""
    began = _began.get()
    return _process_age() if began is None else time.monotonic() - began


def _process_age() -> float:
    """Seconds since this process was started; since this module was imported where the system does not tell."""
    try:
        with open("/proc/self/stat") as stat, open("/proc/uptime") as uptime:
            ticks = int(stat.read().rpartition(")")[2].split()[19])
            return float(uptime.read().split()[0]) - ticks / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError, AttributeError):
        return time.monotonic() - _IMPORTED
