"""Quote checks: exact, normalised, near, missing; invented quotes lose their marks."""

from __future__ import annotations

import pytest

from tsel_core.trust.quotes import MISSING, check_quote, quoted_parts, rewrite_quotes

TEXT = "The Supplier shall pay liquidated damages of 0.4 percent of the price\nfor each full day of delay, but not more."
JA = "保守は一か月延長します。費用は月額で百二十八万円です。申し込みは、６月３０日が期限です。"


@pytest.mark.parametrize(
    ("quote", "text", "check"),
    [
        ("liquidated damages of 0.4 percent", TEXT, "exact"),
        ("of the price for each full day of delay", TEXT, "normalised"),
        ("Liquidated Damages of 0.4 percent.", TEXT, "normalised"),
        ("shall pay liquidated damage of 0.4 percent of the price", TEXT, "near"),
        ("shall pay liquidated damages of 0.5 percent of the price", TEXT, "missing"),
        ("shall never pay a penalty of any kind", TEXT, "missing"),
        ("The Supplier shall pay ... for each full day of delay", TEXT, "exact"),
        ("for each full day of delay ... The Supplier shall pay", TEXT, "missing"),
        ("月額で128万円", JA, "normalised"),
        ("6月30日が期限", JA, "normalised"),
        ("月額で128万円である", JA, "near"),
        ("月額で129万円です", JA, "missing"),
        ("", TEXT, "missing"),
    ],
)
def test_check(quote: str, text: str, check: str) -> None:
    result = check_quote(quote, text)
    assert result.check == check
    if check != "missing":
        assert 0 <= result.start < result.end <= len(text)


def test_place_of_a_normalised_quote() -> None:
    result = check_quote("月額で128万円", JA)
    assert JA[result.start : result.end] == "月額で百二十八万円"


def test_near_gives_whole_words() -> None:
    result = check_quote("shall pay liquidated damage of 0.4 percent of the pric", TEXT)
    assert result.check == "near"
    assert TEXT[result.start : result.end].endswith("price")


def test_quoted_parts() -> None:
    answer = 'It says "late delivery" and “price”; 契約は「乙社」と『甲社』。 It\'s John\'s.'
    assert [q.text for q in quoted_parts(answer)] == ["late delivery", "price", "乙社", "甲社"]


def test_inches_and_apostrophes_are_no_quotes() -> None:
    assert quoted_parts('A 5" pipe and a 6" pipe.') == []
    assert quoted_parts("John's and the suppliers' goods of the '90s, isn't it.") == []


@pytest.mark.parametrize(
    ("answer", "parts"),
    [
        ('He said: "the moon is made of', [("the moon is made of", False)]),
        ('He said "the moon\n\nNext "part" here', [("the moon", False), ("part", True)]),
        ("契約は「乙社が", [("乙社が", False)]),
        ('契約は"乙社"である', [("乙社", True)]),
        ("「先日の「乙社」の件」です", [("先日の「乙社」の件", True)]),
        ("It says 'the supplier's goods are free', yes.", [("the supplier's goods are free", True)]),
        ("It is ‘due on Friday’.", [("due on Friday", True)]),
        ("She said “" + "very " * 300 + "long”.", [("very " * 300 + "long", True)]),
    ],
)
def test_marks_of_every_kind_and_marks_left_open(answer: str, parts: list[tuple[str, bool]]) -> None:
    assert [(q.text, q.closed) for q in quoted_parts(answer)] == parts


def test_an_invented_quote_that_was_cut_loses_its_mark() -> None:
    def check(words: str):
        result = check_quote(words, TEXT)
        return result, TEXT[result.start : result.end]

    text, invented = rewrite_quotes('The document states, "This document is a legal document that is', check)
    assert invented == 1
    assert '"' not in text
    assert text.endswith("[not a quote from the document]")
    cut = 'It says "The Supplier shall pay liquid'
    assert rewrite_quotes(cut, check) == (cut, 0)


def test_rewrite() -> None:
    def check(words: str):
        result = check_quote(words, TEXT)
        return result, TEXT[result.start : result.end]

    answer = (
        'It pays "liquidated damages of 0.4 percent", "shall pay liquidated damage of 0.4 percent of the price", '
        'and "a fine of two hundred gold coins a week".'
    )
    text, invented = rewrite_quotes(answer, check)
    assert invented == 1
    assert '"liquidated damages of 0.4 percent"' in text
    assert '"shall pay liquidated damages of 0.4 percent of the price"' in text
    assert '"a fine' not in text
    assert "gold coins a week [not a quote from the document]" in text
    assert rewrite_quotes("「架空の長い引用がここにあります」と述べた。", lambda w: (MISSING, ""), "ja")[0].startswith("架空")
