# ruff: noqa: E501 (patterns)
"""Who is asked about doing what, in an English question: "Does the guarantor insure the van?"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tsel_core.lazy_pattern import lazy_pattern

_DOES = lazy_pattern(
    r"\b(?P<does>is|are|must|may|shall|does|do|did|can|will|has|have)\s+(?P<which>the |an? |our |each )?(?P<who>[a-z][a-z-]{2,}) (?P<lead>be |to |have to )?(?P<verb>[a-z]{3,})\b",
    re.I,
)
# who does anything: another word for them names nobody else
ANYBODY = frozenset("someone somebody anyone anybody everyone everybody one people you we they i he she it staff employee employees worker workers person persons who that this there".split())  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class AskedDoer:
    """`who` does (`verb`), in small letters; `definite`: "the guarantor"; `passive`: "Is the boiler serviced?"; `end` in the question."""

    who: str
    verb: str
    lead: str
    definite: bool
    passive: bool
    end: int


def asked_doer(question: str) -> AskedDoer | None:
    """Who a question asks about; None where it asks of nobody's doing."""
    match = _DOES.search(question)
    if match is None:
        return None
    definite = (match["which"] or "").lower() == "the "
    passive = match["does"].lower() in ("is", "are")
    lead = (match["lead"] or "").strip().lower()
    return AskedDoer(match["who"].lower(), match["verb"].lower(), lead, definite, passive, match.end())
