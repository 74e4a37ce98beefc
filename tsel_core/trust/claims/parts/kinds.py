"""What kind of claim a sentence of an answer makes: something to cite, a heading, a bare Yes or No."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.refusal import is_refusal
from tsel_core.text.yes_no import SAYS_EITHER, SAYS_NO
from tsel_core.trust.passages import features

YES_NO = SAYS_EITHER
_GOES_ON = lazy_pattern(r"\w+ \w")  # "No consta en el documento": its first word is no verdict
MAX_YES_WEIGHT = 4.0  # of the words that follow a bare Yes or No
_CONTENT = lazy_pattern(r"[0-9\u3400-\u9fff\u30a1-\u30fa]|\b[A-Z]\b")  # a lone kanji or letter can be an answer
_HEADING = lazy_pattern(r"^[#*\s]*[^.。!?]{1,40}[:：][*\s]*$")
_LIST_MARK = lazy_pattern(r"[\s*_]*(?:[(（]?(?:\d{1,3}|[a-z])[.)．）]|[-*•・])[\s*_]*")
_SHOUTED = 12  # words of a line in capitals that is no heading any more
MARKS, LEAST_QUOTED = " \"“”「」『』.。", 12  # around a quotation; characters of one
# the number of a clause, with its heading where that stands in brackets
_NUMBERED = lazy_pattern(
    r"^(?:\d{1,3}(?:\.\d{1,3})+(?=\s)|\(?\d{1,3}(?:\.\d+)*[.)．）]|\d{1,2}\u3000"
    r"|第[0-9０-９一二三四五六七八九十百]+条(?:の\d+)?\s*(?:[(（][^)）]*[)）])?)\s*"
)


def is_bare_yes_no(sentence: str) -> bool:
    """Whether a sentence is a Yes or No with next to nothing behind it."""
    text = sentence.strip()
    if _GOES_ON.match(text) and is_refusal(text):
        return False
    return YES_NO.match(text) is not None and sum(features(sentence).values()) < MAX_YES_WEIGHT


def says_no(answer: str) -> bool:
    """Whether an answer begins with No."""
    return SAYS_NO.match(answer.strip()) is not None


def is_list_mark(text: str) -> bool:
    """Whether a text is only the mark of a list's item ("1.", "(b)"): it states nothing and is no source."""
    return _LIST_MARK.fullmatch(text.strip(" \"“”「」『』")) is not None


def says_something(claim: str) -> bool:
    """Whether there is anything to cite: わかりました or "It is." would be cited for the question's words."""
    if _HEADING.match(claim):
        return False
    return bool(features(claim)) or YES_NO.match(claim.strip()) is not None or _CONTENT.search(claim) is not None


def is_statement(text: str) -> bool:
    """Whether a sentence says something: a question in a meeting, a lone number or a line of names is no clause."""
    bare = text.strip().rstrip("」』）)\"”")
    if len(bare) <= 5 or bare.endswith(("?", "？", "か。", "か")):
        return False
    words = re.findall(r"[A-Za-z]+", bare)
    lower = sum(w.islower() for w in words)
    return not bare.isascii() or len(words) < 2 or lower >= max(2, len(words) / 3) or len(words) > _SHOUTED


_ANNOUNCES = lazy_pattern(
    r"^(?:それでは|では|じゃあ|さて|次は|次に|続いて|続きまして|まず|最後に|議題)?[、\s]*(?:[一二三四五六七八九十\d]+(?:つ|番)目[、は]?|議題[\d一二三四五六七八九十]*[、は]?)?"
    r"[^。、]{0,24}(?:の件|の話|の日程|の議題|の報告|の確認|について)"
    r"(?:です(?:が|ね)?|に移ります|に入ります|をお願いします|から始めます)?[。．]?$"
    r"|^(?:ok(?:ay)?,? |right,? |so,? |now,? )?"
    r"(?:next|first|second|third|last|finally|item \d+|number \w+|agenda)\b[^.?!]{0,40}[.:]?$",
    re.I,
)


def announces(text: str) -> bool:
    """Whether a sentence only says what is talked about next: "Next, the date.", それでは三つ目、日程の件です。"""
    return _ANNOUNCES.match(text.strip()) is not None


def unnumbered(text: str) -> str:
    """A sentence without the number of its clause and the heading behind that."""
    return _NUMBERED.sub("", text)
