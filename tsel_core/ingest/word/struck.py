"""Words that are struck out by hand: a reader sees that they no longer count, so the text says it."""

from __future__ import annotations

from typing import Any

from tsel_core.ingest.word.package import is_on

STRUCK = "[struck out: "


def is_struck(properties: Any) -> bool:
    """A run's own properties draw a line through it."""
    return is_on(properties, "strike") or is_on(properties, "dstrike")


def strike(parts: list[str], text: str) -> None:
    """Append struck words, within one mark with those before them."""
    if parts and parts[-1].startswith(STRUCK):
        parts[-1] = f"{parts[-1][:-1]}{text}]"
    else:
        parts.append(f"{STRUCK}{text}]")
