"""Paragraph styles: heading level, list numbering, run properties, each through the chain of basedOn."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tsel_core.ingest.word.package import W, val
from tsel_core.lazy_pattern import lazy_pattern

_HEADING = lazy_pattern(
    r"(?:heading|見出し|überschrift|titre|título|titolo|rubrik|kop|标题|標題|제목)\s*([1-9１-９])", re.I
)


class Styles:
    """Styles of a document by their ids."""

    def __init__(self, root: Any | None) -> None:
        self._by_id: dict[str, Any] = {}
        self.default: str | None = None
        self._levels: dict[str, int | None] = {}
        self._runs: dict[str | None, list[Any]] = {}
        self._may_hide: dict[str | None, bool] = {}
        self._defaults = None if root is None else root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
        for style in () if root is None else root.iterfind(W + "style"):
            style_id = style.get(W + "styleId") or ""
            self._by_id[style_id] = style
            if style.get(W + "type") == "paragraph" and (style.get(W + "default") or "0") in (
                "1",
                "true",
                "on",
            ):
                self.default = style_id

    def _chain(self, style_id: str | None) -> Iterator[tuple[str, Any]]:
        seen: set[str] = set()
        while style_id and style_id not in seen and style_id in self._by_id:
            seen.add(style_id)
            style = self._by_id[style_id]
            yield style_id, style
            style_id = val(style, "basedOn")

    def heading_level(self, paragraph: Any) -> int | None:
        """1 to 9 for a heading (0 for a title), None for other paragraphs."""
        own = val(paragraph, "pPr/outlineLvl")
        if own is not None and own.isdigit():
            return int(own) + 1 if int(own) < 9 else None
        style_id = val(paragraph, "pPr/pStyle")
        if style_id is None:
            return None
        if style_id not in self._levels:
            self._levels[style_id] = self._style_level(style_id)
        return self._levels[style_id]

    def _style_level(self, style_id: str) -> int | None:
        for name, style in self._chain(style_id):
            shown = val(style, "name") or name
            if shown.lower() in ("title", "表題"):
                return 0
            match = _HEADING.match(shown) or re.fullmatch(r"heading([1-9])", name, re.I)
            if match:
                return int(match[1])
            level = val(style, "pPr/outlineLvl")
            if level is not None and level.isdigit():
                return int(level) + 1 if int(level) < 9 else None
        match = re.fullmatch(r"heading ?([1-9])", style_id, re.I)  # a style that the file does not define
        return int(match[1]) if match and style_id not in self._by_id else None

    def numbering(self, style_id: str | None) -> tuple[str | None, str | None, str | None]:
        """(numId, level, id of the style that has it) of the style's list; (None, None, None) without one."""
        for name, style in self._chain(style_id):
            num_id = val(style, "pPr/numPr/numId")
            if num_id is not None:
                return num_id, val(style, "pPr/numPr/ilvl"), style_id if style_id else name
        return None, None, None

    def run_properties(self, style_id: str | None) -> list[Any]:
        """w:rPr of the style and of those it is based on, the nearest first; the file's defaults come last."""
        if style_id not in self._runs:
            found = (style.find(W + "rPr") for _, style in self._chain(style_id))
            self._runs[style_id] = [p for p in (*found, self._defaults) if p is not None]
        return self._runs[style_id]

    def shades(self, style_id: str | None) -> list[Any]:
        """w:shd of the paragraph style and of those it is based on."""
        found = (style.find(f"{W}pPr/{W}shd") for _, style in self._chain(style_id))
        return [shade for shade in found if shade is not None]

    def has_shades(self, style_id: str | None) -> bool:
        """A table style fills some of its cells."""
        return any(next(style.iter(W + "shd"), None) is not None for _, style in self._chain(style_id))

    def may_hide(self, style_id: str | None) -> bool:
        """The style changes what a run's visibility depends on."""
        if style_id not in self._may_hide:
            marks = ("vanish", "color", "sz", "w", "spacing", "position", "fitText")
            layers = self.run_properties(style_id)
            self._may_hide[style_id] = any(p.find(W + mark) is not None for p in layers for mark in marks)
        return self._may_hide[style_id]
