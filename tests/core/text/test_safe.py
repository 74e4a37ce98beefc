"""Hostile text: nothing of it drives the terminal, turns the reading direction, or becomes markup."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tsel_core.text.safe import clean_for_terminal, escape_html, one_line, script_json, terminal_json


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("a\x1b[31mred\x1b[0m", "ared"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1bP1;2|payload\x1b\\x", "x"),
        ("\x9b2Jx", "x"),
        ("\x1b(0x\x1bc", "x"),
        ("\x1b\x1b[31m[31mx", "[31mx"),
        ("bell\x07 back\x08 nul\x00 del\x7f", "bell back nul del"),
        ("abc\u202edcba\u2066x\u2069", "abcdcbax"),
        ("tags\U000e0041\U000e0042", "tags"),
        ("a\r\nb\tc", "a\nb\tc"),
        ("日本語 テキスト", "日本語 テキスト"),
    ],
)
def test_clean(text: str, clean: str) -> None:
    assert clean_for_terminal(text) == clean


@given(st.text(alphabet=st.sampled_from("\x1b[]0;m31\x07\x9b\x9c\\PabX\u202e\n\t"), max_size=40))
def test_nothing_left(text: str) -> None:
    cleaned = clean_for_terminal(text)
    assert all(c in "\n\t" or (ord(c) >= 32 and not 0x7F <= ord(c) < 0xA0) for c in cleaned)
    assert "\u202e" not in cleaned
    assert clean_for_terminal(cleaned) == cleaned


def test_one_line() -> None:
    assert one_line("a\n\x1b[2Jb\u2028c") == "a b c"


def test_html() -> None:
    assert escape_html("<script>alert('x')</script>\x1b[1m\"") == "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;&quot;"


def test_script_json() -> None:
    value = {"t": "</script><!-- \u2028 & \u2029 日本 \ud800"}
    text = script_json(value)
    assert not set("<>&\u2028\u2029") & set(text)
    assert json.loads(text)["t"].startswith("</script><!-- \u2028 & \u2029 日本")


@given(st.text(alphabet=st.sampled_from('\x1b[];"\\\x07\x9b\x85\u202e\u2066\u2028\U000e0041日a\n\t\x7f'), max_size=40))
def test_json_for_a_terminal_says_the_same_and_drives_nothing(text: str) -> None:
    made = terminal_json({"t": [text]}, indent=1)
    assert json.loads(made) == {"t": [text]}
    assert clean_for_terminal(made) == made
