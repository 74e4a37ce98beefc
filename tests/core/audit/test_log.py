"""The audit log: no words of documents in it, twenty writers at once, and it never costs the answer."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tsel_core.audit.log import get_run, log_path, purge_runs, record_run, runs, verify_log, without_text
from tsel_core.audit.replay import replay
from tsel_core.audit.stats import prometheus, tally_by_day
from tsel_core.errors import TselError, UsageError

ROOT = Path(__file__).parents[3]
SECRET = "the merger with Blackwood closes on Friday"
RECORD = {
    "schema_version": 1, "command": "ask", "version": "0.1.0", "answer": SECRET, "found": True, "lang": "en",
    "documents": [{"path": "a.pdf", "sha256": "ab", "num_units": 5, "unit_kind": "page", "warnings": [SECRET]}],
    "model": {"name": "m", "sha256": "cd", "dtype": "float32", "device": "cpu", "trained_window": 8192},
    "receipt": {"tokens_in_file": 10, "tokens_read": 10, "units_in_file": 5, "units_read": 5, "cut": False},
    "attention": {"prefill": "full", "decode": "select", "coverage_mean": 0.9, "coverage_lowest": 0.8, "selection_cache_hit_rate": 0.7},
    "citations": [
        {"id": 1, "file": "a.pdf", "label": SECRET, "unit_index": 3, "quote": SECRET, "check": "exact", "start": 0, "end": 4},
        {"id": 2, "file": "a.pdf", "label": SECRET, "unit_index": 4, "quote": SECRET, "check": "missing", "start": 0, "end": 4},
    ],
    "nearest": [{"label": "p. 1", "quote": SECRET}], "new_key_of_tomorrow": SECRET,
    "support": {"verdict": "weak", "why": "question-apart", "question_share": 0.1, "question_label": SECRET},
    "reason": "supported", "num_invented_quotes": 1, "facts": [{"text": SECRET, "kind": "name", "found": False}],
    "timings_s": {"total": 2.5}, "prefill_tokens_per_s": 100.0, "decode_tokens_per_s": 10.0,
    "usage": {"prompt_tokens": 10, "completion_tokens": 3}, "exit_code": 0,
}  # fmt: skip


@pytest.fixture(autouse=True)
def _log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TSEL_LOG", "1")
    monkeypatch.setenv("TSEL_LOG_DIR", str(tmp_path / "log"))


def test_nothing_of_the_text_is_kept() -> None:
    assert record_run(RECORD, settings={"files": ["a.pdf"], "password": "pw-123", "budget": 7}, question=SECRET) is None
    raw = b"".join(p.read_bytes() for p in log_path().parent.iterdir())
    assert b"Blackwood" not in raw
    assert b"pw-123" not in raw
    run = get_run(1)["record"]
    assert run["settings"] == {"files": ["a.pdf"], "budget": 7}
    assert run["citations"][0] == {"id": 1, "file": "a.pdf", "check": "exact", "start": 0, "end": 4, "unit_index": 3}
    assert run["support"] == {"verdict": "weak", "why": "question-apart", "question_share": 0.1}
    assert (run["num_unsupported_facts"], run["num_invented_quotes"], run["reason"]) == (1, 1, "supported")
    assert run["documents"] == [{"path": "a.pdf", "sha256": "ab", "num_units": 5, "unit_kind": "page"}]
    assert run["versions"]["python"] == ".".join(map(str, sys.version_info[:3]))
    assert {"torch", "transformers"} <= set(run["versions"])
    assert len(run["answer_sha256"]) == len(run["question_sha256"]) == 64
    assert log_path().stat().st_mode & 0o077 == 0 or sys.platform == "win32"


def test_text_when_asked_for() -> None:
    assert record_run(RECORD, settings={"password": "pw-123"}, question="Who?", log_text=True) is None
    run = get_run(1)["record"]
    assert (run["answer"], run["question"]) == (SECRET, "Who?")
    assert "password" not in run["settings"]
    assert "new_key_of_tomorrow" not in run


def test_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TSEL_LOG", "0")
    assert record_run(RECORD) is None
    assert not log_path().exists()
    assert list(runs()) == []


def test_twenty_writers_at_once() -> None:
    code = (
        "import sys, json; from tsel_core.audit.log import record_run\n"
        "for i in range(5):\n"
        "    w = record_run({'command': 'ask', 'usage': {'prompt_tokens': i}, 'model': {'name': sys.argv[1]}})\n"
        "    if w: print(w); sys.exit(1)\n"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", code, f"w{i}"], cwd=ROOT, stdout=subprocess.PIPE, text=True) for i in range(20)
    ]
    outputs = [p.communicate(timeout=120)[0] for p in started]
    assert [p.returncode for p in started] == [0] * 20, outputs
    found = list(runs())
    assert len(found) == 100
    assert len({run["record"]["model"]["name"] for run in found}) == 20
    with sqlite3.connect(log_path()) as base:
        assert base.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_folder_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv("TSEL_LOG_DIR", str(tmp_path / "file" / "log"))
    warning = record_run(RECORD)
    assert warning is not None
    assert "not written to the log" in warning


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="uses a limit on file size that only POSIX has")
def test_full_disk(tmp_path: Path) -> None:
    assert record_run(RECORD) is None
    code = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))\n"
        "from tsel_core.audit.log import record_run\n"
        "w = record_run({'command': 'ask', 'model': {'name': 'x' * 400000}})\n"
        "print('WARNED' if w else 'silent')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "WARNED", done.stderr
    assert len(list(runs())) == 1


def test_damaged_log() -> None:
    log_path().parent.mkdir()
    log_path().write_bytes(b"this is no database at all" * 100)
    assert "not written" in (record_run(RECORD) or "")
    with pytest.raises(TselError, match="cannot be read"):
        list(runs())


def test_strange_record_is_a_warning_at_most() -> None:
    assert record_run({"command": "ask", "documents": [{"path": Path("x")}], "exit_code": object()}) is not None
    assert record_run({"command": "ask", "answer": "\ud800"}) is None


DAY = 86400.0


def at(monkeypatch: pytest.MonkeyPatch, days: float) -> None:
    """Put the clock to so many days after the epoch of these tests."""
    monkeypatch.setattr(time, "time", lambda: 1_700_000_000.0 + days * DAY)


def test_retention_of_a_log_that_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TSEL_LOG_DAYS", "30")
    for day in (0, 20, 40, 41.5):
        at(monkeypatch, day)
        record_run(RECORD)
    assert [run["id"] for run in runs()] == [2, 4, 5]  # 3 says that 1 was deleted
    found = verify_log()
    assert (found.problems, found.num_deleted) == ((), 1)


def test_a_clock_that_leaps_deletes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TSEL_LOG_DAYS", "30")
    for day in (0, 1, 3650, 3650.001, 3650.5, 2, 3):
        at(monkeypatch, day)
        record_run(RECORD)
    assert len(list(runs())) == 7
    assert verify_log().problems == ()


def test_the_chain_tells_what_was_changed_and_what_is_missing() -> None:
    for number in range(5):
        assert record_run({**RECORD, "exit_code": number}) is None
    assert verify_log().problems == ()
    for sql, said in (
        ("UPDATE runs SET exit_code = 9 WHERE id = 3", "run 3 was changed"),
        ("DELETE FROM runs WHERE id = 2", "between 1 and 3"),
        ("DELETE FROM runs WHERE id = 1", "runs before 3 are missing"),
        ("DELETE FROM runs WHERE id = 5", "runs after 4 are missing"),
    ):
        with sqlite3.connect(log_path()) as base:
            base.execute(sql)
        assert any(said in problem for problem in verify_log().problems), sql


def test_what_is_purged_is_noted_and_the_chain_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    for day in (0, 1, 2):
        at(monkeypatch, day)
        record_run(RECORD)
    assert purge_runs(older_than_days=1.5) == 1
    record_run(RECORD)
    assert purge_runs() == 3
    record_run(RECORD)
    found = verify_log()
    assert (found.problems, len(list(runs()))) == ((), 1)
    assert len(found.head) == 64


def test_a_log_of_an_earlier_version_goes_on(tmp_path: Path) -> None:
    log_path().parent.mkdir()
    with sqlite3.connect(log_path()) as base:
        base.execute(
            "CREATE TABLE runs (id INTEGER PRIMARY KEY AUTOINCREMENT, time REAL NOT NULL, command TEXT, model TEXT,"
            " exit_code INTEGER, record TEXT NOT NULL)"
        )
        base.execute("INSERT INTO runs (time, command, record) VALUES (?, 'ask', '{}')", (time.time(),))
    record_run(RECORD)
    found = verify_log()
    assert (found.num_before, found.num_rows, found.problems) == (1, 1, ())


def test_purge() -> None:
    record_run({**RECORD, "answer": "x"}, log_text=True)
    assert purge_runs(older_than_days=1) == 0
    assert purge_runs() == 1
    assert list(runs()) == []
    assert b"Blackwood" not in b"".join(p.read_bytes() for p in log_path().parent.iterdir())
    with pytest.raises(UsageError):
        get_run(1)


def test_stats() -> None:
    for _ in range(2):
        record_run(RECORD)
    record_run({**RECORD, "found": False, "citations": [], "exit_code": 3, "command": 'we"ird\n'})
    (tally,) = tally_by_day(runs()).values()
    assert tally.as_json()["refusals"] == 1
    assert tally.as_json()["weak_answers"] >= 1
    assert tally.num_failed_citations == 2 * 2 + 1
    assert tally.mean("coverage") == pytest.approx(0.9)
    assert tally.as_json()["selection_cache_hit_rate"] == pytest.approx(0.7)
    families = {f.name: f for f in text_string_to_metric_families(prometheus(runs()))}
    samples = {(s.name, *sorted(s.labels.items())): s.value for f in families.values() for s in f.samples}
    ask = (("command", "ask"), ("model", "m"))
    assert samples["tsel_selection_cache_hit_rate", *ask] == pytest.approx(0.7)
    assert samples["tsel_runs_total", ask[0], ("exit_code", "0"), ask[1]] == 2
    assert samples["tsel_citations_total", ("check", "exact"), *ask] == 2
    assert any(("command", 'we"ird\n') in key for key in samples)
    assert families["tsel_runs"].type == "counter"
    assert all(name.startswith("tsel_") and family.documentation for name, family in families.items())
    assert min(samples.values()) >= 0


def test_without_text_keeps_no_stranger() -> None:
    kept = json.dumps(without_text(RECORD))
    assert "Blackwood" not in kept


def test_replay() -> None:
    kept = {**without_text({**RECORD, "question": "Who?"}), "settings": {"temperature": 0.0}}
    new = {**RECORD, "answer": SECRET}
    assert replay(kept, lambda record, question: new, "Who?").same
    older = {**kept, "versions": {"torch": "0.1"}}
    assert replay(older, lambda record, question: new, "Who?").changed == ("versions",)
    other = replay(kept, lambda record, question: {**new, "answer": "else", "version": "9"}, "Who?")
    assert (other.same, other.expected, other.changed) == (False, False, ("version",))
    with pytest.raises(UsageError, match="does not hold the question"):
        replay(kept, lambda record, question: new)
    with pytest.raises(UsageError, match="not the one"):
        replay(kept, lambda record, question: new, "When?")
    with pytest.raises(UsageError, match="settings"):
        replay(without_text(RECORD), lambda record, question: new)


def test_a_log_that_cannot_be_purged_is_an_error_in_two_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    assert record_run(RECORD) is None
    real = sqlite3.connect

    class Full(sqlite3.Connection):
        def execute(self, sql: str, *rest: object) -> sqlite3.Cursor:  # type: ignore[override]
            if sql.startswith("DELETE"):
                raise sqlite3.OperationalError("database or disk is full")
            return super().execute(sql, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(sqlite3, "connect", lambda *a, **k: real(*a, factory=Full, **k))
    with pytest.raises(TselError, match="cannot be purged") as error:
        purge_runs()
    assert "room" in error.value.hint
