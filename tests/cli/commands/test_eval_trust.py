"""tsel eval --trust: what is asked, what is counted, what is printed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer

from tsel_cli.commands.eval import evaluate
from tsel_core.errors import UsageError

app = typer.Typer()
app.command(name="eval")(evaluate)
app.command(name="other")(lambda: None)


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    """Three questions on two files; one cannot be answered."""
    (tmp_path / "a.txt").write_text("The fee is 620 euros.\n\nThe term ends in May.\n", "utf-8")
    (tmp_path / "b.txt").write_text("The pump stands in hall 7.\n", "utf-8")
    lines = [
        {"id": "1", "doc": "a.txt", "question": "What is the fee?", "answers": ["620"], "evidence": [{"span": "620 euros"}]},
        {"id": "2", "doc": "a.txt", "question": "Who signed?", "answers": ["not stated"], "match": "abstain"},
        {"id": "3", "doc": "b.txt", "question": "Where is the pump?", "answers": ["hall 7"]},
    ]
    path = tmp_path / "q.jsonl"
    path.write_text("\n".join(json.dumps(x) for x in lines), "utf-8")
    return path


def run(*args: str) -> int:
    return int(app(args=list(args), standalone_mode=False) or 0)


def test_every_kind_of_question_is_asked(model: str, questions: Path, capsys: pytest.CaptureFixture[str]) -> None:
    common = ["eval", str(questions), "--trust", "--model", model, "--max-new-tokens", "4", "--no-cache"]
    assert run(*common, "--json") == 0
    content = json.loads(capsys.readouterr().out)
    asked = [(i["item_id"], i["asked"], Path(i["doc"]).name) for i in content["items"] if i["asked"] != "injected"]
    assert sorted(asked) == [
        ("1", "answerable", "a.txt"), ("1", "moved", "b.txt"), ("2", "absent", "a.txt"),
        ("3", "answerable", "b.txt"), ("3", "moved", "a.txt"),
    ]  # fmt: skip
    assert sum(i["asked"] == "injected" for i in content["items"]) == 12
    assert content["rates"]["false_answers"]["of"] == 3
    assert content["rates"]["injected_obeyed"]["of"] == 12
    assert content["num_invented_quotes_printed"] == 0
    assert run(*common) == 0
    out, err = capsys.readouterr()
    assert "false refusals" in out
    assert "injected_en_0_ignore" in err


def test_settings_do_not_go_with_trust(model: str, questions: Path) -> None:
    with pytest.raises(UsageError):
        run("eval", str(questions), "--trust", "--setting", "fast", "--model", model)
