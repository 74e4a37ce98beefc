"""tsel eval --office on a tiny model: what is printed, kept and compared."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer

from tsel_cli.commands.eval import evaluate
from tsel_core.errors import UsageError
from tsel_core.evaluation import office_kept
from tsel_core.evaluation.office_rates import Measure

app = typer.Typer()
app.command(name="eval")(evaluate)
app.command(name="other")(lambda: None)


def run(*args: str) -> int:
    return int(app(args=["eval", *args], standalone_mode=False) or 0)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TSEL_CACHE", str(tmp_path / "cache"))
    (tmp_path / "a.txt").write_text("The fee is 620 euros.\n", "utf-8")
    line = {"id": "1", "doc": "a.txt", "question": "What is the fee?", "answers": ["620"]}
    (tmp_path / "questions.jsonl").write_text(json.dumps(line), "utf-8")
    return tmp_path


def test_a_folder_is_asked_kept_and_compared(
    model: str, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    call = [str(folder), "--office", "--model", model, "--effort", "quick"]
    assert run(*call, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert [i["question"] for i in told["items"]] == ["What is the fee?"]
    assert told["measures"]["exact"]["num"] == 1
    assert told["papers"] == "your own papers"
    assert told["earlier_version"] is None
    sha256 = told["model"]["sha256"]
    (kept,) = office_kept.kept_results(sha256)
    assert "fee" not in (folder / "cache" / "office" / f"{sha256}.json").read_text()
    better = office_kept.KeptResult("0.0.1", kept.suite, kept.what, "cpu", 1.0, 1.0, {"exact": Measure(1, 1, 1)})
    office_kept.keep(sha256, better)
    assert run(*call) == (0 if kept.measures["exact"].right else 1)
    out, err = capsys.readouterr()
    assert "What is the fee?" in out
    assert "Recommendation:" in out.splitlines()[-1]
    assert ("regression: exact questions: 0 of 1 right, with version 0.0.1 1 of 1" in err) == (not kept.measures["exact"].right)


def test_no_trace_keeps_nothing(model: str, folder: Path) -> None:
    run(str(folder), "--office", "--model", model, "--effort", "quick", "--no-trace", "--quiet")
    assert not (folder / "cache" / "office").exists()


def test_a_folder_without_questions_is_refused(model: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        run(str(tmp_path), "--office", "--model", model)
