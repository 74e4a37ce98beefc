"""Facts of English and Japanese text, and tracing them to the document."""

from __future__ import annotations

import pytest

from tsel_core.document import Document, Unit
from tsel_core.text.fact_words import spoken_pair, word_number
from tsel_core.text.facts import extract_facts
from tsel_core.trust.fact_tracing import FactIndex, trace_facts
from tsel_core.trust.passages import PassageIndex


def values(text: str) -> list[tuple[str, str]]:
    return [(f.kind, f.value) for f in extract_facts(text) if f.kind != "name"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on 9 September 2026", [("date", "2026-09-09")]),
        ("September 9th, 2026", [("date", "2026-09-09")]),
        ("the twenty-first of September", [("date", "-09-21")]),
        ("2026-09-09", [("date", "2026-09-09")]),
        ("in May 2026", [("date", "2026-05")]),
        ("令和8年6月17日", [("date", "2026-06-17")]),
        ("令和元年", [("date", "2019")]),
        ("平成三十一年四月三十日", [("date", "2019-04-30")]),
        ("八月十七日", [("date", "-08-17")]),
        ("三年以内", [("duration", "36 month")]),
        ("14時30分から午後3時半", [("time", "14:30"), ("time", "15:30")]),
        ("8時間", [("duration", "480 minute")]),
        ("at 9.30 am, until 12:10", [("time", "09:30"), ("time", "12:10")]),
        ("12 percent or 12%", [("percent", "12%"), ("percent", "12%")]),
        ("twelve percent", [("percent", "12%")]),
        ("23.4％、三割", [("percent", "23.4%"), ("percent", "30%")]),
        ("£31.7 million and £41,300", [("money", "31700000 GBP"), ("money", "41300 GBP")]),
        ("2億8,640万円と七万円", [("money", "286400000 JPY"), ("money", "70000 JPY")]),
        ("38 pounds, 3,860,000 euros", [("money", "38 GBP"), ("money", "3860000 EUR")]),
        ("forty-two lockers", [("number", "42")]),
        ("one of them", []),
        ("百四十二名、一部、十分、万一", [("number", "142")]),
        ("1. First\n2) Second [3]", []),
    ],
)
def test_values(text: str, expected: list[tuple[str, str]]) -> None:
    assert values(text) == expected


def test_names() -> None:
    names = [f.value for f in extract_facts("Then Hugh Pemberton told Hikari Water Works about it.") if f.kind == "name"]
    assert names == ["hugh pemberton", "hikari water works"]
    assert [f.text for f in extract_facts("倉橋さんと株式会社アオバ情報") if f.kind == "name"] == ["倉橋", "株式会社アオバ情報"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("It was approved in September. The board met.", ["September"]),
        ("She came in May. John Smith did not.", ["May", "John Smith"]),
        ("Paid by Acme Inc. The board met.", ["Acme Inc"]),
        ("He met J. Smith, Dr. Weber and U.S. Steel.", ["J. Smith", "Dr. Weber", "U.S. Steel"]),
        ("They saw Anna Weber\nLeeds was next.", ["Anna Weber"]),
        ("## Main Points\n\nHe met Anna Weber.", ["Anna Weber"]),
        ("**Key Decisions:** none", []),
        ("1. Next Steps\nnone", []),
        ("## Jim Miller\nHe left.", ["Jim Miller"]),
        ("## Decisions of Acme Works\nnone", ["Decisions of Acme Works"]),
        ("He made the Main Points clear.", ["Main Points"]),
        ("アクション項目: 1. 展示会の準備", []),
        ("## リスクと未解決事項\nなし", []),
        ("アクション項目はサンライズが担当する。", ["アクション", "サンライズ"]),
    ],
)
def test_names_end_with_their_sentence_and_plain_headings_are_none(text: str, names: list[str]) -> None:
    assert [f.text for f in extract_facts(text) if f.kind == "name"] == names


def test_word_number() -> None:
    assert word_number("one hundred and twenty") == "120"
    assert word_number("three thousand four hundred") == "3400"
    assert word_number("late delivery") is None
    assert word_number("two hundred and forty-two") == "242"
    assert word_number("thirty-two fifty") is None
    assert spoken_pair("thirty-two fifty") == ("32.5", "3250")
    assert spoken_pair("nineteen eighty-four") == ("19.84", "1984")
    assert spoken_pair("thirty-two") is None


def test_places_are_in_the_text() -> None:
    text = "  On 9 September 2026, Hugh Pemberton paid £41,300 (12 percent)."
    for fact in extract_facts(text):
        assert text[fact.start : fact.end].strip() == fact.text


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ("It is 42.", "document"),
        ("They cost £18,360.", "document"),
        ("On 2026-09-21.", "document"),
        ("On 22 September.", "unsupported"),
        ("It is 43.", "unsupported"),
        ("That is 3.1%.", "document"),
        ("金額は128万円です。", "document"),
        ("金額は129万円です。", "unsupported"),
        ("六月三十日です。", "document"),
        ("金額は1,280,000.00円です。", "document"),
        ("That is 3.10 %.", "document"),
        ("By 21/09/2026.", "document"),
        ("£18,360.00", "document"),
        ("18.360,00 GBP", "document"),
        ("We asked about 777.", "question"),
    ],
)
def test_tracing(answer: str, status: str) -> None:
    text = "We have forty-two lockers. That is 18,360 pounds more, on 3.1 percent of the doors, by the 21st of September."
    ja = "費用は月額で百二十八万円です。期限は、６月３０日です。"
    units = (Unit(0, "turn", "A 00:01", text), Unit(1, "turn", "B 00:02", ja))
    facts = FactIndex(PassageIndex.build([Document("m.vtt", "", "vtt", "turn", units)]))
    traced = [t for t in trace_facts(answer, "What about 777?", facts) if t.fact.kind != "name"]
    assert [t.status for t in traced] == [status]


def test_number_broken_by_a_line_end() -> None:
    document = Document("a.pdf", "", "pdf", "page", (Unit(0, "page", "p. 1", "番号は56326\n24です。"),))
    facts = FactIndex(PassageIndex.build([document]))
    assert [t.status for t in trace_facts("5632624です。", "", facts)] == ["document"]
    assert [t.status for t in trace_facts("5632625です。", "", facts)] == ["unsupported"]
