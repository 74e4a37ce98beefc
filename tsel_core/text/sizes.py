"""Sizes of memory and files as people write them: "20GB", "500M"."""

from __future__ import annotations

import re

from tsel_core.errors import UsageError

_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}
_DIGITS = 18  # of a size; more is none


def parse_size(text: str, name: str, hint: str = "") -> int:
    """Bytes of "20GB", "500M", "0"; units are powers of ten. Raises UsageError naming the setting."""
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?\s*", text.lower())
    if match is None or len(match[1]) > _DIGITS:
        raise UsageError(f"{name} must be a size such as 20GB, got {text[:40]!r}", hint or f"{name} 24GB")
    return int(float(match[1]) * _UNITS[match[2]])
