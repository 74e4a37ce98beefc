"""SVG in pieces that escape what they hold."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape

from tsel_core.text.safe import clean_for_terminal


def element(name: str, *inner: object, **attributes: object) -> Markup:
    """One element: attributes by name (class_ for class, stroke_width for stroke-width), numbers with one decimal."""
    made = Markup().join(
        Markup(' {}="{}"').format(key.rstrip("_").replace("_", "-"), _plain(value))
        for key, value in attributes.items()
        if value is not None
    )
    body = Markup().join(escape(_plain(part)) for part in inner)
    return Markup("<{0}{1}>{2}</{0}>").format(Markup(name), made, body)


def text(x: float, y: float, words: str, color: str = "currentColor") -> Markup:
    """Words at a place, 12 high."""
    return element("text", words, x=x, y=y, font_size="12", fill=color)


def polyline(points: Iterable[tuple[float, float]], color: str) -> Markup:
    """A line through points."""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return element("polyline", points=path, fill="none", stroke=color, stroke_width="2")


def picture(inner: Iterable[Markup], width: int, height: int, title: str) -> Markup:
    """The whole drawing, with a title for those who do not see it."""
    return element(
        "svg", element("title", title), *inner, viewBox=f"0 0 {width} {height}", width=str(width), role="img"
    )


def _plain(value: object) -> object:
    if isinstance(value, Markup):
        return value
    return f"{value:.1f}" if isinstance(value, float) else clean_for_terminal(str(value))
