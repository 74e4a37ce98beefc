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
        (LEASE, "Price", "money", "1150 GBP"),
        (LEASE, "Start date", "date", "2019-08-01"),
        (LEASE, "Governing law", "text", "English law applies."),
        (HOSHU, "当事者", "text", "医療法人社団青葉会（甲）、株式会社北浜技研（乙）"),
        (HOSHU, "料金", "money", "88000 JPY"),
        (HOSHU, "開始日", "date", "2025-04-01"),
        (HOSHU, "契約日", "date", "2025-03-14"),
    ],
)  # fmt: skip
def test_an_empty_cell_is_filled_with_its_place(paper: str, name: str, kind: FieldKind, value: str, tmp_path: Path) -> None:
    cell = filled(paper, name, kind, tmp_path)
    assert (cell.status, cell.value) == ("stated", value)
    assert cell.places


def test_two_dates_of_signing_are_unsure(tmp_path: Path) -> None:
    assert filled(LEASE, "Agreement date", "date", tmp_path).value == "2019-06-02"


def test_the_day_of_signing_is_no_first_day(tmp_path: Path) -> None:
    cell = filled(LEASE, "Start date", "date", tmp_path, "stated", "June 2, 2019")
    assert (cell.status, cell.reason) == ("unsure", "another clause says when it begins")
    assert "1 August 2019" in cell.places[-1].quote
    assert filled(LEASE, "Start date", "date", tmp_path, "stated", "1 August 2019").status == "stated"


def test_other_fields_and_papers_stay_as_they_are(tmp_path: Path) -> None:
    assert filled(LEASE, "Deposit", "money", tmp_path).status == "not stated"
    assert filled(LEASE, "Parties", "text", tmp_path, "stated", "Alder Mills Ltd").value == "Alder Mills Ltd"
    assert filled("Dear Ann,\n\nThe price is GBP 40.\n\nYours, Bo", "Price", "money", tmp_path).status == "not stated"
