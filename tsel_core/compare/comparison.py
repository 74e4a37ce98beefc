"""The comparison of two documents: a change for every group of pieces, and counts that add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from tsel_core.compare.align import Group, align
from tsel_core.compare.authors import with_authors
from tsel_core.compare.blanks import alike_in_blanks
from tsel_core.compare.change import KINDS, Change
from tsel_core.compare.pieces import Grain, Piece, pieces_of, words_of
from tsel_core.compare.playbook import Rule, risks
from tsel_core.compare.tracked import tracked_of
from tsel_core.compare.value_pairs import with_pairs
from tsel_core.compare.words import Span, ValueChange, value_change, word_changes
from tsel_core.document import Document


@dataclass(frozen=True)
class Comparison:
    """All changes of two documents, in the order of the new one."""

    old: Document
    new: Document
    changes: tuple[Change, ...]
    by: Grain = "unit"

    @property
    def counts(self) -> dict[str, int]:
        """How many changes there are of each kind."""
        found = Counter(change.kind for change in self.changes)
        return {kind: found[kind] for kind in KINDS}

    @property
    def num_old(self) -> int:
        """Pieces of the old document in the changes."""
        return sum(len(change.old) for change in self.changes)

    @property
    def num_new(self) -> int:
        """Pieces of the new document in the changes."""
        return sum(len(change.new) for change in self.changes)

    @cached_property
    def _pieces(self) -> tuple[list[Piece], list[Piece]]:
        """The pieces of both documents, cut anew: what the changes must hold."""
        return _pieces_of(self.old, self.new, self.by)

    @property
    def sides(self) -> tuple[int, int]:
        """Pieces of the old and of the new document, counted from the documents."""
        return len(self._pieces[0]), len(self._pieces[1])

    def as_json(self) -> dict[str, Any]:
        """The object of the JSON, without command and model."""
        sides = zip((self.old, self.new), self.sides, (self.num_old, self.num_new), strict=True)
        return {
            "documents": [
                {
                    "path": d.path,
                    "sha256": d.sha256,
                    "pieces": pieces,
                    "compared": compared,
                    "missing": list(d.missing),
                }
                for d, pieces, compared in sides
            ],
            "by": self.by,
            "counts": self.counts,
            "complete": self.complete,
            "tracked": self.num_tracked,
            "warnings": [f"{d.path}: {w}" for d in (self.old, self.new) for w in d.warnings],
            "changes": [change.as_json() for change in self.changes],
        }

    @property
    def num_tracked(self) -> dict[str, int]:
        """Tracked changes that stand at the changes, by file; as many as the readers listed (`complete`)."""
        found = Counter(t.side for change in self.changes for t in change.tracked)
        return {"old": found["old"], "new": found["new"]}

    @property
    def complete(self) -> bool:
        """Whether every piece, and every tracked change, of both documents is in exactly one change."""
        old = sorted(p.at for change in self.changes for p in change.old)
        new = sorted(p.at for change in self.changes for p in change.new)
        listed = {"old": len(tracked_of(self.old, "old")), "new": len(tracked_of(self.new, "new"))}
        whole = not self.changes or listed == self.num_tracked
        return whole and (old, new) == tuple([p.at for p in pieces] for pieces in self._pieces)


def compare_documents(old: Document, new: Document, playbook: Sequence[Rule] = ()) -> Comparison:
    """Compare two documents by code alone; `playbook` names what is worth a second look.

    Units are compared where both files are cut alike. Where they are not (a PDF and a Word file often), words seem to
    go in one place and to come in another: then sentences are compared, if that leaves fewer such words.
    """
    made = _compared(old, new, "unit", playbook)
    if _lost_words(made):
        again = _compared(old, new, "sentence", playbook)
        return min(made, again, key=_lost_words)
    return made


def _pieces_of(old: Document, new: Document, by: Grain) -> tuple[list[Piece], list[Piece]]:
    """The pieces of both; what a link points at is text where both files have links written out."""
    links = old.kind == new.kind == "md"
    return pieces_of(old, by, links=links), pieces_of(new, by, links=links)


def _compared(old: Document, new: Document, by: Grain, playbook: Sequence[Rule]) -> Comparison:
    left, right = _pieces_of(old, new, by)
    changes = [_change(group, left, right) for group in _whole_clauses(align(left, right), left, right)]
    return Comparison(old, new, tuple(_looked(c, playbook) for c in with_authors(changes, old, new)), by)


def _lost_words(made: Comparison) -> int:
    """Words that seem to go in one place and to come in another, beside what moved."""
    gone = Counter(w for c in made.changes for s in c.spans if s.kind == "deleted" for w in words_of(s.text))
    came = Counter(w for c in made.changes for s in c.spans if s.kind == "inserted" for w in words_of(s.text))
    return sum(count for word, count in (gone & came).items() if len(word) > 3)


def _looked(change: Change, playbook: Sequence[Rule]) -> Change:
    if change.kind == "same":
        return change
    return replace(change, risks=risks(change.old_text + "\n" + change.new_text, playbook))


def _whole_clauses(groups: Sequence[Group], left: Sequence[Piece], right: Sequence[Piece]) -> list[Group]:
    """A clause that came or went is one change, however many lines it has."""
    made: list[Group] = []
    for group in groups:
        last = made[-1] if made else None
        if last and _continues(last.old, group.old, left, not (last.new or group.new)):
            made[-1] = Group((*last.old, *group.old), ())
        elif last and _continues(last.new, group.new, right, not (last.old or group.old)):
            made[-1] = Group((), (*last.new, *group.new))
        else:
            made.append(group)
    return made


def _continues(before: Sequence[int], places: Sequence[int], pieces: Sequence[Piece], alone: bool) -> bool:
    return alone and bool(before) and len(places) == 1 and places[0] == before[-1] + 1 and pieces[places[0]].goes_on


def _change(group: Group, left: Sequence[Piece], right: Sequence[Piece]) -> Change:
    old, new = tuple(left[i] for i in group.old), tuple(right[j] for j in group.new)
    if not new:
        return Change("removed", old, new, (Span("deleted", "\n".join(p.text for p in old)),), _values(old, ()))
    if not old:
        return Change("added", old, new, (Span("inserted", "\n".join(p.text for p in new)),), _values((), new))
    before, after = " ".join(p.form for p in old), " ".join(p.form for p in new)
    shifted = _otherwise_placed(old, new)
    if before == after and not group.moved and not shifted:
        return Change("same", old, new, exact=" ".join(p.exact for p in old) == " ".join(p.exact for p in new))
    if len(old) > 1 or len(new) > 1:
        spans, heads = word_changes(before, after), (0, 0)
    else:
        old, new = _alike_in_blanks(old[0], new[0])
        spans, heads = word_changes(old[0].text, new[0].text), (old[0].head, new[0].head)
        if old[0].unnumbered == new[0].unnumbered and not shifted:
            return Change("moved" if group.moved else "renumbered", old, new, () if before == after else spans)
    values = with_pairs(_values(old, new), spans, *heads)
    return Change("moved" if group.moved else "changed", old, new, spans, values)


def _otherwise_placed(old: Sequence[Piece], new: Sequence[Piece]) -> bool:
    """Whether two rows of as many cells have the same words in other cells: a mark under another head."""
    if len(old) != 1 or len(new) != 1:
        return False
    return len(old[0].cells) == len(new[0].cells) and old[0].cells != new[0].cells


def _alike_in_blanks(old: Piece, new: Piece) -> tuple[tuple[Piece], tuple[Piece]]:
    one, other = alike_in_blanks(old.text, new.text)
    return (replace(old, text=one),), (replace(new, text=other),)


def _values(old: Sequence[Piece], new: Sequence[Piece]) -> ValueChange:
    """Values that only one of the sides states; the numbers of the clauses are none."""
    one, other = ("\n".join(p.text[p.head :] for p in side) for side in (old, new))
    return value_change(one, other)
