"""Words that come in pieces, broken into a terminal's lines between words, whatever its width."""

from __future__ import annotations

import unicodedata

_CLOSING = frozenset("。、，．）」』】〉》！？：；,.!?:;)]}")


class WordWrap:
    """Takes text piece by piece; a word is held until it is whole. Characters of East Asian scripts are words."""

    def __init__(self, width: int) -> None:
        self.width = max(8, width)
        self._column = 0
        self._word, self._space = "", ""

    def push(self, text: str) -> str:
        """Take a piece; what can be shown of it."""
        out: list[str] = []
        for char in text:
            if char == "\n":
                out += [self._placed(), "\n"]
                self._column, self._space = 0, ""
            elif char.isspace():
                out.append(self._placed())
                self._space += char
            elif _cells(char) == 2 and char not in _CLOSING:
                out.append(self._placed())
                self._word = char
            else:
                self._word += char
        return "".join(out)

    def finish(self) -> str:
        """What was held."""
        return self._placed() + self._space

    def _placed(self) -> str:
        """The held word after its white space, on a line of its own where it does not fit on this one."""
        word, space = self._word, self._space
        if not word:
            return ""
        self._word = self._space = ""
        size = sum(map(_cells, word))
        if self._column and self._column + len(space) + size > self.width:
            self._column = size
            return "\n" + word
        self._column += len(space) + size
        return space + word


def wrapped(text: str, width: int) -> str:
    """A whole text in lines of a width."""
    wrap = WordWrap(width)
    return wrap.push(text) + wrap.finish()


def columns_of(text: str) -> int:
    """Columns of a terminal that a line takes."""
    return sum(map(_cells, text))


def padded(text: str, width: int) -> str:
    """The line with spaces up to a width."""
    return text + " " * (width - columns_of(text))


def _cells(char: str) -> int:
    """Columns of a terminal that a character takes."""
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
