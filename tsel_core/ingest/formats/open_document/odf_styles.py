"""Styles of an OpenDocument file: what they hide, and how lists count."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tsel_core.ingest.counting import format_number
from tsel_core.ingest.formats.text_colours import WHITE, hex_colour, is_same_colour

_FORMATS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman",
            "１, ２, ３, ...": "decimalFullWidth", "一, 二, 三, ...": "japaneseCounting",
            "ア, イ, ウ, ...": "aiueoFullWidth",
            "イ, ロ, ハ, ...": "irohaFullWidth", "①, ②, ③, ...": "decimalEnclosedCircle"}  # fmt: skip


_LOOKS = ("text-properties", "paragraph-properties", "table-cell-properties")


class OdfStyles:
    """Styles by family and name, of both parts of the file."""

    def __init__(self, content: Any, styles: Any | None) -> None:
        self._styles: dict[tuple[str, str], Any] = {}
        self._lists: dict[str, Any] = {}
        self._unseen: dict[tuple[str, str, bool], bool] = {}
        for root in (styles, content):
            for element in () if root is None else root.iter():
                name = local(element)
                if name == "style":
                    self._styles[(_get(element, "family") or "", _get(element, "name") or "")] = element
                elif name == "list-style":
                    self._lists[_get(element, "name") or ""] = element
                elif name == "outline-style":
                    self._lists["@outline"] = element

    def is_unseen(self, element: Any, *, filled: bool) -> bool:
        """The style of a paragraph or span hides its text: switched off, white on white, letters of a point."""
        family = "text" if local(element) in ("span", "a") else "paragraph"
        key = (family, _get(element, "style-name") or "", filled)
        if key not in self._unseen:
            self._unseen[key] = self._judge(*key)
        return self._unseen[key]

    def is_unseen_cell(self, name: str) -> bool:
        """The style of a sheet's cell hides what it says."""
        key = ("table-cell", name, False)
        if key not in self._unseen:
            self._unseen[key] = self._judge(*key)
        return self._unseen[key]

    def _judge(self, family: str, name: str, filled: bool) -> bool:
        found: dict[str, str] = {}
        for style in self._chain(family, name):
            for properties in style:
                if local(properties) in _LOOKS:
                    for key, value in properties.attrib.items():
                        found.setdefault(key.rsplit("}", 1)[-1], value)
        if found.get("display") == "none":
            return True
        size = found.get("font-size", "")
        if size.endswith("pt") and size[:-2].replace(".", "", 1).isdigit() and float(size[:-2]) <= 1.5:
            return True
        ink = hex_colour(found.get("color"))
        ground = hex_colour(found.get("background-color"))
        if ink is None or (ground is None and filled):
            return False
        return is_same_colour(ink, ground or WHITE)

    def is_filled(self, cell: Any) -> bool:
        """A table cell has a colour of its own behind its text."""
        for style in self._chain("table-cell", _get(cell, "style-name") or ""):
            for properties in style:
                if (_get(properties, "background-color") or "transparent") != "transparent":
                    return True
        return False

    def _chain(self, family: str, name: str) -> Iterator[Any]:
        seen: set[str] = set()
        while name and name not in seen and (family, name) in self._styles:
            seen.add(name)
            style = self._styles[(family, name)]
            yield style
            name = _get(style, "parent-style-name") or ""

    def is_hidden_section(self, element: Any) -> bool:
        """A section that is switched off."""
        return (_get(element, "display") or "true") in ("none", "false")

    def list_start(self, name: str, level: int) -> int:
        """Number of the first item."""
        found = self._level(name, level)
        start = None if found is None else _get(found, "start-value")
        return int(start) if start is not None and start.isdigit() else 1

    def list_prefix(self, name: str, level: int, counts: dict[int, int]) -> str:
        """What stands before an item: "2.1 " or "• "; "" without a style for it."""
        found = self._level(name, level)
        if found is None:
            return "" if name == "@outline" else "- "
        if local(found) == "list-level-style-bullet":
            sign = _get(found, "bullet-char") or "•"
            return ("•" if 0xE000 <= ord(sign[0]) <= 0xF8FF else sign) + " "
        style = _get(found, "num-format") or ""
        if not style:
            return ""
        shown = _get(found, "display-levels") or "1"
        first = max(1, level - (int(shown) if shown.isdigit() else 1) + 1)
        numbers = []
        for at in range(first, level + 1):
            upper = self._level(name, at)
            form = style if upper is None else _get(upper, "num-format") or style
            numbers.append(format_number(counts.get(at, 1), _FORMATS.get(form, "decimal")))
        text = (_get(found, "num-prefix") or "") + ".".join(numbers) + (_get(found, "num-suffix") or "")
        return text.rstrip() + " "

    def _level(self, name: str, level: int) -> Any | None:
        style = self._lists.get(name)
        for element in () if style is None else style:
            if _get(element, "level") == str(level):
                return element
        return None


def local(element: Any) -> str:
    """Name of an element without its namespace."""
    return element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""


def _get(element: Any, name: str) -> str | None:
    return next((v for k, v in element.attrib.items() if k.rsplit("}", 1)[-1] == name), None)
