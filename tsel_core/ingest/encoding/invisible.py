"""Signs of a text that no reader sees: taken out and counted, whatever file they came from.

Those stay that a script or a picture sign needs: joiners of Arabic and Indic letters, word ends of Thai and Khmer, the
second sign of an emoji, a variant of a kanji. Words that a direction sign turns around are put as they are shown.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field

from tsel_core.lazy_pattern import lazy_pattern

TAGS, VARIANTS, ZERO, HYPHENS, MARKS = (
    "tag characters",
    "variation selectors",
    "zero-width characters",
    "soft hyphens",
    "direction marks",
)
_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_SUSPECT = lazy_pattern(
    "[\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff\ufe00-\ufe0f]"
)
_RUN = lazy_pattern(_SUSPECT.pattern + "+")
_OTHER_RUN = lazy_pattern(_SUSPECT.pattern.replace("\u202a-\u202e", "") + "+")
_NATIONS = ("".join(chr(0xE0000 + ord(c)) for c in name) for name in ("gbeng", "gbsct", "gbwls"))
_FLAG = lazy_pattern(f"\U0001f3f4(?:{'|'.join(_NATIONS)})\U000e007f")
_OVERRIDE = lazy_pattern("([\u202d\u202e])([^\u202a-\u202e\t\n\v\f\r\x85\u2028\u2029]*)(\u202c?)")
OVERRIDES = lazy_pattern("[\u202a-\u202e]")
_MARK = lazy_pattern("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_RIGHT = lazy_pattern("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_TO_LEFT = lazy_pattern(f"[^{_RIGHT.pattern[1:-1]}]*[^\\W{_RIGHT.pattern[1:-1]}_][^{_RIGHT.pattern[1:-1]}]*")
_TO_RIGHT = lazy_pattern(f"{_RIGHT.pattern}(?:[^\n]*{_RIGHT.pattern})?")
_JOINED = lazy_pattern(  # scripts whose letters take joiners
    "[\u0600-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u18af\ua840-\ua87f\ua8e0-\ua8ff\uaa60-\uaa7f\ufb50-\ufdff"
    "\ufe70-\ufefc\U00010a00-\U00010aff\U00011000-\U00011fff\U0001e900-\U0001e95f]"
)
_UNSPACED = lazy_pattern("[\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u19e0-\u19ff\u1a20-\u1aaf]")
_ABOVE = "\u0300-\u036f\u20d0-\u20ff\ufe0f\u200d"
_MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")
_SKIN = lazy_pattern("[\U0001f3fb-\U0001f3ff\ufe0f]")


@dataclass(slots=True)
class Unseen:
    """What was taken out: how many signs of each kind, the words that some spell, those that were turned."""

    counts: Counter[str] = field(default_factory=Counter)
    spelled: list[str] = field(default_factory=list)
    turned: list[str] = field(default_factory=list)
    mixed: list[str] = field(default_factory=list)  # words of two alphabets: seen, and not what they seem

    def add(self, other: Unseen) -> None:
        """Count what was found in another text too."""
        self.counts.update(other.counts)
        self.spelled += other.spelled
        self.turned += other.turned
        self.mixed += other.mixed


def without_invisible(text: str, *, turn: bool = True) -> tuple[str, Unseen | None]:
    """The text as it is shown, and what was taken out; None where nothing was.

    Without `turn` signs that turn words around stay: where the text is markup, or a file of it, they are not at their
    words yet.
    """
    if text.isascii() or not _SUSPECT.search(text):
        return text, None
    found = Unseen()
    text = text.removeprefix("\ufeff")
    if turn and ("\u202d" in text or "\u202e" in text):
        text = _OVERRIDE.sub(lambda match: _turned(match, found), text)
    parts: list[str] = []
    at = 0
    flags = {match.start() + 1: match.end() for match in _FLAG.finditer(text)} if "\U0001f3f4" in text else {}
    is_right = bool(_RIGHT.search(text))
    for match in (_RUN if turn else _OTHER_RUN).finditer(text):
        start, end = match.span()
        kept = text[start:end] if flags.get(start) == end else _kept(text, start, end)
        gone = text[start + len(kept) : end] if text.startswith(kept, start) else text[start:end]
        parts += [text[at:start], kept]
        at = end
        if gone:
            _count(gone, found, is_right)
    return "".join([*parts, text[at:]]), found if found.counts or found.turned else None


def _kept(text: str, start: int, end: int) -> str:
    """The first signs of a run that the sign before them needs: a selector, a joiner, or both."""
    before = text[start - 1] if start else ""
    after = text[end] if end < len(text) else ""
    first, kept = text[start], ""
    if re.match(f"[{_SELECTORS}\u180b-\u180f]", first) and _takes_selector(before, first, after):
        kept, start = first, start + 1
    sign = text[start] if start < end else ""
    if sign in ("\u200c", "\u200d") and sign and end - start == 1:
        is_emoji = _is_picture(before) and (_is_picture(after) or after in "♀♂⚕⚖✈❤" if after else False)
        if _JOINED.match(before or " ") or (sign == "\u200d" and is_emoji):
            kept += sign
    elif sign == "\u200b" and end - start == 1 and _UNSPACED.match(before or " ") and _UNSPACED.match(after or " "):
        kept += sign
    return kept


def _takes_selector(before: str, selector: str, after: str) -> bool:
    if not before:
        return False
    code, base = ord(selector), ord(before)
    if code <= 0x180F:
        return 0x1800 <= base <= 0x18AF
    is_kanji = 0x3400 <= base <= 0x9FFF or 0xF900 <= base <= 0xFAFF or base >= 0x20000
    if code in (0xFE0E, 0xFE0F):
        return _is_picture(before) or after == "\u20e3" or before in "ℹ‼⁉〰〽" or unicodedata.category(before) == "Sm"
    if code >= 0xE0100:
        return is_kanji
    return is_kanji or 0x1000 <= base <= 0x18AF or 0x2190 <= base <= 0x2BFF or 0xA840 <= base <= 0xA87F


def _is_picture(sign: str) -> bool:
    return bool(sign) and (ord(sign) >= 0x1F000 or unicodedata.category(sign) == "So" or bool(_SKIN.match(sign)))


def _count(gone: str, found: Unseen, is_right: bool) -> None:
    tags = [ord(sign) - 0xE0000 for sign in gone if 0xE0000 <= ord(sign) <= 0xE007F]
    selectors = [sign for sign in gone if re.match(f"[{_SELECTORS}]", sign)]
    hyphens, marks = gone.count("\xad"), len(_MARK.findall(gone))
    rest = len(gone) - len(tags) - len(selectors) - hyphens - marks
    if is_right and not re.search("[\u202d\u202e]", gone):
        marks = 0  # such letters need them
    numbers = {TAGS: len(tags), VARIANTS: len(selectors), ZERO: rest, HYPHENS: hyphens, MARKS: marks}
    found.counts.update({kind: number for kind, number in numbers.items() if number})
    for words in ("".join(chr(tag) for tag in tags if 32 <= tag < 127), _of_selectors(selectors)):
        if len(words) > 1:
            found.spelled.append(words)


def _of_selectors(selectors: list[str]) -> str:
    """The words whose bytes selectors stand for, where they do."""
    codes = (ord(sign) for sign in selectors)
    data = bytes(code - 0xFE00 if code < 0xE0000 else code - 0xE0100 + 16 for code in codes)
    try:
        words = data.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    return words if words.isprintable() else ""


def _turned(match: re.Match[str], found: Unseen) -> str:
    """Words under an override as they are shown: those of the other direction are turned around, sign by sign."""
    mark, words, end = match.groups()
    pattern = _TO_LEFT if mark == "\u202e" else _TO_RIGHT
    shown = pattern.sub(lambda part: _reversed(part[0]), words)
    if shown != words:
        found.turned.append(shown.strip())
    return mark + shown + end


def _reversed(words: str) -> str:
    """Sign by sign from the other end; marks above a letter stay with it, brackets are mirrored."""
    groups = re.findall(f"[^{_ABOVE}][{_ABOVE}]*", words, re.S)
    return "".join(reversed(groups)).translate(_MIRRORED)
