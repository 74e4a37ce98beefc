"""tsel log on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tsel_cli.commands import log
from tsel_cli.commands.run_again import logged_options
from tsel_core.audit.log import record_run

RECORD = {
    "command": "ask", "version": "1", "answer": "Forty-two.", "found": True, "lang": "en", "exit_code": 0,
    "documents": [{"path": "dir/evil\x1b[31m.pdf", "sha256": "ab", "num_units": 5, "unit_kind": "page"}],
    "model": {"name": "tiny"}, "usage": {"prompt_tokens": 1234}, "attention": {"coverage_mean": 0.91},
    "citations": [{"id": 1, "check": "exact"}], "decode_tokens_per_s": 12.0,
}  # fmt: skip


@pytest.fixture(autouse=True)
def _log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TSEL_LOG", "1")
    monkeypatch.setenv("TSEL_LOG_DIR", str(tmp_path))


def call(*args: str, code: int = 0) -> str:
    result = CliRunner().invoke(log.app, list(args))
    assert result.exit_code == code, result.output
    return result.stdout


def test_empty_log() -> None:
    assert "no runs in" in call("list")
    assert json.loads(call("list", "--json"))["runs"] == []
    assert call("export") == ""


def test_list_and_show_and_export() -> None:
    record_run(RECORD)
    text = call("list")
    assert "evil.pdf" in text
    assert "\x1b" not in text
    assert "91.0 %" in text
    row = json.loads(call("list", "--json"))["runs"][0]
    assert (row["id"], row["citations"], row["citations_ok"], row["prompt_tokens"]) == (1, 1, 1, 1234)
    assert json.loads(call("show", "1"))["run"]["model"]["name"] == "tiny"
    assert json.loads(call("export"))["command"] == "ask"
    assert json.loads(call("list", "--json", "--days", "0"))["runs"] == []


def test_unknown_run() -> None:
    result = CliRunner().invoke(log.app, ["show", "7"])
    assert result.exception is not None
    assert "no run 7" in str(result.exception)


def test_purge_asks_what() -> None:
    record_run(RECORD)
    assert CliRunner().invoke(log.app, ["purge"]).exit_code != 0
    assert "0 runs" in call("purge", "--older-than", "3")
    assert json.loads(call("purge", "--all", "--json"))["deleted"] == 1


def test_stats() -> None:
    record_run(RECORD)
    record_run({**RECORD, "found": False, "exit_code": 3})
    assert "total" in call("stats")
    total = json.loads(call("stats", "--json"))["total"]
    assert (total["runs"], total["refusals"], total["coverage_mean"]) == (2, 1, 0.91)
    assert "# TYPE tsel_runs_total counter" in call("stats", "--format", "prometheus")
    assert CliRunner().invoke(log.app, ["stats", "--format", "xml"]).exit_code != 0


def test_replay(monkeypatch: pytest.MonkeyPatch) -> None:
    record_run(RECORD, settings={"temperature": 0.0}, question="How many?")
    answers = iter(["Forty-two.", "Forty-three."])
    monkeypatch.setattr(log, "_run_again", lambda: lambda record, question: {**RECORD, "answer": next(answers)})
    assert "the same answer" in call("replay", "1", "--question", "How many?")
    assert json.loads(call("replay", "1", "--question", "How many?", "--json", code=1))["same"] is False
    rows = [json.loads(line) for line in call("export").splitlines()]
    assert [(row["command"], row.get("state")) for row in rows] == [("ask", None), ("ask", "replay"), ("ask", "replay")]
    assert rows[1]["answer_sha256"] != rows[2]["answer_sha256"]  # each answer that was shown has its row


@pytest.mark.parametrize(("logged", "more"), [(True, ()), (False, ("--question", "How many?", "--log-text"))])
def test_a_replay_keeps_the_question_where_that_is_allowed(
    logged: bool, more: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    record_run(RECORD, settings={"temperature": 0.0}, question="How many?", log_text=logged)
    monkeypatch.setattr(log, "_run_again", lambda: lambda record, question: {**RECORD, "answer": "Forty-two."})
    assert "the same answer" in call("replay", "1", *more)
    assert "the same answer" in call("replay", "2")  # which holds its question now
    rows = [json.loads(line) for line in call("export").splitlines()]
    assert [row.get("question") for row in rows] == ["How many?" if logged else None, "How many?", "How many?"]


def test_logged_options() -> None:
    options = logged_options({"files": ["a.pdf"], "budget": 77, "gone_option": 1, "json": True})
    assert (options.files, options.budget, options.json) == (("a.pdf",), 77, False)


def test_verify_says_what_was_changed(tmp_path: Path) -> None:
    import sqlite3

    for _ in range(3):
        record_run(RECORD)
    assert "3 rows stand as they were written" in call("verify")
    with sqlite3.connect(tmp_path / "audit.sqlite3") as base:
        base.execute("UPDATE runs SET record = '{}' WHERE id = 2")
    assert "run 2 was changed" in call("verify", code=1)
    assert json.loads(call("verify", "--json", code=1))["problems"] == ["run 2 was changed"]
