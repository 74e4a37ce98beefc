"""tsel extract: a table for a person, and files that other programs read."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tsel_cli.app import run
from tsel_cli.console import Stderr
from tsel_cli.i18n import messages_for
from tsel_cli.render.extract import cell_line
from tsel_cli.render.extract_csv import table_csv
from tsel_cli.render.extract_xlsx import status_words, table_xlsx
from tsel_cli.render.found_items import item_sheets
from tsel_cli.render.item_table import sheets_bytes
from tsel_core.document import Document, SourceSpan, Unit
from tsel_core.extract.cell import Cell, Place
from tsel_core.extract.extractor import Row
from tsel_core.extract.fields import Field
from tsel_core.extract.last_day import COMPUTED
from tsel_core.extract.many import ItemRow
from tsel_core.listing.run import Listed, Listing
from tsel_core.listing.wish import Wish

FIELDS = (Field("Fee", "money"), Field("Start", "date"), Field("Staff", "number"), Field("Law"))


@pytest.fixture
def rows() -> list[Row]:
    document = Document("a.txt", "0" * 64, "txt", "line", (Unit(0, "line", "line 1", "x"),))
    place = (Place("line 3", "The fee is EUR 620."),)
    cells = (
        Cell(FIELDS[0], "stated", "EUR 620", "620 EUR", place),
        Cell(FIELDS[1], "unsure", "1 May 2027", "2027-05-01", place, reason="unsure"),
        Cell(FIELDS[2], "stated", "42", 42, place),
        Cell(FIELDS[3], "stated", "=HYPERLINK(1)", "=HYPERLINK(1)", place),
    )
    missing = tuple(Cell(f, "not stated", nearest=place) for f in FIELDS)
    return [Row(document, cells, 10), Row(document, missing, 10)]


def test_an_excel_file_is_typed_and_has_its_evidence(rows: list[Row]) -> None:
    book = load_workbook(io.BytesIO(table_xlsx(rows, FIELDS)))
    table, evidence = book["Table"], book["Evidence"]
    assert [c.value for c in table[1]] == ["File", "Fee", "Start", "Staff", "Law"]
    assert (table["B2"].value, table["B2"].number_format) == (620, '#,##0" EUR"')
    assert table["C2"].number_format == "yyyy-mm-dd"
    assert table["E2"].quotePrefix
    assert table["C2"].value.date().isoformat() == "2027-05-01"
    assert table["D2"].value == 42
    assert table["E2"].data_type == "s"
    assert "line 3" in table["B2"].comment.text
    assert table["B3"].value in (None, "")
    assert evidence.max_row == 1 + 8
    assert evidence["F2"].value == "The fee is EUR 620."


def test_the_table_speaks_japanese_around_the_documents_words(rows: list[Row]) -> None:
    yes = Cell(Field("延長", "yesno", question="延長?"), "stated", "Yes", True, rows[0].cells[0].places)
    span = Cell(Field("期間", "duration", question="期間?"), "unsure", "18 months", "18 month", rows[0].cells[0].places, reason="no citation")
    made = [Row(rows[0].document, (yes, span), 10)]
    with messages_for(["--lang", "ja"]):
        book = load_workbook(io.BytesIO(table_xlsx(made, [yes.field, span.field])))
        text = table_csv(made, [yes.field, span.field]).decode("utf-8-sig")
    assert book.sheetnames == ["表", "根拠"]
    table, evidence = book["表"], book["根拠"]
    assert [c.value for c in table[2]][1:] == ["はい", "18か月"]
    assert table["B2"].hyperlink.location == "'根拠'!A2"
    assert table["C2"].comment.text == "不確か: 引用がありません\n3行目: “The fee is EUR 620.”"
    assert [c.value for c in evidence[1]] == ["ファイル", "項目", "値", "状態", "箇所", "引用", "回答の文言"]
    assert [c.value for c in evidence[3]][1:5] == ["期間", "18か月", "不確か", "3行目"]
    assert text.splitlines()[0] == "ファイル,延長,延長: 状態,延長: 箇所,延長: 引用,期間,期間: 状態,期間: 箇所,期間: 引用"
    assert ",はい,記載あり,3行目," in text


@pytest.mark.parametrize(
    ("texts", "numbers"),
    [
        (("30 days", "1 day"), [(30, '0" days"'), (1, '0" day"')]),
        (("30日", "within a month"), [(30, '0"日"'), ("within a month", "General")]),
        (("30 days", "2 months"), [("30 days", "General"), ("2 months", "General")]),
    ],
)
def test_a_count_of_days_is_a_number_in_a_column_of_one_unit(
    rows: list[Row], texts: tuple[str, ...], numbers: list[tuple[object, str]]
) -> None:
    field = Field("Payment days")
    made = [Row(rows[0].document, (Cell(field, "stated", t, t, rows[0].cells[0].places),), 10) for t in texts]
    table = load_workbook(io.BytesIO(table_xlsx(made, [field])))["Table"]
    assert [(table[at].value, table[at].number_format) for at in ("B2", "B3")] == numbers


def test_a_reckoned_value_says_so(rows: list[Row]) -> None:
    cell = Cell(FIELDS[1], "unsure", "two years", "2027-05-01", rows[0].cells[0].places, reason=COMPUTED)
    assert cell_line(cell, Stderr()) == "2027-05-01 (computed, unsure)  [line 3]"
    assert cell_line(rows[0].cells[1], Stderr()) == "2027-05-01 (unsure)  [line 3]"
    with messages_for(["--lang", "ja"]):
        assert status_words(cell) == "不確か: 期間の定めから計算しました"


def test_a_day_without_a_year_is_shown_as_it_is_written() -> None:
    cell = Cell(FIELDS[1], "stated", "5月21日", "-05-21")
    assert cell_line(cell, Stderr()) == "5月21日"
    assert cell_line(Cell(FIELDS[1], "stated", "By 21 May at the latest.", "-05-21"), Stderr()) == "21 May"


def test_a_csv_begins_no_formula(rows: list[Row]) -> None:
    text = table_csv(rows, FIELDS).decode("utf-8-sig")
    read = list(csv.DictReader(io.StringIO(text)))
    assert (read[0]["Fee"], read[0]["Fee: currency"], read[1]["Fee: currency"]) == ("620", "EUR", "")
    assert read[0]["Law"] == "'=HYPERLINK(1)"
    assert read[1]["Fee: status"] == "not stated"


def test_a_row_for_each_found_item(model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.txt"
    path.write_text('Made by Acme (the "Buyer").\n\nThe Buyer shall pay EUR 620 within 5 days.\n\nThe sky is blue.\n', "utf-8")
    call = ["extract", str(path), "--many", "every obligation of the Buyer", "--schema", "Sum (money), Who", "--model", model, "--no-cache"]
    assert run([*call, "--json", "--out", str(tmp_path / "x.xlsx")]) == 0
    told = json.loads(capsys.readouterr().out)
    (item,) = told["items"]
    assert item["cells"]["Sum"] == {
        "status": "stated", "value": "620 EUR", "text": "EUR 620", "nearest": [], "reason": "",
        "places": [{"label": item["label"], "quote": item["quote"]}],
    }  # fmt: skip
    assert told["coverage"]["adds_up"] is True
    book = load_workbook(tmp_path / "x.xlsx")
    assert [c.value for c in book["Items"][1]][:3] == ["No.", "Sum", "Who"]
    assert book["Items"]["B2"].value == 620
    assert book["Units"].max_row == 1 + 3


def test_doubtful_cells_of_an_item_are_marked() -> None:
    text = "The Buyer shall pay EUR 620."
    document = Document("a.txt", "0", "txt", "line", (Unit(0, "line", "line 1", text),))
    item = Listed(SourceSpan(0, 0, 0, len(text)), "cited", "words")
    listing = Listing(Wish.of("every obligation"), (document,), (item,), ())
    place = (Place("line 1", text),)
    fields = (Field("Sum", "money"), Field("Due", "date"), Field("Who"))
    cells = (
        Cell(fields[0], "unsure", "some", None, place, reason="no money in the answer"),
        Cell(fields[1], "stated", "1 May 2027", "2027-05-01", place),
        Cell(fields[2], "not stated", nearest=place),
    )
    sheets = item_sheets(listing, [ItemRow(item, cells)], fields)
    page = load_workbook(io.BytesIO(sheets_bytes(".xlsx", sheets)))["Items"]
    assert page["B2"].comment.text == "unsure: no money in the answer"
    assert page["B2"].fill.fgColor.rgb.endswith("FFF2CC")
    assert (page["C2"].value.date().isoformat(), page["C2"].comment, page["D2"].value) == ("2027-05-01", None, None)
    (row,) = csv.DictReader(io.StringIO(sheets_bytes(".csv", sheets).decode("utf-8-sig")))
    assert (row["Sum"], row["Due"], row["Who"], row["Verdict"]) == ("some", "2027-05-01", "", "unsure")
    assert (row["Sum: unsure"], row["Due: unsure"]) == ("unsure: no money in the answer", "")


def test_personal_data_with_places(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Write to anna@example.org.\n\nMr John Carter, Tel. +44 20 7946 0958.\n\nJohn Carter again.\n", "utf-8")
    assert run(["extract", str(path), "--preset", "personal-data", "--out", str(tmp_path / "x.csv")]) == 0
    out, err = capsys.readouterr()
    assert "  John Carter  [line 3, line 5]" in out
    assert "  +44 20 7946 0958  [line 3]" in out
    assert "nothing was blackened" in err
    rows = list(csv.DictReader(io.StringIO((tmp_path / "x.csv").read_text("utf-8-sig"))))
    assert (rows[0]["Kind"], rows[0]["Value"], rows[0]["Sure"]) == ("mail address", "anna@example.org", "yes")
    assert run(["extract", str(path), "--preset", "people"]) == 2
    assert run(["extract", str(path), "--preset", "personal-data", "--many", "x"]) == 2


def test_the_command_fills_a_table(model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.txt").write_text("The fee is EUR 620 a month.\n\nThe law of Denmark applies.", "utf-8")
    out = tmp_path / "t.xlsx"
    call = ["extract", str(tmp_path / "a.txt"), str(tmp_path / "b.txt"), "--schema", "Fee (money), Law", "--model", model]
    assert run([*call, "--effort", "quick", "--json", "--max-new-tokens", "4", "--out", str(out)]) == 0
    content = json.loads(capsys.readouterr().out)
    assert [list(r["cells"]) for r in content["rows"]] == [["Fee", "Law"]] * 2
    assert {c["status"] for r in content["rows"] for c in r["cells"].values()} <= {"stated", "unsure", "not stated"}
    assert out.stat().st_mode & 0o777 == 0o600
    assert load_workbook(out)["Table"].max_row == 3


def test_wrong_calls_are_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Words.", "utf-8")
    assert run(["extract", str(path), "--schema", "A (colour)"]) == 2
    assert "colour is no kind of field" in capsys.readouterr().err
    assert run(["extract", str(path), "--schema", "A", "--out", "x.pdf"]) == 2
    assert run(["extract", str(path)]) == 2
