"""Fields of contracts that a model leaves empty, from the clauses: papers written for these tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tsel_core.extract.by_clauses import by_clauses
from tsel_core.extract.cell import Cell, Place
from tsel_core.extract.fields import Field, FieldKind
from tsel_core.ingest import read_document

LEASE = """LEASE OF A WORKSHOP

AGREEMENT DATE: JUNE 2, 2019

Landlord:     Alder Mills Ltd
Tenant:       Birch & Sons Trust

1. TERM
The Term begins on 1 August 2019 and continues for five years.

2. RENT
The Tenant pays a monthly rent of GBP 1,150, in advance.

3. ENDING
Either party may end this Lease by six months' written notice.

4. ASSIGNMENT
The Tenant shall not assign this Lease without the consent of the Landlord.

5. LAW
English law applies. The Landlord insures the building.

Signed by A. Alder for the Landlord, dated 20 May 2019"""

HOSHU = """保守業務に関する取決め書

第１　料金
　基本料金　　　月額　８８，０００円（税込）

第２　期間
　本書は２０２５年４月１日から効力を持ち、２年間とする。期間満了の６０日前までに申し出がなければ１年ごとに続く。

第３　秘密
　情報を外に出してはならない。

第４　賠償
　賠償は、１年分の基本料金を限度とする。

作成日　２０２５年３月１４日

甲　札幌市白石区南一丁目２
　　医療法人社団青葉会
　　理事長　相馬　恵
乙　旭川市宮下通２１
　　株式会社北浜技研
　　代表取締役　十河 誠"""


def filled(paper: str, name: str, kind: FieldKind, folder: Path, status: str = "not stated", text: str = "") -> Cell:
    (folder / "paper.txt").write_text(paper, encoding="utf-8")
    places = (Place("line 3", text),) if text else ()
    cell = Cell(Field(name, kind), status, text, text or None, places)  # type: ignore[arg-type]
    return by_clauses(cell, read_document(folder / "paper.txt"))


@pytest.mark.parametrize(
    ("paper", "name", "kind", "value"),
    [
        (LEASE, "Parties", "text", "Alder Mills Ltd (landlord), Birch & Sons Trust (tenant)"),
        (LEASE, "Governing law", "text", "English law applies."),
        (HOSHU, "当事者", "text", "医療法人社団青葉会（甲）、株式会社北浜技研（乙）"),
    ],
)  # fmt: skip
def test_an_empty_cell_is_filled_with_its_place(paper: str, name: str, kind: FieldKind, value: str, tmp_path: Path) -> None:
    cell = filled(paper, name, kind, tmp_path)
    assert (cell.status, cell.value) == ("stated", value)
    assert cell.places


@pytest.mark.parametrize(
    ("paper", "name", "kind", "value"),
    [
        (LEASE, "Monthly rent", "money", "1150 GBP"),
        (LEASE, "Rent", "money", "1150 GBP"),
        (LEASE, "Start date", "date", "2019-08-01"),
        (LEASE, "Term", "duration", "60 month"),
        (LEASE, "Agreement date", "date", "2019-06-02"),
        (HOSHU, "料金", "money", "88000 JPY"),
        (HOSHU, "月額", "money", "88000 JPY"),
        (HOSHU, "開始日", "date", "2025-04-01"),
        (HOSHU, "契約日", "date", "2025-03-14"),
    ],
)  # fmt: skip
def test_prices_days_and_terms_are_unsure(paper: str, name: str, kind: FieldKind, value: str, tmp_path: Path) -> None:
    cell = filled(paper, name, kind, tmp_path)
    assert (cell.status, cell.value) == ("unsure", value)
    assert cell.places
    assert cell.reason


SERVICE = """SERVICE AGREEMENT

{made}

Provider:     Cedar Works Ltd
Client:       Dunmore Halls Ltd

1. SERVICES
The Provider shall maintain the boilers of the Client.

2. {clause}

3. ENDING
Either party may terminate this Agreement by written notice.

4. LAW
This Agreement is governed by the laws of England."""

RIYO = """設備利用契約書

葵工機株式会社（以下「甲」という。）と楠商事株式会社（以下「乙」という。）は、次のとおり契約を締結する。

第１条（利用）
　甲は乙に設備を利用させる。

第２条（料金）
　{clause}

第３条（秘密）
　乙は秘密を第三者に開示してはならない。

第４条（解除）
　甲は、乙が本契約に違反したときは、本契約を解除することができる。

第５条（損害賠償）
　乙は、甲に与えた損害を賠償する。

第６条（合意管轄）
　本契約に関する紛争は、東京地方裁判所を管轄裁判所とする。"""


@pytest.mark.parametrize("kind", ["money", "text"])
@pytest.mark.parametrize(
    ("clause", "names"),
    [
        ("The entry fee is EUR 650 and the annual fee is EUR 31,000.", ("Annual fee", "Monthly fee", "Salary", "Fee")),
        ("The Client shall pay an annual fee of EUR 31,000.", ("Monthly fee", "Monthly rent", "Salary", "Purchase price")),
        ("The annual fee is EUR 31,000, paid in monthly parts.", ("Monthly fee", "Annual fee")),
        ("The monthly fee is reduced by EUR 1,450.", ("Monthly fee", "Fee")),
        ("The previous monthly fee of EUR 800 is raised to EUR 1,450.", ("Monthly fee", "Fee")),
        ("The monthly fee is at most EUR 1,450.", ("Monthly fee", "Fee")),
        ("The set-up fee is EUR 650.", ("Fee",)),
    ],
)
def test_another_price_fills_nothing(clause: str, names: tuple[str, ...], kind: FieldKind, tmp_path: Path) -> None:
    paper = SERVICE.format(made="", clause=f"FEES\n{clause}")
    assert [filled(paper, name, kind, tmp_path).status for name in names] == ["not stated"] * len(names)


def test_the_price_of_the_columns_own_words_is_unsure(tmp_path: Path) -> None:
    paper = SERVICE.format(made="", clause="FEES\nThe Client shall pay an annual fee of EUR 31,000.")
    cell = filled(paper, "Annual fee", "money", tmp_path)
    assert (cell.status, cell.value) == ("unsure", "31000 EUR")


@pytest.mark.parametrize(
    ("clause", "name"),
    [
        ("登録費用は60,000円とし、年額料金は1,440,000円とする。", "月額料金"),
        ("年額料金は1,440,000円とする。", "月額料金"),
        ("月額料金は70,000円から90,000円に改定する。", "月額料金"),
        ("月額料金は、5,000円を減額する。", "月額料金"),
    ],
)
def test_another_price_fills_nothing_in_japanese(clause: str, name: str, tmp_path: Path) -> None:
    assert filled(RIYO.format(clause=clause), name, "money", tmp_path).status == "not stated"


def test_a_day_to_pay_by_is_no_limit(tmp_path: Path) -> None:
    cell = filled(RIYO.format(clause="乙は月額料金70,000円を毎月末日までに支払う。"), "月額料金", "money", tmp_path)
    assert (cell.status, cell.value) == ("unsure", "70000 JPY")


@pytest.mark.parametrize(
    ("made", "clause", "name", "kind"),
    [
        ("This Service Agreement is made between Cedar Works Ltd and Dunmore Halls Ltd under the framework agreement dated 7 May 2020.", "FEES\nNone.", "Contract date", "date"),
        ("This Agreement is made between Cedar Works Ltd and Dunmore Halls Ltd, effective as of 1 February 2023.", "FEES\nNone.", "Signing date", "date"),
        ("", "TERM\nThe term shall not begin before 1 July 2023.", "Start date", "date"),
        ("", "TERM\nThe term begins within 45 days from 1 July 2023 and ends in 2025.", "Term", "duration"),
        ("", "TERM\nThis Agreement lasts at most 36 months.", "Term", "duration"),
    ],
)  # fmt: skip
def test_another_day_or_a_limit_fills_nothing(made: str, clause: str, name: str, kind: FieldKind, tmp_path: Path) -> None:
    paper = SERVICE.format(made=made, clause=clause)
    assert filled(paper, name, kind, tmp_path).status == "not stated"


def test_the_day_of_signing_is_no_first_day(tmp_path: Path) -> None:
    cell = filled(LEASE, "Start date", "date", tmp_path, "stated", "June 2, 2019")
    assert (cell.status, cell.reason) == ("unsure", "another clause says when it begins")
    assert "1 August 2019" in cell.places[-1].quote
    assert filled(LEASE, "Start date", "date", tmp_path, "stated", "1 August 2019").status == "stated"


def test_other_fields_and_papers_stay_as_they_are(tmp_path: Path) -> None:
    assert filled(LEASE, "Deposit", "money", tmp_path).status == "not stated"
    assert filled(LEASE, "Parties", "text", tmp_path, "stated", "Alder Mills Ltd").value == "Alder Mills Ltd"
    assert filled("Dear Ann,\n\nThe price is GBP 40.\n\nYours, Bo", "Price", "money", tmp_path).status == "not stated"


SUPPLY = """SUPPLY AGREEMENT

This Agreement is made on 20 February 2025 between Harrow Foods Ltd (the "Supplier") and Dell Inns plc (the "Buyer")

1. TERM
1.1 This Agreement begins on 1 March 2025 and runs for two years.
1.2 Unless either party gives ninety days' written notice before the end of the term, it renews for one further period of twelve months.

2. PAYMENT
2.1 The Buyer pays each invoice within thirty days of receiving it.

3. LIABILITY
3.1 The total liability of either party in a contract year shall not exceed GBP 40,000.

4. DISPUTES
4.1 The courts of Leeds have exclusive jurisdiction.

5. ASSIGNMENT
5.1 Neither party shall assign this Agreement without the consent of the other.

Schedule: works
Renewal of the roof covering by 31 March 2026."""

ITAKU = """業務委託契約書

株式会社青木（以下「甲」という。）と有限会社林（以下「乙」という。）は、次のとおり契約を締結する。

第1条（契約期間）
本契約の有効期間は、2025年4月1日から2026年3月31日までとする。期間満了の2か月前までに書面による申出がないときは、同一条件で1年間更新されるものとする。

第2条（支払方法）
甲は、請求書を受領した月の翌月末日までに、乙の指定する銀行口座に委託料を振り込む。

第3条（秘密保持）
甲及び乙は、相手方の秘密を第三者に開示してはならない。

第4条（合意管轄）
本契約に関する紛争については、長野地方裁判所を第一審の専属的合意管轄裁判所とする。"""


@pytest.mark.parametrize(
    ("paper", "name", "kind", "value", "words"),
    [
        (SUPPLY, "Renews", "yesno", None, "it renews for one further period"),
        (SUPPLY, "Payment terms", "text", ..., "within thirty days"),
        (SUPPLY, "Liability cap", "money", "40000 GBP", "GBP 40,000"),
        (SUPPLY, "Jurisdiction", "text", ..., "courts of Leeds"),
        (ITAKU, "Renewal", "yesno", None, "1年間更新される"),
        (ITAKU, "支払条件", "text", ..., "翌月末日まで"),
        (ITAKU, "合意管轄", "text", ..., "長野地方裁判所"),
    ],
)
def test_an_empty_cell_shows_the_clause(paper: str, name: str, kind: FieldKind, value: object, words: str, tmp_path: Path) -> None:
    cell = filled(paper, name, kind, tmp_path)
    assert (cell.status, cell.reason) == ("unsure", "a clause speaks of it")
    assert words in cell.text
    assert words in cell.places[0].quote
    assert cell.value == (cell.text if value is ... else value)
