"""A command's own stdin, stdout, stderr, folder and environment around one job of the resident process."""

from __future__ import annotations

import contextlib
import io
import os
import select
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

PIPE_BUF = 4096  # bytes that a pipe which is ready takes at once, on every system
_PATIENCE = 2.0  # seconds that a command waits for its reader (a pager that is not paged on)


class _Descriptor(io.FileIO):
    """What stands behind a descriptor changes from job to job; whether it can be sought in is never asked."""

    def seekable(self) -> bool:
        """Never: text streams ask once, when they are made."""
        return False


class _Patient(_Descriptor):
    """A stream that waits for its reader, but not for ever: what a pipe does not take is held, for Rest."""

    _pipe = False
    held: bytearray | None = None

    def begin(self) -> None:
        """The descriptor is another one's from now on."""
        self.held, self._pipe = None, stat.S_ISFIFO(os.fstat(self.fileno()).st_mode)

    def write(self, data: Any, /) -> int:
        """Write to who reads, or hold it: all that follows, too, so that it stays in order."""
        if not self._pipe:
            return super().write(data) or 0
        left = memoryview(data).cast("B")
        size = len(left)
        while len(left) and self.held is None:
            if _takes(self.fileno(), _PATIENCE):
                left = left[super().write(left[:PIPE_BUF]) or 0 :]
            else:
                self.held = bytearray()
        if self.held is not None:
            self.held += left
        return size


class _Told(_Patient):
    """stdout; the first bytes of a job that are written are told."""

    told: Callable[[], None] | None = None

    def write(self, data: Any, /) -> int:
        """Write, and tell it once."""
        told, self.told = self.told, None
        if told is not None:
            told()
        return super().write(data)


def _takes(fd: int, seconds: float) -> bool:
    """Whether a pipe takes PIPE_BUF bytes within so many seconds; also where nobody reads any more: writing says so."""
    poll = select.poll()
    poll.register(fd, select.POLLOUT)
    return bool(poll.poll(seconds * 1000))


@dataclass(frozen=True)
class Rest:
    """What a command had written and its readers have not taken yet."""

    parts: tuple[tuple[int, bytes], ...]  # a descriptor, and the bytes for it

    def write(self) -> None:
        """Write all of it, as slowly as it is read, and close the descriptors; a reader that leaves ends its part."""
        for fd, data in self.parts:
            left = memoryview(data)
            with contextlib.suppress(OSError):
                while len(left):
                    left = left[os.write(fd, left) :]
            os.close(fd)


class Streams:
    """sys.stdout and sys.stderr of the whole process, made once: libraries hold on to them."""

    def __init__(self) -> None:
        self._log = os.dup(2)  # where the process itself writes
        self._raw, self._err = _Told(1, "w", closefd=False), _Patient(2, "w", closefd=False)
        self._rest: list[tuple[int, bytes]] = []
        sys.stdout = io.TextIOWrapper(io.BufferedWriter(self._raw), encoding="utf-8", line_buffering=True)
        sys.stderr = io.TextIOWrapper(
            io.BufferedWriter(self._err),
            encoding="utf-8",
            errors="backslashreplace",
            line_buffering=True,
        )
        sys.__stdout__, sys.__stderr__ = sys.stdout, sys.stderr  # type: ignore[misc]

    @contextmanager
    def of(self, job: Mapping[str, Any], fds: list[int], written: Callable[[], None]) -> Iterator[None]:
        """Within it this process reads and writes where the command would. Raises OSError when its folder is gone."""
        before, mask = dict(os.environ), os.umask(int(job["umask"]))
        stdin = sys.stdin
        for number, fd in enumerate(fds):
            os.dup2(fd, number, inheritable=True)
            os.close(fd)
        try:
            self._begin(job["encodings"], written)
            _environment(job["environment"])
            os.chdir(job["folder"])
            yield
        finally:
            self._end()
            sys.stdin = stdin
            os.chdir("/")
            _environment(before)
            os.umask(mask)

    def _begin(self, encodings: list[str], written: Callable[[], None]) -> None:
        sys.stdin = io.TextIOWrapper(
            io.BufferedReader(io.FileIO(0, "r", closefd=False)), encoding=encodings[0], errors="replace"
        )
        sys.__stdin__ = sys.stdin  # type: ignore[misc]
        assert isinstance(sys.stdout, io.TextIOWrapper)
        assert isinstance(sys.stderr, io.TextIOWrapper)
        sys.stdout.reconfigure(encoding=encodings[1], errors="replace", line_buffering=os.isatty(1))
        sys.stderr.reconfigure(encoding=encodings[2], errors="replace")
        self._raw.told = written
        self._raw.begin()
        self._err.begin()

    def take_rest(self) -> Rest | None:
        """What the readers of the last command have not taken, if there is anything."""
        rest, self._rest = self._rest, []
        return Rest(tuple(rest)) if rest else None

    def _end(self) -> None:
        """Write what is left, and what cannot be written any more nowhere: never into the next command's answer."""
        empty = os.open(os.devnull, os.O_RDWR)
        try:
            for stream in (sys.stdout, sys.stderr):
                with contextlib.suppress(OSError, ValueError):
                    stream.flush()
            self._raw.told = None
            self._rest = [(os.dup(s.fileno()), bytes(s.held)) for s in (self._raw, self._err) if s.held]
            os.dup2(empty, 0)
            os.dup2(empty, 1)
            os.dup2(empty, 2)
            for stream in (sys.stdout, sys.stderr):
                with contextlib.suppress(OSError, ValueError):
                    stream.flush()
            os.dup2(self._log, 2)
            self._raw.begin()
            self._err.begin()
        finally:
            os.close(empty)


def silence() -> None:
    """Nothing more to read for the running job, and nowhere to write: its client is gone."""
    empty = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        os.dup2(empty, number)
    os.close(empty)


def _environment(wanted: Mapping[str, str]) -> None:
    """Make the environment this one, as far as it changes, and forget what was derived from the last."""
    for name in set(os.environ) - set(wanted):
        del os.environ[name]
    for name, value in wanted.items():
        if os.environ.get(name) != value:
            os.environ[name] = value
    tempfile.tempdir = None
    if hasattr(time, "tzset"):
        time.tzset()
