# ruff: noqa: E501 (patterns)
"""Who does it, told by a speaker of himself: "Who opens the store room?" "I can do that" says that the speaker does."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.alike_words import groups
from tsel_core.trust.claims.echoed import own_words
from tsel_core.trust.claims.evidence import Sentence, Sentences, key_of
from tsel_core.trust.claims.phrase import asks_who, bare_answer
from tsel_core.trust.claims.words import is_japanese
from tsel_core.trust.passages import features
from tsel_core.trust.question_match import content_words

_TAKES_ON = lazy_pattern(
    r"\b(?:I can|I['’]ll|I will|I could|let me|I['’]m happy to|I['’]d be happy to|I['’]ve agreed to|leave (?:it|that) (?:to|with) me)\b(?! (?:not\b|tell|say|ask|check|see|think|have to))(?! (?:be|go) (?:away|off|out))"
    r"|(?:私|わたし|僕|ぼく|自分|こちら|弊社)が[^。？?]{0,24}?(?:ます(?!か)|やる|する)|(?:私|わたし|僕)の(?:ほう|方)で|^(?:[^：:]{1,12}[：:])?\s*(?:はい|ええ|分かりました|わかりました|了解です|承知しました)[、。][^。？?]{0,40}?(?:ておきます|ます|します|やります)(?![か])",
    re.I,
)
_NO = lazy_pattern(r"\b(?:can['’]?t|cannot|not|won['’]t)\b|ません|ない", re.I)
_LEAST = 0.34  # of the question's words in what is asked for before


def volunteered(stated: str, question: str, sentences: Sentences, near: list[Sentence]) -> Sentence | None:
    """The sentence in which the speaker whom a claim names takes on what the question asks for; None."""
    if not asks_who(question):
        return None
    who = re.sub(r"(?:さん|氏|君|様)$", "", own_words(stated, question) or bare_answer(stated)).strip()
    asked = {key_of(f) for f in content_words(question)}
    if (len(who) < 2 and who.isascii()) or not asked:
        return None
    for lead in near:
        for sentence in (lead, sentences.behind(lead)):
            if sentence is None or not sentence.speaker or not _is(who, sentence.speaker):
                continue
            if _TAKES_ON.search(sentence.text) is None or _NO.search(sentence.text.split("、")[-1]):
                continue
            spoken = f"{lead.text}\n{sentence.before}" if lead is not sentence else f"{sentence.before}\n{sentence.text}"
            if _share(question, asked, spoken) >= _LEAST:
                return sentence
    return None


def _is(who: str, speaker: str) -> bool:
    return who == speaker or who in speaker.split() or (is_japanese(who) and who in speaker)


def _share(question: str, asked: set[str], text: str) -> float:
    """Share of a question's words in a text; one that says the same counts."""
    held = {key_of(f) for f in features(text)}
    said, told = question.lower(), text.lower()
    also = any(any(t in said for t in ours if len(t) > 2) and any(t in told for t in all_ if len(t) > 2) for ours, all_ in groups()) if not asked & held else False
    return len(asked & held) / len(asked) + (0.34 if also else 0.0)
