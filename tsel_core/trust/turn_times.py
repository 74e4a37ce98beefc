"""Times of an answer that are times of turns: they stand between a transcript's turns, in no unit's text."""

from __future__ import annotations

from collections.abc import Sequence

from tsel_core.document import Document, SourceSpan
from tsel_core.lazy_pattern import lazy_pattern

_CLOCK = lazy_pattern(r"(?<![\d:])(\d{1,2}):(\d{2})(?::(\d{2}))?(?![\d:])")


def turn_times(answer: str, documents: Sequence[Document]) -> list[tuple[int, int, SourceSpan]]:
    """(start, end, turn) of the times in an answer at which a turn begins: to the second, or in that minute."""
    matches = list(_CLOCK.finditer(answer))
    if not matches:
        return []
    by_second: dict[int, SourceSpan] = {}
    by_minute: dict[int, SourceSpan] = {}
    for doc_index, document in enumerate(documents):
        for unit in document.units:
            if unit.start_s is not None and unit.in_flow and unit.text:
                turn = SourceSpan(doc_index, unit.index, 0, len(unit.text))
                by_second.setdefault(int(unit.start_s), turn)
                by_minute.setdefault(int(unit.start_s) // 60, turn)
    found = []
    for match in matches:
        first, second = int(match[1]), int(match[2])
        if match[3] is not None:
            span = by_second.get(first * 3600 + second * 60 + int(match[3]))
        else:
            span = by_minute.get(first * 60 + second) or by_second.get(first * 60 + second)
        if span is not None:
            found.append((match.start(), match.end(), span))
    return found
