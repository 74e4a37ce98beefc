# ruff: noqa: E501 (patterns and what they are for)
"""What became of a value that a sentence states: another sentence of the papers may have changed it since."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from tsel_core.document import SourceSpan
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.same_values import same_value
from tsel_core.text.values import Value, extract_values
from tsel_core.trust.amendments.clauses import Line, lines_of
from tsel_core.trust.amendments.find import FOLLOWS, Amendment, find_amendments, might_amend
from tsel_core.trust.amendments.line_index import Places
from tsel_core.trust.amendments.nearest import is_nearer, is_plainly_of
from tsel_core.trust.amendments.papers import Papers
from tsel_core.trust.amendments.pointers import Pointer, begins_with_clause, find_pointers, may_point
from tsel_core.trust.amendments.subject import (
    ends_otherwise,
    is_only,
    is_subject,
    only_value,
    starts,
    subject_share,
)
from tsel_core.trust.amendments.words import FORMER, LIKELY, target_of, without_own_number
from tsel_core.trust.passages import PassageIndex, features, sentence_spans

_STEPS = 6  # changes of changes that are followed
_SUBJECT = 0.5  # share of the words of what is changed that a sentence must have where no clause is named
_LASTS = lazy_pattern(r"\bextend\w*|\bshorten\w*|\bprolong\w*|延長|短縮|延期", re.I)
_OF_TIME = lazy_pattern(r"\b(?:notice|within|before|after|prior|overdue|late)\b|予告|通知|以内|前に|までに|猶予|支払", re.I)  # no term
_TOUCHED = 0.6  # share of the words before a value that a sentence and its question must have
_PLAINLY = 0.99  # share of the words of what is changed that the sentence which is meant has
_NEAR = 3  # sentences before one that only points ("it moved from 12 to 19 May")


@dataclass(frozen=True, slots=True)
class Change:
    """`old` of the sentence at `place` is what `amendment` changes; `new` stands there now.

    `new` is None, and what stands there now not plain, where the amendment has no such value or several.
    """

    amendment: Amendment
    old: Value
    new: Value | None
    place: SourceSpan

    @property
    def plain(self) -> bool:
        """Whether code can say what stands there now."""
        return self.new is not None

    @property
    def told(self) -> str:
        """ "3,000 / 3,100"."""
        return f"{bare(self.old.text)} / {bare(self.new.text)}" if self.new else bare(self.old.text)


class Amendments:
    """The amendments among sentences, which are cut and looked through when they are first asked for."""

    def __init__(self, lines: Callable[[], list[Line]]) -> None:
        self._lines = lines
        self._named: dict[int, tuple[str, str]] = {}

    @classmethod
    def of_index(cls, index: PassageIndex) -> Amendments:
        """Those of all documents of an index; sentences are numbered only where one of them may change another."""
        return cls(lambda: lines_of(index) if any(_may_change(text) or may_point(text) for text in _texts(index)) else [])

    @cached_property
    def lines(self) -> list[Line]:
        """Every sentence with its clause."""
        return self._lines()

    @cached_property
    def _places(self) -> Places:
        return Places.of(self.lines)

    @cached_property
    def papers(self) -> Papers:
        """The papers that the sentences are of."""
        return Papers(self.lines)

    @cached_property
    def _amending(self) -> frozenset[int]:
        return frozenset(a.line.order for a in self.found)

    @cached_property
    def _pointing(self) -> frozenset[int]:
        return frozenset(p.line.order for p in self.pointers)

    @cached_property
    def found(self) -> list[Amendment]:
        """In the order of the documents."""
        return find_amendments(self.lines)

    @cached_property
    def pointers(self) -> list[Pointer]:
        """The sentences that touch a clause or its subject, in the order of the documents."""
        return list(find_pointers(self.lines))

    def touching(
        self, stated: Sequence[Value], told: Sequence[Value], place: SourceSpan, question: str
    ) -> Line | None:
        """The last sentence behind the one at `place` that touches what is stated there; None where none does.

        One that has every stated value and no other leaves it as it is; of one whose other value is `told` too, the
        answer itself speaks.
        """
        line = self._line(place) if not FORMER.search(question) else None
        if line is None or line.order in self._pointing:
            return None
        last = None
        ours = [v for v in stated if is_only(v, line)]
        for pointer in self.pointers:
            own = pointer.line.span.doc_index == line.span.doc_index
            if line.span.doc_index not in pointer.documents or (own and pointer.line.order < line.order):
                continue
            if not (self._names(pointer, line) or _is_subject_of(pointer, ours, line, question)):
                continue
            if not (stated and _leaves(stated, told, pointer.line, self.lines)):
                last = pointer.line
        return last

    def _names(self, pointer: Pointer, line: Line) -> bool:
        """Whether a pointer names the clause of a sentence; a clause does not point at itself."""
        if line.span.doc_index in self.papers.amending:  # its numbers are those of its own items
            return self._target_of(line) in pointer.targets
        own = pointer.line.part == line.part and pointer.line.number == line.number
        if own and not pointer.inside and not begins_with_clause(pointer.line.text):
            return False
        for number, para in pointer.targets:
            if (line.number == number or line.number.startswith(f"{number}.")) and not (para and line.para and para != line.para):
                return True
        return False

    def of(self, value: Value, place: SourceSpan, question: str = "") -> Change | None:
        """What changes a value that the sentence at `place` states; None where nothing does, or the old one is asked for."""
        if FORMER.search(question) or not self.found:
            return None
        line = self._line(place)
        if line is None:
            return None
        change: Change | None = None
        for _ in range(_STEPS):
            step = self._step(change.new if change and change.new else value, line, question)
            if step is None or (change and self._is_later(step.amendment.line, change.amendment.line) is False):
                break
            known = change is None or self._is_later(step.amendment.line, change.amendment.line)
            change = Change(step.amendment, value, step.new if known else None, place)
            if change.new is None:
                break
            line = step.amendment.line
        back = change is not None and change.new is not None and same_value(change.new, value)
        return None if back else change  # moved there and back

    def of_clause(self, place: SourceSpan) -> Amendment | None:
        """The last amendment of the clause that the sentence at `place` stands in, if it changes what is said there.

        It does where it replaces the clause, has no value, or has another one of what the sentence states.
        """
        line = self._line(place)
        last = None
        for amendment in self.found if line is not None else ():
            if line is None or line.span.doc_index not in amendment.documents or not self._hits(amendment, line):
                continue
            bare_change = amendment.whole or not amendment.new
            if self._is_base(amendment, line) and (bare_change or self._changes(amendment, line)):
                last = amendment
        return last

    def _changes(self, amendment: Amendment, line: Line) -> bool:
        values = (v for v in extract_values(line.text) if v.kind != "ordinal")
        return any(self._by(amendment, value, line, "") is not None for value in values)

    def into(self, value: Value, question: str = "") -> Iterator[Change]:
        """The changes after which a value stands there: of each the value that was there before, at its place."""
        for amendment in self.found:
            if not any(v.kind == value.kind and same_value(v, value) for v in amendment.new):
                continue
            for line in self.lines:
                if line is amendment.line or not amendment.may_be_of(line.span.doc_index):
                    continue
                for old in extract_values(line.text) if self._hits(amendment, line) or amendment.old else ():
                    change = self.of(old, line.span, question) if old.kind == value.kind else None
                    if change and change.new and same_value(change.new, value):
                        yield change

    def may_become(self, place: SourceSpan, value: Value, question: str = "") -> Amendment | None:
        """Of several papers, the amendment by which a value may stand at a place now: nobody can tell whose it is, or which came last."""
        line = self._line(place) if self.papers.several else None
        for amendment in self.found if line is not None else ():
            if line is None or line is amendment.line or not amendment.may_be_of(line.span.doc_index):
                continue
            if not any(v.kind == value.kind and same_value(v, value) for v in amendment.new):
                continue
            for old in extract_values(line.text) if self._hits(amendment, line) or amendment.old else ():
                change = self.of(old, line.span, question) if old.kind == value.kind else None
                if change and change.new is None:
                    return amendment
        return None

    def is_said_elsewhere(self, change: Change, text: str, question: str = "") -> bool:
        """Whether a paper that the change is not of says about the same of another value of the kind, or of this one."""
        line = self._line(change.place)
        if line is None or not self.papers.several:
            return False
        doc, words = line.span.doc_index, {w for w in features(f"{text} {question}") if w[0] != "#"}
        least = _TOUCHED * len(words & features(line.text).keys())
        for other in self.lines:
            apart = other.span.doc_index
            if apart == doc or apart not in self.papers.others or apart in change.amendment.documents:
                continue
            if len(words & features(other.text).keys()) < max(1, least) or self.papers.is_named(doc, apart, question):
                continue
            if any(v.kind == change.old.kind for v in extract_values(other.text)):
                return True
        return False

    def _line(self, place: SourceSpan) -> Line | None:
        return self._places.at(place)

    def _step(self, value: Value, line: Line, question: str) -> Change | None:
        """The last amendment of what a sentence states."""
        last: Change | None = None
        for amendment in self.found:
            if amendment.line is line or not amendment.may_be_of(line.span.doc_index):
                continue
            change = self._by(amendment, value, line, question)
            later = change is not None and (last is None or self._is_later(amendment.line, last.amendment.line))
            if change is not None and line.span.doc_index in amendment.maybe:
                change = replace(change, new=None)
            if later:
                last = change
            elif later is None and last is not None:  # two papers, and none says which of them came last
                last = replace(last, new=None)
        return last

    def _is_later(self, one: Line, other: Line) -> bool | None:
        """Whether a sentence stands behind another one, or in a paper of a later day; None where nobody can tell."""
        if one.span.doc_index == other.span.doc_index:
            return one.order > other.order
        both = one.order in self._amending and other.order in self._amending
        return self.papers.is_later(one.span.doc_index, other.span.doc_index, both_amend=both)

    def _by(self, amendment: Amendment, value: Value, line: Line, question: str) -> Change | None:
        """What one amendment makes of a value."""
        if amendment.target and not (self._hits(amendment, line) and self._is_base(amendment, line)):
            return None
        same = [v for v in amendment.new if v.kind == value.kind]
        if any(same_value(v, value) for v in same):
            return None
        olds = [v for v in amendment.old if v.kind == value.kind]
        named = any(same_value(v, value) for v in olds)
        if (olds or amendment.paired) and not named:
            return None
        if amendment.target:
            if not same:
                return Change(amendment, value, None, line.span) if amendment.whole or ends_otherwise(amendment, value) else None
            if not named and not amendment.whole and (not is_subject(amendment, value, line) or starts(value, line)):
                return None
            if not named and not amendment.whole and (beside := self._beside(amendment, value, line)):
                told, best = subject_share(amendment, line.text), max(subject_share(amendment, r.text) for r in beside)
                if told <= best:  # another sentence of the clause is meant, or nobody can tell which
                    return None if best >= _PLAINLY > told else Change(amendment, value, None, line.span)
            plain = named or not amendment.whole or is_only(value, line)
            return Change(amendment, value, only_value(same) if plain else None, line.span)
        if not same:
            return None
        if named:
            return self._moved(amendment, value, same, line, question)
        before = self._is_later(amendment.line, line) and is_only(value, line)
        shared = subject_share(amendment, line.text) >= _SUBJECT
        return Change(amendment, value, None, line.span) if before and shared else None

    def names_what(self, change: Change) -> bool:
        """Whether nobody can take a change for one of another value of its clause.

        It names the old value, or the clause states no other one of the kind.
        """
        line = self._line(change.place)
        if line is None or not change.amendment.target:
            return line is not None
        old = change.old
        named = (v for a in self.found if self._hits(a, line) for v in a.old if v.kind == old.kind)
        if any(same_value(v, old) for v in named):
            return True
        return is_only(old, line) and not self._beside(change.amendment, old, line)

    def is_nearest(self, change: Change, text: str, question: str = "") -> bool:
        """Whether no other sentence of the clause, with another value of the kind, has more of a text's words."""
        return all(is_nearer(text, question, ours, other) for ours, other in self._rivals(change))

    def is_of_another(self, change: Change, text: str, question: str = "") -> bool:
        """Whether a text plainly says what another sentence of the clause does, with another value of the kind."""
        return any(is_plainly_of(text, question, other, ours) for ours, other in self._rivals(change))

    def _rivals(self, change: Change) -> list[tuple[str, str]]:
        """The sentence that is changed with each other one of its clause that has another value of the kind."""
        line = self._line(change.place)
        beside = [] if line is None else self._beside(change.amendment, change.old, line)
        return [(line.text, other.text) for other in beside] if line is not None else []

    def _beside(self, amendment: Amendment, value: Value, line: Line) -> list[Line]:
        """The other sentences of the clause that is changed with another value of the kind."""
        others = (o for o in self._places.in_clause(line.part, amendment.target) if o is not line)
        others = (o for o in others if not self._amends(o) and self._hits(amendment, o))
        return [o for o in others if o.span.doc_index == line.span.doc_index and not is_only(value, o)]

    def _moved(
        self, amendment: Amendment, value: Value, same: Sequence[Value], line: Line, question: str
    ) -> Change | None:
        """A value that is named as the old one, of the same subject: "the deadline moved from 12 to 19 May"."""
        if not amendment.points and amendment.subject:
            asked = subject_share(amendment, f"{line.text} {question}")
            # what is said behind it may be the last word, or an older letter below the answer to it
            new = only_value(same) if self._is_later(amendment.line, line) else None
            return Change(amendment, value, new, line.span) if asked >= _SUBJECT else None
        at = amendment.line.order
        before = " ".join(other.text for other in self.lines[max(0, at - _NEAR) : at])
        held = features(question or line.text).keys() & features(f"{before} {amendment.line.text}").keys()
        return Change(amendment, value, None, line.span) if held else None

    def _is_base(self, amendment: Amendment, line: Line) -> bool:
        """Whether a clause is not one of the amending paper's own that has the same number as the one it changes."""
        if line.part != amendment.line.part or self._amends(line):
            return True
        return not any(
            other.part < line.part and other.span.doc_index in amendment.documents - self.papers.amending
            for other in self._places.numbered.get(amendment.target, ())
        )

    def _hits(self, amendment: Amendment, line: Line) -> bool:
        """Whether a sentence stands in the clause that an amendment names, or is an earlier amendment of it."""
        if self._amends(line):
            same = self._target_of(line) == (amendment.target, amendment.para)
            return same and self._is_later(amendment.line, line) is not False
        if line.span.doc_index in self.papers.amending:  # its numbers are those of its own items
            return False
        if line.number != amendment.target and not line.number.startswith(f"{amendment.target}."):
            return False
        return not (amendment.para and line.para and amendment.para != line.para)

    def _target_of(self, line: Line) -> tuple[str, str]:
        """The clause that a sentence names first, and its paragraph."""
        if line.order not in self._named:
            self._named[line.order] = target_of(without_own_number(line.text))
        return self._named[line.order]

    def _amends(self, line: Line) -> bool:
        return line.order in self._amending


def _leaves(stated: Sequence[Value], told: Sequence[Value], line: Line, lines: Sequence[Line]) -> bool:
    """Whether a sentence, with the one behind it that it announces, has these values and no others, or ones that are told."""
    text = line.text
    if FOLLOWS.search(text) and line.order + 1 < len(lines):
        text = f"{text} {lines[line.order + 1].text}"
    theirs = extract_values(text)
    others = [v for v in theirs if v.kind in {s.kind for s in stated} and not any(same_value(v, s) for s in stated)]
    if others:
        return any(same_value(v, t) for v in others for t in told)
    return all(any(v.kind == value.kind and same_value(v, value) for v in theirs) for value in stated)


def _is_subject_of(pointer: Pointer, ours: Sequence[Value], line: Line, question: str) -> bool:
    """Whether a sentence of an amending part has another value of what a sentence before it states as its only one."""
    kinds = {v.kind for v in ours}
    lasts = _LASTS.search(pointer.line.text) and not _OF_TIME.search(line.text)
    if lasts and any(v.kind in ("duration", "date") for v in ours):
        kinds |= {"duration", "date"}  # "twelve months", and "extended until 30 September"
    theirs = [v for v in pointer.values if v.kind in kinds]
    if any(v.kind == o.kind and same_value(v, o) for v in theirs for o in ours):
        return True  # it names the value itself, beside another one
    if not theirs or not pointer.subject:
        return False
    there = features(f"{line.text} {question}").keys()
    return len(pointer.subject & there) >= _TOUCHED * len(pointer.subject)


def _texts(index: PassageIndex) -> Iterator[str]:
    return (index.unit_text(*key) for key in index.by_unit)


def _may_change(text: str) -> bool:
    """Whether a sentence of a unit changes something."""
    return LIKELY.search(text) is not None and any(might_amend(text[a:b]) for a, b in sentence_spans(text))


def bare(text: str) -> str:
    """The words of a value without the full stop of its sentence."""
    return text.rstrip(" .")
