"""The Word file of tsel compare keeps headings and tables, and rejecting puts what moved back where it was."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest

from tsel_cli.app import run
from tsel_core.document import Document
from tsel_core.ingest import read_documents
from tsel_core.ingest.options import ReadOptions

Item = str | list[list[str]]
LAW = "The law of Denmark applies to this agreement between the parties."
OLD: list[Item] = [
    "# 1. Delivery",
    "The Supplier delivers 40 pumps by 3 March 2027.",
    [["Item", "Price"], ["Pump", "1,200"], ["Valve", "80"], ["Seal", "5"]],
    "## 1.1 Packing",
    "Pumps are packed in wooden boxes by the Supplier.",
    LAW,
    "# 2. Notices",
    "Notices are sent by registered letter to the seat of the other party.",
]
NEW: list[Item] = [
    "# 1. Delivery",
    LAW,
    "The Supplier delivers 60 pumps by 3 March 2027.",
    [["Item", "Price"], ["Pump", "1,250"], ["Seal", "5"], ["Hose", "33"]],
    "## 1.1 Packing",
    "Pumps are packed in wooden boxes by the Supplier.",
    "# 2. Notices and letters",
    "Notices are sent by registered letter to the seat of the other party.",
]


def _file(path: Path, items: list[Item]) -> str:
    document = docx.Document()
    for item in items:
        if isinstance(item, list):
            table = document.add_table(len(item), len(item[0]))
            for row, cells in zip(table.rows, item, strict=True):
                for cell, text in zip(row.cells, cells, strict=True):
                    cell.text = text
        elif item.startswith("#"):
            marks, _, text = item.partition(" ")
            document.add_heading(text, len(marks))
        else:
            document.add_paragraph(item)
    document.save(str(path))
    return str(path)


def _read(path: str, changes: str = "accept") -> Document:
    return read_documents([path], ReadOptions(changes=changes))[0]  # type: ignore[arg-type]


def _shape(document: Document) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(u.kind, u.text, u.heading_path) for u in document.units if u.in_flow]


@pytest.mark.parametrize("changes", ["accept", "reject"])
def test_headings_tables_and_order_are_those_of_the_files(changes: str, tmp_path: Path) -> None:
    files = {"reject": _file(tmp_path / "old.docx", OLD), "accept": _file(tmp_path / "new.docx", NEW)}
    out = tmp_path / "both.docx"
    assert run(["compare", files["reject"], files["accept"], "--no-model", "-q", "--out", str(out)]) == 0
    assert _shape(_read(str(out), changes)) == _shape(_read(files[changes]))


def test_a_row_with_another_number_of_cells_goes_and_comes_whole(tmp_path: Path) -> None:
    old = _file(tmp_path / "old.docx", [[["Pump type A", "steel, polished", "1,200"], ["Valve", "brass", "80"]]])
    new = _file(tmp_path / "new.docx", [[["Pump type A", "steel, polished"], ["Valve", "brass"]]])
    out = tmp_path / "both.docx"
    assert run(["compare", old, new, "--no-model", "-q", "--out", str(out)]) == 0
    assert [u.text.rstrip() for u in _read(str(out)).units] == ["Pump type A\tsteel, polished", "Valve\tbrass"]
    assert [u.text for u in _read(str(out), "reject").units] == ["Pump type A\tsteel, polished\t1,200", "Valve\tbrass\t80"]


@pytest.mark.parametrize("changes", ["accept", "reject"])
def test_a_table_of_markdown_is_a_table_of_the_word_file(changes: str, tmp_path: Path) -> None:
    text = "# 1. Delivery\nThe Supplier delivers **pumps**.\n\n| Item | Price |\n|---|---|\n| Pump | 1,200 |\n| Valve | 80 |\n"
    (tmp_path / "old.md").write_text(text, encoding="utf-8")
    (tmp_path / "new.md").write_text(text.replace("80", "95"), encoding="utf-8")
    out = tmp_path / "both.docx"
    assert run(["compare", str(tmp_path / "old.md"), str(tmp_path / "new.md"), "--no-model", "-q", "--out", str(out)]) == 0
    read = [(u.kind, u.text) for u in _read(str(out), changes).units]
    rows = ["Item\tPrice", "Pump\t1,200", "Valve\t95" if changes == "accept" else "Valve\t80"]
    assert read == [("paragraph", "1. Delivery"), ("paragraph", "The Supplier delivers pumps."), *(("row", row) for row in rows)]
