"""What a sentence of a document makes of a yes/no question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tsel_core.trust.claims.parts.claim import Why

MIN_SHARE = 0.75  # of the question's words in a sentence that says yes or no


@dataclass(frozen=True, slots=True)
class Reading:
    """`says`: "yes", "no", or "" where it says neither; why, by which words, and the share of the question it has."""

    says: Literal["yes", "no", ""]
    why: Why = ""
    detail: str = ""
    share: float = 0.0
    narrowed: bool = False  # it says so within limits that the question does not name
