# ruff: noqa: E501, SIM905 (patterns, lists of words)
"""A claim that is its sentence word for word but for one: "minor breach" of "material breach", 大阪倉庫 of 神戸倉庫.

Of a claim in quite other words nothing is said here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.normalize import normalise
from tsel_core.text.values import extract_values
from tsel_core.trust.claims.parts.evidence import Sentence, key_of
from tsel_core.trust.claims.parts.held import without
from tsel_core.trust.claims.parts.kinds import unnumbered
from tsel_core.trust.claims.parts.polarity import has_denial
from tsel_core.trust.claims.parts.same_thing import same_thing
from tsel_core.trust.claims.parts.words import FUNCTION, IRREGULAR, english_tokens, is_japanese
from tsel_core.trust.other_words import said_otherwise
from tsel_core.trust.passages import features

_SAME = 0.75  # of a claim's words that stand in its sentence in the same order
_LEAST, _MOST = 6, 90  # words of a claim, and of a sentence
_RUN = lazy_pattern(r"[\u3400-\u9fff々]+|[\u30a1-\u30faー]{2,}|[A-Za-z]{2,}|[\u3041-\u3096]+|\d+")
# what makes less of the word behind it, so that a claim without it says more
_NARROWS = frozenset("gross material serious wilful willful intentional fundamental substantial repeated persistent than except excluding".split())
_NARROWS_JA = ("重大", "重要", "著し", "故意", "悪質", "軽微", "除")
# verbs, and what only leads on
_PLAIN = frozenset("make made give given take taken get have do does pay paid provide provided said called become remain apply hereby such same relevant following set forth party parties must need needs obliged entitled able allowed each every".split())
_MODAL = frozenset("shall may must will can not to cannot".split())
_IS = frozenset("is are was were be been has have".split())  # "the warranty period is" for "the warranty lasts"
_DOES_JA = ("し", "す", "さ", "せ", "でき", "いた")
_LEAST_JA = 2  # signs of what is left of a word
_TOGETHER, _SHORT = 2, 2  # words of one place; letters of a word that is none of content
_SHARES = 4  # letters that two forms of a word begin with


def one_word_turned(claim: str, question: str, sentence: Sentence) -> str:
    """ "minor / material": the word of a claim that stands where its sentence has another; ""."""
    japanese = is_japanese(claim)
    evidence = unnumbered(sentence.text)
    if japanese != is_japanese(evidence):
        return ""
    ours, theirs = _tokens(claim, japanese), _tokens(evidence, japanese)
    if len(ours) < _LEAST or max(len(ours), len(theirs)) > _MOST:
        return ""
    steps = SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()
    equal = [n for n, step in enumerate(steps) if step[0] == "equal"]
    if sum(steps[n][2] - steps[n][1] for n in equal) < _SAME * len(ours):
        return ""
    same_side = has_denial(claim) == has_denial(evidence)  # "to nobody except its cooks": to its cooks
    known = f"{sentence.text}\n{sentence.headings}\n{sentence.speaker or ''}\n{question}"  # "I'll" is the speaker
    for number, (step, a, b, c, d) in enumerate(steps):
        mine, its = ours[a:b], theirs[c:d]
        if step == "insert" and same_side and equal[0] < number < equal[-1]:
            found = next((w for w in its if (w.startswith(_NARROWS_JA) if japanese else w in _NARROWS)), "")
        elif step == "replace" and max(len(mine), len(its)) <= _TOGETHER and not _is_verb(theirs, c, d, japanese) and not _IS & set(mine):
            found = _turned(mine, its, known, japanese)
        else:
            continue
        if found:
            return found
    return ""


def _is_verb(words: Sequence[str], start: int, end: int, japanese: bool) -> bool:
    """Whether words stand where a verb does: a verb in other words is seldom another thing."""
    if japanese:
        return end < len(words) and words[end].startswith(_DOES_JA)
    return any(w in _MODAL for w in words[max(0, start - 1) : end])


def _turned(mine: Sequence[str], its: Sequence[str], known: str, japanese: bool) -> str:
    new = [w for w in mine if _content(w, japanese) and not _stands(w, known, japanese)]
    old = [w for w in its if _content(w, japanese)]
    if len(new) != 1 or not old or any(_alike(new[0], o, japanese) for o in old):
        return ""
    return f"{new[0]} / {old[-1]}"


def _tokens(text: str, japanese: bool) -> list[str]:
    plain = without(text, [v for v in extract_values(text) if v.kind != "name"])
    if japanese:
        return [normalise(m.group()) for m in _RUN.finditer(plain)]
    return [t.word for t in english_tokens(plain) if t.word[0].isalpha()]


def _content(word: str, japanese: bool) -> bool:
    if japanese:
        return re.fullmatch(r"[\u3400-\u9fff々]{2,}|[\u30a1-\u30faー]{2,}", word) is not None
    return len(word) > _SHORT and word not in FUNCTION and word not in _PLAIN


def _stands(word: str, text: str, japanese: bool) -> bool:
    if japanese:
        return word in normalise(text)
    stem = IRREGULAR.get(word, word)[:_SHARES]
    return any(t.word.startswith(stem) for t in english_tokens(text))


def _alike(one: str, two: str, japanese: bool) -> bool:
    """Whether two words are forms of one, or say the same."""
    if same_thing(one, two):
        return True
    if japanese and (one in two or two in one or _alike_ja(one, two)):
        return True
    if not japanese and one[:_SHARES] == two[:_SHARES]:
        return True
    return bool(said_otherwise(features(one), two) or said_otherwise(features(two), one)) or key_of(one) == key_of(two)


def _alike_ja(one: str, two: str) -> bool:
    """Whether two words share their beginning (完了, 完成) or a sign: those that end alike are of one kind (廃材, 機材)."""
    at = next((n for n, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))
    if at:
        return len(one[at:]) < _LEAST_JA or len(two[at:]) < _LEAST_JA or bool(set(one[at:]) & set(two[at:]))
    return one[-1] != two[-1] and bool(set(one) & set(two))
