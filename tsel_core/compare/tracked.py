"""Who made a change and when, where a Word file says so: its tracked changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from tsel_core.document import Document

Side = Literal["old", "new"]


@dataclass(frozen=True, slots=True)
class Tracked:
    """A tracked change of one of the files. `time` is as the file has it, `date` its day; `unit`: it stands there."""

    side: Side
    kind: str  # inserted, deleted, moved here, moved away
    author: str
    date: str
    time: str
    text: str
    unit: int = 0

    def as_json(self) -> dict[str, Any]:
        """The object of the JSON."""
        return {"file": self.side, "kind": self.kind, "author": self.author, "time": self.time, "text": self.text}


def tracked_of(document: Document, side: Side) -> list[Tracked]:
    """The tracked changes that the reader listed."""
    return [
        Tracked(side, c["kind"], c["author"], c["date"], c["time"], c["text"], c["unit"])
        for c in document.metadata.get("tracked_changes", ())
    ]
