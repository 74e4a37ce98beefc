"""A long PDF is read by two processes, half of the pages each: pdfium is not safe to call from two threads."""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")
MIN_PAGES = 120  # below this the second process costs more than it saves


def in_halves(read: Callable[[Sequence[int]], T], pages: Sequence[int], *, may_fork: bool) -> list[T]:
    """[read(first half), read(second half)], at the same time where that is safe; [read(pages)] otherwise.

    The second process is a copy of this one, under the same limits, and its answer comes over a pipe. When it
    dies, this process reads its half as well.
    """
    usable = may_fork and sys.platform.startswith("linux") and len(pages) >= MIN_PAGES and _cores() > 1
    if not usable:
        return [read(pages)]
    middle = len(pages) // 2
    source, sink = os.pipe()
    child = os.fork()
    if child == 0:
        _answer(read, pages[middle:], source, sink)
    os.close(sink)
    first = read(pages[:middle])
    with os.fdopen(source, "rb") as file:
        raw = file.read()
    _, status = os.waitpid(child, 0)
    second = pickle.loads(raw) if status == 0 and raw else read(pages[middle:])
    return [first, second]


def _answer(read: Callable[[Sequence[int]], T], pages: Sequence[int], source: int, sink: int) -> None:
    """The second process: never returns."""
    code = 1
    try:
        os.close(source)
        with os.fdopen(sink, "wb") as file:
            pickle.dump(read(pages), file, protocol=pickle.HIGHEST_PROTOCOL)
        code = 0
    finally:
        os._exit(code)


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except (AttributeError, OSError):
        return os.cpu_count() or 1
