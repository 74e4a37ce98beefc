"""A long PDF is read by two processes, half of the pages each: pdfium is not safe to call from two threads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from tsel_core.ingest.second import Second

T = TypeVar("T")
MIN_PAGES = 120  # below this the second process costs more than it saves


def in_halves(read: Callable[[int], T], pages: Sequence[int], second: Second | None) -> list[T]:
    """[read(page) for page in pages]; the second half by the second process at the same time, where there is one.

    It is under the same limits, and its answer comes over a pipe. When it dies, this process reads its half as well.
    """
    if second is None or len(pages) < MIN_PAGES:
        return [read(page) for page in pages]
    middle = len(pages) // 2
    second.ask(pages[middle:], len(pages))
    found = [read(page) for page in pages[:middle]]
    rest: list[T] = second.answers(len(pages) - middle)
    if len(rest) < len(pages) - middle:
        rest = [read(page) for page in pages[middle:]]
    return found + rest
