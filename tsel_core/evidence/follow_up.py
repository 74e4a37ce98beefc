# ruff: noqa: E501 (one pattern a line)
"""A question that leans on the one before it, made to stand alone: evidence is looked for with what it is about."""

from __future__ import annotations

import re

from tsel_core.evidence.asker import Asker
from tsel_core.prompts.library import prompt_text
from tsel_core.text.language import Lang
from tsel_core.trust.passages import features

MAX_NEW_TOKENS = 64
MIN_WORDS = 2.5  # weight of its own indexed words below which a question leans on the last one
_REFERS_EN = re.compile(
    r"^(?:and|or|so|but|then|also)\b|\b(?:it|its|they|them|their|that|this|these|those|he|she|him|his|her|there|then|the (?:same|latter|former|other|others)|such)\b"
    r"|^(?:why|when|where|who|how|how much|how many|by when|since when|until when|which one|what else)\s*\??$|\bwhat about\b|\bhow about\b",
    re.I,
)
_REFERS_JA = re.compile(r"それ|これ|あれ|その|この|あの|そこ|ここ|彼|彼女|同じ|前者|後者|上記|先ほど|^(?:では|じゃあ|また|ほかに|他に|あと)|^(?:なぜ|いつ|誰|どこ|いくら|どう)(?:です|でし|から|まで)?か?[。？?]?$|(?:は|については)[？?]$")


def leans(question: str, lang: Lang) -> bool:
    """Whether a question refers to something that it does not name."""
    refers = (_REFERS_JA if lang == "ja" else _REFERS_EN).search(question.strip()) is not None
    return refers or sum(features(question).values()) < MIN_WORDS


def stand_alone(asker: Asker, question: str, lang: Lang, last_question: str, last_answer: str) -> str:
    """The question with what it refers to named, by the model from the last turn; unchanged where that goes wrong."""
    if not leans(question, lang):
        return question
    instruction = prompt_text("follow_up", "rewrite", lang).format(question=last_question, answer=last_answer[:600])
    made = " ".join(asker.ask(instruction, question, None, MAX_NEW_TOKENS, ("\n",), alone=True).text.split())
    return made if _is_sound(made, question, last_question, last_answer) else f"{last_question} {question}"


def _is_sound(made: str, question: str, last_question: str, last_answer: str) -> bool:
    """A rewritten question keeps the words of the question and brings none that nobody said."""
    if not made.endswith(("?", "？", "。")) or len(made) > 300:
        return False
    own, asked = features(made).keys(), features(question).keys()
    said = asked | features(last_question).keys() | features(last_answer).keys()
    new = [w for w in own if w not in said]
    return bool(own) and len(new) <= 0.35 * len(own) and len(asked & own) >= 0.5 * len(asked)
