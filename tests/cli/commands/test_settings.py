"""The config file: what is wrong in it is said, and every command takes the top level."""

from __future__ import annotations

from pathlib import Path

import pytest

from tsel_cli.app import run
from tsel_cli.settings import COMMANDS, default_map, options_by_command
from tsel_core.errors import UsageError


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "config.toml"
    monkeypatch.setenv("TSEL_CONFIG", str(path))
    return path


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a = " + "[" * 5000, "nested too deeply"),
        ("no_cahce = true", "no_cache"),
        ("nocache = true", "no_cache"),
        ("[ask]\nofline = true", "offline"),
        ("[asks]\noffline = true", "[asks]"),
        ("a = [", "not valid TOML"),
    ],
)
def test_a_wrong_file_is_refused_in_two_lines(
    text: str, said: str, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config.write_text(text, encoding="utf-8")
    for command in ("cache", "eval"):
        assert run([command, "list" if command == "cache" else "x.jsonl"]) == 2
        error = capsys.readouterr().err
        assert said in error
        assert "unexpected" not in error


def test_a_folder_in_place_of_the_file_is_said(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config.mkdir()
    assert run(["cache", "list"]) == 2
    assert "not a file" in capsys.readouterr().err


def test_every_command_takes_the_top_level(config: Path) -> None:
    config.write_text("offline = true\n[log.list]\nlimit = 3\n", encoding="utf-8")
    assert all(default_map()[name]["offline"] is True for name in COMMANDS)
    assert {"eval", "tune"} <= set(COMMANDS)


def test_names_of_all_options_are_known(config: Path) -> None:
    import typer

    from tsel_cli.app import app

    known = options_by_command(typer.main.get_command(app))
    config.write_text('model = "x"\nno_cache = true\nkeep_alive = "5m"\n[ask]\neffort = "quick"\n[log]\ndayz = 3\n', encoding="utf-8")
    with pytest.raises(UsageError, match="dayz"):
        default_map(lambda: known)
    config.write_text('model = "x"\nno_cache = true\nkeep_alive = "5m"\n[ask]\neffort = "quick"\n', encoding="utf-8")
    assert default_map(lambda: known)["ask"]["effort"] == "quick"
