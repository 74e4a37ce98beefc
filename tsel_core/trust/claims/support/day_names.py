"""Names that are none of a person or a thing: the days of the week, the months, the parts of a paper."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern

_DAYS = "Mondays? Tuesdays? Wednesdays? Thursdays? Fridays? Saturdays? Sundays?".split()  # noqa: SIM905
_MONTHS = "January February March April May June July August September October November December".split()  # noqa: SIM905
_DAY = lazy_pattern(rf"\b(?:{'|'.join(_DAYS)})\b")
_MONTH = lazy_pattern(rf"\b(?:{'|'.join(_MONTHS)})\b(?! \d{{4}})")
_PART = lazy_pattern(
    r"(?:the )?(?:clauses?|sections?|articles?|paragraphs?|sub-?clauses?|schedules?|annex(?:es)?|appendix|exhibits?"
    r"|pages?|lines?|table|item|heading|part|document|answer|summary|note|(?:payment|key|main|general) terms?)",
    re.I,
)


def rival_days(name: str, text: str) -> list[str] | None:
    """The other days of the week (or months) that a text names instead of one; None where the name is none."""
    for pattern in (_DAY, _MONTH):
        if pattern.fullmatch(name.strip()):
            return [found for found in pattern.findall(text) if found.rstrip("s") != name.strip().rstrip("s")]
    return None


def is_part_of_paper(name: str) -> bool:
    """Whether a name is a word for a part of a paper: "Clause", "Payment Terms"."""
    return _PART.fullmatch(" ".join(name.split()).rstrip(":")) is not None
