"""What the answers about office papers come to, in figures and in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from tsel_core.evaluation.wanted import ItemsFound

NAMES = {
    "exact": "exact questions",
    "who": "questions for a person",
    "when": "questions for a date",
    "yesno": "yes/no questions",
    "clause": "sentences to be quoted",
    "absent": "facts that are not there",
    "minutes": "minutes",
    "facts": "key facts of contracts",
}
_OPEN, _RIGHT = 0.1, 0.7  # shares from which, and below which, a reader must check everything


@dataclass(frozen=True, slots=True)
class OfficeResult:
    """One answer: right or not, and whether a reader was warned: not found, unsure, or a sentence not supported."""

    item_id: str
    lang: str
    kind: str
    question: str
    reply: str
    right: bool
    found: bool
    flagged: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class Measure:
    """Counts of a kind of question; of minutes and facts `num` are items given, `wanted` and `found` the known ones.

    `sure` are right and not marked, `open` wrong and not marked, `doubted` right and marked, `refused` said to be not
    found where the document holds it.
    """

    num: int
    right: int
    sure: int = 0
    open: int = 0
    doubted: int = 0
    refused: int = 0
    wanted: int = 0
    found: int = 0


@dataclass
class OfficeRates:
    """Everything that was asked; not `complete` when it was interrupted."""

    results: list[OfficeResult] = field(default_factory=list)
    summaries: list[ItemsFound] = field(default_factory=list)
    complete: bool = True

    def measures(self) -> dict[str, Measure]:
        """Counts by kind, in the order of NAMES; kinds of one's own count as exact."""
        made: dict[str, Measure] = {}
        for kind in NAMES:
            rows = [r for r in self.results if (r.kind if r.kind in NAMES else "exact") == kind]
            given = [s for s in self.summaries if s.kind == kind]
            if rows:
                made[kind] = _counted(rows, absent=kind == "absent")
            elif given:
                made[kind] = Measure(
                    num=sum(s.num_given for s in given),
                    right=sum(s.num_right for s in given),
                    open=sum(s.num_open for s in given),
                    wanted=sum(s.num_wanted for s in given),
                    found=sum(s.num_found for s in given),
                )
        return made

    @property
    def seconds(self) -> float:
        """Mean of a question."""
        return sum(r.seconds for r in self.results) / len(self.results) if self.results else 0.0

    def as_json(self) -> dict[str, Any]:
        """Conclusions, counts and every answer."""
        measures = self.measures()
        return {
            "conclusions": conclusions(measures, self.seconds),
            "recommendation": recommendation(measures),
            "complete": self.complete,
            "seconds_an_answer": round(self.seconds, 2),
            "measures": {kind: asdict(m) for kind, m in measures.items()},
            "items": [asdict(r) for r in self.results],
            "summaries": [asdict(s) for s in self.summaries],
        }


def _counted(rows: Sequence[OfficeResult], *, absent: bool) -> Measure:
    if absent:
        open_ones = sum(r.found and not r.flagged for r in rows)
        return Measure(len(rows), right=sum(not r.found for r in rows), open=open_ones)
    return Measure(
        num=len(rows),
        right=sum(r.right and r.found for r in rows),
        sure=sum(r.right and not r.flagged for r in rows),
        open=sum(not r.right and not r.flagged for r in rows),
        doubted=sum(r.right and r.found and r.flagged for r in rows),
        refused=sum(not r.found for r in rows),
    )


def conclusions(measures: Mapping[str, Measure], seconds: float) -> list[str]:
    """What to expect, a sentence a kind."""
    lines = []
    for kind, m in measures.items():
        name = NAMES[kind]
        if kind == "absent":
            lines.append(f"{name}: {m.open} of {m.num} answered without a mark")
        elif m.wanted:
            lines.append(
                f"{name}: {m.found} of {m.wanted} known items found, {m.right} of {m.num} given are right; "
                f"wrong without a mark: {share(m.open, m.num)}"
            )
        else:
            lines.append(
                f"{name}: expect {round(10 * m.right / m.num)} of 10 right ({m.right} of {m.num}), {m.sure} of them "
                f"unmarked; wrong without a mark: {share(m.open, m.num)}; refused though it is there: {m.refused}"
            )
    if seconds:
        lines.append(f"seconds an answer: {seconds:.1f}")
    return lines


def share(part: int, whole: int) -> str:
    """ "none", "1 in 20"."""
    return "none" if not part else f"1 in {round(whole / part)}" if part < whole else "all"


def recommendation(measures: Mapping[str, Measure]) -> str:
    """One sentence: what to do with this model's answers."""
    asked = [m for kind, m in measures.items() if kind != "absent" and not m.wanted]
    num, right = sum(m.num for m in asked), sum(m.right for m in asked)
    wrong = sum(m.open for m in measures.values() if not m.wanted)
    total = sum(m.num for m in measures.values() if not m.wanted)
    if not num:
        return ""
    if wrong > _OPEN * total:
        return f"Recommendation: compare every answer with its quote, as {wrong} of {total} were wrong without a mark."
    if right < _RIGHT * num:
        return f"Recommendation: try a larger model (tsel models recommend), as {num - right} of {num} were not right."
    return "Recommendation: use this model for such questions, and look at the place of every answer that is marked."


def worse(
    now: Mapping[str, Measure], before: Mapping[str, Measure], version: str, tolerance: float = 0.02
) -> list[str]:
    """Sentences about kinds that lost against an earlier version: fewer right or found, more wrong without a mark."""
    lines = []
    for kind, old in before.items():
        new = now.get(kind)
        if new is None or not new.num or not old.num:
            continue
        good, was = (new.found, old.found) if new.wanted else (new.right, old.right)
        of, of_before = (new.wanted, old.wanted) if new.wanted else (new.num, old.num)
        if of_before and good / of < was / of_before - tolerance:
            lines.append(f"{NAMES[kind]}: {good} of {of} right, with version {version} {was} of {of_before}")
        if new.open / new.num > old.open / old.num + tolerance:
            pair = f"{new.open} of {new.num} wrong without a mark, with version {version} {old.open} of {old.num}"
            lines.append(f"{NAMES[kind]}: {pair}")
    return lines
