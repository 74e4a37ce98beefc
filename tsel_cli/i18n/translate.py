"""A finished English message to Japanese: matched against templates, and the Japanese template filled.

So nothing below the command line knows of languages, and a message that no template matches is shown in English,
never lost. A template's placeholder is `{name}` (any text), `{name:n}` (a number), `{name:message}` (text that is
translated in its turn) or `{name:parts}` (the same for each of its parts between "; "). Loaded and compiled only when
a Japanese message is wanted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from string import Formatter

_NUMBER = r"[-+]?\d[\d,.]*"


class Template:
    """An English form and its Japanese one, with the same placeholders."""

    def __init__(self, english: str, japanese: str) -> None:
        self.english, self.japanese = english, japanese
        self.parts = list(parts_of(english))
        self.literals = [literal for literal, _, _ in self.parts if literal]
        self.weight = sum(map(len, self.literals))
        self._regex: re.Pattern[str] | None = None

    def fill(self, message: str) -> str | None:
        """The Japanese form of a message, None when this is not its template."""
        if not all(literal in message for literal in self.literals):  # most templates end here, without a regex
            return None
        if self._regex is None:
            self._regex = re.compile("".join(map(_pattern, self.parts)), re.DOTALL)
        match = self._regex.fullmatch(message)
        if match is None:
            return None
        values = match.groupdict()
        for _, name, spec in self.parts:
            if spec in ("message", "parts"):
                parts = values[name].split("; ") if spec == "parts" else [values[name]]
                values[name] = "; ".join(map(translate, parts))
        return "".join(literal + values.get(name, "") for literal, name, _ in parts_of(self.japanese))


def parts_of(template: str) -> Iterator[tuple[str, str, str]]:
    """(literal before, placeholder or "", its kind: "", "n", "message" or "parts") one after another."""
    for literal, name, spec, _ in Formatter().parse(template):
        yield literal, name or "", spec or ""


def _pattern(part: tuple[str, str, str]) -> str:
    literal, name, spec = part
    value = _NUMBER if spec == "n" else ".+?"
    return re.escape(literal) + (f"(?P<{name}>{value})" if name else "")


@lru_cache(maxsize=1024)
def translate(message: str) -> str:
    """The Japanese form of a message, or the message itself when there is none."""
    for template in templates():
        japanese = template.fill(message)
        if japanese is not None:
            return japanese
    return message


@cache
def templates() -> tuple[Template, ...]:
    """All templates, those with the most words of their own first."""
    from tsel_cli.i18n import japanese

    made = (Template(english, text) for english, text in japanese.pairs())
    return tuple(sorted(made, key=lambda t: -t.weight))
