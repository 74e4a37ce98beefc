"""tsel batch: every document once, resumed, errors collected, several processes, a killed worker."""

from __future__ import annotations

import csv
import json
import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest
from batch_folder import answers, run, table

from tsel_core.errors import UsageError
from tsel_core.text.refusal import is_refusal


def item_files(out: Path, folder: str = "items") -> dict[Path, float]:
    return {p: p.stat().st_mtime_ns for top in out.glob(folder) if top.is_dir() for p in top.rglob("*.json")}


def every_row(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "results.jsonl").read_text(encoding="utf-8").splitlines()]


def test_every_document_is_answered_and_tabled(folder: Path, model: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run(folder, model, out) == 0
    rows = table(out)
    assert sorted(rows) == sorted(["doc0.txt", "doc2.txt", "doc4.txt", "sub/doc1.txt", "sub/doc3.txt", "sub/doc5.txt"])
    for name, row in rows.items():
        record = json.loads((out / "items" / (name + ".json")).read_text(encoding="utf-8"))["record"]
        assert record["documents"][0]["path"].endswith(name)
        assert row["question"] == "What?"
        assert (row["answer"] == record["answer"]) == (record["found"] or is_refusal(record["answer"]))
        assert row["mark"] == ("not found" if record["found"] is False else row["mark"])
        assert row["status"] == "ok"
        assert row["tokens"] == record["receipt"]["tokens_in_file"]
    with (out / "results.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [r["file"] for r in csv.DictReader(file)] == sorted(rows)


def test_a_second_run_does_only_what_is_missing(folder: Path, model: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(folder, model, out)
    before = item_files(out)
    (out / "items" / "doc2.txt.json").write_text("{broken", encoding="utf-8")
    (folder / "sub" / "doc3.txt").write_text("Another text.", encoding="utf-8")
    (folder / "new.txt").write_text("A new text.", encoding="utf-8")
    assert run(folder, model, out) == 0
    changed = {p.relative_to(out / "items").as_posix() for p, at in item_files(out).items() if before.get(p) != at}
    assert changed == {"doc2.txt.json", "sub/doc3.txt.json", "new.txt.json"}
    assert len(table(out)) == 7


def test_another_question_is_kept_beside_the_first(folder: Path, model: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(folder, model, out)
    first, before = every_row(out), item_files(out)
    assert run(folder, model, out, task=("--task", "ask", "--question", "Who?")) == 0
    assert {p: at for p, at in item_files(out).items() if p in before} == before
    rows = every_row(out)
    assert [r for r in rows if r["question"] == "What?"] == first
    assert [r["question"] for r in rows] == ["What?", "Who?"] * 6 or sorted(r["question"] for r in rows) == ["What?"] * 6 + ["Who?"] * 6
    run(folder, model, out, task=("--task", "summarize"))
    assert len(every_row(out)) == 18
    done = item_files(out, "*")
    run(folder, model, out)  # what was asked before is not asked again
    assert item_files(out, "*") == done
    assert len(every_row(out)) == 18


def test_every_question_is_asked_of_every_document(folder: Path, model: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (folder / "bad.pdf").write_bytes(b"%PDF-1.4 nothing follows")
    assert run(folder, model, out, "--beside", task=("--task", "ask", "--question", "What?", "--question", "Who pays?")) == 1
    rows = every_row(out)
    assert [(r["file"], r["question"]) for r in rows] == [(f, q) for f in sorted({r["file"] for r in rows}) for q in ("What?", "Who pays?")]
    assert len(rows) == 14
    text = (folder / "doc0.txt.tsel.md").read_text(encoding="utf-8")
    assert text.index("## What?") < text.index("## Who pays?")
    alone = tmp_path / "alone"
    run(folder, model, alone, task=("--task", "ask", "--question", "Who pays?"))
    assert [r["answer"] for r in every_row(alone)] == [r["answer"] for r in rows if r["question"] == "Who pays?"]


def test_results_of_before_are_never_overwritten(folder: Path, model: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(folder, model, out)
    (out / "works.json").unlink()  # as an earlier version left it
    before = item_files(out)
    run(folder, model, out, task=("--task", "ask", "--question", "Who?"))
    assert item_files(out) == before


RECORD = {
    "command": "ask",
    "answer": "It is 30 days [1].",
    "found": True,
    "lang": "en",
    "support": {"verdict": "supported"},
    "claims": [{"verdict": "supported"}],
    "citations": [{"id": 1, "quote": "Notice is\n30 days.", "label": "p. 2, Clause 5.1"}],
    "exit_code": 0,
}


@pytest.mark.parametrize(
    ("other", "mark", "answer"),
    [
        ({}, "supported", "It is 30 days [1]."),
        ({"support": {"verdict": "weak"}}, "unsure", "It is 30 days [1]."),
        ({"confidence": "unsure"}, "unsure", "It is 30 days [1]."),
        ({"citations": []}, "unsure", "It is 30 days [1]."),
        ({"claims": [{"verdict": "unsure"}]}, "unsure", "It is 30 days [1]."),
        ({"claims": [{"verdict": "not stated"}]}, "unsure", "It is 30 days [1]."),
        ({"claims": [{"verdict": "contradicted"}], "exit_code": 4}, "contradicted", "It is 30 days [1]."),
        ({"found": False, "citations": [], "exit_code": 3}, "not found", "Not found in the document."),
        ({"found": False, "citations": [], "exit_code": 3, "lang": "ja", "answer": "30日です。"}, "not found", "文書には記載がありません。"),
        ({"found": False, "exit_code": 3, "answer": "The document does not say."}, "not found", "The document does not say."),
    ],
)
def test_a_row_says_what_may_be_relied_on(other: dict[str, Any], mark: str, answer: str) -> None:
    from tsel_cli.batch.table import COLUMNS, row

    made = row("a.pdf", {"status": "ok", "record": {**RECORD, **other}}, "How long is notice?")
    assert (made["question"], made["mark"], made["answer"]) == ("How long is notice?", mark, answer)
    assert COLUMNS.index("mark") == COLUMNS.index("answer") + 1
    if made["citations"]:
        assert (made["quote"], made["place"]) == ("[1] Notice is 30 days.", "[1] p. 2, Clause 5.1")


def test_an_excel_file_has_the_marks_beside_the_answers(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    from tsel_cli.batch.table import check_formats, row, write_table

    weak = {**RECORD, "support": {"verdict": "weak"}, "answer": "=1+1"}
    rows = [row("a.pdf", {"status": "ok", "record": r}, "How long?") for r in (RECORD, weak)]
    rows.append(row("b.pdf", {"status": "error", "error": "the file is empty", "hint": "check it", "exit_code": 1}, "How long?"))
    (path,) = write_table(rows, tmp_path, check_formats("xlsx"))
    lines = list(openpyxl.load_workbook(path).active.values)
    assert lines[0] == ("File", "Question", "Answer", "Status", "Quote", "Place", "Error")
    assert lines[1] == ("a.pdf", "How long?", "It is 30 days [1].", "supported", "[1] Notice is 30 days.", "[1] p. 2, Clause 5.1", None)
    assert lines[2][2:4] == ("=1+1", "unsure")
    assert lines[3] == ("b.pdf", "How long?", None, None, None, None, "the file is empty")


def test_one_bad_file_stops_nothing(folder: Path, model: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (folder / "bad.pdf").write_bytes(b"%PDF-1.4 nothing follows")
    (folder / "long.txt").write_text("too long " * 4000, encoding="utf-8")
    assert run(folder, model, out) == 1
    rows = table(out)
    assert [name for name, r in rows.items() if r["status"] == "error"] == ["bad.pdf", "long.txt"]
    assert rows["long.txt"]["exit_code"] == 5
    assert rows["bad.pdf"]["error"]
    assert sum(r["status"] == "ok" for r in rows.values()) == 6


def test_several_processes_give_the_same_answers(folder: Path, model: Path, tmp_path: Path) -> None:
    run(folder, model, tmp_path / "one", "--no-cache")
    assert run(folder, model, tmp_path / "two", "--jobs", "2", "--no-cache") == 0
    one = answers(tmp_path / "one")
    assert one == answers(tmp_path / "two")
    assert len(set(one.values())) > 1  # or equal answers would say nothing


def test_a_killed_worker_loses_nothing(folder: Path, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not hasattr(signal, "SIGKILL"):
        pytest.skip("this system has no SIGKILL")
    from tsel_core.pool import pool as engine_pool

    run(folder, model, tmp_path / "one", "--no-cache")
    killed: list[int] = []
    inner = engine_pool.Processes.submit

    def submit(self: engine_pool.Processes, *args: Any) -> None:
        inner(self, *args)
        if len(killed) < 2:  # the first worker twice, in the middle of its work
            time.sleep(0.05)
            victim = next(c for c in self._children if args[0] in c.names)
            os.kill(victim.process.pid, signal.SIGKILL)
            killed.append(victim.process.pid)

    monkeypatch.setattr(engine_pool.Processes, "submit", submit)
    assert run(folder, model, tmp_path / "two", "--jobs", "2", "--no-cache") == 0
    assert len(killed) == 2
    assert answers(tmp_path / "one") == answers(tmp_path / "two")


def test_work_that_kills_every_worker_is_given_up() -> None:
    from tsel_core.pool.pool import Work, WorkerLost, run_all

    class Doomed:
        size = 1

        def submit(self, name: str, *_: Any) -> None:
            self.name = name

        def next(self) -> tuple[str, Any]:
            return self.name, WorkerLost() if self.name == "bad" else {"record": {}}

        def close(self) -> None: ...

    done: list[tuple[str, Any]] = []
    work = [Work(n, "ask", length, lambda: ([], None)) for n, length in (("a", 1), ("bad", 9), ("b", 5))]  # type: ignore[arg-type, return-value]
    run_all(Doomed(), work, lambda name, result: done.append((name, result)))
    assert [name for name, _ in done] == ["b", "a", "bad"]  # the longest first, what was lost after the rest
    assert "lost 3 times" in done[2][1]["error"]


def test_what_was_lost_beside_the_guilty_one_is_done_alone() -> None:
    from tsel_core.pool.pool import Work, WorkerLost, run_all

    class Shared:
        """A worker for three, which dies of one of them."""

        size = 3

        def __init__(self) -> None:
            self.given: list[str] = []
            self.lost: list[str] = []

        def submit(self, name: str, *_: Any) -> None:
            self.given.append(name)

        def next(self) -> tuple[str, Any]:
            if not self.lost and "bad" in self.given:
                self.lost, self.given = self.given, []
            if self.lost:
                return self.lost.pop(), WorkerLost()
            return self.given.pop(), {"record": {}}

        def close(self) -> None: ...

    done: dict[str, Any] = {}
    work = [Work(n, "ask", 1, lambda: ([], None)) for n in ("a", "bad", "b", "c", "d")]  # type: ignore[arg-type, return-value]
    run_all(Shared(), work, lambda name, result: done.update({name: result}))
    assert sorted(done) == ["a", "b", "bad", "c", "d"]
    assert [name for name, result in done.items() if "error" in result] == ["bad"]


def test_parquet(folder: Path, model: Path, tmp_path: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    (folder / "bad.pdf").write_bytes(b"%PDF-1.4 nothing follows")
    run(folder, model, tmp_path / "out", "--table", "parquet,jsonl")
    content = pq.read_table(tmp_path / "out" / "results.parquet").to_pylist()
    assert content == list(table(tmp_path / "out").values())


def test_a_cell_never_begins_a_formula(tmp_path: Path) -> None:
    from tsel_cli.batch.table import row, write_table

    rows = [row("=cmd.txt", {"status": "ok", "record": {"answer": "=1+1"}})]
    write_table(rows, tmp_path, ["csv"])
    text = (tmp_path / "results.csv").read_text(encoding="utf-8-sig")
    assert "'=1+1" in text
    assert "'=cmd.txt" in text


@pytest.mark.parametrize(
    "args",
    [["--task", "ask"], ["--question", "What?"], ["--table", "xls"]],
)
def test_usage_errors(folder: Path, model: Path, tmp_path: Path, args: list[str]) -> None:
    with pytest.raises(UsageError):
        run(folder, model, tmp_path / "out", *args, task=())


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (["docs", "--ray"], ["docs", "--ray", "local"]),
        (["--ray", "docs", "--out", "o"], ["--ray", "local", "docs", "--out", "o"]),
        (["--ray", "--out", "o"], ["--ray", "local", "--out", "o"]),
        (["--ray", "auto", "docs"], ["--ray", "auto", "docs"]),
        (["docs", "--ray", "head:6379"], ["docs", "--ray", "head:6379"]),
        (["docs", "--ray", "ray://10.0.0.1:10001"], ["docs", "--ray", "ray://10.0.0.1:10001"]),
        (["docs", "--ray=auto"], ["docs", "--ray=auto"]),
        (["docs"], ["docs"]),
    ],
)
def test_ray_may_stand_alone(given: list[str], meant: list[str]) -> None:
    from tsel_cli.engine_options import with_ray_address

    assert with_ray_address(given) == meant


def test_devices_that_a_batch_cannot_share(folder: Path, model: Path, tmp_path: Path) -> None:
    from tsel_core.errors import UsageError

    with pytest.raises(UsageError, match="--jobs 2 engines cannot all have"):
        run(folder, model, tmp_path / "out", "--jobs", "2", "--device", "cpu,cpu")
    with pytest.raises(UsageError, match="belongs to --ray"):
        run(folder, model, tmp_path / "out", "--gpus-per-engine", "2")


def test_weights_are_held_as_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from low_bit_folder import low_bit_folder

    from tsel_core.models.load import resolve_model
    from tsel_core.pool.worker import EngineWorker, WorkSettings

    monkeypatch.setenv("TSEL_CACHE", str(tmp_path / "cache"))
    path = str(low_bit_folder(tmp_path / "model"))
    sha256 = resolve_model(path).sha256
    assert [
        EngineWorker(WorkSettings(path, sha256, keep_readings=False, weights=w)).session().info.form  # type: ignore[arg-type]
        for w in ("full", "q4", "q8")
    ] == ["", "q4", "q8"]
