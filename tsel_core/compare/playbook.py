"""What an office wants to be told of: a file of rules with words, matched against what changed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tsel_core.compare.pieces import exact_form
from tsel_core.errors import UsageError
from tsel_core.text.faults import place_of

_SHAPE = 'a playbook has tables such as [[rule]] name = "Liability" words = ["liable", "indemnify"]'


@dataclass(frozen=True)
class Rule:
    """A name and the words that call for it."""

    name: str
    words: tuple[str, ...]


def read_playbook(path: str) -> tuple[Rule, ...]:
    """The rules of a TOML file. Raises UsageError."""
    try:
        content = tomllib.loads(Path(path).read_text("utf-8"))
    except OSError as error:
        raise UsageError(f"--playbook {path}: cannot be read: {error.strerror}", "name a TOML file") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"--playbook {path}: not valid TOML: {place_of(error)}", _SHAPE) from error
    rules = content.get("rule")
    if not isinstance(rules, list) or not rules or set(content) != {"rule"}:
        raise UsageError(f"--playbook {path}: there are no rules in it", _SHAPE)
    return tuple(_rule(path, rule) for rule in rules)


def _rule(path: str, rule: object) -> Rule:
    if isinstance(rule, dict) and set(rule) == {"name", "words"}:
        name, words = rule["name"], rule["words"]
        if isinstance(name, str) and isinstance(words, list) and words and all(isinstance(w, str) and w for w in words):
            return Rule(name, tuple(words))
    raise UsageError(f"--playbook {path}: a rule needs a name and words", _SHAPE)


def risks(text: str, playbook: Sequence[Rule]) -> tuple[str, ...]:
    """Names of the rules of which a word begins a word of `text` ("indemnif" finds "indemnifies")."""
    plain = exact_form(text).casefold()
    return tuple(rule.name for rule in playbook if any(_stands(exact_form(w).casefold(), plain) for w in rule.words))


def _stands(word: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}", text) is not None if word.isascii() else word in text
