"""tsel list: lines, files, JSON; calls that make no sense."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tsel_cli.app import run

TEXT = 'Between Acme Ltd (the "Buyer") and Halden Inc (the "Supplier").\n\nThe Supplier shall pay | =cash.\n\nThe Buyer shall pay.\n'


@pytest.fixture
def paper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("TSEL_LOG", "0")
    path = tmp_path / "a.txt"
    path.write_text(TEXT, "utf-8")
    return str(path)


def test_words_alone_list_and_count(paper: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["list", paper, "every obligation of the Supplier", "--no-model"]) == 0
    out, err = capsys.readouterr()
    assert out == '1. "The Supplier shall pay | =cash."  [line 3]\n'
    assert "listed    1 cited, 0 unsure" in err
    assert "1 with items, 0 unsure, 2 read with nothing found; all were looked at" in err


def test_with_a_model_every_unit_is_asked(paper: str, model: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["list", paper, "every obligation of the Supplier", "--json", "--model", model, "--no-cache"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["coverage"]["units"] == 3
    assert told["coverage"]["adds_up"] is True
    assert {u["looked_at_by"] for u in told["units"]} == {"model"}
    assert all(u["yes"] is not None for u in told["units"])
    assert told["items"][0]["quote"] == "The Supplier shall pay | =cash."


def test_files_that_other_programs_read(paper: str, tmp_path: Path) -> None:
    call = ["list", paper, "every obligation of the Supplier", "--no-model", "--quiet", "--out"]
    for ending in ("xlsx", "csv", "md", "json"):
        assert run([*call, str(tmp_path / f"x.{ending}")]) == 0
    book = load_workbook(tmp_path / "x.xlsx")
    assert [c.value for c in book["Items"][2]][:4] == [1, "cited", "The Supplier shall pay | =cash.", "line 3"]
    assert [row[2].value for row in book["Units"].iter_rows(min_row=2)] == ["nothing found", "cited", "nothing found"]
    (row,) = csv.DictReader(io.StringIO((tmp_path / "x.csv").read_text("utf-8-sig")))
    assert row["Quote"] == "The Supplier shall pay | =cash."
    page = (tmp_path / "x.md").read_text("utf-8")
    assert "| 1 | cited | The Supplier shall pay \\| =cash. | line 3 |" in page
    assert "3 units: 1 cited, 0 unsure, 2 nothing found, 0 not looked at" in page
    assert json.loads((tmp_path / "x.json").read_text("utf-8"))["coverage"]["cited"] == 1
    assert run([*call, str(tmp_path / "x.csv")]) == 2  # it is there


def test_in_japanese_no_english_word_is_left_around_the_documents(paper: str, tmp_path: Path) -> None:
    call = ["list", paper, "every obligation of the Supplier", "--no-model", "--quiet", "--lang", "ja", "--out"]
    for ending in ("xlsx", "csv", "md"):
        assert run([*call, str(tmp_path / f"x.{ending}")]) == 0
    book = load_workbook(tmp_path / "x.xlsx")
    assert book.sheetnames == ["項目", "単位"]
    assert [c.value for c in book["項目"][1]] == ["番号", "判定", "引用", "箇所", "見出し", "発言者", "ファイル"]
    assert [c.value for c in book["項目"][2]][:4] == [1, "根拠あり", "The Supplier shall pay | =cash.", "3行目"]
    assert [c.value for c in book["単位"][2]][:3] == ["a.txt", "1行目", "該当なし"]
    (row,) = csv.DictReader(io.StringIO((tmp_path / "x.csv").read_text("utf-8-sig")))
    assert (row["判定"], row["箇所"]) == ("根拠あり", "3行目")
    assert "単位 3 件: 根拠あり 1 件, 不確か 0 件, 該当なし 2 件, 未確認 0 件" in (tmp_path / "x.md").read_text("utf-8")


def test_calls_without_sense(paper: str) -> None:
    assert run(["list", paper]) == 2
    assert run(["list", paper, paper]) == 2
    assert run(["list", paper, " ", "--no-model"]) == 2
    assert run(["list", paper, "every deadline", "--no-model", "--out", "x.pdf"]) == 2
