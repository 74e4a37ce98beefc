"""An answer about a thing that the paper has no word for: 住宅手当は月額3万円 beside 通勤手当は月額3万円.

The model puts the question's word in front of a value of something else. In Japanese the topic of a sentence is marked
(は) and a compound says what it is, so that code can tell; an English topic in words of one's own ("her boss") says
nothing: over six sets of questions 14 of 51 right answers have one (docs/dev/unseen-questions.md).
"""

from __future__ import annotations

import re
import unicodedata

from tsel_core.lazy_pattern import lazy_pattern

_TOPIC = lazy_pattern(r"[\s「『（(]*([^、。は]{2,24}?)は")
_RUN = lazy_pattern(r"[㐀-鿿々]{3,12}|[ァ-ヴー]{4,16}")
_HEAD = 2  # characters that say what a compound is: 手当


def topic_not_there(claim: str, question: str, sentence: str, document: str) -> str:
    """The compound of a claim's topic and its question that stands nowhere in a document; "" where there is none.

    Only where the sentence has nothing of it, or another compound of the same head that the question does not name.
    """
    topic = _TOPIC.match(claim)
    if topic is None:
        return ""
    asked, there = _plain(question), _plain(sentence)
    named: list[str] = [run for run in _RUN.findall(_plain(topic[1])) if run in asked]
    if not named:
        return ""
    whole = _plain(document)
    for run in named:
        if run not in whole and (not _shares(run, there) or _sibling(run, there, asked)):
            return run
    return ""


def _shares(run: str, there: str) -> bool:
    return any(run[at : at + 2] in there for at in range(len(run) - 1))


def _sibling(run: str, there: str, asked: str) -> bool:
    return any(o.endswith(run[-_HEAD:]) and o not in asked and not o.endswith(run) for o in _RUN.findall(there))


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()
