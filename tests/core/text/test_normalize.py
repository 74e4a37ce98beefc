"""Normalised text: what must become equal, what must not, and the way back to the original."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tsel_core.text.normalize import find_whole, normalise, normalise_with_origin, number_value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("二十", "20"), ("十", "10"), ("百四十二", "142"), ("二〇二六", "2026"), ("2億8,640万", "286400000"),
        ("七万", "70000"), ("1,000", "1000"), ("１，０００", "1000"), ("3.5万", "35000"), ("007", "007"), ("2.40", "2.40"),
        ("千二百三十四", "1234"), ("一億", "100000000"), ("2 億 8,640 万", "286400000"),
    ],
)  # fmt: skip
def test_number_value(text: str, value: str) -> None:
    assert number_value(text) == value


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("令和二十年", "令和20年"), ("ＡＢＣ　株式会社", "abc株式会社"), ("14時〜15時", "14時～15時"), ("−5", "-5"), ("ﾃﾞｰﾀ", "データ"),
        ("“late” delivery", '"Late"\ndelivery'), ("trans-\nmitter", "transmitter"), ("費用は 4,350 万円", "費用は4350万円"),
        ("co­operate", "cooperate"), ("㈱", "(株)"), ("don’t", "don't"),
    ],
)  # fmt: skip
def test_equal_after(left: str, right: str) -> None:
    assert normalise(left) == normalise(right)


@pytest.mark.parametrize(("left", "right"), [("12", "13"), ("ハ", "バ"), ("2.4 percent", "24 percent"), ("1,00", "100")])
def test_different_after(left: str, right: str) -> None:
    assert normalise(left) != normalise(right)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.sampled_from("ab 1０二十万,.ガｶﾞ–“\n-é第"), max_size=40))
def test_origin_is_whole_and_monotone(text: str) -> None:
    made = normalise_with_origin(text)
    assert made.text == normalise(text)
    assert len(made.starts) == len(made.ends) == len(made.text)
    assert list(made.starts) == sorted(made.starts)
    assert all(0 <= a < b <= len(text) for a, b in zip(made.starts, made.ends, strict=True))


def test_origin_leads_back() -> None:
    text = "価格は 20 万円 です"
    made = normalise_with_origin(text)
    at = made.text.index("200000")
    assert text[slice(*made.origin(at, at + 6))] == "20 万"


def test_find_whole_skips_longer_numbers() -> None:
    assert find_whole("in 2012 and 12 days", "12") == 12
    assert find_whole("in 2012", "12") == -1
