"""An exhaustive list: every unit is looked at, and the receipt says what became of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from tsel_core.document import Document, SourceSpan, file_name
from tsel_core.listing.candidates import Candidates, Coded
from tsel_core.listing.judging import ListJudge, Yes
from tsel_core.listing.units import STATUSES, ListUnit, UnitReceipt, UnitStatus, list_units
from tsel_core.listing.wish import Wish
from tsel_core.progress import NoProgress, Progress

_LETTERS = 5  # of a text that says something
Verdict = Literal["cited", "unsure"]

# log-odds that a passage adds to the model's yes: from which on it speaks for a sentence, or against one
YES, PERHAPS, NO = 2.0, 0.5, -1.5
ALONE_YES, ALONE_PERHAPS = 4.0, 3.0  # where no word speaks for it


@dataclass(frozen=True)
class Listed:
    """A sentence that belongs in the list: where it stands, and who says so ("words", "model", "both")."""

    span: SourceSpan
    verdict: Verdict
    by: str
    speaker: str = ""
    yes: float | None = None

    def as_json(self, documents: Sequence[Document]) -> dict[str, Any]:
        """An entry of "items"."""
        document = documents[self.span.doc_index]
        unit = document.units[self.span.unit_index]
        return {
            "file": file_name(document),
            "label": unit.label,
            "quote": unit.text[self.span.start : self.span.end],
            "verdict": self.verdict,
            "by": self.by,
            "yes": None if self.yes is None else round(self.yes, 3),
            "speaker": unit.speaker,
            "start_s": unit.start_s,
            "heading": " > ".join(unit.heading_path) or None,
            "doc_index": self.span.doc_index,
            "unit_index": self.span.unit_index,
            "start": self.span.start,
            "end": self.span.end,
        }


@dataclass(frozen=True)
class Listing:
    """What was found, and the receipt: one entry for every unit in flow."""

    wish: Wish
    documents: tuple[Document, ...]
    items: tuple[Listed, ...]
    receipts: tuple[UnitReceipt, ...]
    interrupted: bool = False

    @classmethod
    def untouched(cls, documents: Sequence[Document], wish: Wish) -> Listing:
        """Documents that nobody came to."""
        receipts = tuple(UnitReceipt(u, "not looked at") for u in list_units(documents))
        return cls(wish, tuple(documents), (), receipts, interrupted=True)

    def recounted(self) -> Listing:
        """With receipts that follow from the items, after their verdicts were changed."""
        held: dict[tuple[int, int], list[Verdict]] = {}
        for item in self.items:
            held.setdefault((item.span.doc_index, item.span.unit_index), []).append(item.verdict)
        receipts = []
        for receipt in self.receipts:
            verdicts = held.get((receipt.unit.doc_index, receipt.unit.unit_index))
            status: UnitStatus | None = None if not verdicts else "cited" if "cited" in verdicts else "unsure"
            receipts.append(receipt if status is None else replace(receipt, status=status))
        return replace(self, receipts=tuple(receipts))

    def counts(self) -> dict[str, int]:
        """Units by what became of them; they add up to the units that the documents have."""
        return {status: sum(r.status == status for r in self.receipts) for status in STATUSES}

    @property
    def adds_up(self) -> bool:
        """Whether the receipt names every unit of the documents once: counted from the documents themselves."""
        own = [(d, u.index) for d, doc in enumerate(self.documents) for u in doc.units if u.in_flow and u.text.strip()]
        return own == [(r.unit.doc_index, r.unit.unit_index) for r in self.receipts]

    def as_json(self) -> dict[str, Any]:
        """Items, the receipt, and their counts."""
        kind = self.wish.kind
        return {
            "wish": self.wish.words,
            "kind": kind.name if kind is not None else None,
            "who": self.wish.who or None,
            "items": [i.as_json(self.documents) for i in self.items],
            "coverage": {"units": len(self.receipts), **self.counts(), "adds_up": self.adds_up},
            "units": [r.as_json(self.documents) for r in self.receipts],
            "interrupted": self.interrupted,
        }


def list_all(
    documents: Sequence[Document], wish: Wish, judge: ListJudge | None = None, progress: Progress | None = None
) -> Listing:
    """Look at every unit. Without a judge code alone decides, and what it cannot decide is unsure.

    Ctrl-C keeps what was found; the units that are left are "not looked at".
    """
    progress = progress or NoProgress()
    units = list_units(documents)
    candidates = Candidates(wish, [s for unit in units for s in unit.sentences])
    items: list[Listed] = []
    receipts: list[UnitReceipt] = []
    progress.begin("list", len(units), "units")
    try:
        for number, unit in enumerate(units):
            found, receipt = _looked_at(unit, documents, candidates, judge)
            items += found
            receipts.append(receipt)
            progress.advance(number + 1)
    except KeyboardInterrupt:
        receipts += [UnitReceipt(u, "not looked at") for u in units[len(receipts) :]]
    progress.end()
    left = any(r.status == "not looked at" for r in receipts)
    return Listing(wish, tuple(documents), tuple(items), tuple(receipts), left)


def _looked_at(
    unit: ListUnit, documents: Sequence[Document], candidates: Candidates, judge: ListJudge | None
) -> tuple[list[Listed], UnitReceipt]:
    """The items of one unit. Where no word speaks for any, the model is asked about the unit as a whole first."""
    if not any(_speaks(s.text) for s in unit.sentences):
        return [], UnitReceipt(unit, "nothing found")
    coded = [candidates.of(s) for s in unit.sentences]
    document = documents[unit.doc_index]
    above = " > ".join(document.units[unit.unit_index].heading_path[-2:])
    asked: list[Yes | None] = [None] * len(coded)
    whole: Yes | None = None
    if judge is not None:
        hopeful = any(c.likely != "no" for c in coded)
        if not hopeful:
            whole = judge.unit(document.units[unit.unit_index].text, above)
            hopeful = whole.lift >= ALONE_PERHAPS
        for at, code in enumerate(coded) if hopeful else ():
            if (code.likely != "no" or whole is not None) and _speaks(unit.sentences[at].text):
                asked[at] = judge.sentence(unit.sentences, at, above)
    found = []
    for sentence, code, yes in zip(unit.sentences, coded, asked, strict=True):
        verdict = decide(code, yes, known=candidates.wish.kind is not None, judged=judge is not None)
        if verdict is not None:
            by = "words" if yes is None else "both" if code.likely == "sure" and yes.lift >= NO else "model"
            by = "words" if yes is not None and code.likely == "sure" and yes.lift < NO else by
            found.append(Listed(sentence.span, verdict, by, sentence.speaker, None if yes is None else yes.share))
    shares = [y.share for y in (*asked, whole) if y is not None]
    sure = any(i.verdict == "cited" for i in found)
    status: UnitStatus = "cited" if sure else "unsure" if found else "nothing found"
    return found, UnitReceipt(unit, status, len(found), "model" if shares else "words", max(shares, default=None))


def _speaks(text: str) -> bool:
    """Whether a text says anything: more than a number or a mark."""
    return sum(c.isalpha() for c in text) > _LETTERS


def decide(code: Coded, yes: Yes | None, *, known: bool, judged: bool) -> Verdict | None:
    """What becomes of a sentence: cited, unsure, or None.

    Of a kind that code knows, its words decide and the model can only doubt them; what they leave open the model
    decides, and where no word speaks it lists nothing by itself, but says what a person should look at.
    """
    if code.likely == "sure":
        return "cited" if yes is None or yes.lift >= NO else "unsure"
    if code.likely == "perhaps":
        if yes is None:
            return None if judged else "unsure"
        return "cited" if yes.lift >= YES else "unsure" if yes.lift >= PERHAPS else None
    if yes is None or code.whose == "other":
        return None
    if not known:
        return "cited" if yes.lift >= ALONE_YES else "unsure" if yes.lift >= ALONE_PERHAPS else None
    return "unsure" if yes.lift >= ALONE_YES else None
