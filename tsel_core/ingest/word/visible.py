"""What of a Word file's text no reader sees: w:vanish, the colour of its background, letters of a point, clear ink."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tsel_core.ingest.formats.text_colours import WHITE, Colour, hex_colour, is_same_colour
from tsel_core.ingest.word.out_of_sight import is_out_of_sight, is_squeezed
from tsel_core.ingest.word.package import W, is_on, local, val
from tsel_core.ingest.word.styles import Styles

USUAL_HALF_POINTS = 20  # of letters whose size the file does not say
MAX_HALF_POINTS = 3  # letters of a point and a half are a line of dust
_HIGHLIGHTS = {
    "black": "000000",
    "white": "FFFFFF",
    "yellow": "FFFF00",
    "red": "FF0000",
    "green": "00FF00",
    "blue": "0000FF",
    "cyan": "00FFFF",
    "magenta": "FF00FF",
    "lightGray": "C0C0C0",
    "darkGray": "808080",
}
_CLEAR = "100000"  # w14:alpha counts how clear, in thousandths of a per cent


class Visibility:
    """Judges runs; properties come from the run, its style and its paragraph's style."""

    def __init__(self, styles: Styles, page: Colour | None = WHITE) -> None:
        self._styles = styles
        self._page = page

    def is_unseen(self, run: Any, paragraph_style: str | None) -> bool:
        """No reader sees the run's text."""
        if is_out_of_sight(run):
            return True
        own = run.find(W + "rPr")
        if own is None and not self._styles.may_hide(paragraph_style):
            return False
        layers = list(self._layers(own, paragraph_style))
        vanish = next((p for p in layers if p.find(W + "vanish") is not None), None)
        if vanish is not None and is_on(vanish, "vanish"):
            return True
        size = next((v for p in layers if (v := val(p, "sz")) is not None), None)
        if size is not None and size.isdigit() and int(size) <= MAX_HALF_POINTS:
            return True
        if is_squeezed(layers, int(size) if size is not None and size.isdigit() else USUAL_HALF_POINTS):
            return True
        return (own is not None and _is_clear(own)) or self._is_same_colour(run, layers, paragraph_style)

    def _layers(self, own: Any, paragraph_style: str | None) -> Iterator[Any]:
        """Properties from the nearest to the farthest."""
        if own is not None:
            yield own
            yield from self._styles.run_properties(val(own, "rStyle"))
        yield from self._styles.run_properties(paragraph_style)

    def _is_same_colour(self, run: Any, layers: list[Any], paragraph_style: str | None) -> bool:
        ink = next((_ink(c) for p in layers if (c := p.find(W + "color")) is not None), None)
        own = run.find(W + "rPr")
        ink = (_filled(own) if own is not None else None) or ink
        if ink is None:
            return False
        ground = self._ground(run, layers, paragraph_style)
        return ground is not None and is_same_colour(ink, ground)

    def _ground(self, run: Any, layers: list[Any], paragraph_style: str | None) -> Colour | None:
        """Colour behind the run; None when it cannot be told."""
        for properties in layers:
            name = val(properties, "highlight")
            if name is not None and name != "none":
                return hex_colour(_HIGHLIGHTS.get(name))
            shade = properties.find(W + "shd")
            if shade is not None and _has_fill(shade):
                return _fill(shade)
        for element in run.iterancestors():
            name = local(element)
            if name == "p":
                shades = [element.find(f"{W}pPr/{W}shd"), *self._styles.shades(paragraph_style)]
            elif name == "tc":
                shades = [element.find(f"{W}tcPr/{W}shd")]
            elif name == "tbl":
                shades = [element.find(f"{W}tblPr/{W}shd")]
                if self._styles.has_shades(val(element, "tblPr/tblStyle")):
                    return None  # which of its rows and columns are filled is the program's to say
            elif name == "txbxContent":
                return self._box(element)
            else:
                continue
            for shade in shades:
                if shade is not None and _has_fill(shade):
                    return _fill(shade)
        return self._page

    def _box(self, element: Any) -> Colour | None:
        """Fill of the text box around."""
        for shape in element.iterancestors():
            name = local(shape)
            if name == "wsp":
                for part in shape:
                    if local(part) == "spPr":
                        fills = {local(c): c for c in part}
                        if "noFill" in fills:
                            return self._page
                        solid = fills.get("solidFill")
                        return None if solid is None or not len(solid) else hex_colour(solid[0].get("val"))
                return None
            if name in ("shape", "rect", "roundrect", "oval"):
                if (shape.get("filled") or "t") in ("f", "false"):
                    return self._page
                fill = shape.get("fillcolor")
                return WHITE if fill is None else hex_colour(fill.split(" ")[0].lstrip("#"))
        return None


def page_colour(document: Any) -> Colour | None:
    """Colour of the page as the file sets it; white by default."""
    background = document.find(W + "background")
    if background is None:
        return WHITE
    return hex_colour(background.get(W + "color")) if not len(background) else None


def _has_fill(shade: Any) -> bool:
    fill = shade.get(W + "fill") or shade.get(W + "themeFill") or "auto"
    return fill != "auto" or (shade.get(W + "val") or "clear") not in ("clear", "nil")


def _ink(colour: Any) -> Colour | None:
    return _of_theme(colour, "theme") or hex_colour(colour.get(W + "val"))


def _of_theme(element: Any, prefix: str) -> Colour | None:
    """Black or white by the theme, which Word draws whatever the colour beside it says; None for others and tints."""
    if any(element.get(f"{W}{prefix}{change}") is not None for change in ("Tint", "Shade")):
        return None
    name = element.get(f"{W}{prefix}{'Color' if prefix == 'theme' else ''}")
    return {"background1": WHITE, "light1": WHITE, "text1": (0, 0, 0), "dark1": (0, 0, 0)}.get(name or "")


def _fill(shade: Any) -> Colour | None:
    """A plain fill's colour; patterns are not followed."""
    kind = shade.get(W + "val") or "clear"
    themed = _of_theme(shade, "themeFill") if kind == "clear" else None
    if themed is not None:
        return themed
    return hex_colour(shade.get(W + ("color" if kind == "solid" else "fill"))) if kind in ("clear", "solid") else None


def _filled(properties: Any) -> Colour | None:
    """The plain ink that Word draws in the place of the run's colour (w14:textFill)."""
    fill = next((child for child in properties if local(child) == "textFill"), None)
    parts = {local(e): e for e in fill.iter()} if fill is not None else {}
    solid = parts.get("srgbClr")
    if solid is None or "gradFill" in parts:
        return None
    return hex_colour(next((value for key, value in solid.attrib.items() if key.endswith("}val")), None))


def _is_clear(properties: Any) -> bool:
    """Ink that Word draws with no colour or wholly clear (w14:textFill)."""
    for child in properties:
        if local(child) == "textFill":
            names = {local(c): c for c in child.iter()}
            alpha = names.get("alpha")
            clear = alpha is not None and _CLEAR in alpha.attrib.values()
            return "noFill" in names or clear
    return False
