"""tsel models: what it prints, where, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tiny_folder import make_folder
from typer.testing import CliRunner

from tsel_cli.commands.models import app
from tsel_cli.console import progress_for
from tsel_core.errors import ModelError
from tsel_core.models.catalog import DEFAULT_NAME


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TSEL_MODELS", str(tmp_path / "models"))


def run(*arguments: str) -> str:
    """stdout of a command; its error is raised as it is (the main program maps it to two lines)."""
    result = CliRunner().invoke(app, list(arguments))
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0
    return result.stdout


def test_list_names_the_default_and_what_is_here() -> None:
    text = run("list")
    assert f"* {DEFAULT_NAME}" in text
    assert "on disk" not in text
    assert text.count("not fetched") == len(text.splitlines()) - 1
    listed = json.loads(run("list", "--json"))
    assert listed["schema_version"] == 1
    assert listed["default"] == DEFAULT_NAME
    assert {m["source"] for m in listed["models"]} == {"embedded", "hub"}
    assert all(m["bytes_on_disk"] is None for m in listed["models"])


def test_info_default_prints_the_rule_and_the_licence() -> None:
    text = run("info", "default")
    assert "Apache-2.0" in text
    assert "on every device" in text
    facts = json.loads(run("info", "--json"))["model"]
    assert facts["on_this_machine"] is False
    assert facts["trained_window"] == 32768


def test_info_and_path_of_a_folder(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "mine")
    facts = json.loads(run("info", str(folder), "--json"))["model"]
    assert facts["path"] == str(folder)
    assert facts["num_layers"] == 3
    assert len(facts["sha256"]) == 64
    assert run("path", str(folder)).strip() == str(folder)
    assert run("path").strip() == str(tmp_path / "models")


def test_what_is_not_there() -> None:
    with pytest.raises(ModelError, match="not on this machine"):
        run("path", "smollm2-135m")
    with pytest.raises(ModelError, match="not known"):
        run("info", "nosuch")
    with pytest.raises(ModelError, match="--offline"):
        run("pull", "smollm2-135m", "--offline")
    with pytest.raises(ModelError, match="not in the models folder"):
        run("rm", "smollm2-135m")


def test_progress_begins_and_ends_each_phase_once() -> None:
    class Console:
        def __init__(self) -> None:
            self.heard: list[str] = []

        def begin(self, phase: str, total: int | None, unit: str) -> None:
            self.heard.append(f"begin {phase} {total} {unit}")

        def advance(self, done: int) -> None:
            self.heard.append(str(done))

        def end(self) -> None:
            self.heard.append("end")

    console = Console()
    hear = progress_for(console)
    for event in (("fetch", 5, 10), ("fetch", 10, 10), ("convert", 4, 4)):
        hear(*event)
    assert console.heard == ["begin fetch 10 bytes", "5", "10", "end", "begin convert 4 bytes", "4", "end"]


def test_heads_are_calibrated_once_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TSEL_CACHE", str(tmp_path / "cache"))
    folder = make_folder(tmp_path / "tiny")
    table = json.loads(run("heads", str(folder), "--device", "cpu", "--json", "--quiet"))
    assert 6 <= len(table["heads"]) <= 16
    assert len(list((tmp_path / "cache" / "heads").glob("*.json"))) == 1
    assert "name the evidence first" in run("heads", str(folder), "--device", "cpu", "--quiet")
