"""stderr: progress, the receipt, timings, warnings. stdout belongs to the answer alone."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from tsel_cli.i18n import follow, in_language, message_language, say
from tsel_cli.journal import note_phase
from tsel_cli.time_left import TimeLeft
from tsel_core.text.safe import clean_for_terminal

if TYPE_CHECKING:
    from rich.progress import Progress

_STILL_SECONDS = 10.0  # between two lines of progress where no line can be rewritten
_TOGETHER = ("answer", "batch")  # several are at work at once: the first that is done says nothing of the pace
_NAMES = {
    "fetch": "fetching the model",
    "convert": "converting the model",
    "read": "reading",
    "listen": "listening",
    "voices": "telling voices apart",
    "tokenize": "tokenizing",
    "load": "loading the model",
    "prefill": "reading the document with the model",
    "write": "writing",
    "answer": "answering the questions",
    "look": "looking again at the evidence",
    "calibrate": "finding the model's retrieval heads",
    "sweep": "going through the document",
    "list": "asking about every part",
    "extract": "taking the values",
    "batch": "batch",
    "compare": "comparing",
}


def is_dumb() -> bool:
    """Whether the terminal cannot move its cursor."""
    return os.environ.get("TERM") == "dumb"


def print_error(message: str, hint: str) -> None:
    """The two lines of every error, on stderr; a progress line that stands there is taken away first."""
    if sys.stderr.isatty() and not is_dumb():
        sys.stderr.write("\r\x1b[2K")
    print(f"{say('error:')} {say(clean_for_terminal(message))}", file=sys.stderr)
    if hint:
        print(f"{say('hint:')} {say(clean_for_terminal(hint))}", file=sys.stderr)


def print_note(text: str) -> None:
    """A line for a person on stderr where no console was made."""
    print(say(clean_for_terminal(text)), file=sys.stderr)


def print_out(text: str) -> None:
    """A line for a person on stdout: what a command without an answer has to say."""
    print(say(clean_for_terminal(text)), flush=True)


class Stderr:
    """Progress (tsel_core.progress.Progress) and notes for a person; silent with quiet=True.

    On a terminal one line is rewritten in place; elsewhere (a log, a pipe) a line is written every ten seconds, and
    when a long phase ends.
    """

    def __init__(self, *, quiet: bool = False, verbose: int = 0, no_color: bool = False) -> None:
        self.quiet = quiet
        self.verbose = verbose
        self.language = message_language()  # now: its notes may come from other threads
        self.live = not quiet and sys.stderr.isatty() and not is_dumb()
        self.color = self.live and not no_color and "NO_COLOR" not in os.environ
        self._phase, self._unit, self._started, self._shown = "", "", 0.0, 0.0
        self._total: int | None = None
        self._done = 0
        self._left = TimeLeft()
        self._line: Progress | None = None
        self._outer: dict[str, tuple[float, float, TimeLeft]] = {}  # phases that others stand within

    def follow(self, language: str, *, first: bool = False) -> None:
        """The language of the question or of the documents: that of messages where the user's is not known."""
        follow(language, first=first)
        self.language = message_language()

    def begin(self, phase: str, total: int | None = None, unit: str = "") -> None:
        """A phase starts."""
        self._phase, self._total, self._unit = phase, total, unit
        self._done, self._started, self._shown = 0, time.perf_counter(), 0.0
        self._left = TimeLeft()
        self._show()

    def advance(self, done: int) -> None:
        """Progress within the phase."""
        self._done = done
        now = time.perf_counter()
        self._left.note(now - self._started, done)
        if self.live and now - self._shown > 0.1:
            self._show()
        elif not self.live and not self.quiet and now - max(self._started, self._shown) > _STILL_SECONDS:
            self._shown = now
            print(self._text(), file=sys.stderr, flush=True)

    def step(self, phase: str, done: int, total: int, unit: str) -> None:
        """So much of a phase is done that goes on behind the shorter phases within it: reading, writing."""
        if self._phase != phase:
            self.begin(phase, total, unit)
            self._started, self._shown, self._left = self._outer.get(phase, (self._started, self._shown, self._left))
        self.advance(done)
        self._outer[phase] = self._started, self._shown, self._left

    def end(self) -> None:
        """The phase is over; nothing is said where none was begun, or another one ended it."""
        seconds = time.perf_counter() - self._started
        self._clear()
        if not self._phase:
            return
        note_phase(self._phase, seconds)
        if not self.quiet and not self.live and seconds > 5 and self._phase not in ("write",):
            self.note(f"{self._name()}: {seconds:.0f} s")
        self._phase = ""

    def note(self, text: str) -> None:
        """A line for a person."""
        if not self.quiet:
            self._clear()
            print(self.say(text), file=sys.stderr, flush=True)

    def warn(self, text: str) -> None:
        """A warning: printed even when quiet is not asked for twice."""
        self._clear()
        if not self.quiet:
            head = self.say("warning:")
            head = f"\x1b[33m{head}\x1b[0m" if self.color else head
            print(f"{head} {self.say(text)}", file=sys.stderr, flush=True)

    def say(self, text: str) -> str:
        """The text as it is shown: in the language of messages, safe for a terminal."""
        return in_language(clean_for_terminal(text), self.language)

    def pause(self) -> None:
        """Take the progress line away before something else writes to the same terminal."""
        self._clear()

    def _clear(self) -> None:
        if self._line is not None:
            self._line.stop()  # it is transient: rich takes it away
            self._line, self._shown = None, 0.0

    def _show(self) -> None:
        if not self.live or (self._phase == "write" and sys.stdout.isatty()):
            return
        self._shown = time.perf_counter()
        if self._line is None:
            self._line = _progress_line()
            self._line.start()
            self._line.console.show_cursor(True)  # rich hides it, and an error may end the program here
            self._line.add_task("")
        self._line.update(self._line.task_ids[0], description=self._text(), refresh=True)

    def _text(self) -> str:
        """The line: phase, how much of how much, speed, how long it still takes."""
        elapsed = self._shown - self._started
        text = self._name()
        if self._total:
            text += f"  {self.say(f'{self._done:,} of {self._total:,} {self._unit}')}"
            left = self._left.seconds(self._total, elapsed) if self._phase != "write" else None
            pace = self._left.pace() if self._phase in _TOGETHER else elapsed / self._done if self._done else None
            if pace and elapsed > 0.5:
                text += f"  {self._rate(1 / pace)}"
            if left is not None:
                text += f"  {self.say(f'{_duration(left)} left')}"
        return text

    def _rate(self, rate: float) -> str:
        """Units a second; seconds a unit, where it takes longer than that."""
        unit = self._unit
        if unit == "bytes":
            return f"{rate / 1e6:.1f} MB/s"
        if unit == "s":  # of a recording
            return f"{rate:.1f}x"
        if rate >= 1:
            return f"{rate:,.0f} {self.say(unit)}/s"
        seconds = f"{1 / rate:.1f}" if rate > 0.1 else f"{1 / rate:,.0f}"
        return self.say(f"{seconds} s a {unit.removesuffix('s')}")

    def _name(self) -> str:
        return self.say(_NAMES.get(self._phase, self._phase))


def progress_for(console: Stderr) -> Callable[[str, int, int], None]:
    """resolve_model's progress as phases of a console: one phase begins when its name changes."""
    phase = ""

    def hear(name: str, done: int, total: int) -> None:
        nonlocal phase
        if name != phase:
            phase = name
            console.begin(name, total or None, "bytes")
        console.advance(done)
        if done >= total:
            console.end()
            phase = ""

    return hear


def _progress_line() -> Progress:
    """One line on stderr that fits the terminal whatever stands in it (rich counts cells), drawn when it is told to."""
    from rich.console import Console
    from rich.progress import Progress, TextColumn
    from rich.table import Column

    column = TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True, overflow="crop"))
    console = Console(file=sys.stderr, highlight=False)
    return Progress(
        column, console=console, auto_refresh=False, transient=True, redirect_stdout=False, redirect_stderr=False
    )


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
