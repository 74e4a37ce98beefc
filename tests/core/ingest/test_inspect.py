"""tsel inspect: the listing, the exact text, the JSON, the exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.core.ingest.make_files import docx, p, pdf
from tsel_cli.app import run
from tsel_core.document import render_documents
from tsel_core.ingest import read_document
from tsel_core.ingest.token_counts import TokenCounter, estimate

PAGE = [(50.0, 700.0, 11.0, "Words of a page")]


@pytest.fixture(autouse=True)
def _no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tokens are estimated, whatever model this machine has."""
    monkeypatch.setattr("tsel_core.ingest.read_receipt.token_counter", lambda model: TokenCounter(estimate, None, None))


def test_text_is_exactly_what_the_model_sees(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf([PAGE, PAGE]))
    assert run(["inspect", str(tmp_path / "a.pdf"), "--text"]) == 0
    shown = capsys.readouterr().out
    assert shown == render_documents([read_document(tmp_path / "a.pdf")]).text + "\n"
    assert shown == "[p. 1]\nWords of a page\n\n[p. 2]\nWords of a page\n"


def test_json_has_every_unit_and_the_receipt(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.docx").write_bytes(docx(p("第1条　甲は乙に委託する。") + p("２　前項の例外")))
    assert run(["inspect", str(tmp_path / "a.docx"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["schema_version"], found["command"], found["exit_code"]) == (1, "inspect", 0)
    document = found["documents"][0]
    assert (document["kind"], document["unit_kind"], document["num_units"]) == ("docx", "paragraph", 2)
    assert [u["label"] for u in document["units"]] == ["第1条, 段落1", "第1条第2項, 段落2"]
    assert document["units"][0]["text"] == "第1条　甲は乙に委託する。"
    assert found["receipt"]["units_read"] == found["receipt"]["units_in_file"] == 2
    assert found["receipt"]["cut"] is False
    assert found["receipt"]["tokens_estimated"] is True
    assert document["units"][0]["num_tokens"] > 0


def test_listing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:02.000\n<v Kim>Hello\n", encoding="utf-8")
    assert run(["inspect", str(tmp_path / "a.vtt")]) == 0
    shown = capsys.readouterr().out
    assert "Kim 00:00:01" in shown
    assert "read      1 of 1 unit," in shown
    assert "nothing cut" in shown
    assert "estimated" in shown


def test_errors_are_two_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "blank.pdf").write_bytes(pdf([[]]))
    (tmp_path / "a.pdf").write_bytes(pdf([PAGE]))
    for arguments, code in (
        ([str(tmp_path / "missing.txt")], 1),
        ([str(tmp_path / "blank.pdf")], 6),
        ([str(tmp_path / "a.pdf"), "--pages", "5"], 2),
        ([str(tmp_path / "a.pdf"), "--pages", "x"], 2),
        ([str(tmp_path / "a.pdf"), "--changes", "x"], 2),
    ):
        assert run(["inspect", *arguments]) == code
        captured = capsys.readouterr()
        assert captured.out == ""
        lines = captured.err.strip().split("\n")
        assert lines[0].startswith("error: ")
        assert lines[1].startswith("hint: ")
        assert len(lines) == 2


def test_estimate_is_near_for_english_and_japanese() -> None:
    assert estimate(["The committee reviewed the budget of the year."])[0] in range(9, 14)
    assert estimate(["委員会は今年度の予算を審議した。"])[0] in range(9, 18)
