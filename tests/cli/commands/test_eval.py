"""tsel eval: table, JSON, report, baseline; bad input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer

from tsel_cli.commands.eval import evaluate
from tsel_cli.commands.eval_suite import parse_lengths
from tsel_cli.commands.tune import tune
from tsel_core.errors import UsageError

app = typer.Typer()
app.command(name="eval")(evaluate)
app.command(name="tune")(tune)


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    """Two questions on one small file."""
    (tmp_path / "a.txt").write_text("The fee is 620 euros.\n\nThe term ends in May.\n", "utf-8")
    path = tmp_path / "q.jsonl"
    lines = [
        {"id": str(i), "doc": "a.txt", "question": q, "answers": [a]}
        for i, (q, a) in enumerate([("What is the fee?", "620"), ("When does it end?", "May")])
    ]
    path.write_text("\n".join(json.dumps(x) for x in lines), "utf-8")
    return path


def run(*args: str) -> int:
    return int(app(args=list(args), standalone_mode=False) or 0)


def test_json_report_and_baseline(
    model: str, questions: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    common = ["eval", str(questions), "--model", model, "--max-new-tokens", "4", "--setting", "fast"]
    assert run(*common, "--json", "--html", str(tmp_path / "r.html")) == 0
    content = json.loads(capsys.readouterr().out)
    assert [s["setting"] for s in content["settings"]] == ["full", "fast"]
    assert {i["item_id"] for i in content["items"]} == {"0", "1"}
    page = (tmp_path / "r.html").read_text("utf-8")
    assert "<svg" in page
    assert "<script" not in page
    assert "http" not in page
    baseline = tmp_path / "before.json"
    for item in content["items"]:
        item["score"] = 1.0
    baseline.write_text(json.dumps(content), "utf-8")
    assert run(*common, "--baseline", str(baseline)) == 1
    out, err = capsys.readouterr()
    assert "regression" in err
    assert "accuracy" in out


@pytest.mark.parametrize(
    "args",
    [
        ["eval"],
        ["eval", "missing.jsonl"],
        ["eval", "--suite", "odd"],
        ["eval", "--suite", "needles", "--lengths", "x"],
        ["eval", "--suite", "needles", "--kinds", "odd"],
        ["eval", "--suite", "ruler", "--kinds", "passkey"],
        ["eval", "--suite", "longbench"],
        ["eval", "--suite", "longbench", "--bench", "missing"],
        ["eval", "q.jsonl", "--setting", "a=odd:1"],
        ["eval", "q.jsonl", "--baseline", "missing.json"],
    ],
)
def test_bad_input_is_a_usage_error(args: list[str], model: str) -> None:
    with pytest.raises(UsageError):
        run(*args, "--model", model)


def test_lengths_are_tokens() -> None:
    assert parse_lengths("4k, 800") == [4096, 800]


def test_the_suite_runs_on_generated_documents(model: str, capsys: pytest.CaptureFixture[str]) -> None:
    args = ["--suite", "needles", "--lengths", "300", "--kinds", "passkey", "--max-new-tokens", "3", "--limit", "1"]
    assert run("eval", *args, "--model", model, "--setting", "s=budget:16,num_local:16,num_sink:4") == 0
    assert "KL from full" in capsys.readouterr().out


def test_a_benchmark_runs_in_all_settings_and_stops_in_time(model: str, capsys: pytest.CaptureFixture[str]) -> None:
    args = ["--suite", "ruler", "--kinds", "niah_single_1", "--lengths", "900", "--max-new-tokens", "3", "--json"]
    assert run("eval", *args, "--limit", "1", "--model", model) == 0
    content = json.loads(capsys.readouterr().out)
    assert [s["setting"] for s in content["settings"]] == ["full", "paper", "fast", "careful", "cells", "blocks"]
    assert all(s["first_token_s"] > 0 for s in content["settings"])
    assert content["items"][0]["kind"].startswith("niah_single_1")


def test_longbench_is_read_from_a_folder(model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gold = {"answers": ["Date"], "all_classes": ["Date", "Place"]}
    lines = [
        {"id": "a", "task": "trec", "prompt": "Type of: when?\nType:", "gold": gold},
        {"id": "b", "task": "qasper", "prompt": "Text. " * 400 + "Question: what?", "gold": ["Text"]},
    ]
    (tmp_path / "minilongbench.jsonl").write_text("\n".join(json.dumps(x) for x in lines), "utf-8")
    args = ["--suite", "longbench", "--bench", str(tmp_path), "--max-new-tokens", "3", "--json", "--setting", "fast"]
    assert run("eval", *args, "--model", model) == 0
    found = json.loads(capsys.readouterr().out)["items"]
    assert {(i["item_id"], i["match"]) for i in found} == {("a", "classes"), ("b", "f1")}
