"""An exhaustive list: every unit is looked at, and the receipt says what became of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from tsel_core.document import Document, SourceSpan
from tsel_core.listing.bounds import VALUE_KINDS
from tsel_core.listing.candidates import Candidates, Coded
from tsel_core.listing.changed import ItemChange
from tsel_core.listing.judging import ListJudge, Scale
from tsel_core.listing.kinds import PERSON
from tsel_core.listing.meetings import is_of_meetings, is_written, of_no_meeting
from tsel_core.listing.units import STATUSES, ListUnit, UnitReceipt, UnitStatus, list_units
from tsel_core.listing.wish import Wish, without_kind
from tsel_core.progress import NoProgress, Progress
from tsel_core.sweep.kind import kind_of
from tsel_core.sweep.sentences import sentences_of
from tsel_core.trust.places import span_json

_LETTERS = 5  # of a text that says something
Verdict = Literal["cited", "unsure"]

# where the model's yes stands between what does not belong in the list (0) and what does (1)
CITED, UNSURE, DENIED, POINTED = 0.7, 0.3, -0.3, 1.0


@dataclass(frozen=True)
class Listed:
    """A sentence that belongs in the list: where it stands, and who says so ("words", "model", "both").

    `changes` are the later sentences that change what it says.
    """

    span: SourceSpan
    verdict: Verdict
    by: str
    speaker: str = ""
    yes: float | None = None
    changes: tuple[ItemChange, ...] = ()

    def as_json(self, documents: Sequence[Document]) -> dict[str, Any]:
        """An entry of "items"."""
        unit = documents[self.span.doc_index].units[self.span.unit_index]
        return {
            **span_json(documents, self.span),
            "verdict": self.verdict,
            "by": self.by,
            "yes": None if self.yes is None else round(self.yes, 3),
            "speaker": unit.speaker,
            "start_s": unit.time_at(self.span.start),
            "heading": " > ".join(unit.heading_path) or None,
            "changed_by": [c.as_json(documents) for c in self.changes],
        }

    @staticmethod
    def from_json(told: Mapping[str, Any]) -> Listed:
        """The item that `as_json` told of."""
        span = SourceSpan(told["doc_index"], told["unit_index"], told["start"], told["end"])
        changes = tuple(ItemChange.from_json(c) for c in told.get("changed_by") or ())
        return Listed(span, told["verdict"], told["by"], told["speaker"], told["yes"], changes)


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

    @staticmethod
    def from_json(documents: Sequence[Document], wish: Wish, told: Mapping[str, Any]) -> Listing:
        """The list that `as_json` told of, of the same documents."""
        units = zip(list_units(documents), told["units"], strict=True)
        receipts = tuple(UnitReceipt(u, r["status"], r["items"], r["looked_at_by"], r["yes"]) for u, r in units)
        items = tuple(Listed.from_json(item) for item in told["items"])
        return Listing(wish, tuple(documents), items, receipts, told["interrupted"])


@dataclass
class _Seen:
    """A unit in the making: what code says of its sentences, and the model's yes for each and for the whole."""

    unit: ListUnit
    coded: list[Coded]
    asked: list[float | None]
    whole: float | None = None

    @property
    def hopeful(self) -> bool:
        """Whether words speak for a sentence of it."""
        return any(c.likely != "no" for c in self.coded)


def list_all(
    documents: Sequence[Document], wish: Wish, judge: ListJudge | None = None, progress: Progress | None = None
) -> Listing:
    """Look at every unit. Without a judge code alone decides, and what it cannot decide is unsure.

    Of who was there, and of what written minutes say was decided or is to be done, code alone decides; of a document
    that names nobody so, and of no meeting, the wish is another.

    Ctrl-C keeps what was found; the units that are left are "not looked at".
    """
    progress = progress or NoProgress()
    units = list_units(documents)
    candidates = Candidates(wish, [s for unit in units for s in unit.sentences])
    if wish.kind is not None and wish.kind.name == PERSON:
        judge = None  # turns and lists of names are plain
        if all(candidates.of(s).likely == "no" for s in candidates.sentences):
            wish = without_kind(wish)
            candidates = Candidates(wish, candidates.sentences)
    elif is_of_meetings(wish):
        if kind_of(candidates.sentences) != "meeting":
            wish = of_no_meeting(wish)
            candidates = Candidates(wish, candidates.sentences)
        elif is_written(candidates.sentences):
            judge = None  # labels, lists and tables are plain
    seen: list[_Seen] = []
    scale: Scale | None = None
    progress.begin("list", len(units), "units")
    try:
        for number, unit in enumerate(units):
            seen.append(_look(unit, documents, candidates, judge))
            progress.advance(number + 1)
        if judge is not None:
            scale = _scale(seen, judge.nothing())
            _look_closer(seen, documents, scale, judge)
    except KeyboardInterrupt:
        scale = scale or _scale(seen, 0.5)
    progress.end()
    done = [_done(s, scale, wish, judged=judge is not None) for s in seen]
    if wish.kind is not None and wish.kind.name in VALUE_KINDS and not any(found for found, _ in done):
        for one in seen:  # "nothing found" is not said of a paper that has values of the kind: a person looks at them
            one.coded = [replace(c, kept=c.kept or c.likely == "perhaps") for c in one.coded]
        done = [_done(s, scale, wish, judged=judge is not None) for s in seen]
    left = [UnitReceipt(u, "not looked at") for u in units[len(seen) :]]
    items = tuple(item for found, _ in done for item in found)
    return Listing(wish, tuple(documents), items, (*(r for _, r in done), *left), bool(left))


def needs_no_model(wish: Wish, document: Document) -> bool:
    """Whether code alone can decide: turns and lists of names are plain, and so are written minutes."""
    if wish.kind is None:
        return False
    return wish.kind.name == PERSON or (is_of_meetings(wish) and is_written(sentences_of([document])))


def _look(unit: ListUnit, documents: Sequence[Document], candidates: Candidates, judge: ListJudge | None) -> _Seen:
    """Ask about each sentence that words speak for; where they speak for none, about the unit as a whole."""
    seen = _Seen(unit, [candidates.of(s) for s in unit.sentences], [None] * len(unit.sentences))
    if judge is None or not any(_speaks(s.text) for s in unit.sentences):
        return seen
    text, above = _shown(unit, documents)
    for at, code in enumerate(seen.coded):
        if code.likely != "no":
            seen.asked[at] = judge.sentence(unit.sentences, at, above)
    if not seen.hopeful:
        seen.whole = judge.unit(text, above)
    return seen


def _look_closer(seen: Sequence[_Seen], documents: Sequence[Document], scale: Scale, judge: ListJudge) -> None:
    """Ask about each sentence of a unit that the model points at as a whole, where it tells anything."""
    for one in seen:
        if one.whole is not None and scale.tells and scale.place(one.whole) >= POINTED:
            _, above = _shown(one.unit, documents)
            for at, sentence in enumerate(one.unit.sentences):
                if _speaks(sentence.text):
                    one.asked[at] = judge.sentence(one.unit.sentences, at, above)


def _shown(unit: ListUnit, documents: Sequence[Document]) -> tuple[str, str]:
    own = documents[unit.doc_index].units[unit.unit_index]
    return own.text, " > ".join(own.heading_path[-2:])


def _scale(seen: Sequence[_Seen], nothing: float) -> Scale:
    """By what words are sure of, and by the units that they say nothing of."""
    sure = [y for s in seen for c, y in zip(s.coded, s.asked, strict=True) if c.likely == "sure" and y is not None]
    return Scale.of(sure, [s.whole for s in seen if s.whole is not None], nothing)


def _done(seen: _Seen, scale: Scale | None, wish: Wish, *, judged: bool) -> tuple[list[Listed], UnitReceipt]:
    """The items of one unit and its receipt."""
    found = []
    for sentence, code, yes in zip(seen.unit.sentences, seen.coded, seen.asked, strict=True):
        place = None if yes is None or scale is None or not scale.tells else scale.place(yes)
        verdict = decide(code, place, known=wish.kind is not None, judged=judged and place is not None)
        if verdict is not None:
            agrees = place is not None and place >= DENIED
            by = ("both" if agrees else "words") if code.likely == "sure" or place is None else "model"
            found.append(Listed(sentence.span, verdict, by, sentence.speaker, yes))
    shares = [y for y in (*seen.asked, seen.whole) if y is not None]
    sure = any(i.verdict == "cited" for i in found)
    status: UnitStatus = "cited" if sure else "unsure" if found else "nothing found"
    spoken = any(_speaks(s.text) for s in seen.unit.sentences)
    by = "model" if shares else "words" if spoken else ""
    return found, UnitReceipt(seen.unit, status, len(found), by, max(shares, default=None))


def _speaks(text: str) -> bool:
    """Whether a text says anything: more than a number or a mark."""
    return sum(c.isalpha() for c in text) > _LETTERS


def decide(code: Coded, place: float | None, *, known: bool, judged: bool) -> Verdict | None:
    """What becomes of a sentence: cited, unsure, or None. `place` is where the model's yes stands on the scale.

    Of a kind that code knows, its words decide and the model can only doubt them; what they leave open the model
    decides, and where no word speaks it lists nothing by itself, but says what a person should look at. A sentence that
    names a part of a topic is never dropped.
    """
    if code.likely == "sure":
        return "cited" if place is None or place >= DENIED else "unsure"
    if code.likely == "perhaps":
        if place is None:
            return None if judged and not code.kept else "unsure"
        named = code.kept or (not known and code.whose == "theirs")
        return "cited" if place >= CITED else "unsure" if place >= UNSURE or named else None
    if place is None or code.whose == "other" or place < POINTED:
        return None
    return "unsure" if known or code.apart else "cited"
