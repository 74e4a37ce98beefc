# ruff: noqa: E501 (one pattern a line)
"""Who has a written task and by when: "(担当：瀬川、期限：10月末)", "MA: ...", "... - Kasia, 5 Dec", "JS to ask Carmen"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.sweep.deadlines import deadline_words, find_deadline
from tsel_core.sweep.meetings.actions import cut_deadline
from tsel_core.sweep.meetings.written.roster import HONOUR_JA
from tsel_core.sweep.people import People

_MONTH = r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
_DAY = r"(?:Mon|Tue|Tues|Wed|Weds|Thu|Thur|Thurs|Fri|Sat|Sun)(?:day|sday|nesday|rsday|urday)?"
_DATE_EN = (
    rf"(?:(?:{_DAY},?\s)?\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH}\.?(?:\s\d{{4}})?|{_MONTH}\.?\s\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s\d{{4}})?|\d{{1,2}}[/.]\d{{1,2}}(?:[/.]\d{{2,4}})?|\d{{4}}-\d\d-\d\d"
    rf"|(?:next\s|this\s)?{_DAY}\b|(?:early|mid|late|end(?:\sof)?|start\sof|beginning\sof)[\s-]{_MONTH}|{_MONTH}\b|(?:the\s)?(?:next|following|{_MONTH})\s(?:\w+\s)?meeting|EOD|EOW|COB|ASAP|asap|next\s(?:meeting|time|week|month)|(?:the\s)?end\sof\s(?:the\s)?(?:week|month|year|quarter)|today|tomorrow|tonight|ongoing|immediately|this\sweek)"
)
_BY_EN = r"(?:(?i:by|due|before|until|on|for|deadline|target|when)\s*[:]?\s*)"
_WHEN_EN = lazy_pattern(rf"^(?P<lead>{_BY_EN})?(?:the\s)?(?P<date>{_DATE_EN}(?:,?\s(?:noon|midday|morning|afternoon|evening|(?:at\s)?\d{{1,2}}(?:[:.]\d\d)?\s?(?:am|pm)?))?)(?:\s(?:at the )?latest)?$")
_TAIL_EN = lazy_pattern(rf"(?:\s[-–—]\s|[,;:|]\s*|\s+(?=(?:by|due|before|until)\b))(?:{_BY_EN})?(?P<date>{_DATE_EN})[.\s]*$")
_NUM = r"[0-9０-９]{1,2}"
_WHEN_JA = lazy_pattern(
    rf"^(?:(?:期限|期日|納期|〆切|締切|締め切り)\s*[:：は]?\s*)?(?P<date>(?:{_NUM}[/／]{_NUM}|(?:[0-9０-９]{{4}}年)?(?:{_NUM}月)?{_NUM}日|(?:{_NUM}|今|来|再来|翌)月(?:末|中|上旬|中旬|下旬|初め|初旬|半ば)?|(?:今|来|再来)週(?:の?[月火水木金土日]曜?日?|中|末|明け)?|次回(?:[\u4e00-\u9fff]{{0,6}})?|(?:年度?|月|週|期)[内末明]け?|至急|随時|即日|本日|明日|当日|[月火水木金土日]曜日?)(?:[（(][月火水木金土日][）)])?)(?P<tail>(?:まで|中|開始|を?目途|めど)?(?:に)?)$"
)
_LABELLED = (
    ("who", lazy_pattern(r"(?i)(?:owner|responsible|assigned to|assignee|lead|who)\s*[:：]\s*(?P<v>[^,;|、，；)）\]】]{2,40})|(?:(?<=[(（、，\[【])(?:担当者?|責任者)[\s\u3000]|(?:担当者?|責任者|主担当|実施者)\s*[:：])\s*(?P<w>[^、，,;；)）\]】\s\u3000]{1,20}(?:[・、](?![期納〆締])[^、，,;；)）\]】\s\u3000]{1,8})*)")),
    ("when", lazy_pattern(r"(?i)(?:due(?: date)?|deadline|by when|when)\s*[:：]\s*(?P<v>[^,;|)\]]{2,30})|(?:(?<=[(（、，\[【])(?:期限|期日|納期)[\s\u3000]|(?:期限|期日|納期|〆切|締切|締め切り|完了予定日?)\s*[:：])\s*(?P<w>[^、，,;；)）\]】]{1,20})")),
)
_BRACKETS = lazy_pattern(r"[\s\u3000]*[(（\[【](?P<in>[^()（）\[\]【】]{1,60}(?:[(（][月火水木金土日][)）])?[^()（）\[\]【】]{0,20})[)）\]】][\s.。]*$")
_TITLES = r"(?:Mr|Mrs|Ms|Miss|Dr|Prof|Cllr)"
_ANY_NAME = r"[A-Z][\w'’-]*(?:\s(?:(?:van|von|de|der|du|la|le)\s)?[A-Z][\w'’-]+){0,2}"
_AND = r"(?:\s*(?:,|/|&|\+|\band\b)\s*)"
_NAMES_JA = r"(?:[\u4e00-\u9fff々]{1,4}|[ァ-ヶー]{2,8}|[A-Z][A-Za-z]+)"
# whoever stands between a task and its day, named nowhere else: "Clear the yard: the site office, by 4 May"
_UNITS_EN = r"(?i:team|office|department|desk|group|committee|board|staff|manager|services?)"
_ANYBODY_EN = lazy_pattern(
    rf"^(?P<what>\S+\s\S.*?)(?:\s?:|\s[-–—])\s+(?P<who>(?:[Tt]he\s+)?(?:(?:[A-Z][\w'’-]*\s)?[a-z]+\s)?{_UNITS_EN}|{_ANY_NAME}(?:\s{_UNITS_EN})?)(?:,\s*|\s+)(?P<rest>(?:by|due|before|until)\s.{{2,30}})$"
)
_ANYBODY_JA = lazy_pattern(
    rf"^(?P<what>.{{4,}}?)[\s\u3000]*[:：][\s\u3000]*(?P<who>[^、，,。:：0-9０-９\s]{{1,12}}(?:部|課|室|係|局|班|チーム|グループ|委員会?|幹事|担当|長|{HONOUR_JA}))[\s\u3000、，,]+(?P<rest>[^、。]{{2,16}})$"
)
_NOT_NAME = lazy_pattern(r"(?i)^(?:the|a|an|all options|note|see|i\.?e|e\.?g|re|cost|total|about|no|yes|action|decision|open|page|item|version|budget|phase|q\d|new|if|when|date|time|place|next)\b|^(?:費用|金額|案|前回|今回|別紙|資料|参考|予定|全員で|約|計|税|注|例|理由|目標|実績|条件)")


@dataclass(frozen=True, slots=True)
class Owned:
    """A task with whoever has it ("" where nobody is named) and its deadline ("" where none is)."""

    what: str
    who: str = ""
    when: str = ""


def owned(text: str, people: People, lang: str, *, sure: bool, loose: bool = False) -> Owned:
    """Task, owner and deadline of a line; `sure` says that the line is known to be a task.

    Then names that nobody listed count too: beside a date in brackets, behind "Owner:" and "@", and with `loose` (the
    document lists nobody) anywhere.
    """
    words, who, when = _labelled(text.strip())
    who, words = (_persons(who, people, any_name=True) or who.strip(), words) if who else (who, words)
    words, inside_who, inside_when = _brackets(words, people, lang, sure=sure)
    who, when = who or inside_who, when or inside_when
    read = _japanese if lang == "ja" else _english
    if not who:
        words, who, behind = read(words, people, sure, sure and loose)
        when = when or behind
        if not who and sure:
            words, who, when = _anybody(words, when, lang)
    if not when:
        words, when = _dated(words, lang)
    return Owned(_bare(words, lang), who, deadline_words(when, lang) if when else "")


def dated(text: str, people: People, lang: str) -> tuple[str, str]:
    """(text without it, deadline) of a task whose owner is known: in brackets at the end, or behind the words."""
    words, who, when = _brackets(text, people, lang, sure=False)
    return (words, when) if when and not who else _dated(text, lang)


def _labelled(text: str) -> tuple[str, str, str]:
    """(text without them, who, when) of "担当：瀬川、期限：10月末" and "Owner: X, due: Y", brackets left out."""
    found = {"who": "", "when": ""}
    for name, pattern in _LABELLED:
        match = pattern.search(text)
        if match is not None:
            found[name] = (match.groupdict().get("v") or match.groupdict().get("w") or "").strip(" .。")
            text = f"{text[: match.start()].rstrip(' ,;|、，；')}{text[match.end() :]}"
    return re.sub(r"[\s\u3000]*[(（\[【][\s、，,;；]*[)）\]】]", "", text).strip(" ,;|、，；-–"), found["who"], found["when"]


def _brackets(text: str, people: People, lang: str, *, sure: bool) -> tuple[str, str, str]:
    """(text, who, when) of brackets at the end that hold nothing but names and dates."""
    match = _BRACKETS.search(text)
    if match is None:
        return text, "", ""
    who, when, rest = [], "", 0
    parts = re.split(r"\s*[,、，;；／|]\s*|\s+[-–]\s+|\u3000+|(?<=[^\d])/(?=[^\d])", match["in"].strip())
    sure = sure and (lang != "ja" or any(when_of(p, lang) for p in parts))
    for part in parts:
        date = when_of(part, lang)
        persons = "" if date else _persons(part, people, any_name=sure)
        when = when or date
        if persons:
            who.append(persons)
        elif not date:
            rest += 1
    if not (who or when) or rest:
        return text, "", ""
    return text[: match.start()].strip(), ", ".join(who), when


def when_of(part: str, lang: str) -> str:
    """The deadline that a few words are, "" for other words."""
    bare = part.strip(" .。")
    match = (_WHEN_JA if lang == "ja" else _WHEN_EN).match(bare)
    if match is not None and (lang == "ja" or len(bare) < 32):
        return match["date"].strip()
    found = find_deadline(bare, lang)
    if found is not None and found[1] - found[0] >= len(bare) - 2:
        return bare
    return ""


def _persons(words: str, people: People, *, any_name: bool) -> str:
    """Full names of a list of nothing but persons, "" for other words."""
    found = []
    at = words.lstrip().startswith("@")
    for part in re.split(r"\s*(?:,|/|&|\+|・|、|，|\band\b|と|＆)\s*", words.strip(" @.。:：")):
        bare = re.sub(rf"^(?:{_TITLES})\.?\s+|(?:{HONOUR_JA}|部長|課長|係長|主任|委員長?|理事長?|先生)$", "", re.sub(r"^(?:the\s+|@)", "", part.strip()))
        if bare in people.by_call or part.strip() in people.by_call:
            found.append(people.by_call.get(bare) or people.by_call[part.strip()])
        elif bare.capitalize() in people.by_call:
            found.append(people.by_call[bare.capitalize()])
        elif any_name and bare and not _NOT_NAME.match(bare) and (at or re.fullmatch(rf"{_ANY_NAME}|{_NAMES_JA}", bare)):
            found.append(part.strip(" @"))
        else:
            return ""
    return ", ".join(dict.fromkeys(found))


def _english(text: str, people: People, sure: bool, loose: bool) -> tuple[str, str, str]:
    known = "|".join(re.escape(c) for c in people.calls) or r"(?!)"
    name = rf"(?:{_TITLES}\.?\s+)?(?:{known}" + (rf"|{_ANY_NAME})" if loose else ")")
    names = rf"(?:[Tt]he\s+)?@?{name}(?:{_AND}(?:[Tt]he\s+)?@?{name})*"
    shapes = [rf"^@(?P<who>[\w.'’-]+(?:\s(?-i:[A-Z])[\w'’-]+)?(?:{_AND}@[\w.'’-]+)*)[,:]?\s+(?:to\s+)?(?P<what>[^A-Z\W].+)$", rf"^(?P<who>{names})\s*(?:[:：]|\s[-–—]\s|[-–—]\s)\s*(?P<what>\S.+)$", rf"^(?P<who>{names})\s+(?:is\s|are\s)?to\s+(?P<what>(?!be\b)[a-z].+)$"]
    if sure:
        shapes += [rf"^(?P<who>{names})\s+(?:will|shall|should|must|needs to)\s+(?P<what>[a-z].+)$", rf"^(?P<what>.+?)\s*(?:\s[-–—|]\s|[:：]\s)\s*(?P<who>{names})(?P<rest>(?:\s*[,;|(]|\s+by\b|\s[-–—]\s).*|)$"]
    for shape in shapes:
        match = re.match(shape, text, re.DOTALL)
        if match is None:
            continue
        called = ("@" if text[0] == "@" else "") + re.sub(rf"\b{_TITLES}\.?\s+", "", match["who"])
        who = _persons(called, people, any_name=loose or text[0] == "@")
        rest = (match.groupdict().get("rest") or "").strip(" ,;|()-–—.")
        when = when_of(rest, "en") if rest else ""
        if who and (not rest or when):
            return match["what"], who, when
    return text, "", ""


def _japanese(text: str, people: People, sure: bool, loose: bool) -> tuple[str, str, str]:
    known = "|".join(re.escape(c) for c in people.calls) or r"(?!)"
    title = rf"(?:{HONOUR_JA}|副?(?:部|課|係|会|理事|委員|室|所|館|局)長|主任|委員|理事|監事|先生|PM|PL)?"
    name = rf"(?:(?:{known})" + (rf"|{_NAMES_JA})" if loose else ")") + title
    names = rf"{name}(?:[・、，,と＆&]{name})*"
    due = r"(?:[\s\u3000、，,]+(?P<rest>[^、。]{2,16}))?"
    shapes = [rf"^(?P<who>{names})\s*(?:[:：]|→|[-–]\s)[\s\u3000]*(?P<what>\S.+)$"]
    if sure:
        shapes += [rf"^(?P<who>{names})[\s\u3000]+(?P<what>\S.+)$"]
        shapes += [rf"^(?P<what>.+?)[\s\u3000]*(?:[:：]|…+|[-–—]\s)[\s\u3000]*(?P<who>{names}){due}$", rf"^(?P<what>.+?)[\s\u3000]+(?P<who>{names}){due}$"]
    for shape in shapes:
        match = re.match(shape, text, re.DOTALL)
        if match is None:
            continue
        who = _persons(match["who"], people, any_name=loose)
        rest = match.groupdict().get("rest") or ""
        when = when_of(rest, "ja") if rest else ""
        if who and (not rest or when):
            return match["what"], who, when
    return text, "", ""


def _anybody(text: str, when: str, lang: str) -> tuple[str, str, str]:
    """(text, who, when) of a task with whoever stands between it and its day; as they were where nobody does."""
    match = (_ANYBODY_JA if lang == "ja" else _ANYBODY_EN).match(text.strip(" .。"))
    due = when_of(match["rest"], lang) if match else ""
    if match is None or not due or _NOT_NAME.match(re.sub(r"^[Tt]he\s+", "", match["who"])):
        return text, "", when
    return match["what"], match["who"], due


def _dated(text: str, lang: str) -> tuple[str, str]:
    """(text without it, the deadline) of a date at the end of a written task, or of a plain one inside it."""
    if lang == "ja":
        behind = re.match(r"^(?P<what>.+?)[\s\u3000、，,:：]+(?P<rest>[^\s\u3000、。]{2,14})$", text)
        when = when_of(behind["rest"], "ja") if behind else ""
        if behind and when:
            return behind["what"], when
        rest, when, plain = cut_deadline(text, "ja")
        return (rest, when) if plain or (re.search(r"^[^、。]{0,12}に", text) and when) else (text, "")
    rest, when, plain = cut_deadline(text, "en")
    ends = bool(when) and re.search(rf"(?<!\bfor )(?<!\bfor the )\b{re.escape(when)}[\s.]*$", text) is not None
    if plain or ends:
        return rest, when
    match = _TAIL_EN.search(text)
    return (text, "") if match is None else (text[: match.start()], match["date"])


def _bare(text: str, lang: str) -> str:
    words = re.sub(r"\s+", " ", text) if lang != "ja" else text
    return words.strip(" ,;|、，；。.:：-–—\u3000")
