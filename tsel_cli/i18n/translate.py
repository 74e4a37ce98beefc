"""A finished English message in another language: matched against templates, and the translated template filled.

So nothing below the command line knows of languages, and a message that no template matches is shown in English,
never lost. A template's placeholder is `{name}` (any text), `{name:n}` (a number), `{name:message}` (text that is
translated in its turn) or `{name:parts}` (the same for each of its parts between "; "). Templates stand in catalogues
(tsel_cli.i18n.catalogue), loaded and compiled only when such a message is wanted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from string import Formatter

from tsel_cli.i18n.catalogue import languages, pairs

_NUMBER = r"[-+]?\d[\d,.]*"


class Template:
    """An English form and its translation, with the same placeholders."""

    def __init__(self, english: str, translation: str, language: str = "ja") -> None:
        self.english, self.translation, self.language = english, translation, language
        self.parts = list(parts_of(english))
        self.literals = [literal for literal, _, _ in self.parts if literal]
        self.weight = sum(map(len, self.literals))
        self._regex: re.Pattern[str] | None = None

    def fill(self, message: str) -> str | None:
        """The translated form of a message, None when this is not its template."""
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
                values[name] = "; ".join(translate(part, self.language) for part in parts)
        return "".join(literal + values.get(name, "") for literal, name, _ in parts_of(self.translation))


def parts_of(template: str) -> Iterator[tuple[str, str, str]]:
    """(literal before, placeholder or "", its kind: "", "n", "message" or "parts") one after another."""
    for literal, name, spec, _ in Formatter().parse(template):
        yield literal, name or "", spec or ""


def _pattern(part: tuple[str, str, str]) -> str:
    literal, name, spec = part
    value = _NUMBER if spec == "n" else ".+?"
    return re.escape(literal) + (f"(?P<{name}>{value})" if name else "")


@lru_cache(maxsize=1024)
def translate(message: str, language: str = "ja") -> str:
    """The form of a message in a language, or the message itself when there is none."""
    if language not in languages() or language == "en":
        return message
    for template in templates(language):
        made = template.fill(message)
        if made is not None:
            return made
    return message


@cache
def templates(language: str = "ja") -> tuple[Template, ...]:
    """All templates of a language, those with the most words of their own first."""
    made = (Template(english, text, language) for english, text in pairs(language))
    return tuple(sorted(made, key=lambda t: -t.weight))
