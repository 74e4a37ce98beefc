"""Styles of a user's own: headings, and below each items of a summary or the answer to a question. TOML files."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from tsel_core.errors import UsageError
from tsel_core.text.faults import place_of

ItemKind = Literal["decision", "action", "open", "point", "fact"]
_KEYS = {"heading", "items", "facts", "question"}
_HINT = "a style is a list of [[section]] with heading, and items or question (docs/minutes.md)"


@dataclass(frozen=True, slots=True)
class OwnSection:
    """A part of a summary: `items` of these kinds (`facts` names which key facts), or the answer to a `question`."""

    heading: str
    items: tuple[ItemKind, ...] = ()
    facts: tuple[str, ...] = ()
    question: str = ""


@dataclass(frozen=True, slots=True)
class OwnStyle:
    """A style by its name."""

    name: str
    sections: tuple[OwnSection, ...]

    @property
    def kinds(self) -> set[str]:
        """Every kind of item that a section wants."""
        return {kind for section in self.sections for kind in section.items}


def read_style(path: str | Path) -> OwnStyle:
    """The style of a TOML file. Raises UsageError for one that cannot be used, naming the section at fault."""
    try:
        content = tomllib.loads(Path(path).read_text("utf-8-sig"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}", _HINT) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"{path}: not valid TOML: {place_of(error)}", _HINT) from error
    return style_of(content, path)


def style_of(content: Mapping[str, Any], path: str | Path) -> OwnStyle:
    """The style of such content. Raises UsageError for one that cannot be used, naming the section at fault."""
    found = content.get("section")
    _require(
        isinstance(found, list) and bool(found) and set(content) == {"section"}, path, "it holds no [[section]] alone"
    )
    assert isinstance(found, list)
    return OwnStyle(Path(path).stem, tuple(_section(part, path, n) for n, part in enumerate(found, 1)))


def _section(part: Any, path: str | Path, number: int) -> OwnSection:
    _require(isinstance(part, Mapping), path, f"section {number} is not a table")
    unknown = set(part) - _KEYS
    _require(not unknown, path, f"section {number} holds {', '.join(sorted(unknown))}")
    heading, question = part.get("heading"), part.get("question", "")
    _require(isinstance(heading, str) and bool(heading.strip()), path, f"section {number} has no heading")
    _require(isinstance(question, str), path, f"the question of section {number} is not text")
    items, facts = _words(part, "items", path, number), _words(part, "facts", path, number)
    for kind in items:
        _require(
            kind in get_args(ItemKind),
            path,
            f"section {number} wants {kind}, not one of {', '.join(get_args(ItemKind))}",
        )
    _require(bool(items) != bool(question.strip()), path, f"section {number} needs either items or a question")
    return OwnSection(str(heading).strip(), items, facts, question.strip())  # type: ignore[arg-type]


def _words(part: Mapping[str, Any], name: str, path: str | Path, number: int) -> tuple[str, ...]:
    value = part.get(name, [])
    value = [value] if isinstance(value, str) else value
    plain = isinstance(value, list) and all(isinstance(v, str) for v in value)
    _require(plain, path, f"{name} of section {number} is not a list of words")
    return tuple(value)


def _require(ok: bool, path: str | Path, what: str) -> None:
    if not ok:
        raise UsageError(f"{path}: {what}", _HINT)
