"""Scores items against what a made meeting holds: recall and precision of decisions, actions, open points."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.quality.minutes.made_meetings import Gold
from tsel_core.sweep.item import Item
from tsel_core.text.normalize import normalise


@dataclass
class Score:
    """Counts by kind, and what went wrong in words."""

    gold: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    items: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    def add(self, other: Score) -> None:
        """Add another meeting's counts."""
        for name in ("gold", "found", "items", "right"):
            getattr(self, name).update(getattr(other, name))
        self.notes += other.notes

    def row(self, kind: str) -> dict[str, float]:
        """Recall and precision of a kind with their counts."""
        return {
            "gold": self.gold[kind],
            "items": self.items[kind],
            "recall": self.found[kind] / max(1, self.gold[kind]),
            "precision": self.right[kind] / max(1, self.items[kind]),
        }

    def ways(self) -> dict[str, tuple[int, int]]:
        """(found, there) of the items of meetings that say how they came about."""
        return {how: (self.found[how], n) for how, n in sorted(self.gold.items()) if " " in how}


def score_items(items: Sequence[Item], gold: Sequence[Gold], may: Sequence[Gold] = ()) -> Score:
    """An item is right when it matches a gold item that no earlier item matched: said twice counts once.

    A decision needs its value and its topic's name (in its words or its section), and the value that was replaced only
    as replaced; an action who, what and by when ("" where nothing was said); an open point its subject.
    """
    score = Score()
    left = list(gold)
    score.gold.update(g.kind for g in gold)
    for item in items:
        if item.kind not in ("decision", "action", "open"):
            continue
        match = next((g for g in left if matches(item, g)), None)
        if match is None and any(matches(item, g) for g in may):
            continue  # neither right nor too much
        score.items[item.kind] += 1
        if match is None:
            score.notes.append(f"extra {item.kind}: {item.who} | {item.what} | {item.when} | {item.section}")
            continue
        left.remove(match)
        score.found[item.kind] += 1
        score.right[item.kind] += 1
        score.found[f"{item.kind} {match.how}"] += 1
    score.gold.update(f"{g.kind} {g.how}" for g in gold if g.how)
    score.notes += [f"missed {g.kind}: {g.who} | {g.must} | {g.when} | {g.about}" for g in left]
    return score


def matches(item: Item, gold: Gold) -> bool:
    """Whether an item says what a gold item says."""
    if item.kind != gold.kind:
        return False
    words = normalise(f"{item.section} {item.what}")
    if not all(_holds(words, m) for m in gold.must):
        return False
    if gold.kind == "action":
        right_due = _holds(normalise(item.when), gold.when) if gold.when else not item.when
        return right_due and normalise(gold.who) in normalise(item.who)
    if gold.kind == "open" and gold.about:
        return any(normalise(a) in words for a in gold.about)
    if gold.kind == "decision":
        if (gold.status == "rejected") != (item.status == "rejected"):
            return False
        return not gold.about or any(normalise(a) in words for a in gold.about)
    return True


def _holds(words: str, wanted: str) -> bool:
    """Whether words hold what is wanted, or one form of it (" ; " between forms)."""
    return any(normalise(form) in words for form in wanted.split(" ; "))
