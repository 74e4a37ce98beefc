"""Commands are imported when they are asked for; the list of `tsel --help` is what they say themselves."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from tsel_cli.app import app, run
from tsel_cli.lazy_commands import PLACES, listed
from tsel_cli.settings import options_by_command


@pytest.mark.parametrize("name", sorted(PLACES))
def test_a_command_says_of_itself_what_the_list_says(name: str) -> None:
    command = get_command(app).commands[name]  # type: ignore[attr-defined]
    assert command.name == name
    assert command.help == PLACES[name].help == listed()[name].help
    assert not command.hidden


def test_every_command_is_listed() -> None:
    folder = Path(__file__).parents[2] / "tsel_cli" / "commands"
    modules = {f.stem for f in folder.glob("*.py") if "app = typer.Typer(" in f.read_text() or "with_job_options(" in f.read_text()}
    assert modules - {"__init__"} <= {place.module for place in PLACES.values()}
    assert set(options_by_command(get_command(app))) == set(PLACES)


@pytest.mark.parametrize(
    ("arguments", "imported"),
    [("['--help']", []), ("['--version']", []), ("['ask', '--help']", ["ask"]), ("['cache', '--help']", ["cache"])],
)
def test_no_other_command_is_imported(arguments: str, imported: list[str]) -> None:
    code = (
        f"import sys; from tsel_cli.app import run; run({arguments})\n"
        "print(sorted(m.rpartition('.')[2] for m in sys.modules if m.startswith('tsel_cli.commands.')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == str(imported)


@pytest.mark.parametrize(
    ("command", "usage"),
    [
        ("ask", 'tsel ask [OPTIONS] FILE... ["QUESTION"...]'),
        ("inspect", "tsel inspect [OPTIONS] FILE..."),
        ("chat", "tsel chat [OPTIONS] [FILE...]"),
        ("compare", "tsel compare [OPTIONS] OLD NEW"),
    ],
)
def test_the_line_of_usage_can_be_typed(command: str, usage: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([command, "--help"]) == 0
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert f"Usage: {usage}" in lines


def test_what_is_missing_is_named_as_in_the_line_of_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["summarize"]) == 2
    assert "error: tsel summarize needs FILE..." in capsys.readouterr().err
