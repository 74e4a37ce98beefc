# ruff: noqa: E501 (patterns)
"""A meeting in which the same was asked: "Has the town approved it?" "Not yet." The reply says yes or no."""

from __future__ import annotations

import re
from typing import Literal

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.trust.claims.parts.asked import Asked
from tsel_core.trust.claims.parts.evidence import Sentence, Sentences
from tsel_core.trust.claims.parts.reading import Reading
from tsel_core.trust.claims.parts.words import is_japanese
from tsel_core.trust.claims.yes_no.by_stance import what_is_asked
from tsel_core.trust.claims.yes_no.stance import stance_of

_REPLY = lazy_pattern(
    r"\s*(?:(?P<no>no\b(?! doubt)|not (?:yet|this|really|at all)\b|nope\b|never\b|(?:they|he|she|it) (?:refused|declined|didn['’]t|won['’]t)\b)"
    r"|(?P<yes>yes\b|yeah\b|yep\b|of course\b|(?:they|he|she|it|we) (?:did|do|have|has|will)\b(?! not)))",
    re.I,
)


def replied(asked: Asked, question: Sentence, sentences: Sentences) -> list[tuple[Sentence, Reading]]:
    """What another speaker replies right behind a question with all that is asked; nothing for any other sentence."""
    text = question.text.strip()
    if question.speaker is None or not text.endswith("?") or is_japanese(text):
        return []
    ours, theirs = what_is_asked(asked), stance_of(text)
    reply = sentences.behind(question)
    if not ours.keys or not ours.keys <= theirs.keys or reply is None or reply.speaker == question.speaker:
        return []
    said = _REPLY.match(reply.text)
    if said is None:
        return []
    says: Literal["yes", "no"] = "yes" if (said["yes"] is not None) == (ours.sign == theirs.sign) else "no"
    return [(reply, Reading(says, "" if says == "yes" else "negation", share=1.0))]
