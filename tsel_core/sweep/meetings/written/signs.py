"""Whether a text is written minutes: it lists who was there, and says what was decided or is to be done."""

from __future__ import annotations

from collections.abc import Sequence

from tsel_core.sweep.meetings.written.labels import inline_label, label_line, zone_of
from tsel_core.sweep.meetings.written.prose import told
from tsel_core.sweep.meetings.written.roster import attendance, named_in, with_roster
from tsel_core.sweep.meetings.written.tables import header
from tsel_core.sweep.people import People
from tsel_core.sweep.sentences import Sentence

_LEAST_PEOPLE, _LEAST_TOLD = 2, 2


def is_written_minutes(sentences: Sequence[Sentence]) -> bool:
    """By a list of at least two people at the head, and a label or column of decisions, tasks or
    open points, or sentences that tell some."""
    lang = "en" if sum(s.text.isascii() for s in sentences) > len(sentences) / 2 else "ja"
    people = {full for value in attendance(sentences, lang, sure=True) for full, _ in named_in(value, lang)}
    if len(people) < _LEAST_PEOPLE:
        return False
    written = [s for s in sentences if not s.speaker]
    if any(_tells(s) for s in written):
        return True
    roster = with_roster(People({}), sentences, lang)
    return sum(1 for s in written if told(s.text, roster, lang)) >= _LEAST_TOLD


def _tells(sentence: Sentence) -> bool:
    if sentence.cells:
        return bool(header(sentence.cells)) or zone_of(sentence.cells[0]) is not None
    label = label_line(sentence.text)
    return bool((label is not None and label.zone) or inline_label(sentence.text) or zone_of(sentence.heading))
