"""What an audience does not see of a slide: hidden shapes, shapes beside it, text in its background's colour."""

from __future__ import annotations

from typing import Any

from tsel_core.ingest.formats.presentations.slide_styles import (
    base_placeholders,
    child,
    colour_names,
    local,
    run_properties,
)
from tsel_core.ingest.formats.text_colours import WHITE, Colour, hex_colour, is_same_colour

TINY = 150  # hundredths of a point
_FILLS = frozenset({"gradFill", "blipFill", "pattFill", "grpFill"})
_PLAIN = "1001"  # a theme's first background is of one colour


class SlideLook:
    """Judges the shapes of a slide and the runs of their text."""

    def __init__(self, show: Any, slide: Any) -> None:
        self._width, self._height = show.slide_width or 0, show.slide_height or 0
        self._show, self._slide = show, slide
        self._names = colour_names(slide)
        self._theme = _theme(slide)
        self._ground = self._background()

    def is_gone(self, shape: Any, *, nested: bool) -> bool:
        """The shape is switched off, or lies wholly beside the slide (a group's own places are not followed)."""
        if any(e.get("hidden") in ("1", "true") for e in shape._element.iter() if local(e) == "cNvPr"):
            return True
        left, top, width, height = (getattr(shape, name, None) for name in ("left", "top", "width", "height"))
        if nested or left is None or top is None or width is None or height is None or not self._width:
            return False
        beside = left >= self._width or left + width <= 0 or top >= self._height or top + height <= 0
        return bool(beside and width and height)

    def split(self, shape: Any, paragraph: Any) -> tuple[str, str]:
        """(seen, unseen) text of a paragraph (a:p)."""
        seen: list[str] = []
        unseen: list[str] = []
        for piece in paragraph:
            name = local(piece)
            if name == "br":
                seen.append("\n")
            elif name in ("r", "fld"):
                text = "".join(e.text or "" for e in piece if local(e) == "t")
                (unseen if text.strip() and self._is_unseen(shape, paragraph, piece) else seen).append(text)
            elif name not in ("pPr", "endParaRPr"):
                seen.append("".join(e.text or "" for e in piece.iter() if local(e) == "t"))
        return "".join(seen), "".join(unseen)

    def _is_unseen(self, shape: Any, paragraph: Any, run: Any) -> bool:
        layers = list(run_properties(self._show, self._slide, shape, paragraph, run))
        size = next((p.get("sz") for p in layers if p.get("sz")), None)
        if size is not None and size.isdigit() and int(size) <= TINY:
            return True
        for properties in layers:
            fills = {local(e): e for e in properties}
            if "noFill" in fills:
                return True
            if "solidFill" in fills:
                return self._is_of_its_ground(shape, fills["solidFill"])
            if fills.keys() & _FILLS:
                return False
        return False

    def _is_of_its_ground(self, shape: Any, fill: Any) -> bool:
        """The ink is clear, or of the colour behind it."""
        if any(local(e) == "alpha" and e.get("val") in ("0", "0%") for e in fill.iter()):
            return True
        ink = self._colour(fill)
        ground = None if ink is None else self._behind(shape)
        return ink is not None and ground is not None and is_same_colour(ink, ground)

    def _behind(self, shape: Any) -> Colour | None:
        """Colour behind a shape's text; None where it cannot be told."""
        for holder in (shape, *base_placeholders(shape)):
            own = child(holder._element, "spPr")
            fills = {} if own is None else {local(e): e for e in own}
            if "solidFill" in fills:
                return self._colour(fills["solidFill"])
            if fills.keys() & _FILLS:
                return None
            if "noFill" in fills:
                break
            if child(holder._element, "style") is not None:
                return None
        layout = self._slide.slide_layout
        below = [s for holder in (layout, layout.slide_master) for s in holder.shapes if not s.is_placeholder]
        if any(self._covers(other, shape) for other in (*self._slide.shapes, *below) if other is not shape):
            return None
        return self._ground

    def _covers(self, other: Any, shape: Any) -> bool:
        """Another shape that is not clear lies under or over this one."""
        if other._element is shape._element:
            return False
        sides = [getattr(s, n, None) for s in (other, shape) for n in ("left", "top", "width", "height")]
        numbers = [int(side) for side in sides if side is not None]
        if len(numbers) < len(sides):
            return False
        a, b, c, d, left, top, width, height = numbers
        apart = a >= left + width or left >= a + c or b >= top + height or top >= b + d
        names = {local(e) for e in other._element.iter()}
        return not apart and bool(names & {"solidFill", "gradFill", "blipFill", "pattFill", "pic", "style", "tbl"})

    def _background(self) -> Colour | None:
        layout = self._slide.slide_layout
        for holder in (self._slide, layout, layout.slide_master):
            found = next((e for e in holder._element.iter() if local(e) == "bg"), None)
            if found is None:
                continue
            for element in found.iter():
                if local(element) in ("gradFill", "blipFill", "pattFill"):
                    return None
                if local(element) == "bgRef" and element.get("idx") not in (None, _PLAIN):
                    return None
                if local(element) in ("solidFill", "bgRef"):
                    return self._colour(element)
        return WHITE

    def _colour(self, fill: Any) -> Colour | None:
        for element in fill:
            if len(element):  # made lighter or darker
                return None
            if local(element) == "srgbClr":
                return hex_colour(element.get("val"))
            if local(element) == "sysClr":
                return hex_colour(element.get("lastClr"))
            if local(element) == "schemeClr":
                name = element.get("val") or ""
                return self._theme.get(self._names.get(name, name))
        return None


def _theme(slide: Any) -> dict[str, Colour]:
    """Colours of the theme by name."""
    from lxml import etree

    part = slide.slide_layout.slide_master.part
    found: dict[str, Colour] = {}
    for relation in part.rels.values():
        if relation.is_external or not relation.reltype.endswith("/theme"):
            continue
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        root = etree.fromstring(relation.target_part.blob, parser)
        for scheme in (e for e in root.iter() if local(e) == "clrScheme"):
            for element in scheme:
                value = next(iter(element), None)
                colour = None if value is None else hex_colour(value.get("lastClr") or value.get("val"))
                if colour is not None:
                    found[local(element)] = colour
    return found

