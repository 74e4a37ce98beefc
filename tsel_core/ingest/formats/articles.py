"""Labels of paragraphs as lawyers and clerks cite them: "Art. 12(2), para 148", 「第12条第2項, 段落148」."""

from __future__ import annotations

import re

from tsel_core.ingest.formats.behind_clauses import (
    amends_paper,
    carries_words,
    ends_contract,
    has_ended,
    heads_next,
    invites,
    is_bare,
    is_signed,
    last_line,
    lists_parts,
    part_name,
    postscript_name,
    schedule_name,
    sub_part_name,
    title_of,
)
from tsel_core.ingest.items import Items
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.normalize import number_value
from tsel_core.text.units import MEASURE

_D = "0-9０-９一二三四五六七八九十百千〇"
# "第5条に定める" and "Section 4 of the Act" speak of an article and begin none.
_JA_ARTICLE = lazy_pattern(rf"^\s*(第\s*([{_D}]+)\s*条(?:の[{_D}]+)*)(?![のにをはがとでへも及又若並から第、,])")
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


_MEASURE = lazy_pattern(MEASURE)


class Articles:
    """Follows the articles of a document paragraph by paragraph, and leaves them where what stands behind begins."""

    def __init__(self, japanese: bool) -> None:
        self.japanese = japanese
        self._article = ""
        self._section = ""  # a schedule or an amendment, whose articles count anew
        self._alone = False  # the schedule's words stand on the line of its number: what follows need not be of it
        self._title = ""  # a line without a number behind the articles
        self._heading = ""
        self._before = ""  # the paragraph before
        self._behind = False
        self._listing = False  # the paragraphs before are entries of a list
        self._lists = False  # what follows only names the parts of the paper
        self._main = 0  # number of the last article that is in no schedule
        self._seen: set[str] = set()
        self._items = Items()
        self._paragraph = ""  # 「第2項」 of a Japanese article

    def begins(self, line: str) -> bool:
        """A line of plain text begins an article, a clause, a paragraph, an item or a part."""
        patterns = (
            (_JA_ARTICLE, _JA_SECTION, _JA_PARAGRAPH, _JA_ITEM)
            if self.japanese
            else (_EN_ARTICLE, _EN_NUMBERED, _EN_ITEM)
        )
        return any(p.match(line) for p in patterns) or bool(self._part(line))

    def begins_article(self, line: str) -> bool:
        """A line begins an article or a clause of one by its form alone: "2.1 ...", 第2条."""
        match = _JA_ARTICLE.match(line) or _EN_ARTICLE.match(line) or _EN_NUMBERED.match(line)
        return match is not None and (not match[0].strip()[:1].isdigit() or "." in match[0].strip(" .\"“("))

    def leave(self, heading: str = "") -> None:
        """A heading began: the article before it is over."""
        self._article = self._section = self._title = self._before = ""
        self._heading, self._behind = heading, False
        if self._begins(heading):
            self._seen.add(heading)
        else:
            self._main = 0

    def place(self, text: str, is_heading: bool) -> str:
        """ "Art. 12(2)" or 「第12条第2項」 for the paragraph, the part or title it stands under behind them, or ""."""
        found = self._place(text, is_heading)
        last = self._part(last_line(text)) if not is_heading else ""
        if last:  # a title that a reader took for the last line of the paragraph before it
            self._article = self._title = ""
            self._section, self._behind = last, True
        elif any(ends_contract(line) for line in text.split("\n")[1:]):
            self._article = self._section = self._title = ""
        return found

    def _place(self, text: str, is_heading: bool) -> str:
        before, self._before = self._before, text
        part = self._part(text)
        if part:
            listed = not self._seen and (self._lists or bool(schedule_name(before)))  # named above the first article
            self._article = self._title = ""
            self._section = "" if listed else part
            self._behind, self._alone = not listed and not is_heading, carries_words(text)
            return part
        self._lists = lists_parts(text)
        said = postscript_name(text) if self._seen else ""
        if said:
            self._article = self._section = self._title = ""
            self._behind = not is_heading
            return said
        if is_signed(text):
            self._article = self._title = ""
            self._section = "" if ends_contract(text) else self._section
            self._behind = self._behind or (ends_contract(text) and self._begins(self._heading))
        article = self._article_of(text, is_heading)
        if article:
            return article
        amends = amends_paper(text) if self._seen and not is_heading else None
        if amends is not None and not self._section:
            self._article, self._title, self._section = "", "", shorten(amends)
            self._behind = True
            return self._section
        if (self._article or self._title) and not is_heading:
            self._look_for_title(text, before)
        if self._alone and not self._article and not _EN_ITEM.match(text) and not _JA_ITEM.match(text):
            self._section, self._alone = "", False
        return self._inside(text) if self._article else self._section or self._title

    def here(self) -> str:
        """The article, part or title of the paragraph before."""
        return self._article or self._section or self._title

    def of_table(self) -> str:
        """As `here`, for a table that follows."""
        self._before, self._listing = ".", False  # a list that the paragraph before announces is over
        return self.here()

    @property
    def is_behind(self) -> bool:
        """Whether the headings above do not hold for the paragraph: it is signed, or stands in a part of its own."""
        return self._behind

    def _part(self, text: str) -> str:
        """The schedule that a paragraph begins, or another part behind the articles; "" for none."""
        name = schedule_name(text) or (part_name(text) if self._seen else "")
        if not name and self._section and self._behind and sub_part_name(text):
            name = f"{self._section.split(', Part ')[0]}, {sub_part_name(text)}"
        return shorten(name.translate(_FULL))

    def _look_for_title(self, text: str, before: str) -> None:
        """A line without a number ends the article, unless it is the article's own title or part of a list in it."""
        self._listing = invites(before) or (self._listing and not has_ended(before))
        if self._listing:
            return
        if self.japanese and heads_next(text):
            self._article = self._title = ""
        elif not (self._begins(before) and is_bare(before)):
            title = title_of(text, before)
            if title:
                self._article, self._title = "", shorten(title)

    def _begins(self, text: str) -> bool:
        """Whether a paragraph or heading has the number of an article before it."""
        return any(p.match(text) for p in (_JA_ARTICLE, _EN_ARTICLE, _EN_CLAUSE))

    def _begin(self, name: str, number: str) -> str:
        """An article; one of that number was there before: its schedule or heading tells them apart."""
        top = int(number_value(number.split(".")[0]) or 0) if number_value(number.split(".")[0]).isdigit() else 0
        own = any(seen.startswith(f"{self._section} ") for seen in self._seen)
        if self._section and not own and self._main and top and top == self._main + ("." not in number):
            self._section = ""  # the schedule stood among the articles
        where = self._section
        if not where and name in self._seen:
            where = shorten(self._title or self._heading, 24)
        self._items, self._paragraph, self._title, self._listing = Items(), "", "", False
        self._article = f"{where} {name}" if where else name
        self._seen |= {name, self._article}
        if not self._section:
            self._main = top
        return self._article

    def _article_of(self, text: str, is_heading: bool) -> str:
        """The article that a paragraph begins, or ""."""
        if self.japanese:
            match = _JA_ARTICLE.match(text)
            if match:
                return self._begin("".join(match[1].split()).translate(_FULL), match[2])
            if _JA_SECTION.match(text):
                self._article = self._title = ""
            return ""
        match = _EN_ARTICLE.match(text)
        if match:
            word = match[1].lower()
            short = next((v for k, v in _SHORT.items() if word.startswith(k)), "Clause")
            return self._begin(f"{short} {match[2]}", match[2])
        match = _EN_CLAUSE.match(text)
        if match is None or (not is_heading and _MEASURE.match(text, match.end())):
            return ""
        counts_on = match[0].strip() == f"{self._main + 1}."  # behind what stood between the articles
        goes_on = not self._article and self._main > 0 and counts_on
        if "." in match[1] or is_heading or goes_on or self._follows(match[1]):
            return self._begin(f"Clause {match[1]}", match[1])
        return ""

    def _inside(self, text: str) -> str:
        """The paragraph or item of the article."""
        if not self.japanese:
            item = _EN_ITEM.match(text)
            return self._article + self._items.place(item[1]) if item else self._article
        match = _JA_PARAGRAPH.match(text)
        if match:
            self._paragraph = f"第{match[1].translate(_FULL)}項"
            return self._article + self._paragraph
        match = _JA_ITEM.match(text)
        return f"{self._article}{self._paragraph}({match[1].translate(_FULL)})" if match else self._article

    def _follows(self, number: str) -> bool:
        """ "3." after "Clause 2.4"; also behind what stands between two clauses."""
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
