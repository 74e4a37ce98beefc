"""tsel warmup: what is made once is made, timed and said; no reading and no row of the log is left."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tiny_folder import make_folder
from typer.testing import CliRunner

from tsel_cli.app import app
from tsel_cli.commands import warmup
from tsel_core.evidence.calibration import calibrate


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    for name in ("TSEL_MODELS", "TSEL_CACHE", "TSEL_LOG_DIR", "TSEL_CONFIG"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    monkeypatch.setattr(warmup, "_SHORT", 4)
    monkeypatch.setattr(warmup, "_NEW_TOKENS", 4)
    return str(make_folder(tmp_path / "tiny"))


def test_every_step_is_timed(model: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["warmup", "--model", model, "--device", "cpu", "--json", "-q"])
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["model"] == "tiny"
    assert list(told["seconds"]) == ["model", "weights", "retrieval heads", "a short document"]
    assert told["seconds"]["retrieval heads"] > 0
    assert not (tmp_path / "tsel_log_dir").exists()
    assert not list((tmp_path / "tsel_cache").glob("readings/*"))


def test_the_heads_are_there_for_the_next_command(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert CliRunner().invoke(app, ["warmup", "--model", model, "--device", "cpu"]).exit_code == 0
    made: list[object] = []
    monkeypatch.setattr(calibrate, "calibrate", lambda *a, **k: made.append(a))
    result = CliRunner().invoke(app, ["warmup", "--model", model, "--device", "cpu"])
    assert result.exit_code == 0, result.output
    assert made == []
    assert "a short document: " in result.stdout


def test_on_a_gpu_a_document_that_selects_is_read_too() -> None:
    short, long = warmup.made_document(4), warmup.made_document(40)
    assert len(long.units) == 10 * len(short.units)
    assert long.units[:4] == short.units


def test_several_texts_are_written_at_once(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warmup, "_selects", lambda _session: True)
    monkeypatch.setattr(warmup, "_LONG", 4)
    result = CliRunner().invoke(app, ["warmup", "--model", model, "--device", "cpu", "--json", "-q"])
    assert result.exit_code == 0, result.output
    assert list(json.loads(result.stdout)["seconds"])[-1] == "several texts"
