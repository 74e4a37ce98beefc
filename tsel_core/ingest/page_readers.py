"""Other processes of a reader, which take parts of a long file's pages: started before the first one is locked."""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

MIN_BYTES = 100_000  # of a PDF for each other process: a smaller one has hardly enough pages
MAX_READERS = 3
_DEATH_SIGNAL, _KILL = 1, 9  # prctl: be killed when the process that started this one ends


@dataclass(frozen=True, slots=True)
class PageReader:
    """A process that waits to read pages, started before the first one was locked: afterwards none can be."""

    pid: int
    asked: int  # descriptor: the pages it is to read
    answer: int  # descriptor: what it read

    def ask(self, pages: Sequence[int], num_all: int) -> None:
        """Let it begin."""
        with os.fdopen(self.asked, "wb") as file:
            file.write(json.dumps({"pages": list(pages), "of": num_all}).encode())

    def answers(self, count: int) -> list[Any]:
        """What it read: fewer when it died."""
        found: list[Any] = []
        with os.fdopen(self.answer, "rb") as file, contextlib.suppress(EOFError, pickle.UnpicklingError):
            while len(found) < count:
                found.append(pickle.load(file))
        os.waitpid(self.pid, 0)
        return found


def start_readers(
    count: int, read: Callable[[Sequence[int], int], list[Any]], begin: Callable[[], None]
) -> tuple[PageReader, ...]:
    """Copies of this process, which has one thread; `begin` locks each, `read(pages, number of all)` is its work."""
    found: list[PageReader] = []
    for _ in range(count):
        asked_of, asked = os.pipe()
        answer, answer_to = os.pipe()
        pid = os.fork()
        if pid == 0:  # it holds no end of another's pipe open, or that one would wait for it
            others = [end for reader in found for end in (reader.asked, reader.answer)]
            _serve(read, begin, (asked, answer, *others), asked_of, answer_to)
        os.close(asked_of)
        os.close(answer_to)
        found.append(PageReader(pid, asked, answer))
    return tuple(found)


def num_readers(data: bytes) -> int:
    """How many other processes are of use for a file's bytes."""
    if not sys.platform.startswith("linux") or b"%PDF" not in data[:4096]:
        return 0
    return max(0, min(len(data) // MIN_BYTES, _cores() - 1, MAX_READERS))


def _serve(
    read: Callable[[Sequence[int], int], list[Any]],
    begin: Callable[[], None],
    others: tuple[int, ...],
    asked: int,
    answer: int,
) -> None:
    """One of the others: never returns."""
    code = 1
    try:
        _die_with_parent()
        for descriptor in others:
            os.close(descriptor)
        begin()
        with os.fdopen(asked, "rb") as file:
            request = file.read()
        if request:
            found = read(*_pages_of(request))  # all of them first: a full pipe would make this process wait
            with os.fdopen(answer, "wb") as file:
                for item in found:
                    pickle.dump(item, file, protocol=pickle.HIGHEST_PROTOCOL)
        code = 0
    finally:
        os._exit(code)


def _pages_of(request: bytes) -> tuple[list[int], int]:
    asked = json.loads(request)
    return asked["pages"], asked["of"]


def _die_with_parent() -> None:
    import ctypes

    ctypes.CDLL(None).prctl(_DEATH_SIGNAL, ctypes.c_ulong(_KILL))


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except (AttributeError, OSError):
        return os.cpu_count() or 1
