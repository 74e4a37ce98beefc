"""Where a file of settings, fields or questions is no valid JSON or TOML, in words of our own."""

from __future__ import annotations

import json
import re


def why_not(error: Exception) -> str:
    """Why a file cannot be read or written, without the number and the path that the system's words repeat."""
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return place_of(error) if isinstance(error, ValueError) else str(error)


def place_of(error: Exception) -> str:
    """ "line 3, column 5"; what a parser says in its own words is in one language alone."""
    if isinstance(error, json.JSONDecodeError):
        return f"line {error.lineno}, column {error.colno}"
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8 text"
    if isinstance(error, RecursionError):
        return "it is nested too deep"
    match = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
    return f"line {match[1]}, column {match[2]}" if match else "it ends too early"
