r"""Paths over 260 characters on Windows: opened by their extended form (\\?\C:\...), which has no such limit."""

from __future__ import annotations

import os
import sys

_LONGEST = 247  # 260 less a short file name, which folders leave room for


def reachable(place: str) -> str:
    """The path in a form that the system opens, whatever its length."""
    return extended(os.path.abspath(place)) if sys.platform == "win32" else place


def extended(whole: str) -> str:
    """An absolute path of Windows that may be long, in its extended form if it is."""
    if len(whole) <= _LONGEST or whole.startswith("\\\\?\\"):
        return whole
    if whole.startswith("\\\\"):  # a share: \\server\folder
        return "\\\\?\\UNC\\" + whole[2:]
    return "\\\\?\\" + whole
