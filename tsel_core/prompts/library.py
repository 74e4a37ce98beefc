"""Prompts as data: one TOML file a task in prompts/data, with a version and the words in English and Japanese."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

from tsel_core.text.language import Lang
from tsel_core.text.tongue import LANGUAGES


@lru_cache(maxsize=32)
def _file(task: str) -> Mapping[str, Any]:
    return tomllib.loads(files("tsel_core.prompts").joinpath("data", f"{task}.toml").read_text(encoding="utf-8"))


def has_prompt(task: str, name: str, lang: str) -> bool:
    """Whether a task has a text of this name."""
    return name in _file(task)[lang]


def prompt_text(task: str, name: str, lang: Lang) -> str:
    """The words of a prompt: `name` of the section `lang` in prompts/data/`task`.toml. KeyError when there is none."""
    return str(_file(task)[lang][name])


def prompt_in(task: str, name: str, tongue: str) -> str:
    """The same in any language: its own section, or the English words that ask for an answer in it."""
    sections = _file(task)
    for own in (sections.get(tongue, {}), sections.get("other", {}) if tongue in LANGUAGES else {}, sections["en"]):
        if name in own:
            return str(own[name]).replace("{language}", LANGUAGES.get(tongue, ""))
    raise KeyError(name)


def prompt_list(task: str, name: str, lang: Lang) -> tuple[str, ...]:
    """A prompt's list of words, such as the options of a judgement."""
    return tuple(map(str, _file(task)[lang][name]))


def prompt_list_in(task: str, name: str, tongue: str) -> tuple[str, ...]:
    """The same in any language that has it; the English one for others."""
    sections = _file(task)
    return tuple(map(str, sections.get(tongue, {}).get(name, sections["en"][name])))


def prompt_version(task: str) -> int:
    """The version of a task's prompts; it grows with every change of their words."""
    return int(_file(task)["version"])
