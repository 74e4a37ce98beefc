# ruff: noqa: E501 (one pattern a line)
"""Titles of written minutes that no number marks (報告事項, その他, "Pension"), and how an item names its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.sweep.meetings.written.labels import BULLET, inline_label, is_bullet, label_line, topic_line, zone_of
from tsel_core.sweep.sentences import Sentence

_LONGEST = {"en": 60, "ja": 24}  # characters of a title
_WORDS = 7  # of an English one
_TITLE_EN = lazy_pattern(r"[A-Z][\w'’,&/() -]*[\w)]")
_TITLE_JA = lazy_pattern(r"[^\s\u3000、。，,.:：;；?？!！→「」0-9０-９]+")
_NO_TITLE_JA = lazy_pattern(r"(?:[たるいすん]|です|ます|こと|以上|なし|氏|さん|様|殿)$|議事(?:録|要旨|概要|メモ)|会議録|株式会社|(?:取締役|社長|部長|課長|理事|監事|委員長?)$|^以上")
# "次回開催 2024年12月19日(木) 午前10時": a section of one line
_NEXT = lazy_pattern(r"(?i)^(?:次回(?:の)?(?:会議|会合|開催|定例会?|理事会|委員会|取締役会|予定|日程|日時)?(?:の?(?:日程|日時|予定|開催日))?(?=[\s\u3000:：]|$)|(?:date of )?next meeting\b)")
_NUMBERED = lazy_pattern(r"\d{1,2}[.)]?\s+(?P<title>[A-Z][\w'’,&/() -]*(?::\s|\s[-–—]\s)[\w'’,&/() -]*[\w)])")
_RESOLUTION = lazy_pattern(r"^(?P<number>(?:第[0-9０-９一二三四五六七八九十]+号?議案|議案第?[0-9０-９一二三四五六七八九十]+号?|議題[0-9０-９一二三四五六七八九十]+))[\s\u3000:：]*(?P<rest>[^。\n\t]{0,60})$")
_NUMBER = lazy_pattern(r"^\s*(?:\d{1,3}(?:\.\d{1,2})*[.)．）]?|[（(]\d{1,2}[)）])[\s\u3000]+")
GENERAL = lazy_pattern(r"(?i)^(?:any other business|aob|a\.o\.b\.?|other (?:business|matters)|matters arising.*|(?:matters for |items for )?(?:information|discussion|decision)|reports?|business|minutes|discussion|agenda|.*その他.*|報告(?:事項)?|連絡(?:事項)?|議事.*|協議(?:事項)?|審議(?:事項)?|議題|決議事項|質疑(?:応答)?|閉会.*)$")


def with_titles(sentences: Sequence[Sentence], lang: str) -> list[Sentence]:
    """The sentences under titles of their own where a line without a number is one; 第3号議案の再審議 is whole."""
    made: list[Sentence] = []
    lines = [list(g) for _, g in groupby(sentences, key=lambda s: (s.turn, s.speaker))]
    own, numbered = "", ""
    for at, line in enumerate(lines):
        first = line[0]
        if first.speaker:
            made += line
            continue
        if first.heading != numbered:
            numbered, own = first.heading, ""
        resolution = _resolution(line, lang)
        if resolution:
            own = resolution
        elif (titled := _numbered_title(line, lines[at + 1] if at + 1 < len(lines) else None, lang)) != "":
            own = titled
        elif _is_title(line, lines[at + 1] if at + 1 < len(lines) else None, lang):
            own = first.text.strip()
        elif _NEXT.match(first.text):
            own = "Next meeting" if lang == "en" else "次回"
        made += [replace(s, heading=own or s.heading) for s in line]
    return made


def _resolution(line: Sequence[Sentence], lang: str) -> str:
    """第3号議案 with its title, of a line that is nothing else."""
    if lang != "ja" or len(line) > 1 or line[0].cells:
        return ""
    match = _RESOLUTION.match(line[0].text.strip())
    if match is None or re.search(r"[、,]|(?:た|する|される|なる)$", match["rest"]):
        return ""
    rest = match["rest"].strip()
    return f"{match['number']}{'' if rest[:1] in ('の', 'に', '') else ' '}{rest}"


def _numbered_title(line: Sequence[Sentence], after: Sequence[Sentence] | None, lang: str) -> str:
    """The title of a numbered line that says two things ("4. Grain store: further business"), "" for any other line."""
    text = " ".join(s.text for s in line).strip()
    match = _NUMBERED.fullmatch(text) if lang == "en" and not line[0].cells else None
    if match is None or after is None or after[0].speaker or after[0].cells or zone_of(match["title"]) is not None:
        return ""
    behind = after[-1].text.rstrip()
    short = len(match["title"].split()) <= _WORDS and inline_label(text) is None
    return match["title"] if short and behind[-1:] == "." and len(behind) > len(text) and not is_bullet(after[0].text) else ""


def _is_title(line: Sequence[Sentence], after: Sequence[Sentence] | None, lang: str) -> bool:
    """Whether a short line without an end stands over running text."""
    first = line[0]
    text = first.text.strip()
    if len(line) > 1 or first.cells or after is None or after[0].speaker or after[0].cells:
        return False
    if len(text) > _LONGEST[lang] or is_bullet(text) or zone_of(text) is not None or label_line(text) or topic_line(text):
        return False
    if lang == "ja":
        if _TITLE_JA.fullmatch(text) is None or _NO_TITLE_JA.search(text):
            return False
    elif _TITLE_EN.fullmatch(text) is None or len(text.split()) > _WORDS or text.isupper():
        return False
    behind = after[-1].text.rstrip()
    return behind[-1:] in ".。" and len(behind) > len(text) and not after[0].text[:1].islower()


def title_of(heading: str) -> str:
    """A heading as it stands before an item: without its number, の件, and remarks in brackets at its end."""
    bare = re.sub(r"[\s\u3000]*[（(][^()（）]*[)）]?$", "", _NUMBER.sub("", heading).strip())
    return re.sub(r"(?:について|の件)$", "", bare).strip()


def is_resolution(title: str) -> bool:
    """Whether a title is that of a resolution put to a board (第3号議案 ...)."""
    return re.match(r"第[0-9０-９一二三四五六七八九十]+号?議案|議案第?[0-9０-９一二三四五六七八九十]+号|議題[0-9０-９一二三四五六七八九十]+", title) is not None


def subtitle_of(line: str) -> str:
    """What a part of an item is about: "(a) Pay. The union ..."."""
    match = re.match(r"\s*\(?(?:[a-z]|[ivx]{1,4})[).]\s+(?P<title>[A-Z][\w'’&/ -]{2,40})\.(?=\s|$)", line)
    return match["title"] if match and len(match["title"].split()) <= 5 else ""


def is_entry(line: str) -> bool:
    """Whether a line is an entry of a list."""
    return BULLET.match(line) is not None and is_bullet(line)
