"""An answer begins with what it says, not with a heading of the paper; the paper's own labels stay."""

from __future__ import annotations

from pathlib import Path

import pytest

from tsel_core.evidence.without_heading import without_heading
from tsel_core.ingest import read_document

LEASE = """LEASE

2. RENT

2.1 The rent is payable monthly.
2.2 The rent is GBP 900 a month.

INSURANCE AND REPAIR
3.1 The tenant insures the glass.

Payment: by bank transfer.
"""
CHINTAI = """第1条（期間）
本契約の期間は2年とする。

第2条（賃料）
賃料は月額10万円とする。
2　賃料は毎月末日までに支払う。

【敷金】
敷金は20万円とする。
"""


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        ("RENT: 2.2 The rent is GBP 900 a month.", "The rent is GBP 900 a month."),
        ("Rent: The rent is GBP 900 a month.", "The rent is GBP 900 a month."),
        ("2. RENT: 2.2 The rent is GBP 900 a month.", "The rent is GBP 900 a month."),
        ("RENT 2.2 The rent is GBP 900 a month.", "The rent is GBP 900 a month."),
        ("Insurance and repair: The tenant insures the glass.", "The tenant insures the glass."),
        ("第2条（賃料）：賃料は月額10万円とする。", "賃料は月額10万円とする。"),
        ("第2条（賃料） 2　賃料は毎月末日までに支払う。", "賃料は毎月末日までに支払う。"),
        ("【敷金】敷金は20万円とする。", "敷金は20万円とする。"),
    ],
)
def test_the_heading_and_its_number_are_left_out(answer: str, left: str, tmp_path: Path) -> None:
    assert without_heading(answer, papers(answer, tmp_path)) == left


@pytest.mark.parametrize(
    "answer",
    [
        "The rent is GBP 900 a month.",
        "GBP 900",
        "Payment: by bank transfer.",  # the paper's own label
        "Landlord: Alder Ltd",
        "RENT",
        '"RENT: 2.2 The rent is GBP 900 a month."',  # a quotation
        "RENT: 2.2 The rent is GBP 900 a month.\nINSURANCE AND REPAIR: 3.1 The tenant insures the glass.",
        "Yes: the tenant insures the glass.",
        "第2条により、賃料は月額10万円です。",
        "第2条（賃料）の第2項に該当するため、毎月末日までに支払います。",
        "第2条（賃料）により、賃料は月額10万円です。",
        "「第2条（賃料）賃料は月額10万円とする。」",
    ],
)
def test_others_stay(answer: str, tmp_path: Path) -> None:
    assert without_heading(answer, papers(answer, tmp_path)) == answer


def papers(answer: str, folder: Path) -> list:  # type: ignore[type-arg]
    (folder / "a.txt").write_text(LEASE if answer.isascii() else CHINTAI, encoding="utf-8")
    return [read_document(folder / "a.txt")]


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        ("10:30", "10"),
        ("5–7 days", "5"),
        ("Alder Ltd – Birch Ltd", "Alder Ltd"),
        ("Monday – Friday", "Monday"),
        ("No: pets are not allowed.", "No"),
        ("Not covered: Glass", "Not covered"),
        ("【対象外】家具", "【対象外】"),
    ],
)
def test_what_is_no_heading_before_a_sentence_stays(answer: str, line: str, tmp_path: Path) -> None:
    assert without_heading(answer, papers(line, tmp_path)) == answer
