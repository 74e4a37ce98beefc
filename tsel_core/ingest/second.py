"""A second process of a reader, which takes half of a long file's work: started before the first is locked."""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

MIN_BYTES = 100_000  # a PDF below this has hardly enough pages: no second process is started for it
_DEATH_SIGNAL, _KILL = 1, 9  # prctl: be killed when the process that started this one ends


@dataclass(frozen=True, slots=True)
class Second:
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


def start_second(read: Callable[[Sequence[int], int], list[Any]], begin: Callable[[], None]) -> Second | None:
    """A copy of this process, which has one thread; `begin` locks it, `read(pages, number of all)` is its work.

    None where that would not be safe, or of no use.
    """
    if not sys.platform.startswith("linux") or _cores() < 2:
        return None
    asked_of, asked = os.pipe()
    answer, answer_to = os.pipe()
    pid = os.fork()
    if pid == 0:
        _serve(read, begin, (asked, answer), asked_of, answer_to)
    os.close(asked_of)
    os.close(answer_to)
    return Second(pid, asked, answer)


def _serve(
    read: Callable[[Sequence[int], int], list[Any]],
    begin: Callable[[], None],
    others: tuple[int, int],
    asked: int,
    answer: int,
) -> None:
    """The second process: never returns."""
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
