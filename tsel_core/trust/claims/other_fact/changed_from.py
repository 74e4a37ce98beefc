# ruff: noqa: E501 (patterns)
"""A value that a sentence changes, told as what holds; a day counted from another than the sentence counts from."""

from __future__ import annotations

import re
from dataclasses import replace

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.normalize import normalise
from tsel_core.text.same_values import same_value
from tsel_core.text.values import Value, bounded, extract_values
from tsel_core.trust.amendments.words import FORMER
from tsel_core.trust.claims.parts.claim import Claim

_EN = lazy_pattern(
    r"\b(?:rais|increas|reduc|lower|cut|chang|mov|extend|shorten|postpon|push|brought|bring|amend|correct|adjust|revis|went|go|goes|gone|rose|fell|drop|up|down|delay|defer)\w*\b[^.;]{0,60}?"
    r"\bfrom (?P<old>[^.;]{1,40}?) to (?P<new>[^.;]{1,40})",
    re.I,
)
_JA = lazy_pattern(
    r"(?P<old>[^、。]{1,24})(?:から|を|より)(?P<new>[^、。をから]{1,24}?)[にへ](?:変更|改|引き?上げ|引き?下げ|上げ|下げ|増|減|延|短縮|修正|訂正|切り?替|見直|前倒|繰り|ずら)"
)
# "It was meant to be the second of June but ... it's now the sixteenth", 当初は300部の予定でしたが、200部に減らします
_MEANT = lazy_pattern(
    r"\b(?:(?:was|were|had been|is|are) (?:\w+ )?(?:meant|supposed|planned|scheduled|going|intended|expected|booked|set|due)|(?:wanted|planned|hoped|hoping|said|originally|initially|at first))\b(?: (?:to|for|on|as|at|by)\b)?(?P<old>[^.;]{1,80}?)"
    r"(?:,? but\b|,? though\b|,? now\b|,? instead\b)(?P<new>[^.;]{1,120})",
    re.I,
)
_MEANT_JA = lazy_pattern(
    r"(?:(?:当初|はじめ|初め|最初|もともと|元々)(?:は|の)?、?(?P<old>[^。]{1,40}?)(?:でした|だった|ていました|ていた|予定|つもり)[^。]{0,8}?|(?P<old2>[^、。]{1,24})(?:の)?(?:予定|計画|つもり)(?:でした|だった))(?:が|けど|けれども?|ものの)、?(?P<new>[^。]{1,60})"
)
_INSTEAD = lazy_pattern(r"(?P<new>[^.;,]{1,60}?),? (?:instead of|rather than|in place of|not) (?:the |on )?(?P<old>[^.;,]{1,40})", re.I)
_INSTEAD_JA = lazy_pattern(r"(?P<old>[^、。]{1,24})(?:ではなく|でなく|じゃなくて|に代えて|の代わりに)、?(?P<new>[^。]{1,40})")
_DAYS_OF_MONTH = frozenset({"date", "ordinal"})
_ASKS_OLD = lazy_pattern(r"\bfrom\b|\b(?:was|were) .{0,40}\bbefore\b|\bbefore\b|\bused to\b|変更前|元は|もとは|当初|以前|従来|これまで|から(?:いくら|何|変)", re.I)
# これまで中根さんでしたが、9月から古賀さんに代わります: who held it, and who does
_HANDED_JA = lazy_pattern(r"(?:これまで|今まで|従来|先月まで|[0-9０-９]+月まで)(?:は|、)?(?P<old>[^。]{1,40}?)(?:でした|だった|であった|が務め|が担当|が行)[^。]{0,24}?(?P<new>[^、。]{1,24}?)(?:さん)?[がにへ](?:代わ|替わ|変わ|交代|交替|引き?継|就|務め|担当)")
_HANDED_EN = lazy_pattern(r"\b(?P<old>[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)*)\b[^.;]{0,60}?\b(?:(?:is|was|has been|will be) (?:replaced|succeeded|followed) by|hands? (?:it )?over to|handed (?:it )?over to|(?:has )?passed (?:it )?(?:on )?to) (?P<new>[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)*)")
# 4円ほど高くなります, up by 300 euros: a difference, and not what is paid
_MORE_JA = lazy_pattern(r"^(?:ほど|くらい|ぐらい|近く|程度|分|も|だけ|、)?\s*(?:高く|安く|多く|少なく|長く|短く|上が|下が|増え|減|値上|値下|値引|引き?上げ|引き?下げ|上乗せ|割引|浮)")
_BY_EN, _MORE_EN = lazy_pattern(r"\bby\s+(?:about |around |roughly |some |nearly |up to )?$", re.I), lazy_pattern(r"^\s*(?:more|less|higher|lower|cheaper|dearer|extra|off|longer|shorter|fewer)\b(?! than)", re.I)
_UP_EN = lazy_pattern(r"\b(?:rais|increas|reduc|lower|cut|go(?:es|ne|ing)? (?:up|down)|went (?:up|down)|rose|ris|fell|fall|drop|grew|grow|shr[aiu]nk|exceed|overspen|miss|short)\w*\b", re.I)
_ASKS_MORE = lazy_pattern(r"高く|安く|多く|少な|長く|短く|上が|下が|増え|減|値上|値下|値引|割引|引いて|引か|上乗せ|差|追加|余分|浮|\b(?:more|less|higher|lower|cheaper|extra|off|save|saving|discount|difference|increase|decrease|rise|raise|change|cut|up|down|by how|longer|shorter|fewer|overspen\w*|late|add\w*)\b", re.I)
_DAYS_JA = lazy_pattern(r"(?:翌々?|前々?|当|同|即)(?:営業日|月末|月初|月|日|年度|年|週|期)|月末|年末|期末|月初|年度末")
_DAYS_EN = lazy_pattern(r"\b(?:next|following|same|previous|preceding) (?:business |working |calendar )?(?:day|week|month|year|quarter)\b", re.I)


_NOW = lazy_pattern(r"\b(?:currently|at present|today|right now|as of now|now)\b|(?:今|いま|現在|現行|目下)(?!後|年|月|週|回|度)|本日|きょう", re.I)
_LATER = lazy_pattern(r"\bafter\b|\bfrom (?:next|now on)\b|\bnext\b|\bwill\b|\bgoing to\b|(?:の|た)(?:あと|後)|以後|以降|今後|これから|来[月年期]|次の|次回|新し", re.I)
_FROM_EN, _TO_EN = lazy_pattern(r"\b(?:from|between|since|beginning|starting(?: on)?)\s+(?:the\s+|on\s+)?$", re.I), lazy_pattern(r"\b(?:to|until|till|up to|through|by|and)\s+(?:the\s+)?$|[-–—~〜]\s*$", re.I)
_FROM_JA, _TO_JA = lazy_pattern(r"^(?:[(（][^)）]{1,4}[)）])?(?:から|より|以降|[〜~])"), lazy_pattern(r"^(?:[(（][^)）]{1,4}[)）])?まで")


def of_before(claim: Claim, stated: str, question: str, evidence: str) -> Claim:
    """A supported claim, unsure where its value is what its sentence changes from ("raised from 300 to 350 euros").

    So is one whose "翌月末" or "next business day" its sentence does not have, whose value its sentence gives for now where
    a later time is asked for, and one that begins at what its sentence ends at.
    """
    if claim.verdict != "supported":
        return claim
    detail = _other_day(stated, question, evidence) or _old(stated, question, evidence) or _other_end(stated, evidence)
    detail = detail or _handed_on(stated, question, evidence) or _difference(stated, question, evidence)
    if detail:
        return replace(claim, verdict="unsure", why="elsewhere", detail=detail)
    now = _only_now(stated, question, evidence)
    return replace(claim, verdict="unsure", why="rival", detail=now) if now else claim


def _old(stated: str, question: str, evidence: str) -> str:
    if _of_old(stated, question):
        return ""
    meant = _meant(stated, question, evidence)
    if meant:
        return meant
    changes = [m for pattern in (_EN, _JA) for m in pattern.finditer(evidence)]
    asked, said = extract_values(question), extract_values(stated)
    for change in changes:
        new = [v for v in extract_values(change["new"]) if v.kind != "name"]
        if not new or any(same_value(v, n) for v in said for n in new):
            continue
        for value in said:
            if value.kind == "name" or any(same_value(value, a) for a in asked):
                continue
            places = [v for v in extract_values(evidence) if same_value(value, v)]
            if places and all(change.start("old") <= v.start < change.end("old") for v in places):
                return f"{value.text} / {new[0].text}"
    return ""


def _meant(stated: str, question: str, evidence: str) -> str:
    """ "2 June / sixteenth": the value is what was meant first, or what is not so, and the sentence says what is; ""."""
    asked = extract_values(question)
    said = [v for v in extract_values(stated, ordinal_words=True) if not any(same_value(v, a) for a in asked)]
    for pattern in (_MEANT, _MEANT_JA, _INSTEAD, _INSTEAD_JA):
        for match in pattern.finditer(evidence):
            old = match["old"] or match.groupdict().get("old2") or ""
            first = extract_values(old, ordinal_words=True)
            new = extract_values(match["new"], ordinal_words=True)
            for value in said:
                there = [n for n in new if _kin(n, value)]
                if any(same_value(value, f) for f in first) and there and not any(_same_day(value, n) for n in there):
                    return f"{value.text} / {there[-1].text}"
    return ""


def _kin(one: Value, two: Value) -> bool:
    return (one.kind == two.kind and one.unit == two.unit) or {one.kind, two.kind} <= _DAYS_OF_MONTH


def _same_day(one: Value, two: Value) -> bool:
    return same_value(one, two) or ("date" in (one.kind, two.kind) and one.value.lstrip("0").endswith(f"-{two.value:0>2}"))


def _of_old(stated: str, question: str) -> bool:
    """Whether it is asked for, or said of, how it was before."""
    return any(p.search(question) for p in (_ASKS_OLD, FORMER)) or FORMER.search(stated) is not None


def _handed_on(stated: str, question: str, evidence: str) -> str:
    """ "Ann / Bo": who held an office before, where the sentence says who holds it now; ""."""
    if _of_old(stated, question):
        return ""
    for pattern in (_HANDED_JA, _HANDED_EN):
        for match in pattern.finditer(evidence):
            old, new = (re.sub(r"さん$|氏$", "", match[name].strip("、 ")) for name in ("old", "new"))
            new = re.split(r"から|より", new)[-1]
            said = re.sub(r"\s", "", stated)
            if _last(new) not in said and any(part in said for part in (_last(old), old[-2:])):
                return f"{old} / {new}"
    return ""


def _last(name: str) -> str:
    return name.split()[-1].split("の")[-1] if name.split() else name


def _difference(stated: str, question: str, evidence: str) -> str:
    """ "4円 / 4円高く": the value is by how much something changes, and what it is is asked for; ""."""
    if _ASKS_MORE.search(question):
        return ""
    there = extract_values(evidence)
    told: dict[int, str] = {}  # by the place of a value in the evidence
    for value in bounded(extract_values(stated)):
        if value.kind not in ("money", "number", "percent"):
            continue
        first = ""
        for place in (v for v in there if same_value(value, v)):
            told.setdefault(place.start, _by_how_much(evidence, place))
            if not told[place.start]:
                first = ""
                break
            first = first or told[place.start]
        if first:
            return f"{value.text} / {first}"
    return ""


def _by_how_much(text: str, value: Value) -> str:
    before, behind = text[: value.start], text[value.end :]
    more = _MORE_JA.match(behind) or _MORE_EN.match(behind)
    if more is not None:
        return f"{value.text}{more.group()}"
    clause = re.split(r"[.;,]", before)[-1]
    return f"by {value.text}" if _BY_EN.search(before) and _UP_EN.search(clause) else ""


def _other_day(stated: str, question: str, evidence: str) -> str:
    """ "翌営業日 / 翌月末": a day counted otherwise than the sentence does, and no word of the question; ""."""
    here = normalise(evidence)
    for pattern in (_DAYS_JA, _DAYS_EN):
        theirs = pattern.search(evidence)
        for match in pattern.finditer(stated):
            lost = normalise(match.group()) not in here and match.group() not in question
            if lost and theirs is not None:
                return f"{match.group()} / {theirs.group()}"
    return ""


def _only_now(stated: str, question: str, evidence: str) -> str:
    """ "now": the sentence tells of today, and what will be is asked for; ""."""
    now = _NOW.search(stated) or _NOW.search(evidence)
    valued = any(v.kind != "name" for v in extract_values(stated))
    asks_later = _LATER.search(question) is not None and _NOW.search(question) is None
    return now.group() if now is not None and valued and asks_later and _LATER.search(evidence) is None else ""


def _other_end(stated: str, evidence: str) -> str:
    """ "17 August / 9 August": the claim begins at what its sentence ends at, and the sentence begins elsewhere; ""."""
    ours, theirs = _ends(stated), _ends(evidence)
    for side, value in ours:
        same = [other for other, there in theirs if same_value(value, there)]
        instead = [there for other, there in theirs if other == side and there.kind == value.kind]
        if same and side not in same and instead:
            return f"{value.text} / {instead[0].text}"
    return ""


def _ends(text: str) -> list[tuple[str, Value]]:
    """The values of a text with "from" or "to" beside them."""
    found = []
    for value in extract_values(text):
        before, behind = text[: value.start], text[value.end :]
        if _FROM_EN.search(before) or _FROM_JA.search(behind):
            found.append(("from", value))
        elif _TO_EN.search(before) or _TO_JA.search(behind):
            found.append(("to", value))
    return found
