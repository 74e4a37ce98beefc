# ruff: noqa: E501 (patterns)
"""A value or a party told of what belongs to the one beside it in the sentence: 初回の更新は2年間 of 初回は1年間、2回目以降は2年間.

The claim tells one of them alone; of two told crosswise other_fact.paired speaks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.may import MAY
from tsel_core.text.same_values import own_values, same_value
from tsel_core.text.values import Value
from tsel_core.trust.claims.other_fact.paired import PARTY_JA, Part, are_alike, held_of, not_in, parts_of, words_of
from tsel_core.trust.claims.parts.evidence import Sentence, key_of
from tsel_core.trust.claims.parts.roles import is_party
from tsel_core.trust.claims.parts.words import RUN, english_tokens, is_japanese

_KINDS = frozenset(("money", "duration", "percent"))
_SUBJECT_JA = lazy_pattern(r"([甲乙丙丁]|(?:貸|借|売|買|施|荷)主|(?:委託|受託|発注|受注|請負|注文|賃貸|賃借|使用|労働|開示|受領|譲渡|譲受|提供|利用|実施|許諾)(?:者|人)|[当貴]社)(?:及び([甲乙丙丁]))?(?:は|が|も)")
_NEXT = lazy_pattern(rf";\s|\.\s|,?\s(?:and|but|while|whereas)\s(?=(?:the\s)?\w+\s(?:(?:shall|must|will|can|is|are|has|have|does|do|\w+s)\b|{MAY}))", re.I)
_AND_JA = lazy_pattern(r"及び|並びに|又は|若しくは")
_SHORT_JA = frozenset("行 者 人 日 月 年 円 等 条 項 第 前 後 時 内 間 以内 以上 以下 場合 当 本 各 同 其 他 分 額 方 上 下 中 為 事 物 書 用 要 得 出 入 定 対 基 含 受 与 負 有 無 得 持 使".split())  # noqa: SIM905
_LONGEST = 400  # characters of a claim


def of_the_part_beside(claim: str, question: str, sentence: Sentence) -> str:
    """ "1年間 / 2年間": a value (or a party) of a claim whose words belong to another one of the sentence; ""."""
    if len(claim) > _LONGEST or is_japanese(claim) != is_japanese(sentence.text):
        return ""
    ours, theirs = parts_of(claim), parts_of(sentence.text)
    for value in own_values(claim, question) if len(ours) == 1 else ():
        found = _of_another_value(ours[0], value, claim, question, theirs) if value.kind in _KINDS or (value.kind == "number" and value.unit) else ""
        if found:
            return found
    return _of_another_party(claim, sentence) if len(ours) <= 1 else ""


def _of_another_value(ours: Part, value: Value, claim: str, question: str, theirs: list[Part]) -> str:
    mine = [p for p in theirs if any(same_value(v, value) for v in p.values if are_alike(v, value))]
    others = [(p, v) for p in theirs if p not in mine for v in p.values if are_alike(v, value)]
    if len(mine) != 1:
        return ""
    told = [_keys(ours.words), _keys(words_of(question, claim))]
    who, its = _subjects(claim), _subjects(mine[0].text)
    for other, instead in others:
        if any(same_value(instead, v) for v in ours.values):
            continue
        there = other.words
        if other is theirs[-1] and is_japanese(claim):  # the verb behind the last one is of all
            there = frozenset(words_of(other.text.partition(instead.text)[0], claim))
        here, there = _keys(mine[0].words), _keys(there)
        one, two = not_in(here, there), not_in(there, here)
        said = next((words for words in told if held_of(set(words), one) or held_of(set(words), two)), frozenset())
        if held_of(set(said), two) and not held_of(set(said), one):
            return f"{value.text} / {instead.text}"
        theirs_alone = _subjects(other.text) - its
        if its and theirs_alone and (who & theirs_alone or not (who or its & _subjects(question))):
            return f"{value.text} / {instead.text}"
    return ""


def _keys(words: Iterable[str]) -> frozenset[str]:
    return frozenset(map(key_of, words))


def _of_another_party(claim: str, sentence: Sentence) -> str:
    """A word of a claim that stands with another party alone, in the sentence or one beside it; ""."""
    who = _parties(claim)
    stretches = _stretches(sentence.text)
    if len(who) != 1 or not any(who <= _parties(text) for text in stretches):
        return ""
    beside = [text for near in (sentence.before, sentence.behind) for text in _stretches(near)]
    others = [text for text in [*stretches, *beside] if _subjects(text) and not who & _parties(text)]
    known = _nouns(" ".join([sentence.headings, *(text for text in stretches if text not in others)]))
    for other in others:
        rival = (_nouns(claim) & _nouns(other)) - known
        if rival:
            return f"{min(who)} / {min(rival)}"
    return ""


def _stretches(text: str) -> list[str]:
    """A sentence cut where another party is spoken of."""
    if is_japanese(text):
        return [part.text for part in parts_of(text)] or [text]
    return [part for part in _NEXT.split(text) if part]


def _parties(text: str) -> frozenset[str]:
    if is_japanese(text):
        return frozenset(m.group() for m in PARTY_JA.finditer(text))
    return frozenset(t.word for t in english_tokens(text) if is_party(t.word))


def _nouns(text: str) -> set[str]:
    """What a stretch of a text speaks of, short Japanese words too: 窓."""
    if not is_japanese(text):
        return words_of(text, text)
    return words_of(text, text) | {m.group() for m in RUN.finditer(_AND_JA.sub("、", text)) if m.group() not in _SHORT_JA}


def _subjects(text: str) -> frozenset[str]:
    """The parties that a stretch of a text says something of."""
    if is_japanese(text):
        return frozenset(g for m in _SUBJECT_JA.finditer(text) for g in m.groups() if g)
    return _first_party(t.word for t in english_tokens(text))


def _first_party(words: Iterable[str]) -> frozenset[str]:
    first = next((w for w in words if is_party(w)), "")
    return frozenset([first]) if first else frozenset()
