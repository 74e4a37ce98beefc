"""--log-file and spans: what is in them, and that nothing of a document is."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from tiny_folder import make_folder

from tsel_cli.app import run

SECRET = "The password of the vault is Zinnwald-4711."


@pytest.fixture(autouse=True)
def private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CACHE", "LOG_DIR"):
        monkeypatch.setenv(f"TSEL_{name}", str(tmp_path / name.lower()))
    monkeypatch.setenv("TSEL_CONFIG", str(tmp_path / "config.toml"))
    (tmp_path / "a.txt").write_text(SECRET)


def ask(tmp_path: Path, *before: str) -> int:
    model = make_folder(tmp_path / "model")
    arguments = ["ask", str(tmp_path / "a.txt"), "What is the password?", "--model", str(model), "--effort", "quick"]
    return run([*before, *arguments, "--max-new-tokens", "4"])


def test_each_run_has_its_lines_and_its_id(tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl"
    for _ in range(2):
        assert ask(tmp_path, "--log-file", str(file)) in (0, 3, 4)
    assert run(["--log-file", str(file), "inspect", "/no/such.pdf"]) == 1
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    runs = list(dict.fromkeys(line["run"] for line in lines))
    assert len(runs) == 3
    first = [line for line in lines if line["run"] == runs[0]]
    assert [first[0]["message"], first[-1]["message"]] == ["begin", "end"]
    assert {"load", "prefill", "write"} <= {line.get("phase") for line in first}
    assert {line["command"] for line in first} == {"ask"}
    assert lines[-1]["exit_code"] == 1
    assert os.name != "posix" or os.stat(file).st_mode & 0o077 == 0
    for word in ("Zinnwald", "password", "a.txt", str(tmp_path)):
        assert word not in file.read_text("utf-8")


def test_a_file_that_cannot_be_written_is_said_before_the_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask(tmp_path, "--log-file", str(tmp_path / "no/log")) == 2
    assert "--log-file" in capsys.readouterr().err


def test_without_it_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tsel_cli.journal.Journal.__init__", lambda *_: pytest.fail("a journal was begun"))
    assert run(["inspect", str(tmp_path / "a.txt")]) == 0


def test_spans_of_a_run_and_its_phases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trace = pytest.importorskip("opentelemetry.trace", reason="opentelemetry-api is not installed")
    spans: list[tuple[str, dict[str, Any]]] = []

    class Span:
        def __init__(self, name: str) -> None:
            self.name, self.told = name, {}

        def set_attribute(self, name: str, value: Any) -> None:
            self.told[name] = value

        def set_attributes(self, told: dict[str, Any]) -> None:
            self.told |= told

        def end(self, end_time: int | None = None) -> None:
            spans.append((self.name, self.told))

    class Tracer:
        def start_span(self, name: str, start_time: int | None = None) -> Span:
            return Span(name)

    monkeypatch.setenv("TSEL_OTEL", "1")
    monkeypatch.setattr(trace, "get_tracer", lambda _name: Tracer())
    assert ask(tmp_path) in (0, 3, 4)
    names = [name for name, _ in spans]
    assert names[-1] == "tsel ask"
    assert {"tsel.load", "tsel.prefill", "tsel.write"} <= set(names)
    assert len({told["tsel.run"] for _, told in spans}) == 1
