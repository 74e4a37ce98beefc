"""Labels of paragraphs as lawyers and clerks cite them: "Art. 12(2), para 148", 「第12条第2項, 段落148」."""

from __future__ import annotations

import re

from tsel_core.ingest.items import Items
from tsel_core.lazy_pattern import lazy_pattern

_D = "0-9０-９一二三四五六七八九十百千〇"
# "第5条に定める" and "Section 4 of the Act" speak of an article and begin none.
_JA_ARTICLE = lazy_pattern(rf"^\s*(第\s*[{_D}]+\s*条(?:の[{_D}]+)*)(?![のにをはがとでへも及又若並から第、,])")
_JA_SECTION = lazy_pattern(rf"^\s*(第\s*[{_D}]+\s*[編章節款])")
_JA_PARAGRAPH = lazy_pattern(r"^\s*(?:第\s*)?([0-9０-９]{1,2})(?:\s*項)?(?:[\s　、]|[．.](?![0-9０-９]))")
_JA_ITEM = lazy_pattern(r"^\s*[(（]\s*([0-9０-９]{1,2}|[一二三四五六七八九十]{1,3})\s*[)）]")
_EN_ARTICLE = lazy_pattern(
    r"^\s*(article|art\.|section|sec\.|clause|§)\s*([0-9]+(?:\.[0-9]+)*|[IVXLC]+\b)(?!\.?[0-9])"
    r"(?!\s*(?:[,;)(]|(?:of|and|or|above|below|hereof|hereunder|shall|to|through|is|are|in|for|by|does|applies)\b))",
    re.I,
)
_EN_CLAUSE = lazy_pattern(r"^\s*(\d{1,3}(?:\.\d{1,3})*)\.?(?:\s+|\s*\t)(?=\S)")
_EN_NUMBERED = lazy_pattern(r"^\s*\d{1,3}(?:\.\d{1,3})*\.?\s+[A-Z\"“(]")
_EN_ITEM = lazy_pattern(r"^\s*\(([a-z]{1,3}|[ivx]{1,5}|\d{1,2})\)", re.I)
_SHORT = {"art": "Art.", "sec": "Sec.", "§": "§"}
_FULL = str.maketrans("０１２３４５６７８９", "0123456789")


_SCHEDULE = lazy_pattern(
    rf"^\s*((?:別紙|別表|別添|添付|付属書|附属書|様式|附則)\s*(?:第?[{_D}]+(?:号|の[{_D}]+)*)?"
    r"|(?:schedule|exhibit|annex|appendix|attachment|addendum)\s+(?:[A-Z]|\d+|[IVX]+)(?:[.-][0-9A-Z]{1,3})*\b"
    r"|[^\s。、（(]{0,12}(?:覚書|合意書|確認書)(?=\s*$))(?=$|[\s　:：.（(「『—–-])",
    re.I,
)
_CLOSING = lazy_pattern(r"^.{0,12}(?:成立を証(?:する|し)|締結を証)|^\s*in witness whereof", re.I)
_PARTY_JA = "甲|乙|丙|貸主|借主|賃貸人|賃借人|売主|買主|委託者|受託者|発注者|受注者|使用者|労働者|開示者|受領者"
_NO_DUTY = r"(?!.*\b(?:shall|must|may)\b)"
# what is signed stands behind the last clause, and in none
_SIGNED = lazy_pattern(
    rf"^\W*(?:as witness\b|executed (?:as|by|on|in)\b{_NO_DUTY}"
    rf"|(?:duly )?signed\b{_NO_DUTY}.{{0,60}}\b(?:by|for|on|this)\b"
    r"|signed\s*[:：]|signatures?\s*(?:[:：_]|$)|signature page"
    rf"|(?:by|name|title|its)\s*[:：]\s*(?:/s/|_|[A-Z]|$)|/s/|for and on behalf of\b{_NO_DUTY}"
    r"|for (?:the )?[A-Z][\w&.’' -]{0,40}[:：]|yours (?:sincerely|faithfully|truly)\b|accepted and agreed\b"
    r"|(?:i|we) accept\s*[:：]|dated?\s*[:：]"
    r"|(?:上記|以上)(?:の(?:とおり|通り)|を証|、本契約).{0,40}(?:成立|締結|合意|証する|作成|保有)"
    r"|(?:以上を|上記)?.{0,30}(?:締結|成立|合意)の証(?:として|とし)|(?:記名|署名|調印)(?:押印|捺印)?(?:欄|者)"
    rf"|(?:令和|平成|西暦)?[{_D}元]+年[{_D}]+月[{_D}]+日\W*$|(?:締結|作成|契約締結)日[\s　:：]"
    rf"|(?:{_PARTY_JA})(?:[（(][甲乙丙][)）])?(?:[\s　:：]+[^\s　はがをのにと、]+(?!.*[。、])|\s*$))",
    re.I,
)
SCHEDULE_CHARS = 80  # a longer paragraph that begins with "別紙1" speaks of it


class Articles:
    """Follows the articles of a document paragraph by paragraph."""

    def __init__(self, japanese: bool) -> None:
        self.japanese = japanese
        self._article = ""
        self._section = ""  # a schedule, or the heading under which articles count anew
        self._heading = ""
        self._seen: set[str] = set()
        self._items = Items()
        self._paragraph = ""  # 「第2項」 of a Japanese article

    def begins(self, line: str) -> bool:
        """A line of plain text begins an article, a clause, a paragraph or an item; nothing is followed."""
        patterns = (
            (_JA_ARTICLE, _JA_SECTION, _JA_PARAGRAPH, _JA_ITEM)
            if self.japanese
            else (_EN_ARTICLE, _EN_NUMBERED, _EN_ITEM)
        )
        return any(p.match(line) for p in patterns) or (bool(_SCHEDULE.match(line)) and len(line) <= SCHEDULE_CHARS)

    def leave(self, heading: str = "") -> None:
        """A heading began: the article before it is over."""
        self._article = ""
        self._section = ""
        self._heading = heading

    def place(self, text: str, is_heading: bool) -> str:
        """ "Art. 12(2)" or 「第12条第2項」 for the paragraph, or "" outside of articles."""
        match = _SCHEDULE.match(text)
        if match and len(text) <= SCHEDULE_CHARS:
            self._article, self._section = "", " ".join(match[1].split()).translate(_FULL)
            return self._section
        if _CLOSING.match(text) or _SIGNED.match(text.split("\n", 1)[0]):
            self._article = ""
        found = self._japanese(text) if self.japanese else self._english(text, is_heading)
        return found or self._section

    def here(self) -> str:
        """The article or schedule of the paragraph before, for a table that follows it."""
        return self._article or self._section

    def _begin(self, name: str) -> str:
        """An article; one of that number was there before: its schedule or heading tells them apart."""
        where = self._section
        if not where and name in self._seen:
            where = shorten(self._heading, 24)
        self._seen.add(name)
        self._items, self._paragraph = Items(), ""
        self._article = f"{where} {name}" if where else name
        return self._article

    def _japanese(self, text: str) -> str:
        match = _JA_ARTICLE.match(text)
        if match:
            return self._begin("".join(match[1].split()).translate(_FULL))
        if _JA_SECTION.match(text):
            self._article = ""
            return ""
        if not self._article:
            return ""
        match = _JA_PARAGRAPH.match(text)
        if match:
            self._paragraph = f"第{match[1].translate(_FULL)}項"
            return self._article + self._paragraph
        match = _JA_ITEM.match(text)
        return f"{self._article}{self._paragraph}({match[1].translate(_FULL)})" if match else self._article

    def _english(self, text: str, is_heading: bool) -> str:
        match = _EN_ARTICLE.match(text)
        if match:
            word = match[1].lower()
            short = next((v for k, v in _SHORT.items() if word.startswith(k)), "Clause")
            return self._begin(f"{short} {match[2]}")
        match = _EN_CLAUSE.match(text)
        if match and ("." in match[1] or is_heading or self._follows(match[1])):
            return self._begin(f"Clause {match[1]}")
        if not self._article:
            return ""
        match = _EN_ITEM.match(text)
        return self._article + self._items.place(match[1]) if match else self._article

    def _follows(self, number: str) -> bool:
        """ "3." after "Clause 2.4"."""
        before = re.fullmatch(r"Clause (\d+)(?:\.\d+)*", self._article)
        return before is not None and int(number) == int(before[1]) + 1


def paragraph_label(place: str, heading_path: tuple[str, ...], number: int, japanese: bool) -> str:
    """Article, or headings, and the paragraph's number."""
    count = f"段落{number}" if japanese else f"para {number}"
    where = place or " > ".join(shorten(h) for h in heading_path[-3:])
    return f"{where}, {count}" if where else count


def shorten(heading: str, limit: int = 48) -> str:
    """A heading for a label: one line, cut at a word with an ellipsis."""
    text = " ".join(heading.split())
    if len(text) <= limit:
        return text
    cut = text.rfind(" ", limit // 2, limit)
    return text[: cut if cut > 0 else limit].rstrip() + "…"
