"""The documents of a batch, read ahead: several parsers at once, each a process of its own, in the items' order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tsel_cli.batch.items import Item
from tsel_cli.console import Stderr
from tsel_cli.job import read_files
from tsel_cli.job_options import JobOptions

if TYPE_CHECKING:
    from tsel_core.document import Document

_MOST, _MOST_OCR = 8, 2  # parsers at once; recognizing letters takes every processor by itself
_WAITING = 2  # documents a parser is ahead


def read_item(options: JobOptions, item: Item) -> list[Document]:
    """Read the file of an item; its warnings go into the result alone."""
    return read_files(replace(options, files=(str(item.path),)), Stderr(quiet=True), one_of_many=True)[0]


class ReadAhead:
    """Reads items in their order; `take` gives the documents of one. Recordings are not read ahead: a model hears them.

    Items with a result are not either: most are done.
    """

    def __init__(self, options: JobOptions, items: Sequence[Item], out: Path) -> None:
        count = min(_MOST_OCR if options.ocr else _MOST, max(1, (os.cpu_count() or 1)))
        self.options, self._room = options, _WAITING * count
        self._next = deque(i for i in items if not i.is_recording and not i.target(out).exists())
        self._found: dict[str, Future[list[Document]]] = {}
        self._threads = ThreadPoolExecutor(count, "tsel-parse")
        self._fill()

    def _fill(self) -> None:
        while self._next and len(self._found) < self._room:
            item = self._next.popleft()
            self._found[item.name] = self._threads.submit(read_item, self.options, item)

    def take(self, item: Item) -> list[Document]:
        """The documents of an item, read here where nobody has begun with it. Raises TselError, OSError."""
        found = self._found.pop(item.name, None)
        self._fill()
        return read_item(self.options, item) if found is None else found.result()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._next.clear()
        self._threads.shutdown(wait=False, cancel_futures=True)
