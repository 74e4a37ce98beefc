# ruff: noqa: E501 (one pattern a line)
"""Whom the attendance lines of written minutes name, and how they are called later: initials, roles, family names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.sweep.people import People
from tsel_core.sweep.sentences import Sentence

_HEAD = 40  # sentences in which it stands who was there
_LABEL_EN = lazy_pattern(
    r"(?i)(?:(?:members |also )?present|attend(?:ing|ed|ees?|ance)(?: by)?|in attendance|participants?|who(?: was there)?|people|apolog(?:y|ies)|apols|absent|excused|not (?:there|present)|chair(?:man|woman|person|ed by)?|minutes(?: taken)?(?: by)?|note[- ]?taker|secretary|(?:(?:committee|board) )?members|(?:directors|trustees|governors|partners)(?: present)?|on the call)"
)
_LABEL_JA = lazy_pattern(
    r"出席(?:者|委員|役員|理事|監事|取締役|監査役)?|参加(?:者|メンバー)?|欠席(?:者|委員|役員|理事|監事|取締役)?|監事|監査役|列席(?:者)?|事務局|オブザーバー|議\s*長|司会(?:者)?|書\s*記|記録(?:者)?|メンバー"
)
_OF_FIRM = lazy_pattern(r"(?i)(?:directors|trustees|governors|partners)|事務局|監事|監査役")
_LINE = lazy_pattern(
    r"^[\s■●・*【\[]*(?P<label>[^:：\t】\]\n]{2,24}?)[\s*]*(?:[】\]]\s*[:：]?|[:：\t]|\s[-–—]\s|\u3000)[\s*]*(?P<value>.+)$", re.DOTALL
)
# "3 出席者 大槻委員長、荻野委員": with a number before it, and no more than a space behind
_LINE_JA = lazy_pattern(
    rf"^[\s■●・*【\[]*(?:[0-9０-９]{{1,2}}[.．)）、]?[\s\u3000]*)?(?P<label>{_LABEL_JA.pattern})[\s\u3000]*(?:[】\]]\s*[:：]?|[:：\t]|[\s\u3000])[\s*]*(?P<value>\S.+)$",
    re.DOTALL,
)
_TITLE_EN = lazy_pattern(
    r"^(?:(?:the|also|and|district|county|parish)\s+)*(?:(?:Cllrs?|Councillors?|Mr|Mrs|Ms|Miss|Mx|Dr|Prof(?:essor)?|Sir|Dame|Rev(?:d)?|Fr)\.?\s+)*", re.I
)
_NAME_EN = lazy_pattern(r"(?:[A-Z]\.\s?)*[A-Z][\w'’-]+(?:\s(?:(?:van|von|de|den|der|du|la|le|di|da|bin|al)\s)*(?:[A-Z]\.\s)?[A-Z][\w'’-]+){0,3}|[A-Z]\.\s?[A-Z][\w'’-]+")
ROLES_EN = (
    "Vice-Chair", "Vice Chair", "Chairman", "Chairwoman", "Chairperson", "Chair", "Clerk", "Treasurer", "Secretary", "Headteacher",
    "Head Teacher", "Principal", "Bursar", "Director", "Manager", "Caretaker", "Editor", "Registrar", "Dean", "Warden", "Steward",
)  # fmt: skip
TEAMS_EN = (
    "HR", "IT", "Legal", "Finance", "Marketing", "Sales", "Ops", "Operations", "Procurement", "Purchasing", "Engineering", "Facilities",
    "Comms", "Design", "QA", "Support", "Payroll", "Admin", "Everyone", "Everybody", "All",
)  # fmt: skip
_ROLE_JA = (
    r"(?:副委員長|委員長|副理事長|理事長|副会長|会長|副社長|社長|専務|常務|取締役|本部長|副部長|部長|次長|課長|係長|主任|主査|室長|所長|館長|局長|技士長|師長|園長|校長|教頭|店長|工場長|議長|座長|班長|組長|幹事長|"
    r"代表|幹事|理事|監事|監査役|執行役員?|主幹|委員|書記|会計|防災|環境|広報|事務局|顧問|准教授|教授|講師|教諭|先生|弁護士|税理士|PM|PL|SE|リーダー|マネー?ジャー|チーフ|ディレクター|議長|司会|記録)"
)
_UNIT_JA = r"(?:看護|薬剤|総務|営業|経理|人事|製造|開発|技術|品質|品質管理|教育|福祉|臨床工学|事務|生産|企画|情報|管理|業務|財務|購買|法務|資材|設計|医事|施設)"
HONOUR_JA = r"(?:さん|くん|ちゃん|氏|様|君|殿)"
_PART_JA = lazy_pattern(rf"^(?:{_UNIT_JA}?副?{_ROLE_JA}[\s\u3000：:]*)*(?P<name>[\u4e00-\u9fff々]{{1,6}}?|[ァ-ヶー]{{2,10}}(?:・[ァ-ヶー]{{2,10}})*|[A-Z][a-z]+)(?:[\s\u3000](?P<given>[\u4e00-\u9fffァ-ヶー々ぁ-ん]{{1,6}}))?(?:{_UNIT_JA}?{_ROLE_JA})?{HONOUR_JA}?$")
CALLS_JA = ("事務局", "会長", "副会長", "委員長", "副委員長", "理事長", "議長", "座長", "社長", "書記", "会計", "各自", "全員", "各委員", "各部")
_MOST_INITIALS = 4  # letters


def with_roster(people: People, sentences: Sequence[Sentence], lang: str) -> People:
    """The people of written minutes and those that the attendance lines name, with their initials and roles.

    A talk names its people itself: there they are as they were.
    """
    if 2 * sum(1 for s in sentences if s.speaker) > len(sentences):
        return people
    by_call = dict(people.by_call)
    text = "\n".join(s.text for s in sentences)
    for value in attendance(sentences, lang):
        for full, calls in named_in(value, lang):
            by_call.setdefault(full, full)
            for call in [*calls, *_family_of(full, text, lang)]:
                by_call.setdefault(call, by_call[full])
    roles = CALLS_JA if lang == "ja" else (*ROLES_EN, *TEAMS_EN)
    for role in roles:
        if role in text:
            by_call.setdefault(role, role)
    if lang != "ja":
        _add_initials(by_call, text)
    return People(by_call, people.chair)


def named_in(value: str, lang: str) -> Iterator[tuple[str, list[str]]]:
    """Each person of an attendance line with other ways of calling them."""
    return _japanese(value) if lang == "ja" else _english(value)


def attendance(sentences: Sequence[Sentence], lang: str, *, sure: bool = False) -> Iterator[str]:
    """What stands behind the labels that say who was there, at the head of a document.

    With `sure` not behind those that a report of a firm has as well (Directors, 監査役).
    """
    pattern = _LABEL_JA if lang == "ja" else _LABEL_EN
    for sentence in sentences[:_HEAD]:
        if sentence.speaker:
            continue
        if len(sentence.cells) == 2:
            pairs = [sentence.cells]
        elif sentence.cells:
            continue
        else:
            shape = _LINE_JA if lang == "ja" else _LINE
            pairs = [(m["label"], m["value"]) for m in map(shape.match, sentence.text.split("\n")) if m]
        for label, value in pairs:
            bare = label.strip(" :：*\u3000")
            if pattern.fullmatch(bare) and not (sure and _OF_FIRM.fullmatch(bare)):
                yield value


def _english(value: str) -> Iterator[tuple[str, list[str]]]:
    """Each person with other ways of calling them: "Ms R. Patel (Headteacher, RP)"."""
    for part in re.split(r"[,;\n]\s*(?![^()]*\))|\s+(?:and|&)\s+(?![^()]*\))", value):
        bare = _TITLE_EN.sub("", part.strip())
        match = _NAME_EN.match(bare)
        if match is None or match[0] in ROLES_EN:
            continue
        full = match[0].strip()
        inside = re.search(r"\(([^)]*)\)", bare)
        calls = [full.split()[-1]] if " " in full else []
        first = full.split()[0]
        if " " in full and not first.endswith(".") and len(first) > 2:
            calls.append(first)
        for word in re.split(r"[,/]\s*", inside[1]) if inside else []:
            if re.fullmatch(r"[A-Z]{2,4}", word.strip()) or word.strip() in ROLES_EN:
                calls.append(word.strip())
        yield full, calls


def _japanese(value: str) -> Iterator[tuple[str, list[str]]]:
    parts = re.split(r"(?<![ァ-ヶー])・|・(?![ァ-ヶー])|[、，,／/;；\n（）()：:]|\s{2,}|(?<=[\u4e00-\u9fff])\s+(?=" + _ROLE_JA + ")", value)
    for part in parts:
        match = _PART_JA.match(re.sub(r"(?:の)?(?:以上)?[0-9０-９一二三四五六七八九十]+名.*$", "", part.strip()))
        if match and not re.fullmatch(rf"{_UNIT_JA}?{_ROLE_JA}|客先|社内|外部|欠席|敬称略|順不同|なし|全員", match["name"]):
            full = f"{match['name']} {match['given']}" if match["given"] else match["name"]
            yield full, [match["name"], *(match["name"].split("・")[-1:] if "・" in match["name"] else [])]


def _family_of(full: str, text: str, lang: str) -> list[str]:
    """The family name of 小田切修, which nothing parts, by how the text calls the person: 小田切取締役."""
    if lang != "ja" or not re.fullmatch(r"[\u4e00-\u9fff々]{3,6}", full):
        return []
    for size in range(min(3, len(full) - 1), 0, -1):
        if re.search(rf"(?<![\u4e00-\u9fff々]){re.escape(full[:size])}(?:(?:代表|{_UNIT_JA})?副?{_ROLE_JA}|{HONOUR_JA})", text):
            return [full[:size]]
    return []


def _add_initials(by_call: dict[str, str], text: str) -> None:
    """Initials that the text uses, where they belong to one person."""
    found: dict[str, set[str]] = {}
    for full in set(by_call.values()):
        letters = "".join(w[0] for w in re.split(r"[\s.]+", full) if w[:1].isupper())
        if 2 <= len(letters) <= _MOST_INITIALS:
            found.setdefault(letters, set()).add(full)
    for letters, names in found.items():
        if len(names) == 1 and re.search(rf"\b{letters}\b", text):
            by_call.setdefault(letters, next(iter(names)))
