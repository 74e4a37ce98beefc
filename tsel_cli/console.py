"""stderr: progress, the receipt, timings, warnings. stdout belongs to the answer alone."""

from __future__ import annotations

import os
import sys
import time
import unicodedata

from tsel_cli.i18n import in_language, message_language, say
from tsel_core.text.safe import clean_for_terminal

_NAMES = {
    "fetch": "fetching the model",
    "convert": "converting the model",
    "read": "reading",
    "tokenize": "tokenizing",
    "load": "loading the model",
    "prefill": "reading the document with the model",
    "write": "writing",
    "look": "looking again at the evidence",
    "calibrate": "finding the model's retrieval heads",
    "sweep": "going through the document",
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

    On a terminal one line is rewritten in place; elsewhere (a log, a pipe) a line is written when a long phase ends.
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

    def begin(self, phase: str, total: int | None = None, unit: str = "") -> None:
        """A phase starts."""
        self._phase, self._total, self._unit = phase, total, unit
        self._done, self._started, self._shown = 0, time.perf_counter(), 0.0
        self._show()

    def advance(self, done: int) -> None:
        """Progress within the phase."""
        self._done = done
        if self.live and time.perf_counter() - self._shown > 0.1:
            self._show()

    def end(self) -> None:
        """The phase is over."""
        seconds = time.perf_counter() - self._started
        self._clear()
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
        if self.live and self._shown:
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()
            self._shown = 0.0

    def _show(self) -> None:
        if not self.live or (self._phase == "write" and sys.stdout.isatty()):
            return
        self._shown = time.perf_counter()
        elapsed = self._shown - self._started
        text = self._name()
        if self._total:
            text += f"  {self.say(f'{self._done:,} of {self._total:,} {self._unit}')}"
            if self._done and elapsed > 0.5:
                rate = self._done / elapsed
                text += f"  {_rate(rate, self._unit, self.say(self._unit))}"
                if self._phase != "write":
                    text += f"  {self.say(f'{_duration((self._total - self._done) / rate)} left')}"
        sys.stderr.write("\r\x1b[2K" + _fitting(text, _width() - 1))
        sys.stderr.flush()

    def _name(self) -> str:
        return self.say(_NAMES.get(self._phase, self._phase))


def _rate(rate: float, unit: str, shown: str) -> str:
    return f"{rate / 1e6:.1f} MB/s" if unit == "bytes" else f"{rate:,.0f} {shown}/s"


def _fitting(text: str, columns: int) -> str:
    """The beginning of a line that fits; a line that wraps could not be taken away again."""
    for at, char in enumerate(text):
        columns -= 2 if unicodedata.east_asian_width(char) in "WFA" else 1
        if columns < 0:
            return text[:at]
    return text


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def _width() -> int:
    import shutil

    return shutil.get_terminal_size((100, 20)).columns
