"""The Japanese table, in parts by subject."""

from __future__ import annotations

from collections.abc import Iterator

from tsel_cli.i18n import (
    ja_boundary,
    ja_core,
    ja_doctor,
    ja_errors,
    ja_evaluation,
    ja_kinds,
    ja_models,
    ja_page,
    ja_reading,
    ja_receipt,
    ja_running,
    ja_tables,
    ja_warnings,
    ja_words,
)

_PARTS = (
    ja_boundary,
    ja_core,
    ja_doctor,
    ja_errors,
    ja_evaluation,
    ja_kinds,
    ja_models,
    ja_page,
    ja_reading,
    ja_receipt,
    ja_running,
    ja_tables,
    ja_warnings,
    ja_words,
)


def pairs() -> Iterator[tuple[str, str]]:
    """(English template, Japanese template) of every part."""
    for part in _PARTS:
        yield from part.PAIRS
