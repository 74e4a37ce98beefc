"""Text from a document or a file name, made safe for a terminal."""

from __future__ import annotations

import re

_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def clean_for_terminal(text: str) -> str:
    """Remove escape sequences, C0/C1 controls (line feed and tab stay) and bidi controls."""
    return _CONTROLS.sub("", _ESCAPES.sub("", text))
