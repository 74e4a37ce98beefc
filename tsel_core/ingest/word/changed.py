"""What tracked changes do to paragraphs: two become one, and a changed heading is named by what it says."""

from __future__ import annotations

from typing import Any

from tsel_core.ingest.options import Changes
from tsel_core.ingest.word.inline import InlineReader
from tsel_core.ingest.word.line import Line, joined
from tsel_core.ingest.word.package import W
from tsel_core.ingest.word.styles import Styles

_NOT_FORMAT = (W + "rPr", W + "sectPr")  # of w:pPr: what a tracked change of format leaves as it is


class Held:
    """Text of paragraphs whose mark was deleted: it runs on into the next.

    The first of them that says something gives the whole its style and its number, as Word has it.
    """

    def __init__(self) -> None:
        self._line: Line | None = None
        self._owner: Any | None = None

    def hold(self, line: Line, element: Any) -> None:
        """Keep the text of a paragraph for the next one."""
        self._line = line if self._line is None else joined(self._line, line)
        if self._owner is None and line.text.strip():
            self._owner = element

    def release(self, line: Line, element: Any | None) -> tuple[Line, Any | None]:
        """A paragraph with what was held before it, and the one of them whose style and number it has."""
        held, owner = self._line, self._owner
        self._line = self._owner = None
        return (line, element) if held is None else (joined(held, line), element if owner is None else owner)


def runs_on(element: Any, changes: Changes) -> bool:
    """The paragraph's mark was deleted (or, rejecting, inserted): the next paragraph continues it."""
    mark = element.find(f"{W}pPr/{W}rPr")
    if mark is None or changes == "show":
        return False
    names = ("del", "moveFrom") if changes == "accept" else ("ins", "moveTo")
    return any(mark.find(W + name) is not None for name in names)


class Names:
    """The words by which a paragraph is cited where its changes are shown: as accepted, else as they were."""

    def __init__(self, styles: Styles) -> None:
        self._readers = InlineReader(styles, "accept"), InlineReader(styles, "reject")

    def of(self, element: Any) -> str:
        """The paragraph's words without the marks of its changes."""
        texts = (reader.read(element).text.strip() for reader in self._readers)
        return next((text for text in texts if text), "")


def restore_properties(root: Any) -> None:
    """Put back the style and the number that each paragraph had before its tracked change of format."""
    for change in list(root.iter(W + "pPrChange")):
        now, before = change.getparent(), change.find(W + "pPr")
        if now is None or before is None:
            continue
        for child in list(now):
            if child.tag not in _NOT_FORMAT:
                now.remove(child)
        for at, child in enumerate(list(before)):
            now.insert(at, child)
