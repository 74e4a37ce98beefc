"""A change: pieces of both documents that belong together, and how they differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from tsel_core.compare.pieces import Piece
from tsel_core.compare.tracked import Tracked
from tsel_core.compare.words import NO_VALUES, Span, ValueChange

ChangeKind = Literal["same", "changed", "renumbered", "moved", "added", "removed"]
KINDS: tuple[ChangeKind, ...] = ("same", "changed", "renumbered", "moved", "added", "removed")


@dataclass(frozen=True)
class Meaning:
    """What the model says a change means; `unsure` when its values or their direction are not those of the texts."""

    text: str
    unsure: bool = False


@dataclass(frozen=True)
class Change:
    """Pieces of both documents that belong together, and how they differ.

    `exact` tells of pieces that stayed whether they are the same to the last sign; False: quotation marks or dashes
    differ. A piece that moved may have been changed on the way: then its spans say how. `tracked` are the tracked
    changes of both files that stand here.
    """

    kind: ChangeKind
    old: tuple[Piece, ...]
    new: tuple[Piece, ...]
    spans: tuple[Span, ...] = ()
    values: ValueChange = NO_VALUES
    exact: bool = True
    risks: tuple[str, ...] = ()
    tracked: tuple[Tracked, ...] = ()
    meaning: Meaning | None = None

    @property
    def old_text(self) -> str:
        """The text of the old pieces."""
        return "\n".join(p.text for p in self.old)

    @property
    def new_text(self) -> str:
        """The text of the new pieces."""
        return "\n".join(p.text for p in self.new)

    @property
    def reworded(self) -> bool:
        """Whether words differ, and not the place or number alone."""
        return any(span.kind != "same" for span in self.spans)

    def as_json(self) -> dict[str, Any]:
        """The object of the JSON."""
        told: dict[str, Any] = {
            "kind": self.kind,
            "old": [{"label": p.label, "text": p.text} for p in self.old],
            "new": [{"label": p.label, "text": p.text} for p in self.new],
        }
        if self.tracked:
            told["tracked"] = [t.as_json() for t in self.tracked]
        if self.kind == "same":
            return told | {"exact": self.exact}
        return told | {
            "spans": [s.as_json() for s in self.spans],
            "values": {
                "gone": [{"kind": v.kind, "text": v.text, "value": v.value} for v in self.values.gone],
                "came": [{"kind": v.kind, "text": v.text, "value": v.value} for v in self.values.came],
                "pairs": [{"old": a.text, "new": b.text} for a, b in self.values.pairs],
            },
            "risks": list(self.risks),
            "meaning": None if self.meaning is None else {"text": self.meaning.text, "unsure": self.meaning.unsure},
        }
