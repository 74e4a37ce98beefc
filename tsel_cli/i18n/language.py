"""Which language messages are in: --lang, TSEL_LANG, the config file, the locale, in this order.

A locale that names no language (none, C, POSIX) leaves it to the work: messages are in the language of the question or
of the documents then, as the answer is; else English. The answer's language is another matter (--lang there means what
it always did; "auto" follows the question). Only a language that messages exist in decides here; "auto" and anything
else leaves it to the next in the order.
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
_work: ContextVar[str] = ContextVar("language of the question or the documents", default="")
_NO_LANGUAGE = ("C", "POSIX")  # locales, with or without a character set behind a dot


@contextmanager
def messages_for(arguments: Sequence[str]) -> Iterator[None]:
    """Within it messages follow these arguments of the command line."""
    token, work = _arguments.set(arguments), _work.set("")
    try:
        yield
    finally:
        _work.reset(work)
        _arguments.reset(token)


def follow(language: str, *, first: bool = False) -> None:
    """Tell which language the work is in; `first`: only where nothing was told yet. See the module.

    A stream that cannot show it (ASCII) keeps English.
    """
    if (first and _work.get()) or (language == "ja" and not _shows_japanese()):
        return
    _work.set(language)


def _shows_japanese() -> bool:
    try:
        "語".encode(getattr(sys.stderr, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def message_language() -> str:
    """The language of messages now. Never raises: a config file that cannot be read is told elsewhere."""
    arguments = _arguments_now()
    for value in (given_language(arguments), os.environ.get("TSEL_LANG"), _configured(arguments)):
        if isinstance(value, str) and value.lower() in languages():
            return value.lower()
    named = _locale()
    if named.partition(".")[0] in ("", *_NO_LANGUAGE):
        named = _work.get()
    return next((code for code in languages() if named.lower().startswith(code)), "en")


def _arguments_now() -> Sequence[str]:
    arguments = _arguments.get()
    return sys.argv[1:] if arguments is None else arguments  # None: a thread of its own


def given_language(arguments: Sequence[str] | None = None) -> str | None:
    """The value of the last --lang, read before the option parser: its own errors are messages, too."""
    arguments = _arguments_now() if arguments is None else arguments
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
