"""How good answers about office papers are on this machine with this model, in figures and in plain words."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from tsel_core.evaluation.items import Item
from tsel_core.evaluation.office_papers import Paper, office_items
from tsel_core.evaluation.runner import task_of
from tsel_core.evaluation.scoring import score
from tsel_core.evaluation.trust_run import without_marks
from tsel_core.session import Session

KINDS = ("exact", "yesno", "absent")


@dataclass(frozen=True, slots=True)
class OfficeResult:
    """One answer: right or not, and whether a reader was warned (not found, or a sentence that is not supported)."""

    item_id: str
    lang: str
    kind: str
    question: str
    reply: str
    right: bool
    found: bool
    flagged: bool
    seconds: float


@dataclass
class OfficeRates:
    """Everything that was asked."""

    results: list[OfficeResult] = field(default_factory=list)

    def conclusions(self) -> list[str]:
        """What to expect, a sentence a kind of question."""
        lines = []
        for kind, name in (("exact", "exact questions"), ("yesno", "yes/no questions")):
            rows = [r for r in self.results if r.kind == kind]
            if rows:
                right = sum(r.right and r.found for r in rows)
                unmarked = sum(not r.right and not r.flagged for r in rows)
                doubted = sum(r.right and r.flagged for r in rows)
                lines.append(
                    f"{name}: expect {round(10 * right / len(rows))} of 10 right ({right} of {len(rows)}); "
                    f"wrong without a mark {unmarked}, right but marked {doubted}"
                )
        rows = [r for r in self.results if r.kind == "absent"]
        if rows:
            open_ones = sum(r.found and not r.flagged for r in rows)
            lines.append(f"facts that are not there: {open_ones} of {len(rows)} answered without a mark")
        if self.results:
            mean = sum(r.seconds for r in self.results) / len(self.results)
            lines.append(f"seconds an answer: {mean:.1f}")
        return lines

    def as_json(self) -> dict[str, Any]:
        """Conclusions and every answer."""
        return {"conclusions": self.conclusions(), "items": [asdict(r) for r in self.results]}


def ask_office(
    session: Session, papers: Sequence[Paper], on_result: Callable[[OfficeResult], None] = lambda result: None
) -> OfficeRates:
    """Ask every question as `tsel ask` does; Ctrl-C keeps what was asked until then."""
    rates = OfficeRates()
    try:
        for paper in papers:
            for item in office_items(paper):
                result = _ask(session, paper, item)
                rates.results.append(result)
                on_result(result)
    except KeyboardInterrupt:
        pass
    return rates


def _ask(session: Session, paper: Paper, item: Item) -> OfficeResult:
    started = time.perf_counter()
    answer = session.answer("ask", [paper.document], task_of(item))
    if answer.stop_reason == "interrupted":
        raise KeyboardInterrupt
    right = score(item.match, item.answers, without_marks(answer.text)) >= 0.5
    claims = answer.extra.get("claims") or ()
    flagged = not answer.found or any(c["verdict"] != "supported" for c in claims)
    seconds = round(time.perf_counter() - started, 2)
    asked = (item.id, item.lang, item.kind, item.question)
    return OfficeResult(*asked, answer.text, right, answer.found, flagged, seconds)
