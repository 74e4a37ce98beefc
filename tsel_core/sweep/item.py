"""What a sweep finds: decisions, actions, open points of a meeting, key facts of a contract, points of a report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from tsel_core.document import Document, SourceSpan, file_name

Kind = Literal["decision", "action", "open", "fact", "point"]
Status = Literal["decided", "rejected", "changed", "proposed", "asked", "undertaken", "done", "open", "stated"]
REVERSAL = "reversal"  # name of a decision in written minutes that took the place of the one it names
Verdict = Literal["supported", "unsure"]


@dataclass(frozen=True, slots=True)
class Item:
    """One item. `who` and `when` are "" where the document does not say.

    `evidence` are the sentences it was made from, the deciding one first. `name` says which key fact it is ("term"),
    `section` the topic or clause it belongs to. `score` is how plainly the words say it (1 plain, below 1 doubtful);
    `verdict` is what the check made of it. `instead_of` is what a changed decision replaced.
    """

    kind: Kind
    what: str
    evidence: tuple[SourceSpan, ...]
    who: str = ""
    when: str = ""
    status: Status = "stated"
    section: str = ""
    name: str = ""
    score: float = 1.0
    verdict: Verdict = "supported"
    instead_of: str = ""

    @property
    def place(self) -> SourceSpan:
        """Where the sentence stands that says it."""
        return self.evidence[0]

    def as_json(self, documents: tuple[Document, ...], citation: int | None) -> dict[str, Any]:
        """An entry of "items"; `citation` is the number of its citation."""
        unit = documents[self.place.doc_index].units[self.place.unit_index]
        return {
            "kind": self.kind,
            "name": self.name or None,
            "who": self.who or None,
            "what": self.what,
            "when": self.when or None,
            "status": self.status,
            "section": self.section or None,
            "label": unit.label_at(self.place.start),
            "file": file_name(documents[self.place.doc_index]),
            "speaker": unit.speaker,
            "start_s": unit.time_at(self.place.start),
            "quote": unit.text[self.place.start : self.place.end],
            "citation": citation,
            "verdict": self.verdict,
            "instead_of": self.instead_of or None,
        }
