"""Whether the answer of another reading is shown beside one that is unsure: only what could answer the question too."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.same_values import own_values, same_value
from tsel_core.text.values import extract_values
from tsel_core.trust.claims.parts.expected import fitting, off_kind, unexpected
from tsel_core.trust.fact_tracing import FactIndex
from tsel_core.trust.other_words import said_otherwise
from tsel_core.trust.passages import PassageIndex, features
from tsel_core.trust.question_match import content_words, match_question, same_script

_SPOKEN_OF = 0.5  # share of a question in one place of a document that speaks of it in its words
_PLACES = lazy_pattern(
    r"第?[(（]?[0-9０-９一二三四五六七八九十]{1,3}[)）]?[条項号](?:の[0-9０-９]+)?"
    r"|\b(?:clause|section|article)s? [0-9][0-9.]*",
    re.I,
)


def is_another_reading(other: str, answer: str, question: str, index: PassageIndex) -> bool:
    """Whether another reading says another thing of the kind that is asked for, and the document states it.

    What no page has, an amount for a day, a sentence about something else, and the same value in other words are none.
    """
    if not stated_anywhere(other, question, index):
        return False
    if off_kind(other, question) or unexpected(other, extract_values(other), question):
        return False
    said, told = _PLACES.sub(" ", answer), _PLACES.sub(" ", other)
    ours, theirs = fitting(said, question) or [], fitting(told, question) or []
    given, values = own_values(said, question), own_values(told, question)
    if ours and values and not theirs:
        return False  # an answer of the kind that is asked for, and one of another
    if values and all(any(same_value(g, v) for g in ours or given) for v in theirs or values):
        return False
    spoken = _speaks_of_it(answer, question, index) or match_question(question, index).share >= _SPOKEN_OF
    return _speaks_of_it(other, question, index) or not spoken


def stated_anywhere(other: str, question: str, index: PassageIndex) -> bool:
    """Whether each value of another reading stands in the document."""
    facts = FactIndex(index)
    return all(facts.find(value) for value in own_values(other, question))


def _speaks_of_it(text: str, question: str, index: PassageIndex) -> bool:
    """Whether a text, or the passage that is nearest to it, has a word of the question or one that says the same."""
    asked = content_words(question)
    if not asked or not same_script(question, index):
        return True
    near = [index.text(hit.span) for hit in index.search(text, 1)]
    above = {word for hit in index.search(text, 1) for word in index.context[hit.span.doc_index, hit.span.unit_index]}
    place = " ".join([text, *near])
    return bool(asked.keys() & (features(place).keys() | above) or said_otherwise(asked.keys(), place))
