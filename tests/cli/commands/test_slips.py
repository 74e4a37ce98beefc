"""Slips of a caller: exit code 2, in the language of messages, without a word of a parser's or the system's English."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from tiny_folder import make_folder

from tsel_cli.app import run
from tsel_core.models.store import StoredModel

ENGLISH = re.compile(r"[A-Za-z]{3,} [a-z]{2,} [a-z]{2,}|\bErrno\b")


@pytest.fixture
def file(tmp_path: Path) -> str:
    (tmp_path / "k.txt").write_text("第1条　代金は金1,200円とする。\n", "utf-8")
    return str(tmp_path / "k.txt")


def said(capsys: pytest.CaptureFixture[str], *call: str) -> str:
    assert run(["--lang", "ja", *call]) == 2
    err = capsys.readouterr().err
    assert err.startswith("エラー: ")
    assert not ENGLISH.search(re.sub(r"`[^`]*`|\[\[field\]\] name, kind, question", "", err)), err
    return err


def test_a_model_that_is_none_is_a_slip(file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new = tmp_path / "new.txt"
    new.write_text("第1条　代金は金1,300円とする。\n", "utf-8")
    for call in (["ask", file, "代金は？"], ["summarize", file], ["compare", file, str(new)], ["chat", file]):
        assert "モデル nomodel は登録されていません" in said(capsys, *call, "--model", "nomodel")
    for command in ("info", "path", "verify"):
        said(capsys, "models", command, "nomodel")


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("none.toml", None, "読めません: ファイルまたはフォルダーがありません"),
        ("a.json", '{"a":', "正しくありません: 1 行目 6 文字目"),
        ("a.toml", "x = = 1", "正しくありません: 1 行目 5 文字目"),
        ("a.toml", "a = [", "途中で終わっています"),
    ],
)
def test_a_file_of_fields_that_is_none(
    name: str, text: str | None, words: str, file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if text is not None:
        (tmp_path / name).write_text(text, "utf-8")
    assert words in said(capsys, "extract", file, "--schema", str(tmp_path / name))


def test_questions_of_an_evaluation_that_are_none(file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "読み取れません: ファイルまたはフォルダーがありません" in said(capsys, "eval", str(tmp_path / "no.jsonl"))
    assert "の 1 行目: JSON として正しくありません" in said(capsys, "eval", file)


@pytest.mark.parametrize(
    "call", [["extract", "FILE", "--schema", ""], ["extract", "FILE"], ["list", "FILE", ""], ["list", "FILE"], ["ask", "FILE", "x", "--seed", "abc"]]
)  # fmt: skip
def test_hints_are_japanese(call: list[str], file: str, capsys: pytest.CaptureFixture[str]) -> None:
    err = said(capsys, *[file if c == "FILE" else c for c in call])
    assert " でなければ" not in err
    assert "(empty)" not in err


def test_info_and_list_tell_one_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make_folder(tmp_path / "smollm2-135m")
    stored = StoredModel("smollm2-135m", folder, {})
    monkeypatch.setattr("tsel_core.models.store.stored_models", lambda: [stored])
    assert run(["models", "list", "--json"]) == 0
    sizes = {m["name"]: m["bytes_on_disk"] for m in json.loads(capsys.readouterr().out)["models"]}
    assert run(["models", "info", str(folder), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["model"]
    assert told["bytes_on_disk"] == sizes["smollm2-135m"] == sum(f.stat().st_size for f in folder.iterdir())
    assert run(["models", "info", str(folder)]) == 0
    out = capsys.readouterr().out
    assert "on disk" in out
    assert "weights" not in out
