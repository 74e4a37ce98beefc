"""Later statements override earlier ones; what was said twice is one item."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.sweep.item import REVERSAL, Item
from tsel_core.text.facts import Fact, extract_facts
from tsel_core.text.normalize import normalise
from tsel_core.trust.passages import features

_NOISE = frozenset(("yeah", "yes", "yep", "okay", "ok", "right", "good", "fine", "sure", "no", "well", "great"))
_SAME = 0.6  # share of the smaller item's words that both hold
_SAME_OTHER = 0.85  # of open points and facts: two of them may differ in a word alone
_TASK_SAME = 0.5
_PLAIN = 0.9  # score from which a decision is plain
_LONG = 160  # characters of words that say too much
_ABOUT = lazy_pattern(
    r"^(.{2,40}?)(?:について|に関して|に関する|の件)|\b(?:about|regarding|concerning)\s+(?:the\s+)?([\w' -]{3,60})"
)
_NEAR = 12  # units between two actions that may be one


def merge_items(items: Sequence[Item]) -> list[Item]:
    """Items in reading order, decisions that were overridden left out, duplicates made one."""
    kept: list[Item] = []
    for item in items:
        if item.kind == "decision" and not set(features(item.what)) - _NOISE:
            continue
        if item.kind == "decision":
            kept = _add_decision(kept, item)
        elif item.kind == "action":
            kept = _add_action(kept, item)
        else:
            kept = _add_other(kept, item)
    return _settle(kept)


def _add_decision(kept: list[Item], new: Item) -> list[Item]:
    """A decision: the same as an earlier one, a change of an earlier one, or its own."""
    for number in reversed(range(len(kept))):
        old = kept[number]
        if old.kind != "decision":
            continue
        if new.name != REVERSAL and (_names(new.instead_of, old) or _overrides(new, old)):
            section = old.section if _about(old, new) else new.section
            changed = replace(new, status="changed", instead_of=new.instead_of or old.what, section=section)
            return [*kept[:number], *kept[number + 1 :], changed]
        if same_decision(old, new):
            return [*kept[:number], _joined(old, new), *kept[number + 1 :]]
        if _settled_by(new, old):
            return [*kept[:number], *kept[number + 1 :], new]
    return [*kept, new]


def _settled_by(new: Item, old: Item) -> bool:
    """Whether what was doubtful ("four a year for now?") is settled by a plain decision on its topic behind it."""
    doubtful = old.score < _PLAIN <= new.score and new.status == "decided"
    if not doubtful or not old.section or old.section != new.section or old.status == "rejected":
        return False
    before, after = ({f.kind for f in _values(i)} for i in (old, new))
    return bool(after) and before <= after


def _names(old_value: str, old: Item) -> bool:
    """Whether the words that a change replaces stand in an earlier decision."""
    words = normalise(old_value)
    return len(words) > 1 and words in normalise(old.what)


def _overrides(new: Item, old: Item) -> bool:
    """A change of the same topic that gives another value of the same kind."""
    if new.status != "changed" or old.status == "rejected" or not _about(old, new):
        return False
    before, after = _values(old), _values(new)
    return not before or not after or {f.kind for f in before} & {f.kind for f in after} != set()


def _about(old: Item, new: Item) -> bool:
    """Whether two items are about the same topic: its name stands in the other, or both belong to it."""
    if old.section and old.section == new.section:
        return True
    if old.section and new.section:
        return normalise(old.section) in normalise(new.what)
    topic = set(features(old.section)) | set(features(old.what))
    wanted = set(features(new.what))
    named = bool(old.section) and normalise(old.section) in normalise(new.what)
    return named or len(topic & wanted) >= max(2, len(wanted) // 2)


def _values(item: Item) -> list[Fact]:
    return [f for f in extract_facts(item.what) if f.kind != "name"]


def same_decision(old: Item, new: Item) -> bool:
    """Whether two decisions say the same."""
    if (old.status == "rejected") != (new.status == "rejected"):
        return False
    before, after = {f.value for f in _values(old)}, {f.value for f in _values(new)}
    if before and after and not (before <= after or after <= before):
        return False
    share = overlap(old.what, new.what)
    if old.section == new.section and old.section and before and before == after:
        return share >= 0.3
    return share >= _SAME


def overlap(one: str, other: str) -> float:
    """Share of the weight of the shorter text's features that stand in the other."""
    first, second = features(one), features(other)
    small, large = sorted((first, second), key=lambda f: sum(f.values()))
    total = sum(small.values())
    if not total:
        return float(normalise(one) == normalise(other))
    return sum(w for f, w in small.items() if f in large) / total


def _joined(old: Item, new: Item) -> Item:
    """One item of two that say the same: the longer words unless they are long, the places of both."""
    better = max((old, new), key=lambda i: (len(i.what) < _LONG, len(_values(i)), i.score, len(i.what)))
    evidence = tuple(dict.fromkeys([*better.evidence, *old.evidence, *new.evidence]))
    return replace(
        better,
        evidence=evidence[:3],
        section=old.section or new.section,
        score=max(old.score, new.score),
        who=better.who or old.who or new.who,
        when=new.when or old.when,
        status=new.status if new.status == "changed" else better.status,
        instead_of=new.instead_of or old.instead_of,
    )


def _add_action(kept: list[Item], new: Item) -> list[Item]:
    for number in reversed(range(len(kept))):
        old = kept[number]
        if old.kind == "action" and same_action(old, new):
            return [*kept[:number], _joined(old, new), *kept[number + 1 :]]
    return [*kept, new]


def same_action(old: Item, new: Item) -> bool:
    """The same person with the same task; another date for it replaces the first."""
    if old.who and new.who and old.who != new.who:
        return False
    if _topic(old.what) and _topic(new.what) and overlap(_topic(old.what), _topic(new.what)) < _TASK_SAME:
        return False
    share = overlap(old.what, new.what)
    near = abs(old.place.unit_index - new.place.unit_index) <= _NEAR
    if old.when and new.when and _date(old.when) == _date(new.when):
        return share >= 0.3 or (near and share > 0.15)
    return share >= (_TASK_SAME if near else 0.75)


def _topic(what: str) -> str:
    """What a task says that it is about: 在宅勤務の日数 of 在宅勤務の日数について、取引先への連絡."""
    match = _ABOUT.search(what)
    return (match[1] or match[2] or "").strip() if match else ""


def _date(words: str) -> str:
    facts = [f.value for f in extract_facts(words) if f.kind == "date"]
    return facts[0] if facts else normalise(re.sub(r"(?i)^(?:by|before|until|the)\s+", "", words))


def _add_other(kept: list[Item], new: Item) -> list[Item]:
    for number, old in enumerate(kept):
        if old.kind == new.kind and old.name == new.name and overlap(old.what, new.what) >= _SAME_OTHER:
            return [*kept[:number], _joined(old, new), *kept[number + 1 :]]
    return [*kept, new]


def _settle(items: list[Item]) -> list[Item]:
    """Leave out a decision that is an action in the same sentence, and open points that were decided afterwards."""
    actions = {i.place for i in items if i.kind == "action"}
    decided = {i.section for i in items if i.kind == "decision"}
    kept = [i for i in items if not (i.kind == "decision" and i.place in actions)]
    return [i for i in kept if not (i.status == "proposed" and i.section in decided)]
