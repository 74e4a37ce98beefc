"""The translations: catalogues of gettext (.po) in tsel_cli/locale, a folder a language and a file a subject.

They are read as they are, so what a translator edits is what runs; only where a message is wanted in another language
than English.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "locale"
HELP = "help"
"""The catalogue of help texts, which are whole; in the others placeholders stand for what a message holds."""


@cache
def languages() -> frozenset[str]:
    """Codes of the languages that messages may be in."""
    with os.scandir(FOLDER) as found:
        return frozenset(e.name for e in found if e.is_dir()) | {"en"}


def domains(language: str) -> list[str]:
    """The catalogues of a language: subjects, in order of their names."""
    return sorted(path.stem for path in _folder(language).glob("*.po"))


def entries(language: str, domain: str) -> Iterator[tuple[str, str]]:
    """(English, translation) of every translated entry of a catalogue; uncertain ("fuzzy") ones are none.

    None of a catalogue that somebody damaged: its messages are English then, and an error is still said.
    """
    try:
        import polib

        found = polib.pofile(str(_folder(language) / f"{domain}.po"))
    except (ImportError, OSError, ValueError):
        return
    for entry in found:
        if entry.msgstr and not entry.obsolete and not entry.fuzzy:
            yield entry.msgid, entry.msgstr


def pairs(language: str) -> Iterator[tuple[str, str]]:
    """(English template, template in `language`) of every message."""
    found = dict(e for domain in domains(language) if domain != HELP for e in entries(language, domain))
    yield from found.items()


@cache
def help_texts(language: str) -> dict[str, str]:
    """English help text -> the text in `language`."""
    return dict(entries(language, HELP))


def _folder(language: str) -> Path:
    return FOLDER / language / "LC_MESSAGES"
