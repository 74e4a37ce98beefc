"""Which language messages are in: --lang, TSEL_LANG, the config file, the locale, in this order; else English.

The answer's language is another matter (--lang there means what it always did; "auto" follows the question). Only a
language that messages exist in decides here; "auto" and anything else leaves it to the next in the order.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import zip_longest
from typing import Any

from tsel_cli.i18n.catalogue import languages
from tsel_core.errors import UsageError

_arguments: ContextVar[Sequence[str] | None] = ContextVar("arguments of the command line", default=None)


@contextmanager
def messages_for(arguments: Sequence[str]) -> Iterator[None]:
    """Within it messages follow these arguments of the command line."""
    token = _arguments.set(arguments)
    try:
        yield
    finally:
        _arguments.reset(token)


def message_language() -> str:
    """The language of messages now. Never raises: a config file that cannot be read is told elsewhere."""
    arguments = _arguments.get()
    if arguments is None:  # a thread of its own
        arguments = sys.argv[1:]
    for value in (_option(arguments), os.environ.get("TSEL_LANG"), _configured(arguments)):
        if isinstance(value, str) and value in languages():
            return value
    named = _locale().lower()
    return next((code for code in languages() if named.startswith(code)), "en")


def _option(arguments: Sequence[str]) -> str | None:
    """The value of the last --lang, read before the option parser: its own errors are messages, too."""
    found = None
    for here, following in zip_longest(arguments, arguments[1:]):
        if here == "--":
            break
        if here == "--lang":
            found = following
        elif here.startswith("--lang="):
            found = here.removeprefix("--lang=")
    return found


def _configured(arguments: Sequence[str]) -> Any:
    """`lang` of the config file: the command's table wins over the top level."""
    from tsel_cli.settings import load_config

    try:
        content = load_config()
    except (UsageError, OSError):
        return None
    table = content.get(next((a for a in arguments if not a.startswith("-")), ""))
    return (table if isinstance(table, dict) else {}).get("lang", content.get("lang"))


def _locale() -> str:
    """The locale of messages: the first of three variables that is not empty, as POSIX has it."""
    named = next((v for n in ("LC_ALL", "LC_MESSAGES", "LANG") if (v := os.environ.get(n))), "")
    if named or sys.platform != "win32":
        return named
    import locale

    return locale.getlocale()[0] or ""  # Windows has no such variables; "Japanese_Japan" or "ja_JP"
