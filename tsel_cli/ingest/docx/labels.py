"""Labels of paragraphs as lawyers and clerks cite them: "Art. 12(2), para 148", 「第12条第2項, 段落148」."""

from __future__ import annotations

import re

_D = "0-9０-９一二三四五六七八九十百千〇"
_JA_ARTICLE = re.compile(rf"^\s*(第\s*[{_D}]+\s*条(?:の[{_D}]+)?)")
_JA_SECTION = re.compile(rf"^\s*(第\s*[{_D}]+\s*[編章節款])")
_JA_PARAGRAPH = re.compile(r"^\s*(?:第\s*)?([0-9０-９]{1,2})(?:\s*項)?[\s　．.、]")
_JA_ITEM = re.compile(r"^\s*[(（]\s*([0-9０-９]{1,2}|[一二三四五六七八九十]{1,3})\s*[)）]")
_EN_ARTICLE = re.compile(r"^\s*(article|art\.|section|sec\.|clause|§)\s*([0-9]+(?:\.[0-9]+)*|[IVXLC]+\b)", re.I)
_EN_CLAUSE = re.compile(r"^\s*(\d{1,3}(?:\.\d{1,3})*)\.?(?:\s+|\s*\t)(?=\S)")
_EN_ITEM = re.compile(r"^\s*\(([a-z]{1,3}|[ivx]{1,5}|\d{1,2})\)", re.I)
_SHORT = {"art": "Art.", "sec": "Sec.", "§": "§"}
_FULL = str.maketrans("０１２３４５６７８９", "0123456789")


class Articles:
    """Follows the articles of a document paragraph by paragraph."""

    def __init__(self, japanese: bool) -> None:
        self.japanese = japanese
        self._article = ""

    def leave(self) -> None:
        """A new chapter or schedule began: the article before it is over."""
        self._article = ""

    def place(self, text: str, is_heading: bool) -> str:
        """ "Art. 12(2)" or 「第12条第2項」 for the paragraph, or "" outside of articles."""
        return self._japanese(text) if self.japanese else self._english(text, is_heading)

    def _japanese(self, text: str) -> str:
        match = _JA_ARTICLE.match(text)
        if match:
            self._article = "".join(match[1].split()).translate(_FULL)
            return self._article
        if _JA_SECTION.match(text):
            self.leave()
            return ""
        if not self._article:
            return ""
        match = _JA_PARAGRAPH.match(text)
        if match:
            return f"{self._article}第{match[1].translate(_FULL)}項"
        match = _JA_ITEM.match(text)
        return f"{self._article}({match[1].translate(_FULL)})" if match else self._article

    def _english(self, text: str, is_heading: bool) -> str:
        match = _EN_ARTICLE.match(text)
        if match and (is_heading or len(text) < 4000):
            word = match[1].lower()
            short = next((v for k, v in _SHORT.items() if word.startswith(k)), "Clause")
            self._article = f"{short} {match[2]}"
            return self._article
        match = _EN_CLAUSE.match(text)
        if match and ("." in match[1] or is_heading):
            self._article = f"Clause {match[1]}"
            return self._article
        if not self._article:
            return ""
        match = _EN_ITEM.match(text)
        return f"{self._article}({match[1]})" if match else self._article


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
