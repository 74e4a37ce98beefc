"""A command of the resident engine whose lines are heard as they are written, and which may be broken off."""

from __future__ import annotations

import os
import select
import threading
from collections.abc import Callable, Sequence

from tsel_cli.resident.client import handed, hidden_file, may_be_handed
from tsel_cli.resident.handed import HandedJob

_LOOK_S = 0.2  # between two looks at whether it is still wanted


class LiveCall:
    """One command with words for its stdin. `state` is the last that was heard of it (HandedJob.hears), "" before."""

    def __init__(self, arguments: Sequence[str], given: bytes, errors: int | None = None) -> None:
        """`errors`: the descriptor for what the command says to stderr; None: nobody hears it."""
        self.arguments, self.given, self.errors = list(arguments), given, errors
        self.state = ""
        self._job: HandedJob | None = None
        self._code: int | None = None

    def run(
        self,
        heard: Callable[[str], object],
        stopped: Callable[[], bool] = lambda: False,
        waits: Callable[[], object] = lambda: None,
    ) -> int | None:
        """The exit code, None where the resident engine did not do it; `heard` is told each whole line.

        `stopped` is asked now and then: once it is true the command gets Ctrl-C. `waits` hears that others come first.
        """
        command = next((a for a in self.arguments if not a.startswith("-")), "")
        if not may_be_handed(self.arguments, (command,)):
            return None
        ours, theirs = os.pipe()
        with hidden_file() as words, open(os.devnull, "wb") as nobody:
            words.write(self.given)
            words.seek(0)
            errors = nobody.fileno() if self.errors is None else self.errors
            streams = (words.fileno(), theirs, errors)
            thread = threading.Thread(target=self._hand, args=(streams, waits), name="tsel-handed", daemon=True)
            thread.start()
            try:
                self._listen(ours, thread, heard, stopped)
            finally:
                os.close(ours)
            thread.join()
        return self._code

    def _hand(self, streams: tuple[int, int, int], waits: Callable[[], object]) -> None:
        def begins(job: HandedJob) -> None:
            def hears(kind: str) -> None:
                self.state = kind
                if kind == "waiting":
                    waits()

            job.hears, self._job = hears, job

        try:
            self._code = handed(self.arguments, streams, begins)
        finally:
            os.close(streams[1])

    def _listen(
        self, ours: int, thread: threading.Thread, heard: Callable[[str], object], stopped: Callable[[], bool]
    ) -> None:
        """Until the command has ended; a program that it began may hold the pipe open for longer."""
        rest = b""
        while True:
            ended = not thread.is_alive()
            if select.select([ours], [], [], 0 if ended else _LOOK_S)[0]:
                piece = os.read(ours, 1 << 16)
                if not piece:
                    return
                *lines, rest = (rest + piece).split(b"\n")
                for line in lines:
                    heard(line.decode("utf-8", "replace"))
            elif ended:
                return
            job = self._job
            if job is not None and self.state and not job.interrupts and stopped():
                job.interrupt()
