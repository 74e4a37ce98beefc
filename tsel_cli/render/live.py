"""The answer on a terminal while it is written: words at once, quoted words only after their check."""

from __future__ import annotations

import shutil
import sys

from tsel_cli.clock import since_start
from tsel_cli.console import Stderr
from tsel_cli.render.forms import answer_text, text_tail
from tsel_cli.render.wrap import WordWrap, wrapped
from tsel_core.answer import Answer
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.safe import clean_for_terminal

_OPENING = lazy_pattern(r"[\"“„「『«‘]|(?<!\w)'")  # an apostrophe inside a word opens nothing


class LiveAnswer:
    """Streams pieces to stdout when `enabled`; text from an opening quotation mark on is held until the answer's

    quotes were checked, so that an invented quote is never shown as one. `finish` prints what is left.
    """

    def __init__(self, console: Stderr, *, enabled: bool) -> None:
        self.console = console
        self.enabled = enabled
        self.first_word: float | None = None  # seconds from the start of the command to it
        self._shown, self._printed = "", ""  # the answer's words so far, and their lines on the terminal
        self._held = False
        self._wrap = WordWrap(_columns())

    def write(self, piece: str) -> None:
        """A new piece of the answer."""
        if self.first_word is None:
            self.first_word = since_start()
        if not self.enabled or self._held:
            return
        before = self._shown[-1:]  # what stands before the piece decides what a ' in it is
        found = _OPENING.search(before + piece, len(before))
        cut = found.start() - len(before) if found else None
        self._held = cut is not None
        safe = clean_for_terminal(piece if cut is None else piece[:cut])
        if not self._shown:
            safe = safe.lstrip()
            self.console.pause()
        self._shown += safe
        self._print(self._wrap.push(safe))
        sys.stdout.flush()

    def _print(self, text: str) -> None:
        self._printed += text
        sys.stdout.write(text)

    def finish(self, answer: Answer) -> None:
        """Print the rest of the checked answer and its citations."""
        self.console.pause()
        text = clean_for_terminal(answer.text)
        if not self._shown:
            print(self._fitted(answer_text(answer)))
            return
        if text.startswith(self._shown):
            print(self._wrap.push(text[len(self._shown) :]) + self._wrap.finish())
        else:  # the check put [1] behind sentences, or changed quoted words: write it again in place
            self._take_back()
            print(wrapped(text, _columns()))
        tail = text_tail(answer)
        if tail:
            print(f"\n{self._fitted(tail)}")

    def _fitted(self, text: str) -> str:
        """Text in lines of the terminal, where it goes to one."""
        return wrapped(text, _columns()) if self.enabled else text

    def _take_back(self) -> None:
        """Remove what was shown from the terminal; text longer than the screen stays, and is followed by the rest."""
        from rich.cells import cell_len

        size = shutil.get_terminal_size((80, 24))
        rows = sum(max(1, -(-cell_len(line) // size.columns)) for line in self._printed.split("\n"))
        up = f"\x1b[{rows - 1}A" if rows > 1 else ""
        sys.stdout.write(f"{up}\r\x1b[J" if rows < size.lines else "\n\n")


def _columns() -> int:
    """Of the terminal."""
    return shutil.get_terminal_size((80, 24)).columns
