"""How often the threads of a test change: what goes wrong between two of them is to go wrong here."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def changing_every(seconds: float) -> Iterator[None]:
    """Threads change every `seconds` instead of every 0.005, as far as the interpreter lets them."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(seconds)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
