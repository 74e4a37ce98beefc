"""A file's bytes and the draft that every reader returns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tsel_core.document import Document, Unit, UnitKind
from tsel_core.ingest.encoding.clean import clean_text


@dataclass(frozen=True)
class Source:
    """What a reader gets: the name for messages, the bytes, and the format that was recognized."""

    name: str
    data: bytes
    kind: str
    may_fork: bool = False  # this process is the reader's own and has one thread
    sink: Callable[[Unit], None] | None = None  # takes a long document's units one by one, so that none is kept


@dataclass
class Draft:
    """A document being read: units are added in reading order."""

    kind: str
    unit_kind: UnitKind
    units: list[Unit] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    metadata: dict[str, Any] = field(default_factory=dict)
    sink: Callable[[Unit], None] | None = None  # gets the units instead of `units`
    count: int = 0  # of the units added
    has_text: bool = False  # the model sees some text

    def add(self, kind: UnitKind, label: str, text: str, **more: Any) -> None:
        """Append a unit; its text is cleaned of control characters here, for every reader."""
        unit = Unit(self.count, kind, one_line(label), clean_text(text), **more)
        self.count += 1
        self.has_text = self.has_text or (unit.in_flow and bool(unit.text.strip()))
        if self.sink is not None:
            self.sink(unit)
        else:
            self.units.append(unit)

    def warn(self, text: str) -> None:
        """Add a sentence for the user, once."""
        if text not in self.warnings:
            self.warnings.append(text)

    def finish(self, path: str, sha256: str) -> Document:
        """The immutable result; its units are those that went to no sink."""
        return Document(path, sha256, self.kind, self.unit_kind, tuple(self.units), tuple(self.warnings), self.metadata)


def one_line(label: str) -> str:
    """A label on one line, free of control characters."""
    return " ".join(clean_text(label).split())
