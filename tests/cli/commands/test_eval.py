"""tsel eval: table, JSON, report, baseline; bad input."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer

from tsel_cli.commands.eval import evaluate
from tsel_cli.commands.eval_suite import parse_lengths
from tsel_cli.commands.tune import tune
from tsel_core.engine.engine import Engine
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


def test_a_run_that_was_stopped_shows_what_it_has_and_goes_on(
    model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, read = tmp_path / "run.jsonl", Engine.read
    args = ["eval", "--suite", "needles", "--lengths", "300", "--kinds", "passkey", "--seeds", "2", "--limit", "2"]
    args += ["--max-new-tokens", "3", "--model", model, "--setting", "s=budget:16,num_local:16,num_sink:4"]
    args += ["--resume", str(kept), "--json"]
    readings: list[int] = []

    def stopped(self: Engine, ids: list[int], *rest: Any, **named: Any) -> Any:
        if len(readings) == 3:  # full attention has read the second document, the setting has not
            raise KeyboardInterrupt
        readings.append(len(ids))
        return read(self, ids, *rest, **named)

    monkeypatch.setattr(Engine, "read", stopped)
    assert run(*args) == 130
    out, err = capsys.readouterr()
    first = json.loads(out)
    assert [s["num_items"] for s in first["settings"]] == [1, 1]  # the same questions in both
    assert "stopped: 1 of 2 questions were not asked" in err
    assert "the same command goes on from there" in err
    monkeypatch.setattr(Engine, "read", read)
    assert run(*args) == 0
    out, err = capsys.readouterr()
    both = json.loads(out)
    assert "document 2 of 2 done" in err
    assert [s["num_items"] for s in both["settings"]] == [2, 2]
    assert both["items"][: len(first["items"])] == first["items"]
    monkeypatch.setattr(Engine, "read", None)  # everything is kept: nothing is read any more
    assert run(*args) == 0
    assert json.loads(capsys.readouterr().out)["items"] == both["items"]
    with pytest.raises(UsageError, match="another max_new_tokens"):
        run(*args, "--max-new-tokens", "4")


def test_nothing_to_show_after_a_stop_in_the_first_document(
    model: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(Engine, "read", stopped)
    args = ["--suite", "needles", "--lengths", "300", "--kinds", "passkey", "--limit", "1", "--model", model]
    assert run("eval", *args) == 130
    assert "no document was finished" in capsys.readouterr().err


def test_a_benchmark_prints_its_tasks_and_where_it_selected(model: str, capsys: pytest.CaptureFixture[str]) -> None:
    args = ["--suite", "ruler", "--kinds", "niah_single_1,vt", "--lengths", "900", "--max-new-tokens", "2"]
    few = ["--setting", "small=budget:16,num_local:16,num_sink:4", "--setting", "careful"]
    assert run("eval", *args, "--limit", "2", "--model", model, *few) == 0
    out = capsys.readouterr().out
    assert "niah_single_1 (1)" in out
    (line,) = [line for line in out.splitlines() if line.startswith("documents it selected in")]
    assert line.split()[-7:] == ["-", "2", "/", "2", "0", "/", "2"]


def test_longbench_leaves_out_what_is_longer_than_asked(
    model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [
        {"id": name, "task": "qasper", "prompt": "Text. " * num + "Question: what?", "gold": ["Text"]}
        for name, num in (("short", 20), ("long", 900))
    ]
    (tmp_path / "minilongbench.jsonl").write_text("\n".join(json.dumps(x) for x in lines), "utf-8")
    args = ["--suite", "longbench", "--bench", str(tmp_path), "--lengths", "1k", "--max-new-tokens", "2", "--json"]
    assert run("eval", *args, "--setting", "fast", "--model", model) == 0
    assert {i["item_id"] for i in json.loads(capsys.readouterr().out)["items"]} == {"short"}
