"""What a web page hides from its readers: the styles of its elements, as far as they decide that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tsel_core.ingest.formats.html.css_colours import colour_of
from tsel_core.ingest.formats.html.css_gone import FAINT, is_gone, strength
from tsel_core.ingest.formats.html.css_lengths import font_size, number
from tsel_core.ingest.formats.html.css_rules import Declaration, declarations, holds_on_screen, sheet
from tsel_core.ingest.formats.text_colours import WHITE, Colour, is_same_colour
from tsel_core.lazy_pattern import lazy_pattern

MAX_MATCHES = 8_000_000  # rules times elements that are looked at; a page with more is read without its rules
MAX_PAIRS = 2_000_000  # of elements that stand beside each other, for rules such as "p ~ p": others are left out
TINY_PX = 1.5
MAX_VARIABLES, MAX_VALUE = 8, 2000  # variables within variables, characters of what they become
PSEUDO = ("before", "after", "marker")
_VARIABLE = lazy_pattern(r"var\(\s*(--[\w-]+)\s*(?:,([^()]*))?\)")
_BRACKETS = lazy_pattern(r"\[[^\]]*\]")
_DRAWN = ("fill", "fill-opacity", "opacity", "display", "visibility", "font-size", "transform", "clip-path")  # of SVG
_SHOWN_AS = ("font", "body", "table", "tr", "td", "th")  # elements with colours of their own

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
    opacity: float = 1.0
    list_mark: str | None = None  # before the items of a list, where the page gives its words
    turned: str = ""  # the sign of an override: its words stand in the other direction
    is_drawing: bool = False
    variables: Mapping[str, str] = field(default_factory=dict)

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
        self._made: dict[tuple[Any, str], Rules] = {}  # words before and behind elements, and before items of lists
        self.is_whole = True
        elements = sum(1 for _ in root.iter())
        self._pairs, self._left_pairs = sum(len(e) ** 2 for e in root.iter()) // 2, MAX_PAIRS
        left = MAX_MATCHES
        order = 0
        for one in root.iter("style"):
            if not holds_on_screen(one.get("media") or ""):
                continue
            for selectors, found in sheet(one.text_content() or ""):
                order += 1
                left -= elements
                if left < 0:
                    self.is_whole = False
                    return
                self._apply(root, selectors, found, order)

    def look(self, element: Any, above: Look) -> Look:
        """The look of an element in one of the look `above`."""
        values = {name: value for name, (_, value) in self._own(element).items()}
        tag, attributes = element.tag, element.attrib
        is_empty = tag == "svg" and "0" in (attributes.get("width"), attributes.get("height"))
        is_closed = tag == "dialog" and "open" not in attributes
        if "hidden" in attributes or "popover" in attributes or is_closed or is_empty:
            values.setdefault("display", "none")
        is_drawing = above.is_drawing or tag == "svg"
        if is_drawing:
            for name in _DRAWN:
                if name in attributes:
                    values.setdefault(name, attributes[name].strip().lower())
        if not values and not (tag in _SHOWN_AS and attributes) and tag not in ("svg", "bdo"):
            return above
        if tag == "bdo":
            values.setdefault("direction", (element.get("dir") or "").lower())
            values.setdefault("unicode-bidi", "bidi-override")
        return replace(_look(values, replace(above, turned=""), element), is_drawing=is_drawing)

    def made(self, element: Any, where: str, look: Look) -> tuple[str, Look]:
        """(value of `content`, look) of the words that styles put before or behind an element; "" where none."""
        rules = self._made.get((element, where)) if self._made else None
        if rules is None:
            return "", look
        values = {name: value for name, (_, value) in rules.items()}
        return _resolved(values.get("content", ""), look.variables), _look(values, look, element)

    def _own(self, element: Any) -> Rules:
        rules = self._rules.get(element, {})
        style = element.get("style")
        if not style:
            return rules
        found = dict(rules)
        for name, value, important in declarations(style):
            _put(found, name, value, (important, True, (0, 0, 0), 0))
        return found

    def _apply(self, root: Any, selectors: str, found: list[Declaration], order: int) -> None:
        for selector, matched in self._matches(root, selectors):
            if matched is None:
                self.is_whole = False
                continue
            where = selector.pseudo_element
            if where is not None and where not in PSEUDO:
                continue
            for element in matched:
                if where is None:
                    rules = self._rules.setdefault(element, {})
                else:
                    rules = self._made.setdefault((element, where), {})
                for name, value, important in found:
                    _put(rules, name, value, (important, False, selector.specificity(), order))

    def _matches(self, root: Any, selectors: str) -> Iterator[tuple[Any, list[Any] | None]]:
        """(selector, its elements) of those that can be understood; None for one that would take too long."""
        from cssselect import HTMLTranslator, SelectorError, parse
        from lxml import etree

        try:
            parsed = parse(selectors)
        except SelectorError:
            return
        for selector in parsed:
            signs = _BRACKETS.sub("", selector.canonical())
            self._left_pairs -= self._pairs * (20 * signs.count("~") + signs.count("+")) // 20
            if self._left_pairs < 0 and ("~" in signs or "+" in signs):
                yield selector, None
                continue
            try:
                yield selector, root.xpath(HTMLTranslator().selector_to_xpath(selector))
            except (SelectorError, etree.XPathError):
                continue



def _put(rules: Rules, name: str, value: str, rank: tuple[bool, bool, tuple[int, int, int], int]) -> None:
    if name not in rules or rules[name][0] <= rank:
        rules[name] = (rank, value)


def _resolved(value: str, variables: Mapping[str, str]) -> str:
    for _ in range(MAX_VARIABLES):
        if "var(" not in value or len(value) > MAX_VALUE:
            break
        value = _VARIABLE.sub(lambda m: variables.get(m[1], (m[2] or "").strip()), value)
    return value


def _look(values: dict[str, str], above: Look, element: Any) -> Look:
    own = {name: value for name, value in values.items() if name.startswith("--")}
    look = replace(above, variables={**above.variables, **own}) if own else above
    if any("var(" in value for value in values.values()):
        values = {name: _resolved(value, look.variables) for name, value in values.items()}
    look = replace(look, opacity=look.opacity * strength(values))
    if look.opacity <= FAINT or is_gone(values):
        return replace(look, is_gone=True)
    visibility = values.get("visibility")
    if visibility is not None and visibility != "inherit":
        look = replace(look, is_hidden=visibility in ("hidden", "collapse"))
    size = values.get("font-size")
    if size is not None:
        look = replace(look, size_px=font_size(size, above.size_px))
    if "zoom" in values:
        look = replace(look, size_px=look.size_px * number(values["zoom"], 1.0))
    if font_size(values.get("letter-spacing", "0px"), look.size_px) <= -look.size_px / 2:  # one on top of the other
        return replace(look, is_gone=True)
    mark = values.get("list-style-type") or values.get("list-style")
    if mark is not None:
        look = replace(look, list_mark=mark if mark[:1] in "\"'" else None)
    if "override" in values.get("unicode-bidi", ""):
        look = replace(look, turned="\u202e" if values.get("direction") == "rtl" else "\u202d")
    return _colours(values, look, element)


def _colours(values: dict[str, str], look: Look, element: Any) -> Look:
    own = {"font": "color", "body": "text"}.get(element.tag)
    ink = values.get("-webkit-text-fill-color") or values.get("color") or (element.get(own) if own else None)
    if look.is_drawing or element.tag == "svg":
        ink = values.get("fill", ink)
        look = replace(look, is_clear=look.is_clear or number(values.get("fill-opacity"), 1.0) <= FAINT)
        if element.tag == "svg" and any(e.tag in _SHAPES for e in element.iter() if isinstance(e.tag, str)):
            look = replace(look, ground=None)  # what is drawn below its words is not known
    if ink is not None and ink not in ("inherit", "currentcolor"):
        colour, alpha = colour_of(ink)
        look = replace(look, ink=colour, is_clear=alpha <= FAINT or ink == "none")
    ground = values.get("background-color") or values.get("background") or element.get("bgcolor")
    drawn = values.get("background-image") or ground or ""
    if "url(" in drawn or "gradient" in drawn:
        return replace(look, ground=None)
    if ground is not None and ground not in ("inherit", "transparent", "none", "initial", "unset"):
        colour, alpha = colour_of(ground.split(" ")[0] if "(" not in ground else ground)
        if alpha != 0:
            look = replace(look, ground=colour if alpha == 1 else None)
    return look


_SHAPES = frozenset(("rect", "path", "circle", "ellipse", "polygon", "image", "use", "foreignobject"))
