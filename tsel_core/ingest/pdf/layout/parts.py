"""A long PDF is read by several processes, a part of the pages each: pdfium is not safe to call from two threads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from tsel_core.ingest.page_readers import PageReader

T = TypeVar("T")
MIN_PAGES = 60  # of a part: below this another process costs more than it saves


def in_parts(read: Callable[[int], T], pages: Sequence[int], others: Sequence[PageReader]) -> list[T]:
    """[read(page) for page in pages]; parts of them by the other processes at the same time, where there are some.

    They are under the same limits, and their answers come over pipes. When one dies, this process reads its part too.
    """
    used = others[: max(0, len(pages) // MIN_PAGES - 1)]
    bounds = [len(pages) * at // (len(used) + 1) for at in range(len(used) + 2)]
    for number, other in enumerate(used, 1):
        other.ask(pages[bounds[number] : bounds[number + 1]], len(pages))
    found = [read(page) for page in pages[: bounds[1]]]
    for number, other in enumerate(used, 1):
        part = pages[bounds[number] : bounds[number + 1]]
        given: list[T] = other.answers(len(part))
        found += given if len(given) == len(part) else [read(page) for page in part]
    return found
