"""How long the resident process stays: --keep-alive, TSEL_KEEP_ALIVE, `keep_alive` of the config file, or 5 minutes."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence

from tsel_core.errors import UsageError

VARIABLE = "TSEL_KEEP_ALIVE"
DEFAULT = 300.0
_UNITS = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0}


def parse_keep_alive(text: str) -> float:
    """Seconds of "5m", "300", "1h", "0". Raises UsageError."""
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([smh]?)\s*", text.lower())
    if match is None:
        raise UsageError(f"--keep-alive must be a time such as 5m, 300s or 0, got {text!r}", "0 keeps nothing loaded")
    return float(match[1]) * _UNITS[match[2]]


def check_keep_alive(text: str | None) -> None:
    """Raise UsageError for what is no time."""
    if text:
        parse_keep_alive(text)


def wanted(arguments: Sequence[str], environment: Mapping[str, str]) -> float:
    """Seconds that the engine may stay after this command; 0: it runs by itself. Raises UsageError.

    Without a word from the user it is 0 where nobody asks a second question: in CI and in tests.
    """
    asked = _option(arguments) or environment.get(VARIABLE) or _configured(arguments)
    if asked:
        return parse_keep_alive(asked)
    return 0.0 if environment.get("CI") or "PYTEST_CURRENT_TEST" in environment else DEFAULT


def _option(arguments: Sequence[str]) -> str:
    """The value of the last --keep-alive."""
    found = ""
    for at, argument in enumerate(arguments):
        if argument == "--":
            break
        if argument == "--keep-alive" and at + 1 < len(arguments):
            found = arguments[at + 1]
        elif argument.startswith("--keep-alive="):
            found = argument.partition("=")[2]
    return found


def _configured(arguments: Sequence[str]) -> str:
    """`keep_alive` of the config file; read here only when there is one, as its parser takes time to import."""
    from tsel_cli.settings import config_path

    if not os.path.isfile(config_path()):
        return ""
    from tsel_cli.settings import load_config

    content = load_config()
    table = content.get(next((a for a in arguments if not a.startswith("-")), ""))
    found = (table if isinstance(table, dict) else {}).get("keep_alive", content.get("keep_alive", ""))
    return str(found)
