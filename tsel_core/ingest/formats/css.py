"""What a web page hides from its readers: the styles of its elements, as far as they decide that."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from tsel_core.ingest.formats.text_colours import WHITE, Colour, is_same_colour

MAX_MATCHES = 8_000_000  # rules times elements that are looked at; a page with more is read without its rules
FAR_PX = 500  # text that begins so far left of or above the page is out of it
TINY_PX = 1.5
_WANTED_NAMES = (
    "display visibility opacity color background background-color background-image font-size position left top"
    " right bottom text-indent clip clip-path height width max-height max-width overflow transform font filter"
    " content-visibility mask mask-image -webkit-mask -webkit-mask-image zoom letter-spacing -webkit-text-fill-color"
    " margin margin-left margin-top translate"
)
_WANTED = frozenset(_WANTED_NAMES.split())
_LENGTH = re.compile(r"(-?\d*\.?\d+)\s*(px|pt|em|rem|ex|vw|vh|in|cm|mm|%)?", re.I)
_PIXELS = {"px": 1.0, "": 1.0, "pt": 4 / 3, "em": 16.0, "rem": 16.0, "ex": 8.0, "vw": 12.0, "vh": 8.0, "in": 96.0,
           "cm": 37.8, "mm": 3.78}  # fmt: skip
_NOTHING = re.compile(r"rect\((?:\s*[01](?:px)?[\s,]*){4}\)|inset\(\s*(?:50|100)%|circle\(\s*0")

_OPACITY = re.compile(r"opacity\(([^)]*)\)")
_CLEAR_MASK = re.compile(
    r"gradient\((?:[^(),]*\b(?:deg|turn|to|at|circle|ellipse)\b[^(),]*,)?\s*(?:transparent[^(),]*,?\s*)+\)"
)
_MASKS = ("mask", "mask-image", "-webkit-mask", "-webkit-mask-image")
_SHIFT = re.compile(r"translate(?:x|y|3d)?\(([^)]*)\)")

Rules = dict[str, tuple[tuple[bool, bool, tuple[int, int, int], int], str]]


@dataclass(frozen=True)
class Look:
    """What text in an element looks like; `is_gone`: nothing inside is drawn, whatever it says."""

    is_gone: bool = False
    is_hidden: bool = False
    ink: Colour | None = (0, 0, 0)
    is_clear: bool = False
    ground: Colour | None = WHITE  # None: a picture, or a colour that is not known
    size_px: float = 16.0

    @property
    def is_seen(self) -> bool:
        """A reader sees text here."""
        if self.is_gone or self.is_hidden or self.is_clear or self.size_px <= TINY_PX:
            return False
        return self.ink is None or self.ground is None or not is_same_colour(self.ink, self.ground)


class Css:
    """The rules of a page's own style sheets; nothing is fetched."""

    def __init__(self, root: Any) -> None:
        self._rules: dict[Any, Rules] = {}
        self.is_whole = True
        elements = sum(1 for _ in root.iter())
        left = MAX_MATCHES
        order = 0
        for sheet in root.iter("style"):
            for selectors, declarations in _sheet(sheet.text_content() or ""):
                order += 1
                left -= elements
                if left < 0:
                    self.is_whole = False
                    return
                self._apply(root, selectors, declarations, order)

    def look(self, element: Any, above: Look) -> Look:
        """The look of an element in one of the look `above`."""
        values = {name: value for name, (_, value) in self._own(element).items()}
        if "hidden" in element.attrib or (element.tag == "dialog" and "open" not in element.attrib):
            values.setdefault("display", "none")
        if not values and not (element.tag in ("font", "body", "table", "tr", "td", "th") and element.attrib):
            return above
        return _look(values, above, element)

    def _own(self, element: Any) -> Rules:
        rules = self._rules.get(element, {})
        style = element.get("style")
        if not style:
            return rules
        found = dict(rules)
        for name, value, important in _declarations(style):
            rank = (important, True, (0, 0, 0), 0)
            if name not in found or found[name][0] <= rank:
                found[name] = (rank, value)
        return found

    def _apply(self, root: Any, selectors: str, declarations: list[tuple[str, str, bool]], order: int) -> None:
        from cssselect import HTMLTranslator, SelectorError, parse
        from lxml import etree

        try:
            parsed = parse(selectors)
        except SelectorError:
            return
        for selector in parsed:
            if selector.pseudo_element is not None:
                continue
            try:
                matched = root.xpath(HTMLTranslator().selector_to_xpath(selector))
            except (SelectorError, etree.XPathError):
                continue
            for element in matched:
                rules = self._rules.setdefault(element, {})
                for name, value, important in declarations:
                    rank = (important, False, selector.specificity(), order)
                    if name not in rules or rules[name][0] <= rank:
                        rules[name] = (rank, value)


def _sheet(text: str) -> Iterator[tuple[str, list[tuple[str, str, bool]]]]:
    """(selectors, declarations) of the rules that hold on a screen and can hide something."""
    import tinycss2

    stack = list(reversed(tinycss2.parse_stylesheet(text[: 1 << 20], skip_comments=True, skip_whitespace=True)))
    while stack:
        rule = stack.pop()
        if rule.type == "at-rule" and rule.content is not None and rule.lower_at_keyword in ("media", "supports"):
            condition = tinycss2.serialize(rule.prelude).strip().lower()
            if rule.lower_at_keyword == "supports" or condition in ("", "all", "screen", "only screen"):
                inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
                stack.extend(reversed(inner))
        elif rule.type == "qualified-rule":
            found = [d for d in _declarations(rule.content)]
            if found:
                yield tinycss2.serialize(rule.prelude), found


def _declarations(source: Any) -> list[tuple[str, str, bool]]:
    import tinycss2

    parsed = tinycss2.parse_blocks_contents(source, skip_comments=True, skip_whitespace=True)
    return [
        (d.lower_name, tinycss2.serialize(d.value).strip().lower(), d.important)
        for d in parsed
        if d.type == "declaration" and d.lower_name in _WANTED
    ]


def _look(values: dict[str, str], above: Look, element: Any) -> Look:
    look = above
    if _is_gone(values):
        return replace(look, is_gone=True)
    visibility = values.get("visibility")
    if visibility is not None and visibility != "inherit":
        look = replace(look, is_hidden=visibility in ("hidden", "collapse"))
    size = values.get("font-size")
    if size is not None:
        look = replace(look, size_px=_size(size, above.size_px))
    if "zoom" in values:
        look = replace(look, size_px=look.size_px * _number(values["zoom"], 1.0))
    if _size(values.get("letter-spacing", "0px"), look.size_px) <= -look.size_px / 2:  # letters on top of each other
        return replace(look, is_gone=True)
    own = {"font": "color", "body": "text"}.get(element.tag)
    ink = values.get("-webkit-text-fill-color") or values.get("color") or (element.get(own) if own else None)
    if ink is not None and ink != "inherit":
        colour, alpha = _colour(ink)
        look = replace(look, ink=colour, is_clear=alpha == 0)
    ground = values.get("background-color") or values.get("background") or element.get("bgcolor")
    drawn = values.get("background-image") or ground or ""
    if "url(" in drawn or "gradient" in drawn:
        return replace(look, ground=None)
    if ground is not None and ground not in ("inherit", "transparent", "none", "initial", "unset"):
        colour, alpha = _colour(ground.split(" ")[0] if "(" not in ground else ground)
        if alpha != 0:
            look = replace(look, ground=colour if alpha == 1 else None)
    return look


def _is_gone(values: dict[str, str]) -> bool:
    if values.get("display") == "none" or _number(values.get("opacity"), 1.0) <= 0.01:
        return True
    if _NOTHING.search(values.get("clip", "")) or _NOTHING.search(values.get("clip-path", "")):
        return True
    if re.search(r"scale[xy]?\(\s*0(?:\.0+)?\s*[,)]", values.get("transform", "")):
        return True
    if _pixels(values.get("text-indent")) <= -FAR_PX or _is_shifted_away(values):
        return True
    faded = _OPACITY.search(values.get("filter", ""))
    if values.get("content-visibility") == "hidden" or (faded and _number(faded[1].strip(), 1.0) <= 0.01):
        return True
    if any(_CLEAR_MASK.search(values.get(mask, "")) for mask in _MASKS):
        return True
    placed = values.get("position") in ("absolute", "fixed", "relative")
    if placed and any(_pixels(values.get(side)) <= -FAR_PX for side in ("left", "top", "right", "bottom")):
        return True
    if "hidden" in values.get("overflow", "") or "clip" in values.get("overflow", ""):
        sides = (values.get(side) for side in ("height", "width", "max-height", "max-width"))
        return any(side is not None and _LENGTH.match(side) and _pixels(side) <= 1 for side in sides)
    return False


def _is_shifted_away(values: dict[str, str]) -> bool:
    """Margins or a shift put it left of the page or above it; margins that let boxes overlap are smaller."""
    margins = [values.get("margin-left", ""), values.get("margin-top", ""), *values.get("margin", "").split()]
    if any(_pixels(margin) <= -4 * FAR_PX for margin in margins):
        return True
    moved = [*_SHIFT.findall(values.get("transform", "")), values.get("translate", "")]
    return any(_pixels(part) <= -FAR_PX for shift in moved for part in re.split(r"[,\s]+", shift.strip()))


def _pixels(text: str | None) -> float:
    match = _LENGTH.match(text or "")
    if match is None or match[2] == "%":
        return 0.0 if match is None or float(match[1]) == 0 else FAR_PX / 2
    return float(match[1]) * _PIXELS[(match[2] or "").lower()]


def _size(text: str, above: float) -> float:
    match = _LENGTH.match(text)
    if match is None:
        return 16.0
    unit = (match[2] or "").lower()
    if unit in ("em", "%"):
        return float(match[1]) * above / (100 if unit == "%" else 1)
    return float(match[1]) * _PIXELS[unit]


def _number(text: str | None, default: float) -> float:
    match = _LENGTH.match(text or "")
    return default if match is None else float(match[1]) / (100 if match[2] == "%" else 1)


def _colour(text: str) -> tuple[Colour | None, float]:
    """(colour or None when it is not known, how opaque)."""
    from tinycss2.color3 import parse_color

    found = parse_color(text)
    if found is None or isinstance(found, str):
        return None, 1.0
    return (round(found.red * 255), round(found.green * 255), round(found.blue * 255)), found.alpha
