"""List numbers: numbering.xml and the styles give each numbered paragraph the text Word shows before it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from tsel_core.ingest.counting import format_number
from tsel_core.ingest.word.package import W, val
from tsel_core.ingest.word.styles import Styles
from tsel_core.lazy_pattern import lazy_pattern

_PLACE = lazy_pattern(r"%([1-9])")
_BULLETS = {
    "": "•",
    "o": "•",
    "\uf0b7": "•",
    "\uf0a7": "•",
    "\uf0d8": "•",
    "\uf0fc": "✓",
    "\uf06c": "•",
    "\uf06e": "•",
}


@dataclass
class Level:
    """One level of a list."""

    start: int = 1
    style: str = "decimal"
    text: str = ""
    restart: int | None = None  # level (from 1) whose step resets this one; None: any higher level; 0: never
    legal: bool = False  # w:isLgl: all numbers in decimal
    suffix: str = "tab"
    paragraph_style: str | None = None


@dataclass
class _List:
    abstract: str
    levels: dict[int, Level]
    overrides: dict[int, int] = field(default_factory=dict)


class Numbering:
    """Counts the numbered paragraphs of a document in its order."""

    def __init__(self, root: Any | None, styles: Styles) -> None:
        self._styles = styles
        self._lists: dict[str, _List] = {}
        self._counts: dict[str, dict[int, int]] = {}  # abstract list -> level -> number
        self._started: set[tuple[str, int]] = set()
        self._style_level: dict[tuple[str, str], int] = {}
        self._plain: tuple[str, int] | None = None  # of a paragraph without properties
        if root is not None:
            self._read(root)

    def _read(self, root: Any) -> None:
        abstracts: dict[str, dict[int, Level]] = {}
        style_links: dict[str, str] = {}
        num_styles: dict[str, str] = {}
        for abstract in root.iterfind(W + "abstractNum"):
            name = abstract.get(W + "abstractNumId") or ""
            abstracts[name] = {_int(e.get(W + "ilvl"), 0): _level(e) for e in abstract.iterfind(W + "lvl")}
            if link := val(abstract, "styleLink"):
                style_links[link] = name
            if link := val(abstract, "numStyleLink"):
                num_styles[name] = link
        for name, link in num_styles.items():
            if not abstracts[name]:
                abstracts[name] = abstracts.get(style_links.get(link, ""), {})
        for num in root.iterfind(W + "num"):
            abstract_id = val(num, "abstractNumId") or ""
            levels = dict(abstracts.get(abstract_id, {}))
            entry = _List(num_styles.get(abstract_id, abstract_id), levels)
            for override in num.iterfind(W + "lvlOverride"):
                index = _int(override.get(W + "ilvl"), 0)
                own = override.find(W + "lvl")
                if own is not None:
                    levels[index] = _level(own)
                start = val(override, "startOverride")
                if start is not None:
                    entry.overrides[index] = _int(start, 1)
            number = num.get(W + "numId") or ""
            self._lists[number] = entry
            for index, level in levels.items():
                if level.paragraph_style:
                    self._style_level[(number, level.paragraph_style)] = index

    def number(self, paragraph: Any) -> tuple[str, int]:
        """(text before the paragraph such as "第3条 " or "(b) ", level from 0); ("", -1) when it has none."""
        num_id, index = self._place(paragraph)
        entry = self._lists.get(num_id)
        if entry is None or index not in entry.levels:
            return "", -1
        level = entry.levels[index]
        counts = self._counts.setdefault(entry.abstract, {})
        first_use = (num_id, index) not in self._started
        self._started.add((num_id, index))
        if index in entry.overrides and first_use:
            counts[index] = entry.overrides[index]
        elif index in counts:
            counts[index] += 1
        else:
            counts[index] = level.start
        for deeper in [i for i in counts if i > index]:
            restart = entry.levels[deeper].restart if deeper in entry.levels else None
            if restart is None or (restart != 0 and index + 1 <= restart):
                del counts[deeper]
        if level.style == "bullet":
            return _BULLETS.get(level.text, level.text if level.text.isprintable() else "•") + " ", index
        text = self._text(entry, level, counts)
        return text + ("" if not text or level.suffix == "nothing" or text[-1].isspace() else " "), index

    def _text(self, entry: _List, level: Level, counts: dict[int, int]) -> str:
        def place(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            other = entry.levels.get(at, Level())
            value = counts.setdefault(at, other.start)
            style = "decimal" if level.legal and other.style not in ("bullet", "none") else other.style
            return format_number(value, style)

        return _PLACE.sub(place, level.text)

    def _place(self, paragraph: Any) -> tuple[str, int]:
        """numId and level: the paragraph's own, else its style's."""
        if paragraph.find(W + "pPr") is None and self._plain is not None:
            return self._plain
        style = val(paragraph, "pPr/pStyle") or self._styles.default
        num_id = val(paragraph, "pPr/numPr/numId")
        level = val(paragraph, "pPr/numPr/ilvl")
        if num_id is None:
            num_id, style_level, owner = self._styles.numbering(style)
            if num_id is None:
                if paragraph.find(W + "pPr") is None:
                    self._plain = "", -1
                return "", -1
            if level is None:
                level = style_level
                if level is None and owner is not None:
                    level = str(self._style_level.get((num_id, owner), 0))
        if num_id == "0":
            return "", -1
        return num_id, _int(level, 0)


def _level(element: Any) -> Level:
    restart = val(element, "lvlRestart")
    legal = element.find(W + "isLgl")
    style = val(element, "numFmt")
    if style is None:  # newer formats hide in mc:AlternateContent
        found = next((e for e in element.iter(W + "numFmt")), None)
        style = "decimal" if found is None else found.get(W + "val") or "decimal"
    return Level(
        start=_int(val(element, "start"), 1 if val(element, "start") is not None else 0),
        style=style,
        text=val(element, "lvlText") or "",
        restart=None if restart is None else _int(restart, 0),
        legal=legal is not None and (legal.get(W + "val") or "1") not in ("0", "false", "off"),
        suffix=val(element, "suff") or "tab",
        paragraph_style=val(element, "pStyle"),
    )


def _int(text: str | None, default: int) -> int:
    try:
        return int(text) if text is not None else default
    except ValueError:
        return default
