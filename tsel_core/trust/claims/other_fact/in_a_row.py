# ruff: noqa: E501 (patterns)
"""Values told one after the other, each behind what it belongs to: 日帰りが1,200円、海外が5,400円."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.same_values import own_values, same_value
from tsel_core.text.values import Value, extract_values
from tsel_core.trust.claims.parts.echoed import own_words
from tsel_core.trust.claims.parts.words import is_japanese

_RUN = lazy_pattern(r"[\u3400-\u9fff々]{2,}|[\u30a1-\u30faー]{2,}")
_TOPIC = lazy_pattern(r"^[^、。]{1,30}?は、")
_CLAUSE = lazy_pattern(r";|,\s+(?:and|but|while|whereas)\s|\.\s|\s(?:while|whereas)\s")
_MONTH = lazy_pattern(r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\b")
_PERSON = lazy_pattern(r"\b(?:(?:Mr|Mrs|Ms|Miss|Dr|Prof)\.? [A-Z][\w'’-]+|[A-Z][a-z'’-]+ [A-Z][a-z'’-]+)\b")
_NO_LABEL = frozenset("毎月 当月 翌月 毎年 毎週 毎日 翌週 翌日 同日 午前 午後 税込 税抜 合計 総額 当社 弊社".split())  # noqa: SIM905
_ASKED = lazy_pattern(r"^([\u3400-\u9fff々\u30a1-\u30faー]{2,})(?:は|の(?:支払|期限|金額|額))")
_LABELLED = lazy_pattern(r"[\u3400-\u9fff々\u30a1-\u30faー]{2,}(?:として|は|が|を)")
_IS_TOPIC = lazy_pattern(r"(?<![にでと])は")  # 契約社員には tells of one
_CUT = lazy_pattern(r"[、。；;，\n]")


def of_another_label(stated: str, question: str, sentence: str) -> str:
    """ "1,200円 / 5,400円": the value stands behind another thing than the one that is asked for; "" where it does not.

    In Japanese what a value belongs to stands before it; in English it is another person's clause.
    """
    if not is_japanese(sentence):
        return _of_another_person(stated, question, sentence)
    ours, asks = own_values(stated, question), f"{question} {stated}"
    theirs = [v for v in extract_values(sentence) if v.kind != "name"]
    for value in ours:
        mine = [v for v in theirs if same_value(v, value)]
        others = [v for v in theirs if v.kind == value.kind and v.unit == value.unit and not any(same_value(v, o) for o in ours)]
        if len(mine) != 1 or not others:
            continue
        own = _label(sentence, mine[0], theirs)
        for other in others:
            label = _label(sentence, other, theirs)
            if own and label and _means(asks, label, own) and not _means(asks, own, label):
                return f"{value.text} / {other.text}"
    return next((v.text for v in ours if _told_of_before(v, question, sentence, theirs)), "")


_PART = lazy_pattern(r"(?:^|[、，。：:；は])(?P<label>[^、，。：:；はがを]{1,14}?)[がはを](?P<told>[^、，。；がは]{1,40})(?=[、，。；]|とする|です|$)")
_ALIKE = (("土日", "土曜", "日曜", "週末", "休日", "祝日", "土", "日祝"), ("平日", "月曜", "火曜", "水曜", "木曜", "金曜"))


def of_another_part(stated: str, question: str, sentence: str) -> str:
    """ "三好園子 / 甲": 甲がA、乙がB, where the answer is told of one, and the question names the other; ""."""
    if not is_japanese(sentence):
        return ""
    said = re.sub(r"(?:さん|氏)?(?:です|でした)?[。\s]*$", "", own_words(stated, question) or stated)
    parts = [(m["label"], m["told"]) for m in _PART.finditer(re.sub(r"^\W*[0-9０-９第条]+[.．、\s　]*", "", sentence))]
    mine = [p for p in parts if said and _tells(p[1], said, question)]
    if len(parts) < 2 or len(mine) != 1:
        return ""
    label = mine[0][0]
    if _named_in(label, question, parts) or label in said:
        return ""
    other = next((n for n, _ in parts if n != label and _named_in(n, question, parts)), "")
    return f"{said} / {other}" if other else ""


def _tells(told: str, said: str, question: str) -> bool:
    if said in told:
        return True
    ours = own_values(said, question)
    there = extract_values(told)
    return bool(ours) and all(any(same_value(v, o) for o in there) for v in ours)


def _named_in(label: str, question: str, parts: list[tuple[str, str]]) -> bool:
    """Whether a question names a label of a part, or a day that it is for."""
    words = [w for w in _RUN.findall(label) if len(w) > 1] or [label.strip()]
    if any(w in question for w in words if w):
        return True
    return any(
        any(d in label for d in days) and any(d in question for d in days if len(d) > 1) for days in _ALIKE
    )


def _told_of_before(value: Value, question: str, sentence: str, theirs: list[Value]) -> bool:
    """着手金として200万円を6月30日までに、残金を翌月末日までに: what is asked for (残金は) comes behind the value and its label."""
    asked = _ASKED.match(question)
    place = next((v for v in theirs if same_value(v, value)), None)
    if asked is None or place is None or asked[1] in sentence[: place.start] or asked[1] not in sentence[place.end :]:
        return False
    begin = max((m.end() for m in _CUT.finditer(sentence, 0, place.start)), default=0)
    cut = _CUT.search(sentence, place.end, sentence.index(asked[1], place.end))
    return cut is not None and _LABELLED.search(sentence, begin, place.start) is not None


def _of_another_person(stated: str, question: str, sentence: str) -> str:
    """ "January / Lalita Moor": a value in a clause that names another person than the claim does; ""."""
    parts = [p for p in _CLAUSE.split(sentence) if p.strip()]
    spoken = f"{question} {stated}"
    told = [
        (v.text, [p for p in parts if any(same_value(v, w) for w in extract_values(p))])
        for v in own_values(stated, question)
    ]
    told += [(m, [p for p in parts if m in p]) for m in _MONTH.findall(stated) if m not in question]
    for value, holding in told:
        if len(holding) != 1:
            continue
        here = _names(holding[0])
        ours = {n for p in parts if p is not holding[0] for n in _names(p) if n in spoken}
        if here and ours and not any(part in spoken for n in here for part in n.split()):
            return f"{value} / {min(here)}"
    return ""


def _names(text: str) -> set[str]:
    """The names of people: two words with capitals, or one behind a title."""
    return set(_PERSON.findall(text))


def _label(sentence: str, value: Value, values: list[Value]) -> set[str]:
    """The words before a value, from the last cut or value on; the topic that all of them share left out."""
    topic = _TOPIC.match(sentence)
    cuts = [topic.end() if topic else 0, *(m.end() for m in _CUT.finditer(sentence)), *(v.end for v in values)]
    start = max((c for c in cuts if c <= value.start), default=0)
    words = sentence[start : value.start]
    topics = list(_IS_TOPIC.finditer(words)) if _IS_TOPIC.search(sentence, value.end) is None else []  # one for all
    return set(_RUN.findall(words[topics[-1].end() :] if topics else words)) - _NO_LABEL


def _means(question: str, label: set[str], other: set[str]) -> bool:
    """Whether a question has a word of a label that the other label does not have, whole or in a longer one."""
    asked = set(_RUN.findall(question))
    own = {word for word in label if not any(word in longer for longer in other)}
    return any(word in question or any(a in word for a in asked) for word in own)
