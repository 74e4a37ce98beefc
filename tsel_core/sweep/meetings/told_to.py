"""Who "me" is in what one person asks of another: "send me (Amelia Cho) the certificate"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.sweep.item import Item
from tsel_core.sweep.sentences import Sentence

_ME = {
    "en": lazy_pattern(r"(?<!let )(?<!tell )\b(?P<me>me|my)\b(?! \()|\btell (?P<told>me)\b(?! \()"),
    "ja": lazy_pattern(r"(?P<me>私|わたし|僕|わたくし)(?=に|へ|の|まで|宛|あて|と)"),
}


def with_speaker(item: Item, sentences: Sequence[Sentence], lang: str) -> Item:
    """A task with the name of whoever asks for it behind the first "me" of theirs; any other item as it is."""
    if item.kind != "action":
        return item
    said = next((s for s in sentences if s.span == item.place), None)
    pattern = _ME[lang]
    match = pattern.search(item.what)
    if said is None or match is None or not said.speaker or item.who == said.speaker or not pattern.search(said.text):
        return item
    name = f"（{said.speaker}）" if lang == "ja" else f" ({said.speaker}{chr(8217) + 's' if match[0] == 'my' else ''})"
    end = match.end()
    return replace(item, what=f"{item.what[:end]}{name}{item.what[end:]}")
