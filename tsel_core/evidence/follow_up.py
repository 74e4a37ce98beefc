# ruff: noqa: E501 (one pattern a line)
"""A question that leans on the one before it, made to stand alone: evidence is looked for with what it is about."""

from __future__ import annotations

import re
from collections.abc import Callable

from tsel_core.evidence.elliptic_ja import refers_ja, whole_ja
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.prompts.library import prompt_text
from tsel_core.text.asked_in import ASKS
from tsel_core.text.tongue import tongue_of
from tsel_core.trust.claims.parts.words import is_japanese
from tsel_core.trust.passages import features

MAX_NEW_TOKENS = 64
MIN_WORDS = 2.5  # weight of its own indexed words below which a question that leans says too little by itself
# what stands before what it refers to, or refers to nothing: "is there a deposit?", "the firm that signs", "this contract"
_NO_REFERENCE = lazy_pattern(
    r"\b(?:is|are|was|were|will|can|be|been|has|have|had)(?:n['’]t)? there\b|\bthere (?:is|are|was|were|will|be)\b"
    r"|\b(?:this|the same) (?:contract|agreement|document|paper|letter|lease|policy|file|meeting|call|report|handbook|list|year|month|week)\b"
    r"|(?<=\w) that (?=(?:\w+ )?(?:is|are|was|were|has|have|had|can|may|must|will|the|a|an|we|you|they|he|she|it)\b)|\b(?:is|was) it (?:\w+ ){1,2}(?:to|that|if)\b",
    re.I,
)
_REFERS_EN = lazy_pattern(
    r"\b(?:it|its|they|them|their|that|this|these|those|he|she|him|his|her|hers|there|then|the (?:same|latter|former|other|others)|such|ones?)\b"
    r"|^(?:why|when|where|who|how|how much|how many|by when|since when|until when|which one|what else)(?: not| so| exactly)?\s*\??$|\b(?:what|how) about\b|\belse\b",
    re.I,
)
_AND_EN = lazy_pattern(r"^(?:and|or|but|so|then|also|now|ok(?:ay)?|well|plus)\b[,\s]*", re.I)
_ASKS_EN = lazy_pattern(r"\b(?:who|whom|whose|what|when|where|which|why|how|is|are|was|were|do|does|did|can|could|may|must|will|would|shall|should|has|have|had)\b", re.I)
_LEADS_EN = lazy_pattern(r"^(?:on|from|for|since|by|until|till|with|at|in|to|of|under|after|before|through)\s", re.I)


def leans(question: str) -> bool:
    """Whether a question refers to something that it does not name, or leaves it out."""
    text = question.strip()
    if is_japanese(text):
        return refers_ja(text) or whole_ja(text, "前の件はいつですか。", "") != text
    if tongue_of(text) in ASKS:
        return sum(features(text).values()) < MIN_WORDS
    if _REFERS_EN.search(_NO_REFERENCE.sub(" ", text)) or _ASKS_EN.search(text) is None or _LEADS_EN.match(text):
        return True
    return not features(_AND_EN.sub("", text))


def with_last(question: str, last_question: str) -> str:
    """What is looked for where nothing could be named: the question, behind the last one where it says too little."""
    little = leans(question) and sum(features(question).values()) < MIN_WORDS
    return f"{last_question} {question}" if little else question


def stand_alone(ask: Callable[[str, str], str], question: str, last_question: str, last_answer: str) -> str:
    """A question that leans, with what it refers to named from the last turn; "" where that goes wrong.

    By code in Japanese; elsewhere by the model: `ask` gives its reply to an instruction and a question.
    """
    if is_japanese(question):
        return whole_ja(question, last_question, last_answer)
    asked = _about(question)
    instruction = prompt_text("follow_up", "rewrite", "en").format(question=last_question, answer=last_answer[:600])
    made = " ".join(ask(instruction, asked).split())
    same = made.casefold().rstrip("? ") == asked.casefold().rstrip("? ")
    return made if not same and _is_sound(made, question, last_question, last_answer) else ""


def _about(question: str) -> str:
    """ "And receptionists?" as the model knows it: "What about receptionists?"."""
    text = _AND_EN.sub("", question.strip())
    if not text or _ASKS_EN.search(text) or tongue_of(question) in ASKS:
        return question
    return f"What about {text[:1].lower() + text[1:] if not text[:2].isupper() else text}"


def _is_sound(made: str, question: str, last_question: str, last_answer: str) -> bool:
    """A rewritten question keeps the words of the question and brings none that nobody said."""
    if not made.endswith(("?", "？", "。")) or len(made) > 300:
        return False
    if tongue_of(question) not in ASKS and _ASKS_EN.search(made) is None:
        return False  # it is answered, not written anew
    own, asked = features(made).keys(), features(question).keys()
    said = asked | features(last_question).keys() | features(last_answer).keys()
    new = [w for w in own if w not in said]
    return bool(own) and len(new) <= 0.35 * len(own) and len(asked & own) >= 0.5 * len(asked)
