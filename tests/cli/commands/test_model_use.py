"""Which model a machine begins with: offered once on a terminal, never fetched unasked, kept in the config file."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

import tsel_core.models.load
import tsel_core.models.recommend as recommend
from tsel_cli.commands.models import app
from tsel_cli.config_file import set_value
from tsel_cli.first_model import first_model
from tsel_cli.job_options import JobOptions
from tsel_cli.resident import client
from tsel_core.document import Document, Unit
from tsel_core.errors import ModelError, UsageError
from tsel_core.models.catalog import DEFAULT_NAME

GB = 10**9


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An own config file, models folder and home; a machine with a GPU of 80 GB."""
    monkeypatch.setenv("TSEL_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("TSEL_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("TSEL_MODEL", raising=False)
    monkeypatch.setattr(recommend, "this_machine", lambda: recommend.Machine(80 * GB, 64 * GB, 500 * GB))
    return tmp_path / "config.toml"


def terminal(monkeypatch: pytest.MonkeyPatch, answer: bool) -> list[str]:
    """A person who answers every question so; the questions."""
    asked: list[str] = []
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(typer, "confirm", lambda text, **_: asked.append(text) or answer)
    return asked


def document(num_chars: int = 4_000) -> Document:
    return Document("a.txt", "0", "txt", "paragraph", (Unit(0, "paragraph", "1", "x" * num_chars),))


OPTIONS = JobOptions(files=("a.txt",))


def test_a_yes_is_kept_and_taken(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = terminal(monkeypatch, True)
    chosen = first_model(OPTIONS, [document()], OPTIONS.console()).model
    assert chosen == "qwen3-14b-q4"
    assert len(asked) == 1
    assert tomllib.loads(config.read_text()) == {"model": chosen}


def test_a_long_document_gets_a_model_with_a_longer_window(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal(monkeypatch, True)
    assert first_model(OPTIONS, [document(200_000)], OPTIONS.console()).model == "qwen2.5-7b-1m"


def test_a_no_takes_the_default_and_writes_nothing(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = terminal(monkeypatch, False)
    assert first_model(OPTIONS, [document()], OPTIONS.console()) == OPTIONS
    assert asked
    assert not config.exists()


@pytest.mark.parametrize("case", ["named", "offline", "default here", "small machine", "script"])
def test_nobody_is_asked(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = terminal(monkeypatch, True)
    options = OPTIONS
    if case == "named":
        options = JobOptions(files=("a.txt",), model="qwen3-4b")
    elif case == "offline":
        options = JobOptions(files=("a.txt",), offline=True)
    elif case == "default here":
        (tmp_path / "models" / DEFAULT_NAME).mkdir(parents=True)
    elif case == "small machine":
        monkeypatch.setattr(recommend, "this_machine", lambda: recommend.Machine(0, 8 * GB, 500 * GB))
    else:
        monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    assert first_model(options, [document()], options.console()) == options
    assert asked == []
    assert ("tsel models use qwen3-14b-q4" in capsys.readouterr().err) is (case == "script")


def test_the_question_is_asked_where_the_person_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The resident engine has no terminal of its own."""
    terminal(monkeypatch, True)
    assert client._asks_first(["ask", "a.txt", "why?"])
    assert not client._asks_first(["ask", "--model", "x", "a.txt", "why?"])
    (tmp_path / "models" / DEFAULT_NAME).mkdir(parents=True)
    assert not client._asks_first(["ask", "a.txt", "why?"])


def test_whether_to_ask_is_known_without_heavy_imports() -> None:
    """Every command on a terminal looks before it is handed over to the resident engine."""
    script = "import sys; from tsel_core.models.default import is_first_run; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert loaded.isdisjoint({"typer", "rich", "torch", "numpy", "transformers", "tomlkit", "dataclasses"})


def test_use_fetches_nothing_unasked(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fetched: list[bool] = []

    def resolve(name: str, *, offline: bool = False, progress: object = None) -> object:
        fetched.append(not offline)
        if offline:
            raise ModelError("not here")
        return object()

    monkeypatch.setattr(tsel_core.models.load, "resolve_model", resolve)
    result = CliRunner().invoke(app, ["use", "qwen3-4b-q4"])
    assert isinstance(result.exception, UsageError)
    assert not any(fetched)
    assert not config.exists()
    result = CliRunner().invoke(app, ["use", "qwen3-4b-q4", "--yes"])
    assert result.exit_code == 0
    assert fetched[-1]
    assert "2.5 GB to fetch, licence Apache-2.0" in result.stderr
    assert tomllib.loads(config.read_text()) == {"model": "qwen3-4b-q4"}


def test_the_rest_of_the_config_file_stays(config: Path) -> None:
    config.write_text('# mine\nmodel = "old"  # why\n\n[ask]\nlang = "ja"\n')
    set_value("model", "new")
    assert config.read_text() == '# mine\nmodel = "new"  # why\n\n[ask]\nlang = "ja"\n'
    config.write_text('[ask]\nlang = "ja"\n')
    set_value("model", "new")
    assert tomllib.loads(config.read_text()) == {"model": "new", "ask": {"lang": "ja"}}
    config.write_text("model = ")
    with pytest.raises(UsageError, match="not valid TOML"):
        set_value("model", "new")
