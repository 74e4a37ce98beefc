"""tsel_core.lazy_pattern: compiled when asked, once, as re.compile would; and that every pattern of the program compiles."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tsel_core import lazy_pattern as module
from tsel_core.lazy_pattern import lazy_pattern

_EVERY = """
import contextlib, gc, importlib, pkgutil, sys, tsel_cli, tsel_core
from tsel_core.lazy_pattern import _LazyPattern
for package in (tsel_core, tsel_cli):
    for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if not found.name.endswith("__main__"):
            with contextlib.suppress(ImportError):  # of an extra
                importlib.import_module(found.name)
patterns = [o for o in gc.get_objects() if type(o) is _LazyPattern]
bad = []
for pattern in patterns:
    try:
        pattern.search
    except Exception as error:
        bad.append(f"{pattern._text}: {error}")
print(len(patterns), *bad, sep="\\n")
"""


def test_it_answers_as_a_compiled_pattern_does() -> None:
    lazy, plain = lazy_pattern(r"(?P<day>\d+)\s(May)", re.I), re.compile(r"(?P<day>\d+)\s(May)", re.I)
    text = "on 3 may and 14 MAY"
    assert lazy.findall(text) == plain.findall(text) == [("3", "may"), ("14", "MAY")]
    assert lazy.sub(r"<\2>", text) == plain.sub(r"<\2>", text)
    assert [m.span("day") for m in lazy.finditer(text)] == [m.span("day") for m in plain.finditer(text)]
    assert (lazy.pattern, lazy.flags, lazy.groups, dict(lazy.groupindex)) == (
        plain.pattern,
        plain.flags,
        plain.groups,
        dict(plain.groupindex),
    )
    assert lazy.match(text) is None
    assert lazy.fullmatch("3 May") is not None
    assert lazy.split("a3 Mayb") == plain.split("a3 Mayb")


def test_it_is_compiled_once_and_only_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def compiled(text: str, flags: int = 0) -> re.Pattern[str]:
        made.append(text)
        return _compile(text, flags)

    _compile = re.compile
    monkeypatch.setattr(module.re, "compile", compiled)
    lazy = lazy_pattern(lambda: "a+b")
    assert made == []
    assert [bool(lazy.search(text)) for text in ("xaab", "ab", "b")] == [True, True, False]
    assert made == ["a+b"]


def test_what_is_no_pattern_is_told_where_it_is_used() -> None:
    with pytest.raises(re.error):
        lazy_pattern("(").search("")
    with pytest.raises(AttributeError):
        lazy_pattern("a").nothing  # type: ignore[attr-defined]  # noqa: B018


def test_every_pattern_of_the_program_compiles() -> None:
    told = subprocess.run([sys.executable, "-c", _EVERY], capture_output=True, text=True, timeout=300, check=True).stdout.split("\n")
    assert int(told[0]) > 1000
    assert told[1:] == [""]
