"""Cells whose quote is of a near matter, or whose value a later sentence changes, are unsure."""

from __future__ import annotations

import pytest

from tests.core.ingest.formats.test_text import read
from tsel_core.extract.cell import Cell, Place
from tsel_core.extract.doubted import doubted
from tsel_core.extract.fields import Field, FieldKind


def cell_of(column: str, quote: str, text: str = "", kind: FieldKind = "text", behind: str = "") -> Cell:
    document = read(f"AGREEMENT\n\n{quote}\n\n{behind}\n")
    return doubted(Cell(Field(column, kind), "stated", text or quote, text or quote, (Place("line 3", quote),)), document)


@pytest.mark.parametrize(
    ("column", "quote", "status"),
    [
        ("Governing law", "15. The courts of Leeds have exclusive jurisdiction.", "unsure"),
        ("準拠法", "本契約に関する紛争については、東京地方裁判所を第一審の専属的合意管轄裁判所とする。", "unsure"),
        ("Governing law", "15. English law applies, and the courts of Leeds have jurisdiction.", "stated"),
        ("準拠法", "本契約は日本法に準拠し、東京地方裁判所を管轄裁判所とする。", "stated"),
        ("Renews", "Schedule 2 - Works: renewal of the roof covering by 31 March 2026", "unsure"),
        ("自動更新の有無", "第4条 屋根の防水層の更新工事は貸主が行う。", "unsure"),
        ("Renews", "2.2 The Agreement renews for twelve months.", "stated"),
        ("Renews", "2.2 It is renewed each year unless a party objects.", "stated"),
        ("更新", "期間満了の2か月前までに申出がないときは、同一条件で1年間更新されるものとする。", "stated"),
    ],
)
def test_a_quote_of_a_near_matter_is_unsure(column: str, quote: str, status: str) -> None:
    assert cell_of(column, quote).status == status


def test_a_value_that_is_changed_later_is_unsure_and_the_change_is_cited() -> None:
    quote = "6.2 The Buyer shall pay each invoice within thirty days."
    letter = 'AMENDMENT NO. 1\n\n(b) In clause 6.2, the words "thirty days" are replaced by "forty-five days".'
    made = cell_of("Payment term", quote, "30 days", behind=letter)
    assert (made.status, made.reason) == ("unsure", "another passage changes it")
    assert "forty-five days" in made.places[-1].quote
    assert cell_of("Payment term", quote, "30 days").status == "stated"


def test_a_japanese_value_that_is_changed_later_is_unsure() -> None:
    quote = "第5条 乙は、発売日の20日前までに納入する。"
    memo = "覚書\n\n1．原契約第5条に定める納期「20日前」を「18日前」に改める。"
    made = cell_of("納期", quote, "20日前", behind=memo)
    assert (made.status, made.places[-1].quote) == ("unsure", "1．原契約第5条に定める納期「20日前」を「18日前」に改める。")
