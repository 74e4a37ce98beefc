"""Which sentences of a meeting hold its action items, decisions or open points: those that the sweep finds."""

from __future__ import annotations

from collections.abc import Sequence

from tsel_core.listing.kinds import ACTION, DECISION, KINDS, OF_MEETINGS, OPEN
from tsel_core.listing.wish import Wish
from tsel_core.sweep.item import Item
from tsel_core.sweep.kind import kind_of
from tsel_core.sweep.run import meeting_items
from tsel_core.sweep.sentences import Sentence
from tsel_core.text.language import document_lang

_SWEPT = {ACTION: "action", DECISION: "decision", OPEN: "open"}


def is_of_meetings(wish: Wish) -> bool:
    """Whether a wish is for what a meeting came to."""
    return wish.kind is not None and wish.kind.name in OF_MEETINGS


def of_no_meeting(wish: Wish) -> Wish:
    """The wish where the document is no meeting: "tasks that the supplier must do" are obligations then."""
    return Wish.of(wish.words, wish.lang, [k for k in KINDS if k.name not in OF_MEETINGS])


def is_written(sentences: Sequence[Sentence]) -> bool:
    """Whether sentences are minutes that nobody speaks."""
    return kind_of(sentences) == "meeting" and not any(s.speaker for s in sentences)


def swept(sentences: Sequence[Sentence], wish: Wish) -> dict[int, list[Item]]:
    """The items that a wish is for, by the sentence that holds them; {} where the sentences are no meeting."""
    if wish.kind is None or not is_of_meetings(wish) or kind_of(sentences) != "meeting":
        return {}
    lang = document_lang([[s.text for s in sentences]])
    items = [i for i in meeting_items(sentences, lang) if i.kind == _SWEPT[wish.kind.name] and _is_theirs(i, wish)]
    found: dict[int, list[Item]] = {}
    for item in items:
        for sentence in sentences:
            if _holds(sentence, item):
                found.setdefault(sentence.index, []).append(item)
    return found


def _is_theirs(item: Item, wish: Wish) -> bool:
    return not wish.who or item.kind != "action" or not item.who or wish.who.casefold() in item.who.casefold()


def _holds(sentence: Sentence, item: Item) -> bool:
    own, place = sentence.span, item.place
    same = (own.doc_index, own.unit_index) == (place.doc_index, place.unit_index)
    return same and own.start <= place.start and place.end <= own.end
