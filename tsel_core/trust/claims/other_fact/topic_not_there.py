# ruff: noqa: E501, SIM905 (tables of words)
"""An answer about a thing that the paper has no word for: 住宅手当は月額3万円 beside 通勤手当は月額3万円.

The model puts the question's word in front of a value of something else. In Japanese the topic of a sentence is marked
(は) and a compound says what it is, so that code can tell; an English topic in words of one's own ("her boss") says
nothing: over six sets of questions 14 of 51 right answers have one (docs/dev/unseen-questions.md). But "recall insurance"
is not answered by "liability insurance", and a name of three words by a sentence that has none of the last two.
"""

from __future__ import annotations

import re
from itertools import pairwise

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.bare import compact, without_plural
from tsel_core.trust.claims.parts.denial import other_tongue
from tsel_core.trust.claims.parts.same_thing import same_thing

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


_WORD = lazy_pattern(r"[a-z][a-z'’-]*|[^a-z\s]+")
# in front of a noun they tell no other thing: the annual rent is the yearly rent
_NO_KIND = frozenset(
    """
    much many long last such often most more less least a an and any are as at be by can could did do does each every for from had
    has have her his how i if in is it its may me might must my no nor not of on one or our out over shall she should so some than
    that the their them then there they this those these to two under up us was we were what when where which while who whose why
    will with within without would you your about after before between during into per through upon until against among both
    either neither other another same own new old current present actual exact total whole full overall entire general usual
    normal standard basic main first second third next final initial original annual yearly monthly weekly daily quarterly
    maximum minimum agreed applicable relevant respective certain specific required necessary possible available only also
    still ever yet now once again already early late high low big small large long short good bad right wrong kind type sort
    all extra additional further special separate common ordinary regular
    get receive give take make close open run last expire apply start begin keep hold carry provide offer arrive return pay stay happen become
    amount number rate level size value date day time period year month week document agreement contract paper clause text
    """.split()
)
_LEAST, _SAME = 3, 5  # letters of a word that says what a thing is; of a beginning that is the same word's
_THREE = 3


def kind_not_there(question: str, claim: str, sentence: str, document: str) -> str:
    """ "recall insurance / liability insurance": what the English question names, of a kind that the whole paper has no word for.

    Or the name of three words and more that the claim says again of a sentence without one of its last two.
    """
    if other_tongue(claim, f"{question} {sentence}"):
        return ""
    asked = _words(question)
    there = [pair for line in sentence.split("\n") for pair in pairwise(_words(line))]
    for kind, thing in pairwise(asked):
        if kind in _NO_KIND or thing in _NO_KIND or len(kind) < _LEAST or len(thing) < _LEAST or _stands(kind, document):
            continue
        others = [o for o, t in there if t == thing and o not in asked and o not in _NO_KIND and len(o) >= _LEAST]
        if others and others[0].isalpha() and not any(same_thing(kind, o) for o in others):
            return f"{kind} {thing} / {others[0]} {thing}"
    return _name_again(asked, _words(claim), sentence, document)


def _name_again(asked: list[str], said: list[str], sentence: str, document: str) -> str:
    for at in range(len(asked) - _THREE + 1):
        name = asked[at : at + _THREE]
        if any(len(word) < _LEAST or not word.isalpha() or (word in _NO_KIND and word not in _OF_TIME) for word in name):
            continue
        again = any(said[i : i + _THREE] == name for i in range(len(said) - _THREE + 1))
        lost = [word for word in name if not _stands(word, sentence)]
        if again and name[-1] in lost and name[-2] in lost and not _stands(name[-1], document):
            return f"{' '.join(name)} / "
    return ""


_OF_TIME = frozenset("annual yearly monthly weekly daily quarterly maximum minimum total".split())


def _stands(word: str, text: str) -> bool:
    return re.search(rf"\b{re.escape(word[:_SAME])}", text, re.I) is not None


def _words(text: str) -> list[str]:
    return [without_plural(word) for word in _WORD.findall(text.lower())]


def _shares(run: str, there: str) -> bool:
    return any(run[at : at + 2] in there for at in range(len(run) - 1))


def _sibling(run: str, there: str, asked: str) -> bool:
    return any(o.endswith(run[-_HEAD:]) and o not in asked and not o.endswith(run) for o in _RUN.findall(there))


def _plain(text: str) -> str:
    return compact(text).lower()
