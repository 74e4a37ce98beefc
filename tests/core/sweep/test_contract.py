"""Key facts of contracts: sentences written for these tests."""

from __future__ import annotations

import pytest

from tsel_core.document import Document, Unit
from tsel_core.sweep.contracts.contract import sweep_contract
from tsel_core.sweep.item import Item
from tsel_core.sweep.kind import kind_of
from tsel_core.sweep.report import write_brief, write_report
from tsel_core.sweep.run import sweep_documents
from tsel_core.sweep.sentences import sentences_of

EN = (
    "Cleaning Services Agreement",
    'This Agreement is made on 3 May 2024 between Brightside Ltd. ("the Provider") and Corner Bakery plc ("the Client").',
    "1. Services. The Provider shall perform the cleaning services described in Schedule 1.",
    "2. Term. This Agreement shall remain in force for a period of three years from 1 June 2024.",
    "2.2 It is renewed for one year at a time unless a party gives notice of two months before the end.",
    "3. Fees. The Client shall pay a monthly fee of £2,450 excluding VAT.",
    "3.2 Invoices are payable within 21 days of receipt.",
    "4. Liability. The liability of either party is limited to £50,000 in total.",
    "4.2 This limit does not apply to death or injury.",
    "5. Termination. Either party may terminate this Agreement on 60 days' notice.",
    "6. Law. This Agreement is governed by the law of Scotland.",
    "6.2 The courts of Edinburgh have exclusive jurisdiction.",
)
JA = (
    "清掃業務委託契約書",
    "株式会社あかり（以下「甲」という。）と有限会社すみれ（以下「乙」という。）は、次のとおり契約を締結する。",
    "第1条（目的）　甲は、乙に対し清掃業務を委託し、乙はこれを受託する。",
    "第2条（契約期間）　本契約の有効期間は、2024年6月1日から3年間とする。",
    "第3条（委託料）　甲は、乙に対し、月額金250,000円を支払う。",
    "第4条（損害賠償）　乙が賠償すべき額は、委託料の6か月分を上限とする。",
    "ただし、故意による場合はこの限りでない。",
    "第5条（中途解約）　甲又は乙は、60日前までに書面で通知することにより、本契約を解約することができる。",
    "第6条（管轄）　本契約に関する紛争は、札幌地方裁判所を管轄裁判所とする。",
    "変更覚書",
    "第1条（変更）　原契約第3条の月額を、2025年4月分から金270,000円に改める。",
)


def contract(*lines: str) -> list[Document]:
    units = tuple(Unit(n, "paragraph", f"para {n + 1}", text) for n, text in enumerate(lines))
    return [Document("contract.docx", "0" * 64, "docx", "paragraph", units)]


def facts(*lines: str) -> dict[str, Item]:
    return {i.name: i for i in sweep_contract(sentences_of(contract(*lines)))}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("parties", "Corner Bakery plc"),
        ("term", "three years"),
        ("renewal", "two months"),
        ("price", "£2,450"),
        ("payment", "21 days"),
        ("cap", "£50,000"),
        ("termination", "60 days"),
        ("law", "Scotland"),
        ("disputes", "Edinburgh"),
    ],
)
def test_each_fact_holds_its_value(name: str, value: str) -> None:
    assert value in facts(*EN)[name].what


def test_the_exception_to_a_cap_comes_with_it() -> None:
    cap = facts(*EN)["cap"]
    assert "does not apply to death" in cap.what
    assert len(cap.evidence) == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("parties", "有限会社すみれ"),
        ("term", "3年間"),
        ("cap", "故意"),
        ("termination", "60日前"),
        ("disputes", "札幌地方裁判所"),
    ],
)
def test_japanese_facts(name: str, value: str) -> None:
    assert value in facts(*JA)[name].what


def test_an_amendment_stands_in_the_place_of_what_it_changes() -> None:
    price = facts(*JA)["price"]
    assert "270,000" in price.what
    assert price.status == "changed"
    assert "250,000" in price.instead_of
    assert "250,000" not in " ".join(i.what for i in sweep_contract(sentences_of(contract(*JA))))


def test_kinds_of_documents_are_told_apart() -> None:
    assert kind_of(sentences_of(contract(*EN))) == "contract"
    assert kind_of(sentences_of(contract(*JA))) == "contract"
    prose = ("Annual report", "The works shipped 3,000 meters.", "Sales rose by 4 percent.") * 4
    assert kind_of(sentences_of(contract(*prose))) == "other"


def test_brief_and_report_link_every_fact_and_have_every_section() -> None:
    documents = contract(*EN)
    sweep = sweep_documents(documents, "en", style="brief")
    text, citations, firsts = write_brief(sweep.items, sweep.kind, "en").linked(documents)
    assert "Liability cap: The liability of either party is limited to £50,000" in text
    assert None not in firsts
    for citation in citations:
        assert documents[0].units[citation.unit_index].text[citation.start : citation.end] == citation.quote
    report = write_report(sweep.items, sweep.kind, "en").linked(documents)[0]
    for title in ("Purpose:", "Main points:", "Conclusions:", "Risks and open questions:"):
        assert title in report


def test_a_fact_that_is_not_there_is_not_made_up() -> None:
    found = facts(*EN)
    assert "insurance" not in found
    assert "warranty" not in found
    assert "noncompete" not in found


def test_the_sentence_of_the_parties_is_whole_where_its_lines_stand_apart() -> None:
    lines = (
        "Filed as Exhibit 4",
        "THIS AGREEMENT, made and entered into as of 3 May 2026, by and between Alder Ltd, 4 Quay Road,",
        'Leeds (the "Supplier"), and Birch plc, of',
        'Nine High Street, York (the "Customer").',
        *(line for line in EN if "Corner Bakery plc" not in line),
    )
    documents = contract(*lines)
    parties = next(i for i in sweep_contract(sentences_of(documents)) if i.name == "parties")
    assert parties.what.startswith("THIS AGREEMENT, made")
    assert parties.what.endswith('York (the "Customer").')
    assert [s.unit_index for s in parties.evidence] == [1, 2, 3]


def test_a_doubtful_clause_is_marked_and_a_plain_one_is_not() -> None:
    documents = contract(
        *EN,
        "All agreements to the extent they relate to the initial well are subject to the jurisdiction of nobody in this matter.",
    )
    items = sweep_contract(sentences_of(documents))
    law = next(i for i in items if i.name == "law")
    assert law.verdict == "supported"
    doubtful = [i for i in items if i.verdict == "unsure"]
    text = "\n".join(line.text for line in write_report(items, "contract", "en").lines)
    assert all(f"{i.what} (unsure)" in text for i in doubtful)
    assert text.count("(unsure)") == len(doubtful)


def test_the_dates_beside_signatures_date_a_contract_whose_opening_names_none() -> None:
    opening = 'This Agreement is between Brightside Ltd. ("the Provider") and Corner Bakery plc ("the Client").'
    found = sweep_contract(sentences_of(contract(EN[0], opening, *EN[2:], "Signed for the Provider", "By: Ada Moon", "Date: 7 June 2024")))
    assert [i.what for i in found if i.name == "date"] == ["Date: 7 June 2024"]
    unsigned = sweep_contract(sentences_of(contract(*EN, "The office opens on date: 7 June 2024 at nine.")))
    assert not any("7 June" in i.what for i in unsigned if i.name == "date")
