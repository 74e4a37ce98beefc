"""How one line of a transcript begins a turn: the styles of meeting tools and of minutes, by pattern."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tsel_core.ingest.transcript.cues import is_name, seconds, split_name
from tsel_core.lazy_pattern import lazy_pattern

_T = r"(?:\d{1,2}:)?\d{1,3}:\d{1,2}(?:[.,]\d{1,7})?(?:\s?[AaPp]\.?[Mm]\b\.?)?"
_TIMES = rf"({_T})(?:\s*(?:-->|->|[-–—~〜～])\s*({_T}))?"
DATE = r"\d{1,4}(?:[./-]|年)\d{1,2}(?:[./-]|月)\d{1,4}日?"
_NAME = r"([^\s\[\](){}<>:：「」【】（）][^\[\]{}<>:：\n]{0,40}?)"
# "1 hour 2 minutes 3 seconds", as Teams writes it for screen readers
_SPOKEN = (
    r"(?:\d{1,2}\s*(?:hours?|時間)\s*)?(?:\d{1,2}\s*(?:minutes?|分)\s*)?\d{1,2}\s*(?:seconds?|秒)"
    r"|\d{1,2}\s*(?:minutes?|分)"
)
# Each pattern says where the time (t), its end (e), the date (d), the name (n), the receiver (r), the words (w) stand.
_TIMED: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("dated", lazy_pattern(rf"^\[?({DATE}),?\s+({_T})\]?(?:\s*[-–—])?\s+{_NAME}\s*[:：]\s*(.*)$"), "dtnw"),
    (
        "chat",
        lazy_pattern(
            rf"^({_T})\s+(?:From|開始)\s+(.{{1,60}}?)(?:\s+(?:to|から)\s+(.{{1,60}}?))?\s*[:：]\s*(.*)$", re.I
        ),
        "tnrw",
    ),
    ("time-name-text", lazy_pattern(rf"^[\[(（]?\s*{_TIMES}\s*[\])）]?\s*[-–|]?\s*{_NAME}\s*[:：]\s*(.*)$"), "tenw"),
    ("name-time-text", lazy_pattern(rf"^{_NAME}\s*[\[(（]\s*{_TIMES}\s*[\])）]\s*[:：]\s*(\S.*)$"), "ntew"),
    ("name-time-text", lazy_pattern(rf"^{_NAME}\s*[\[(（]\s*{_TIMES}\s*[\])）]\s+(\S.*)$"), "ntew"),
    ("tabs", lazy_pattern(rf"^[\[(]?{_TIMES}[\])]?\t+{_NAME}\t+(\S.*)$"), "tenw"),
    ("bracket-name-time", lazy_pattern(rf"^\[([^\]\n]{{1,60}})\]\s*{_TIMES}\s*$"), "nte"),
    ("name-time", lazy_pattern(rf"^{_NAME}\s*[,、|:：]?\s*[\[(（]{_TIMES}[\])）]\s*[:：]?\s*$"), "nte"),
    ("name-time", lazy_pattern(rf"^{_NAME}\s*[,、|:：–—-]?\s+{_TIMES}\s*$"), "nte"),
    ("name-spoken-time", lazy_pattern(rf"^{_NAME}\s+({_SPOKEN})\s*$"), "nt"),
    ("time-name", lazy_pattern(rf"^[\[(（]?\s*{_TIMES}\s*[\])）]?[\s|,、–—-]+{_NAME}\s*$"), "ten"),
    ("time", lazy_pattern(rf"^[\[(（]?\s*{_TIMES}\s*[\])）]?\s*$"), "te"),
    ("time-text", lazy_pattern(rf"^[\[(（]\s*{_TIMES}\s*[\])）]\s*(\S.*)$"), "tew"),
)
# without a sign between name, time and words: believed only where the whole text is made so (speakers._bare)
_BARE: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("name-time-words", lazy_pattern(rf"^((?:[^\s\d\[\](){{}}<>:：「」、。,]+\s){{1,3}})\s*({_T})\s+(\S.*)$"), "ntw"),
    ("time-name-words", lazy_pattern(rf"^({_T})\s+([^\s\d\[\](){{}}<>:：「」、。,]{{1,24}})\s+(\S.*)$"), "tnw"),
)
_MARKED: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("round", lazy_pattern(r"^[○◯〇●◎]\s*([^\s　○（(]{1,20}(?:[（(][^）)]{1,30}[）)])?)[\s　]+(\S.*)$")),
    ("lenticular", lazy_pattern(r"^[【［]([^】］\n]{1,30})[】］]\s*[:：]?\s*(\S.*)$")),
    ("question", lazy_pattern(r"^(Q|A|問|答)\s*[.．]\s+(\S.*)$")),
    ("bracket-alone", lazy_pattern(r"^[\[【]([^\]】\n]{1,30})[\]】]\s*[:：]?()$")),
    ("bracket-name", lazy_pattern(r"^[\[(（]([^\])）\d\n]{1,30})[\])）]\s*[:：]?\s*(\S.*)$")),
)
_ENUMERATOR = lazy_pattern(
    r"\s*(?:[A-Za-z]{1,2}|[ivxlc]+|[IVXLC]+|[一二三四五六七八九十]+|[ァ-ン]|[ｱ-ﾝ]|[ぁ-ん]"
    r"|第?[0-9０-９一二三四五六七八九十]+.?)\s*"
)
_QUOTED = lazy_pattern(r"^([^\s「」『』。、:：]{1,14})\s*「(.+)」\s*$")
_TABBED = lazy_pattern(r"^([^\t\n:：]{1,30})\t+(\S.*)$")
_LINKED = lazy_pattern(rf"\[\(?({_T})\)?\]\(https?://[^)\s]*\)")  # a time that links to the recording
_EVERYONE = lazy_pattern(
    r"(?:everyone|all|everybody|all panelists(?: and attendees)?|hosts and panelists|meeting group chat|group chat"
    r"|全員|皆様|全員に|皆様に|すべての(?:参加者|パネリスト)|みんな)(?:\s*\(.{0,20}in meeting.{0,20}\))?",
    re.I,
)
_NAMES_FOLLOW = frozenset({"発言者", "発言者名", "話者", "話者名", "スピーカー", "Speaker", "SPEAKER"})
_NARROW = str.maketrans("０１２３４５６７８９：．［］（）", "0123456789:.[]()")
_DAY = r"(?:[月火水木金土日](?:曜日?)?|(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?)\.?"
_DATE_LINE = lazy_pattern(rf"(?:{_DAY},?\s+)?{DATE}\s*[(（]?(?:{_DAY})?[)）]?")
_DATED_NOTE = lazy_pattern(rf"\[?{DATE},?\s+{_T}\]?(?:\s*[-–—])?\s+\S")
_BOLD = lazy_pattern(r"^(?:\*\*|__)\s*([^*_\n:：]{1,40}?)\s*([:：]?)\s*(?:\*\*|__)\s*([:：]?)\s*(.*)$")
# the words stand on the lines below
BLOCK = frozenset({"bracket-name-time", "name-time", "name-spoken-time", "time-name", "time"})


@dataclass(slots=True)
class Head:
    """The beginning of a turn as one line gives it; times in seconds."""

    style: str
    start_s: float | None = None
    end_s: float | None = None
    name: str | None = None
    words: str = ""
    is_short: bool = False  # the time has two parts: minutes and seconds, or hours and minutes
    name_line: int | None = None  # where the name was taken from another line
    date: str = ""


def is_date(line: str) -> bool:
    """Nothing but a date: a new day of a chat."""
    return _DATE_LINE.fullmatch(line.strip()) is not None


def is_dated_note(line: str) -> bool:
    """A date, a time and no name, among messages that have one: the program's own line."""
    return _DATED_NOTE.match(line.strip().lstrip("\u200e\u200f")) is not None


def bare_head(line: str) -> Head | None:
    """The turn that may begin in a line of name, time and words with nothing between them, or None."""
    return _head_of(line, _BARE)


def timed_head(line: str) -> Head | None:
    """The turn that begins in a line with a time, or None."""
    return _head_of(line, _TIMED)


def _head_of(line: str, styles: tuple[tuple[str, re.Pattern[str], str], ...]) -> Head | None:
    line = line.strip()
    if not line or not any(c.isdigit() for c in line[:120]):
        return None
    line = line.lstrip("\u200e\u200f")  # marks of direction, before each message of a telephone's export
    line = _LINKED.sub(r"[\1]", line)
    plain = line[:5000].translate(_NARROW)
    for style, pattern, parts in styles:
        match = pattern.match(plain)
        if match is None:
            continue
        head, receiver = Head(style), ""
        for number, part in enumerate(parts, 1):
            value = (match[number] or "").strip()
            if part == "t":
                head.start_s = _spoken(value) if style == "name-spoken-time" else seconds(value)
                head.is_short = value.count(":") == 1 and not value[-1:].isalpha() and "." not in value
            elif part == "e":
                head.end_s = seconds(value) if value else None
            elif part == "d":
                head.date = value
            elif part == "n":
                head.name = " ".join(line[match.start(number) : match.end(number)].split()).strip("*_ ")
            elif part == "r":
                receiver = " ".join(line[match.start(number) : match.end(number)].split()) if value else ""
            else:
                head.words = line[match.start(number) :].strip()
        if line.startswith(("**", "__")):
            head.words = head.words.lstrip("*_ ")
        if head.name is not None and not is_name(head.name):
            continue
        if receiver and not _EVERYONE.fullmatch(receiver):  # one reader of the chat, not the meeting
            head.name = f"{head.name} [private, to {receiver}]"
        return head
    return None


def _spoken(text: str) -> float:
    """ "1 hour 2 minutes 3 seconds" in seconds."""
    size = {"h": 3600.0, "時": 3600.0, "m": 60.0, "分": 60.0, "s": 1.0, "秒": 1.0}
    return sum(int(number) * size[unit] for number, unit in re.findall(r"(\d+)\s*([hms時分秒])", text))


def colon_head(line: str) -> Head | None:
    """ "Name: words", also with the name in bold."""
    line = line.strip()
    bold = _BOLD.match(line)
    if bold is not None and (bold[2] or bold[3]) and is_name(bold[1]):
        return Head("colon", name=bold[1].strip(), words=bold[4].strip())
    name, words = split_name(line)
    if name in _NAMES_FOLLOW and is_name(words):  # "Speaker: Kim", then the words on the lines below
        return Head("label", name=words.strip())
    return Head("colon", name=_unwrapped(name), words=words.strip()) if name else None


def _unwrapped(name: str) -> str:
    """A name without the brackets or emphasis around it: "[Kim]", "<Kim>", "**Kim**"."""
    name = name.strip("*_ ")
    return name[1:-1].strip() if len(name) > 2 and name[0] + name[-1] in ("[]", "()", "<>", "（）", "［］") else name


def marked_head(line: str) -> Head | None:
    """「○氏名　」, 「【氏名】」 and "(Name)" at the beginning of a line."""
    for style, pattern in _MARKED:
        match = pattern.match(line.strip())
        if match is not None and is_name(match[1]) and (style == "question" or not _ENUMERATOR.fullmatch(match[1])):
            return Head(style, name=match[1].strip(), words=match[2].strip())
    return None


def quoted_head(line: str) -> Head | None:
    """「氏名「言葉」」 on a line."""
    match = _QUOTED.match(line.strip())
    return Head("quoted", name=match[1], words=match[2]) if match and is_name(match[1]) else None


def tabbed_head(line: str) -> Head | None:
    """ "Name<tab>words"."""
    match = _TABBED.match(line.strip())
    return Head("tabbed", name=match[1].strip(), words=match[2].strip()) if match and is_name(match[1]) else None
