"""What tables and the closing report of a Word file ask of its reader."""

from __future__ import annotations

from typing import Any, Protocol

from tsel_core.ingest.formats.articles import Articles
from tsel_core.ingest.options import ReadOptions
from tsel_core.ingest.source import Draft
from tsel_core.ingest.word.inline import InlineReader
from tsel_core.ingest.word.line import Line
from tsel_core.ingest.word.numbering import Numbering
from tsel_core.ingest.word.package import Package


class Blocks(Protocol):
    """The document as it is being read: where its parts go, and what was counted on the way."""

    draft: Draft
    options: ReadOptions
    package: Package
    inline: InlineReader
    numbering: Numbering
    articles: Articles
    japanese: bool
    tables: int
    turns: int
    pictures: int
    num_changes: int
    changes: list[dict[str, Any]]
    ruby: dict[tuple[str, str], None]
    comments: Any

    def blocks(self, parent: Any, depth: int) -> None:
        """Read paragraphs and tables below `parent`, in order."""

    def path(self) -> tuple[str, ...]:
        """The headings that hold for what is read now."""

    def attached(self, line: Line, depth: int) -> None:
        """Read what hangs on a line: notes, text boxes, comments."""

    def collect(self, line: Line) -> None:
        """Count what a line holds beside its text."""

    def left_out(self, levels: int) -> None:
        """Say that something was nested too deep to be followed."""
