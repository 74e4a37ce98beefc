"""A long PDF is read by two processes, half of the pages each: pdfium is not safe to call from two threads."""

from __future__ import annotations

import contextlib
import os
import pickle
import sys
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")
MIN_PAGES = 120  # below this the second process costs more than it saves


def in_halves(read: Callable[[int], T], pages: Sequence[int], *, may_fork: bool) -> list[T]:
    """[read(page) for page in pages]; the first and the second half at the same time where that is safe.

    The second process is a copy of this one, under the same limits, and its answer comes over a pipe. When it
    dies, this process reads its half as well.
    """
    usable = may_fork and sys.platform.startswith("linux") and len(pages) >= MIN_PAGES and _cores() > 1
    if not usable:
        return [read(page) for page in pages]
    middle = len(pages) // 2
    source, sink = os.pipe()
    child = os.fork()
    if child == 0:
        _answer(read, pages[middle:], source, sink)
    os.close(sink)
    found = [read(page) for page in pages[:middle]]
    second: list[T] = []
    with os.fdopen(source, "rb") as file, contextlib.suppress(EOFError, pickle.UnpicklingError):
        while len(second) < len(pages) - middle:
            second.append(pickle.load(file))
    os.waitpid(child, 0)
    if len(second) < len(pages) - middle:
        second = [read(page) for page in pages[middle:]]
    return found + second


def _answer(read: Callable[[int], T], pages: Sequence[int], source: int, sink: int) -> None:
    """The second process: never returns."""
    code = 1
    try:
        os.close(source)
        found = [read(page) for page in pages]  # all of them first: a full pipe would make this process wait
        with os.fdopen(sink, "wb") as file:
            for item in found:
                pickle.dump(item, file, protocol=pickle.HIGHEST_PROTOCOL)
        code = 0
    finally:
        os._exit(code)


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except (AttributeError, OSError):
        return os.cpu_count() or 1
