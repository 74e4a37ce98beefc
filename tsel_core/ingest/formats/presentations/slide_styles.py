"""Where a slide's text gets its look from: the run, its shape, the placeholders of layout and master, their styles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_MAPPED = {"bg1": "lt1", "bg2": "lt2", "tx1": "dk1", "tx2": "dk2"}
_OTHER, _TITLE, _BODY = "otherStyle", "titleStyle", "bodyStyle"


def run_properties(show: Any, slide: Any, shape: Any, paragraph: Any, run: Any) -> Iterator[Any]:
    """a:rPr of a run and a:defRPr of what it inherits from, the nearest first."""
    own = child(run, "rPr")
    if own is not None:
        yield own
    level = f"lvl{_level(paragraph) + 1}pPr"
    for holder in (shape, *base_placeholders(shape)):
        style = child(child(holder._element, "txBody"), "lstStyle")
        found = child(child(style, level), "defRPr")
        if found is not None:
            yield found
    master = slide.slide_layout.slide_master._element
    style = child(child(master, "txStyles"), _style_name(shape))
    yield from _default(style, level)
    if _style_name(shape) == _OTHER:
        yield from _default(child(show._element, "defaultTextStyle"), level)


def base_placeholders(shape: Any) -> Iterator[Any]:
    """The placeholders of the layout and the master that a placeholder takes after."""
    for _ in range(2):
        shape = getattr(shape, "_base_placeholder", None)
        if shape is None:
            return
        yield shape


def colour_names(slide: Any) -> dict[str, str]:
    """Which of the theme's colours "bg1", "tx1" and the like are on this slide."""
    found = dict(_MAPPED)
    layout = slide.slide_layout
    own = child(layout.slide_master._element, "clrMap")
    found.update({} if own is None else dict(own.attrib))
    for holder in (layout, slide):
        override = child(child(holder._element, "clrMapOvr"), "overrideClrMapping")
        found.update({} if override is None else dict(override.attrib))
    return found


def child(element: Any | None, name: str) -> Any | None:
    """The first child of that name."""
    return None if element is None else next((e for e in element if local(e) == name), None)


def local(element: Any) -> str:
    """Name of an element without its namespace."""
    return element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""


def _default(style: Any | None, level: str) -> Iterator[Any]:
    for name in (level, "defPPr"):
        found = child(child(style, name), "defRPr")
        if found is not None:
            yield found


def _level(paragraph: Any) -> int:
    properties = child(paragraph, "pPr")
    level = "0" if properties is None else properties.get("lvl") or "0"
    return int(level) if level.isdigit() and len(level) == 1 else 0


def _style_name(shape: Any) -> str:
    kind = next((e for e in shape._element.iter() if local(e) == "ph"), None)
    if kind is None:
        return _OTHER
    return _TITLE if kind.get("type") in ("title", "ctrTitle") else _BODY
