"""An item that a summary must hold, and whether one of those it gives is it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tsel_core.errors import UsageError
from tsel_core.text.normalize import normalise
from tsel_core.text.tokens import states

KINDS = ("decision", "action", "open", "fact")


@dataclass(frozen=True, slots=True)
class Wanted:
    """`words` must all stand in the item: values in any written form, names, what it is about. `name` is a fact's."""

    kind: str
    words: tuple[str, ...]
    name: str = ""

    def is_said(self, item: Mapping[str, Any]) -> bool:
        """Whether an entry of a summary's "items" is this one."""
        if item["kind"] != self.kind or (self.name and item["name"] != self.name):
            return False
        parts = (
            ("section", "what", "who", "when", "quote") if self.kind == "fact" else ("section", "what", "who", "when")
        )
        said = "\n".join(str(item[key]) for key in parts if item[key])
        return all(normalise(word) in normalise(said) or states(said, word) for word in self.words)


@dataclass(frozen=True)
class ItemsFound:
    """What the minutes or key facts of one document came to. `missed` are the words of what was not found."""

    item_id: str
    lang: str
    kind: str  # "minutes" or "facts"
    num_wanted: int
    num_found: int
    num_given: int
    num_right: int
    num_open: int  # given, wrong, and not marked
    seconds: float
    given: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()


def items_found(
    item_id: str, lang: str, given: Sequence[Mapping[str, Any]], wanted: Sequence[Wanted], seconds: float
) -> ItemsFound:
    """Compare: each wanted item is found by one given one. Facts of names that nobody wanted are not counted."""
    kind = "facts" if all(w.kind == "fact" for w in wanted) else "minutes"
    names = {w.name for w in wanted}
    counted = [i for i in given if (i["name"] in names if kind == "facts" else i["kind"] in KINDS[:3])]
    left, num_open, num_right = list(wanted), 0, 0
    for item in counted:
        match = next((w for w in left if w.is_said(item)), None)
        if match is not None:
            left.remove(match)
        right = match is not None or any(w.is_said(item) for w in wanted if kind == "facts")
        num_right += right
        num_open += not right and item["verdict"] == "supported"
    words = tuple(str(i.get("text") or i["what"]) for i in counted)
    missed = tuple(f"{w.name or w.kind}: {', '.join(w.words)}" for w in left)
    counts = (len(wanted), len(wanted) - len(left), len(counted), num_right, num_open)
    return ItemsFound(item_id, lang, kind, *counts, seconds, words, missed)


def wanted_of(found: Iterable[Any], where: str) -> tuple[Wanted, ...]:
    """Items of a line of questions. Raises UsageError naming the line."""
    made = []
    for entry in found:
        words = entry.get("words") if isinstance(entry, Mapping) else None
        words = [words] if isinstance(words, str) else words
        if not isinstance(entry, Mapping) or entry.get("kind") not in KINDS or not words:
            raise UsageError(f"{where}: an item needs kind ({', '.join(KINDS)}) and words", HINT)
        made.append(Wanted(str(entry["kind"]), tuple(map(str, words)), str(entry.get("name") or "")))
    return tuple(made)


HINT = '{"doc": "a.vtt", "items": [{"kind": "decision", "words": ["launch", "3 May 2026"]}]}'
