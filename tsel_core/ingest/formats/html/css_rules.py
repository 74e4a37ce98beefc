"""Style sheets as rules: those that hold on a screen, and the declarations in them that can hide or make words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tsel_core.ingest.formats.html.css_lengths import LENGTH, SCREEN, SIZE_WORDS, four, pixels
from tsel_core.lazy_pattern import lazy_pattern

Declaration = tuple[str, str, bool]  # name, value, whether it is important
MAX_SHEET = 1 << 20  # characters
_WANTED_NAMES = (
    "display visibility opacity color background background-color background-image font-size position left top"
    " right bottom text-indent clip clip-path height width max-height max-width line-height overflow overflow-x"
    " overflow-y transform scale rotate backface-visibility filter content-visibility mask mask-image -webkit-mask"
    " -webkit-mask-image zoom letter-spacing -webkit-text-fill-color -webkit-text-security margin"
    " margin-left margin-top translate unicode-bidi direction list-style list-style-type fill fill-opacity content"
)
_WANTED = frozenset(_WANTED_NAMES.split())
_SAME = {"-webkit-transform": "transform", "-webkit-clip-path": "clip-path"}
_SIDES = ("top", "right", "bottom", "left")
_FONT = lazy_pattern(rf"(?:^|\s)({LENGTH.pattern}|calc\([^)]*\)|{'|'.join(SIZE_WORDS)})\s*(?:/\s*\S+\s+|\s+)\S", re.I)
_CONDITION = lazy_pattern(r"\(\s*(min|max)-(width|height)\s*:\s*([^)]+)\)")


def sheet(text: str) -> Iterator[tuple[str, list[Declaration]]]:
    """(selectors, declarations) of the rules that hold on a screen and can hide or make something."""
    import tinycss2

    stack = list(reversed(tinycss2.parse_stylesheet(text[:MAX_SHEET], skip_comments=True, skip_whitespace=True)))
    while stack:
        rule = stack.pop()
        if rule.type == "at-rule" and rule.content is not None:
            name = rule.lower_at_keyword
            if name in ("supports", "layer", "container") or (
                name == "media" and holds_on_screen(tinycss2.serialize(rule.prelude))
            ):
                inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
                stack.extend(reversed(inner))
        elif rule.type == "qualified-rule":
            found = declarations(rule.content)
            if found:
                yield tinycss2.serialize(rule.prelude), found


def declarations(source: Any) -> list[Declaration]:
    """The declarations that matter here, shorthands taken apart."""
    import tinycss2

    found: list[Declaration] = []
    for one in tinycss2.parse_blocks_contents(source, skip_comments=True, skip_whitespace=True):
        if one.type == "declaration":
            value = tinycss2.serialize(one.value).strip()
            is_exact = one.name.startswith("--") or one.lower_name in ("content", "list-style", "list-style-type")
            name = one.name if one.name.startswith("--") else _SAME.get(one.lower_name, one.lower_name)
            found += [(n, v, one.important) for n, v in _taken_apart(name, value if is_exact else value.lower())]
    return found


def holds_on_screen(condition: str) -> bool:
    """A media query is true on an ordinary screen; False for what is not known."""
    queries = [q.strip() for q in condition.strip().lower().split(",")]
    return any(all(_holds(part.strip()) for part in query.split(" and ")) for query in queries)


def _holds(part: str) -> bool:
    if part in ("", "all", "screen", "only screen", "only all", "not print", "(orientation: landscape)"):
        return True
    match = _CONDITION.fullmatch(part)
    if match is None:
        return False
    limit, side = pixels(match[3]), SCREEN[match[2]]
    return side >= limit if match[1] == "min" else side <= limit


def _taken_apart(name: str, value: str) -> Iterator[tuple[str, str]]:
    if name in _WANTED or name.startswith("--"):
        yield name, value
    elif name == "font":
        size = _FONT.search(value)
        if size is not None:
            yield "font-size", size[1]
    elif name == "inset":
        yield from zip(_SIDES, four(value), strict=True)
