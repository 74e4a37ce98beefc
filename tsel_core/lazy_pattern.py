"""Regular expressions that are compiled at their first use: of more than a thousand an answer uses a third."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, cast

_NAMES = (
    "search", "match", "fullmatch", "finditer", "findall", "sub", "subn", "split",
    "pattern", "flags", "groups", "groupindex",
)  # fmt: skip


class _LazyPattern:
    """What a compiled pattern has, under the same names; all are put here once it is compiled."""

    __slots__ = (*_NAMES, "_flags", "_text")

    def __init__(self, text: str | Callable[[], str], flags: int) -> None:
        self._text, self._flags = text, flags

    def __getattr__(self, name: str) -> Any:
        if name not in _NAMES:
            raise AttributeError(name)
        compiled = re.compile(self._text if isinstance(self._text, str) else self._text(), self._flags)
        for each in _NAMES:
            setattr(self, each, getattr(compiled, each))
        return getattr(compiled, name)


def lazy_pattern(text: str | Callable[[], str], flags: int = 0) -> re.Pattern[str]:
    """A pattern as `re.compile` makes it, compiled when it is asked for anything; `text` may be what makes the text.

    It has the methods and attributes of one, and is none: functions of `re` take the text. Raises re.error at the
    first use where the text is no expression (tests/core/test_lazy_pattern.py compiles all that there are).
    """
    return cast("re.Pattern[str]", _LazyPattern(text, flags))
