"""A command's own stdin, stdout, stderr, folder and environment around one job of the resident process."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any


class _Descriptor(io.FileIO):
    """What stands behind a descriptor changes from job to job; whether it can be sought in is never asked."""

    def seekable(self) -> bool:
        """Never: text streams ask once, when they are made."""
        return False


class _Told(_Descriptor):
    """stdout; the first bytes of a job that are written are told."""

    told: Callable[[], None] | None = None

    def write(self, data: Any, /) -> int:
        """Write, and tell it once."""
        told, self.told = self.told, None
        if told is not None:
            told()
        return super().write(data) or 0


class Streams:
    """sys.stdout and sys.stderr of the whole process, made once: libraries hold on to them."""

    def __init__(self) -> None:
        self._log = os.dup(2)  # where the process itself writes
        self._raw = _Told(1, "w", closefd=False)
        sys.stdout = io.TextIOWrapper(io.BufferedWriter(self._raw), encoding="utf-8", line_buffering=True)
        sys.stderr = io.TextIOWrapper(
            io.BufferedWriter(_Descriptor(2, "w", closefd=False)),
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

    def _end(self) -> None:
        """Write what is left, and what cannot be written any more nowhere: never into the next command's answer."""
        empty = os.open(os.devnull, os.O_RDWR)
        try:
            for stream in (sys.stdout, sys.stderr):
                with contextlib.suppress(OSError, ValueError):
                    stream.flush()
            self._raw.told = None
            os.dup2(empty, 0)
            os.dup2(empty, 1)
            os.dup2(empty, 2)
            for stream in (sys.stdout, sys.stderr):
                with contextlib.suppress(OSError, ValueError):
                    stream.flush()
            os.dup2(self._log, 2)
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
