# ruff: noqa: E501 (patterns)
"""Values of one kind that stand side by side, each with what it belongs to: "30 days for Alder and 60 days for Birch".

A claim that gives two of them crosswise, or gives one where the question names what the other belongs to, has true words
and says something wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.same_values import own_values, same_value
from tsel_core.text.values import Value, extract_values
from tsel_core.trust.claims.parts.evidence import Sentence, Sentences
from tsel_core.trust.claims.parts.roles import is_party
from tsel_core.trust.claims.parts.words import RUN, english_tokens, is_japanese
from tsel_core.trust.passages import stem

_KINDS = frozenset(("money", "duration", "percent", "date", "time", "number"))
_CUT = lazy_pattern(r"[;；。\n]|(?<![A-Z])\.\s|,(?!\d)|(?<!\d)、|(?<=\d)、(?!\d)|\s(?:and|but|while|whereas|respectively)\s|(?<=[がで])(?=[^、。]{1,12}は)", re.I)
_STRONG = frozenset(";；。\n.")
_CODE = lazy_pattern(r"\b[A-Za-z]{1,4}-?\d{1,4}\b(?![.,:]\d)")
PARTY_JA = lazy_pattern(r"[甲乙丙丁](?![\u3400-\u9fff])|(?:貸|借|売|買|施|荷)主|(?:委託|受託|発注|受注|請負|注文|賃貸|賃借|使用|労働|開示|受領|譲渡|譲受|提供|利用|実施|許諾|注文)(?:者|人)|[当貴]社")
_UNITS = frozenset("day week month year hour minute per cent percent eur usd gbp jpy euro dollar pound yen calendar working business least amount 円 万円 日 か月 ヶ月 年 年間 月 時間 週間 人 名 回 金 税込 税抜 税別 月額 年額 日額 金額".split())  # noqa: SIM905
_BARE = lazy_pattern(r"^\W*(?:is|are|was|were|be|shall|may|must|will|can|has|have|to)\b", re.I)
_LEADS = lazy_pattern(r"^\W*(?:at|on|in|for|after|before|during|from|under|upon|if|where)\b", re.I)  # behind "and": what follows is of this
_VERB = lazy_pattern(r"\b(?:is|are|was|were|shall|may|must|will|can|has|have|begins?|starts?|ends?|runs?|pays?|gives?)\b", re.I)
_HEADED = lazy_pattern(r"([A-Za-z][\w'’-]*) ([a-z][\w'’-]*)(?=\s*(?:of\b|is\b|are\b|at\b|:|\||[£$€¥\d]))")
_WHEN = frozenset("after before during until".split())  # noqa: SIM905
_ROW_JA = lazy_pattern(r"^[\s\u3000]*[^\s\u3000。、：:]{2,14}(?:[\u3000 ]{2,}|[:：])[^。、]{1,40}$")  # 敷金　　　金1,000,000円
_ENDS = tuple(
    tuple(stem(word) for word in words.split())
    for words in ("begin begins beginning began start starts starting commence commences commencing", "end ends ending expire expires expiry conclude concluding complete completed finish finished terminate terminates until close closes")
)  # fmt: skip
_LAST_DAY, _LAST = lazy_pattern(r"末日|月末(?!日)"), "39日"  # no day has this number
_WRAPPED = lazy_pattern(r"(?<=[^\n]{60})\n(?=[ \t]*[a-z0-9(])|(?<=[^\n。]{34})\n(?=[\u3041-\u9fff])")
_ONE = lazy_pattern(r"\bone(?=\s(?!(?:of|or|and|another|party|who|that|which|such|in|to|is|may|the)\b)[a-z]{3,})", re.I)  # a count
_LONGEST = 400  # characters of a claim
_AROUND, _MOST = 5, 1200  # sentences before and behind under the same heading; characters that are looked at
_SHARES = 2  # characters that two Japanese words must have


@dataclass
class Part:
    """A stretch of a text with its values, and the words that tell what they belong to."""

    text: str
    values: list[Value] = field(default_factory=list)
    parties: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()


def exchanged(stated: str, question: str, sentence: Sentence, sentences: Sentences) -> str:
    """ "30 days / 60 days": two values (or parties) of a claim, each with the words that belong to the other; ""."""
    if len(stated) > _LONGEST:
        return ""
    ours = parts_of(stated)
    if len(ours) < 2:
        return ""
    for text in _scopes(sentence, sentences, _texts(sentences.candidates(stated, question))):
        found = _crossed(ours, parts_of(text), parties=text == sentence.text)
        if found is not None:
            return found
    return ""


def of_the_one_beside(stated: str, question: str, sentence: Sentence, sentences: Sentences) -> str:
    """ "20 days / 90 days": the words of the question stand with the other value of its kind, and none with this one; ""."""
    own = [v for v in own_values(stated, question) if v.kind in _KINDS]
    japanese = is_japanese(question)
    if len(own) != 1:
        return ""
    asked = words_of(f"{question} {_without(stated, own)}", question)
    replaced = [change.old for change in sentences.amendments.into(own[0], question)]  # by this value: it is not beside it
    for text in [sentence.text, *_scopes(sentence, sentences, "")]:
        parts = [p for p in parts_of(text) if any(are_alike(v, own[0]) for v in p.values) and not (japanese and not _ROW_JA.match(p.text))]
        mine = [p for p in parts if any(same_value(v, own[0]) for v in p.values)]
        others = [p for p in parts if p not in mine and not _all_in(p, own[0], replaced)]
        if not mine or len({p.text for p in mine}) > 1:
            continue
        for other in others:
            here, there = _heads(mine[0], question), _heads(other, question)
            told, rival = asked & (here - there), asked & (there - here)
            if japanese:
                told, rival = (set(held_of(asked, not_in(a, b))) for a, b in ((here, there), (there, here)))
            turned = _WHEN & (asked & there) and _WHEN & (here - asked) and not _WHEN & (there - asked)
            if own[0].kind == "date":  # the other words of a first and a last day are those of one subject
                rival, told = _told_ends(asked, there), _told_ends(asked, here)
            if (rival and not told) or turned:
                value = next(v for v in other.values if are_alike(v, own[0]))
                return f"{own[0].text} / {value.text}"
    return ""


def _all_in(part: Part, value: Value, known: Sequence[Value]) -> bool:
    """Whether each value of a part that is of a kind with `value` is one of those known."""
    return all(any(same_value(v, k) for k in known) for v in part.values if are_alike(v, value))


def held_of(asked: set[str], words: frozenset[str]) -> list[str]:
    """The words of a set that some others say."""
    return [a for a in asked if any(_same(a, w) for w in words)]


def _told_ends(asked: set[str], words: frozenset[str]) -> set[str]:
    """Which of a first and a last day a question asks for, and a part tells of."""
    return {family[0] for family in _ENDS if asked & set(family) and words & set(family)}


def _crossed(ours: Sequence[Part], theirs: Sequence[Part], *, parties: bool) -> str | None:
    """The two values that are exchanged, "" where each has its own words, None where that cannot be told.

    `parties`: whether parties count as values: in one sentence, not in several that each speak of both.
    """
    straight = False
    for at, one in enumerate(ours):
        for two in ours[at + 1 :]:
            for first, second in _couples(one, two, parties):
                here = [p for p in theirs if _has(p, first) and not _has(p, second)]
                there = [p for p in theirs if _has(p, second) and not _has(p, first)]
                if not here or not there:
                    continue
                mine, its = frozenset().union(*(p.words for p in here)), frozenset().union(*(p.words for p in there))
                named = frozenset(what for what in (first, second) if isinstance(what, str))
                mine, its = mine - named, its - named
                left, right = one.words - two.words - named, two.words - one.words - named
                told = _shared(left, not_in(mine, its)) + _shared(right, not_in(its, mine))
                turned = _shared(left, not_in(its, mine)) + _shared(right, not_in(mine, its))
                if turned > told:
                    return f"{_name(first)} / {_name(second)}"
                straight = straight or told > turned
    return "" if straight else None


def _couples(one: Part, two: Part, parties: bool) -> Iterable[tuple[Value | str, Value | str]]:
    for first in one.values:
        for second in two.values:
            if are_alike(first, second) and not same_value(first, second):
                yield first, second
    if parties and len(one.parties) == len(two.parties) == 1 and one.parties != two.parties:
        yield next(iter(one.parties)), next(iter(two.parties))


def _has(part: Part, what: Value | str) -> bool:
    if isinstance(what, str):
        return what in part.parties
    return any(same_value(v, what) for v in part.values)


def _name(what: Value | str) -> str:
    if isinstance(what, str):
        return what
    return "末日" if what.text in ("39", _LAST) else what.text


def not_in(words: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    """Words without those that the others say too."""
    return frozenset(w for w in words if not any(_same(w, o) for o in other))


def _shared(words: frozenset[str], other: frozenset[str]) -> int:
    return sum(any(_same(w, o) for o in other) for w in words)


def _same(one: str, two: str) -> bool:
    if one == two:
        return True
    if one.isascii() or two.isascii():
        return False
    return (one in two or two in one) and min(len(one), len(two)) >= _SHARES


def are_alike(one: Value, two: Value) -> bool:
    """Whether two values are of one kind, so that one may be given for the other."""
    if one.kind != two.kind:
        return False
    return one.kind != "number" or one.unit == two.unit


def _scopes(sentence: Sentence, sentences: Sentences, rest: str) -> list[str]:
    """What is looked at: the sentence, those around it under the same heading, what else is near the claim."""
    span = sentence.span
    unit = sentences.index.unit_text(span.doc_index, span.unit_index)
    near = sentences.around(sentence, _AROUND)
    found = [sentence.text, unit, "\n".join(s.text for s in near if s.headings == sentence.headings), rest]
    return [text for text in dict.fromkeys(found) if text and len(text) <= _MOST]


def _texts(found: Sequence[Sentence]) -> str:
    return "\n".join(s.text for s in found[:12])


def parts_of(text: str) -> list[Part]:
    """The stretches between two cuts that have a value or a party; what has neither goes with the one it leads to."""
    text = _ONE.sub("1", _LAST_DAY.sub(_LAST, _WRAPPED.sub(" ", text)))
    japanese = is_japanese(text)
    cuts = [(m.start(), m.end(), text[m.start() : m.end()].strip() or "\n") for m in _CUT.finditer(text)]
    ends = [*cuts, (len(text), len(text), "\n")]
    codes = [m.span() for m in _CODE.finditer(text)]
    values = [v for v in extract_values(text) if v.kind in _KINDS and not any(a <= v.start < b for a, b in codes)]
    made: list[Part] = []
    begin, lead, strong, joined, subject = 0, "", True, False, ""
    for start, end, sign in ends:
        piece = text[begin:start]
        inside = [v for v in values if begin <= v.start < start]
        who = _parties(piece)
        if not inside and not (japanese and who):
            if not piece.strip():
                pass
            elif strong or not made or (joined and _LEADS.match(piece)):
                lead = f"{lead} {piece}"
            else:
                made[-1].text += f", {piece}"
        else:
            whole = f"{lead} {subject if _BARE.match(piece) and not strong else ''} {piece}"
            made.append(Part(whole, inside, who))
            verb = _VERB.search(whole)
            subject = whole[: verb.start()] if verb and not _BARE.match(piece) else subject
            lead = ""
        strong, joined = sign[:1] in _STRONG, sign[:1].isalpha() or text[begin:start].endswith((" and", " but"))
        if strong and lead and sign == "\n":
            lead = ""  # a line of its own without a value
        begin = end
    for part in made:
        part.words = frozenset(words_of(_without(part.text, part.values), text))
    return made


def _parties(text: str) -> frozenset[str]:
    if is_japanese(text):
        return frozenset(m.group() for m in PARTY_JA.finditer(text))
    return frozenset(t.word for t in english_tokens(text) if is_party(t.word))


def _without(text: str, values: Sequence[Value]) -> str:
    """A text without its values, and what each is for one of: "per named user" goes with the sum."""
    for value in values:
        text = re.sub(rf"{re.escape(value.text)}(?:\s+(?:per|an?|each|every)(?:\s+\w+){{1,2}})?", " ", text)
    return text


def words_of(text: str, whole: str) -> set[str]:
    """What a stretch of a text speaks of: its content words, codes and parties; `whole` tells its language."""
    codes = {m.group().casefold() for m in _CODE.finditer(text)}
    if is_japanese(whole):
        found = {m.group() for m in RUN.finditer(text)} | codes
        return {w for w in found if (len(w) > 1 or w in "甲乙丙丁") and w.casefold() not in _UNITS and not PARTY_JA.fullmatch(w)} | {
            m.group() for m in PARTY_JA.finditer(text)
        }
    tokens = english_tokens(text)
    when = {t.word for t in tokens if t.word in _WHEN}
    return {t.stem for t in tokens if t.content and t.word not in _WHEN and t.stem not in _UNITS} | codes | when


def _heads(part: Part, question: str) -> frozenset[str]:
    """Its words, without one that only says which: the rent of a "rent deposit of 3,450", unless the question says that."""
    asked = words_of(question, question)
    pairs = ((english_tokens(m[1]), english_tokens(m[2])) for m in _HEADED.finditer(part.text))
    which = {a[0].stem for a, b in pairs if a and b and b[0].content and b[0].stem not in asked}
    return part.words - which
