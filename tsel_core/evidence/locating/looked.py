"""What a second look says: the answer that was chosen, whether it is to be relied on, and what it rests on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from tsel_core.evidence.locating.kind import QuestionKind
from tsel_core.evidence.locating.locate import Located
from tsel_core.evidence.locating.signs import Signs

Confidence = Literal["confident", "unsure"]
Effort = Literal["quick", "normal", "high"]


@dataclass(frozen=True)
class Looked:
    """The answer that was chosen, whether it is to be relied on, and what it rests on.

    `looks`: the other answers by the way they were made ("document", "evidence", "evidence last"), judgements. `other`
    is the answer that disagrees, shown beside an unsure one; "" where there is none. `cut`: the limit of new tokens
    ended the answer.
    """

    text: str
    confidence: Confidence
    located: Located
    signs: Signs
    kind: QuestionKind
    looks: dict[str, Any] = field(default_factory=dict)
    other: str = ""
    why: str = ""
    cut: bool = False

    def as_json(self) -> dict[str, Any]:
        """How it came about, as the JSON shows it."""
        return {
            "why": self.why,
            "other": self.other,
            "question_kind": self.kind.kind,
            "signs": self.signs.as_json(),
            "answers": self.looks,
        }
