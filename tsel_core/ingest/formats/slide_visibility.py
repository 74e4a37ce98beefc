"""What an audience does not see of a slide: hidden shapes, shapes beside it, text in its background's colour."""

from __future__ import annotations

from typing import Any

from tsel_core.ingest.formats.text_colours import WHITE, Colour, hex_colour, is_same_colour

TINY = 150  # hundredths of a point
_MAPPED = {"bg1": "lt1", "bg2": "lt2", "tx1": "dk1", "tx2": "dk2"}


class SlideLook:
    """Judges the shapes of a slide and the runs of their text."""

    def __init__(self, show: Any, slide: Any) -> None:
        self._width, self._height = show.slide_width or 0, show.slide_height or 0
        self._slide = slide
        self._theme = _theme(slide)
        self._ground = self._background()

    def is_gone(self, shape: Any, *, nested: bool) -> bool:
        """The shape is switched off, or lies wholly beside the slide (a group's own places are not followed)."""
        if any(e.get("hidden") in ("1", "true") for e in shape._element.iter() if _local(e) == "cNvPr"):
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
        for child in paragraph:
            name = _local(child)
            if name == "br":
                seen.append("\n")
            elif name in ("r", "fld"):
                text = "".join(e.text or "" for e in child if _local(e) == "t")
                (unseen if text.strip() and self._is_unseen(shape, child) else seen).append(text)
            elif name not in ("pPr", "endParaRPr"):
                seen.append("".join(e.text or "" for e in child.iter() if _local(e) == "t"))
        return "".join(seen), "".join(unseen)

    def _is_unseen(self, shape: Any, run: Any) -> bool:
        properties = next((e for e in run if _local(e) == "rPr"), None)
        if properties is None:
            return False
        size = properties.get("sz")
        if size is not None and size.isdigit() and int(size) <= TINY:
            return True
        fills = {_local(e): e for e in properties}
        if "noFill" in fills:
            return True
        if "solidFill" not in fills:
            return False
        if any(_local(e) == "alpha" and e.get("val") in ("0", "0%") for e in fills["solidFill"].iter()):
            return True
        ink, ground = self._colour(fills["solidFill"]), self._behind(shape)
        return ink is not None and ground is not None and is_same_colour(ink, ground)

    def _behind(self, shape: Any) -> Colour | None:
        """Colour behind a shape's text; None where it cannot be told."""
        own = next((e for e in shape._element if _local(e) == "spPr"), None)
        fills = {} if own is None else {_local(e): e for e in own}
        if "solidFill" in fills:
            return self._colour(fills["solidFill"])
        if fills.keys() & {"gradFill", "blipFill", "pattFill", "grpFill"}:
            return None
        if "noFill" not in fills and any(_local(e) == "style" for e in shape._element):
            return None
        if any(self._covers(other, shape) for other in self._slide.shapes if other is not shape):
            return None
        return self._ground

    def _covers(self, other: Any, shape: Any) -> bool:
        """Another shape that is not clear lies under or over this one."""
        if other.shape_id == shape.shape_id:
            return False
        sides = [getattr(s, n, None) for s in (other, shape) for n in ("left", "top", "width", "height")]
        numbers = [int(side) for side in sides if side is not None]
        if len(numbers) < len(sides):
            return False
        a, b, c, d, left, top, width, height = numbers
        apart = a >= left + width or left >= a + c or b >= top + height or top >= b + d
        names = {_local(e) for e in other._element.iter()}
        return not apart and bool(names & {"solidFill", "gradFill", "blipFill", "pattFill", "pic", "style", "tbl"})

    def _background(self) -> Colour | None:
        layout = self._slide.slide_layout
        for holder in (self._slide, layout, layout.slide_master):
            found = next((e for e in holder._element.iter() if _local(e) == "bg"), None)
            if found is None:
                continue
            for element in found.iter():
                if _local(element) in ("gradFill", "blipFill", "pattFill"):
                    return None
                if _local(element) in ("solidFill", "bgRef"):
                    return self._colour(element)
        return WHITE

    def _colour(self, fill: Any) -> Colour | None:
        for element in fill:
            if len(element):  # made lighter or darker
                return None
            if _local(element) == "srgbClr":
                return hex_colour(element.get("val"))
            if _local(element) == "sysClr":
                return hex_colour(element.get("lastClr"))
            if _local(element) == "schemeClr":
                name = element.get("val") or ""
                return self._theme.get(_MAPPED.get(name, name))
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
        for scheme in (e for e in root.iter() if _local(e) == "clrScheme"):
            for element in scheme:
                value = next(iter(element), None)
                colour = None if value is None else hex_colour(value.get("lastClr") or value.get("val"))
                if colour is not None:
                    found[_local(element)] = colour
    return found


def _local(element: Any) -> str:
    return element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""
