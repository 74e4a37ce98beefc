"""A file's bytes and the draft that every reader returns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tsel_cli.ingest.clean import clean_text
from tsel_core.document import Document, Unit, UnitKind


@dataclass(frozen=True)
class Source:
    """What a reader gets: the name for messages, the bytes, and the format that was recognized."""

    name: str
    data: bytes
    kind: str
    may_fork: bool = False  # this process is the reader's own and has one thread


@dataclass
class Draft:
    """A document being read: units are added in reading order."""

    kind: str
    unit_kind: UnitKind
    units: list[Unit] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    metadata: dict[str, Any] = field(default_factory=dict)

    def add(self, kind: UnitKind, label: str, text: str, **more: Any) -> None:
        """Append a unit; its text is cleaned of control characters here, for every reader."""
        self.units.append(Unit(len(self.units), kind, one_line(label), clean_text(text), **more))

    def warn(self, text: str) -> None:
        """Add a sentence for the user, once."""
        if text not in self.warnings:
            self.warnings.append(text)

    def finish(self, path: str, sha256: str) -> Document:
        """The immutable result."""
        return Document(path, sha256, self.kind, self.unit_kind, tuple(self.units), tuple(self.warnings), self.metadata)

    def flow(self) -> Iterator[Unit]:
        """Units that the model sees."""
        return (u for u in self.units if u.in_flow and u.text)


def one_line(label: str) -> str:
    """A label on one line, free of control characters."""
    return " ".join(clean_text(label).split())
