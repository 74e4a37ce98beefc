"""A file of which text may be missing is nowhere called whole: terminal, JSON, Markdown, page, lists, comparisons, batch."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.core.ingest.make_files import pdf
from tsel_cli.app import run

CUT = pdf([[(60.0, 700.0, 11.0, 'Between Acme Ltd (the "Buyer") and Halden Inc.'), (60.0, 640.0, 11.0, "The Buyer shall pay 300 euros.")]])[:-200]
WHOLE = ("nothing cut", "nothing left out", "省略なし", "漏れはありません", "Nothing is left out", "all were looked at", "すべて確認しました")


@pytest.fixture
def paper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    for name, place in (("TSEL_CACHE", "cache"), ("TSEL_LOG_DIR", "log"), ("TSEL_CONFIG", "config.toml"), ("TSEL_MODELS", "models")):
        monkeypatch.setenv(name, str(tmp_path / place))
    path = tmp_path / "cut.pdf"
    path.write_bytes(CUT)
    return str(path)


def no_whole(text: str) -> bool:
    return not any(words in text for words in WHOLE)


def test_of_an_answer(paper: str, model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call = ["ask", paper, "What does the Buyer pay?", "--model", model, "--max-new-tokens", "6"]
    assert run([*call, "--explain", str(tmp_path / "e.html")]) in (0, 3, 4)
    err = capsys.readouterr().err
    assert "TEXT MAY BE MISSING" in err
    page = (tmp_path / "e.html").read_text("utf-8")
    assert "TEXT MAY BE MISSING" in page
    run([*call, "--format", "markdown"])
    out = capsys.readouterr().out
    assert "TEXT MAY BE MISSING" in out
    run([*call, "--json"])
    told = json.loads(capsys.readouterr().out)
    assert told["receipt"]["cut"] is True
    assert told["receipt"]["missing"] == told["documents"][0]["missing"] == told["warnings"][:1]
    run([*call, "--lang", "ja"])
    shown = capsys.readouterr()
    assert all(no_whole(text) for text in (err, page, out, shown.err))


def test_of_a_list_and_a_comparison(paper: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["list", paper, "every obligation of the Buyer", "--no-model"]) == 0
    other = tmp_path / "b.txt"
    other.write_text("The Buyer shall pay 400 euros.\n", "utf-8")
    assert run(["compare", paper, str(other), "--no-model", "--out", str(tmp_path / "c.html")]) == 0
    err = capsys.readouterr().err
    assert err.count("TEXT MAY BE MISSING") == 2
    page = (tmp_path / "c.html").read_text("utf-8")
    assert "TEXT MAY BE MISSING" in page
    assert no_whole(err + page)


def test_of_a_batch(paper: str, model: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (tmp_path / "in").mkdir()
    Path(paper).rename(tmp_path / "in" / "cut.pdf")
    call = ["batch", str(tmp_path / "in"), "--task", "ask", "--question", "What does the Buyer pay?", "--out", str(out)]
    run([*call, "--table", "jsonl", "--model", model, "--max-new-tokens", "6"])
    (row,) = [json.loads(line) for line in (out / "results.jsonl").read_text("utf-8").splitlines()]
    assert row["cut"] is True
