"""What one sentence makes of a claim."""

from __future__ import annotations

from dataclasses import dataclass

from tsel_core.trust.claims.parts.claim import Verdict, Why


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict with its reason."""

    verdict: Verdict
    why: Why = ""
    detail: str = ""


SUPPORTED = Finding("supported")
