"""Errors about how a command was called: our own words in both languages, one next step, exit code 2."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tsel_cli.app import run
from tsel_core.text.tongue import LANGUAGES

PARSERS_OWN = re.compile(
    "Invalid value|No such|requires an argument|does not take a value|Input should|Missing (argument|option|command)|unexpected extra"
)
WRONG = [
    (
        ["ask", "--effort", "wrong", "a.txt", "Q?"],
        "--effort must be one of quick, normal, high, got wrong",
        "see tsel ask --help",
    ),
    (
        ["ask", "--effort=wrong", "a.txt", "Q?"],
        "--effort must be one of quick, normal, high, got wrong",
        "see tsel ask --help",
    ),
    (["ask", "--effort"], "--effort needs a value", "it must be one of quick, normal, high"),
    (["ask", "-m"], "-m needs a value", "see tsel ask --help"),
    (
        ["ask", "--budget", "0", "a.txt", "Q?"],
        "--budget must be a whole number of at least 1, got 0",
        "see tsel ask --help",
    ),
    (
        ["ask", "--budget", "x", "a.txt", "Q?"],
        "--budget must be a whole number of at least 1, got x",
        "see tsel ask --help",
    ),
    (
        ["ask", "--coverage", "2", "a.txt", "Q?"],
        "--coverage must be a number from 0 to 0.999, got 2",
        "see tsel ask --help",
    ),
    (["serve", "--port", "abc"], "--port must be a whole number from 0 to 65535, got abc", "see tsel serve --help"),
    (["ask", "--no-cache=1", "a.txt", "Q?"], "--no-cache takes no value", "write --no-cache alone"),
    (["ask", "--efort", "high", "a.txt", "Q?"], "tsel ask has no option --efort", "did you mean --effort?"),
    (["--nope"], "tsel has no option --nope", "`tsel --help` lists the options"),
    (["askk"], "tsel has no command askk", "did you mean tsel ask?"),
    (["models", "nothing"], "tsel models has no command nothing", "`tsel models --help` lists the commands"),
    (["--log-file", "x"], "a command is missing", "`tsel --help` lists the commands"),
    (
        ["list", "--lang", "fr", "a.txt", "every date"],
        "--lang must be one of auto, en, ja, got fr",
        "see tsel list --help",
    ),
    (["compare", "--lang=de", "a", "b"], "--lang must be one of auto, en, ja, got de", "see tsel compare --help"),
    (["--lang", "xx", "doctor"], "--lang must be one of auto, en, ja, got xx", "see tsel --help"),
    (
        ["log", "stats", "--format", "xml"],
        "--format must be one of text, json, prometheus, got xml",
        "see tsel log stats --help",
    ),
    (["compare", "one.docx"], "tsel compare needs NEW", "tsel compare OLD NEW"),
    (["batch", "folder"], "tsel batch needs --out", "tsel batch DIR --out OUT"),
    (["cache", "info", "extra"], "tsel cache info does not take extra", "tsel cache info"),
    (
        ["ask", "--lang", "xx5", "a.txt", "Q?"],
        f"--lang must be one of auto, {', '.join(sorted(LANGUAGES))}, got xx5",
        "see tsel ask --help",
    ),
]


@pytest.fixture(autouse=True)
def nothing_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("TSEL_EFFORT", "TSEL_BUDGET", "TSEL_COVERAGE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TSEL_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("arguments", "message", "hint"), WRONG)
def test_what_is_wrong_is_said_with_one_next_step(
    arguments: list[str], message: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    out, err = capsys.readouterr()
    assert (out, err.splitlines()) == ("", [f"error: {message}", f"hint: {hint}"])


@pytest.mark.parametrize("arguments", [arguments for arguments, _, _ in WRONG])
def test_it_is_said_in_japanese(
    arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TSEL_LANG", "ja")
    assert run(arguments) == 2
    error, hint = capsys.readouterr().err.splitlines()
    assert re.search("[ぁ-ん一-龥]", error)
    assert not re.search(r"\b(must|needs|takes|has no|number|did you)\b", error + hint)


def test_a_value_of_the_environment_or_the_config_file_is_named(
    nothing_set: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (nothing_set / "config.toml").write_text("budget = 0\n")
    assert run(["ask", "a.txt", "Q?"]) == 2
    assert "error: budget in the config file must be a whole number of at least 1, got 0" in capsys.readouterr().err
    monkeypatch.setenv("TSEL_BUDGET", "many")
    assert run(["ask", "a.txt", "Q?"]) == 2
    assert "error: TSEL_BUDGET must be a whole number of at least 1, got many" in capsys.readouterr().err
    monkeypatch.delenv("TSEL_BUDGET")
    (nothing_set / "config.toml").write_text("")
    monkeypatch.setenv("TSEL_OFFLINE", "maybe")
    assert run(["ask", "a.txt", "Q?"]) == 2
    said = "error: TSEL_OFFLINE must be one of 1, true, yes, on, 0, false, no, off, got maybe"
    assert said in capsys.readouterr().err


def test_a_file_in_the_place_of_a_command(nothing_set: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (nothing_set / "contract.txt").write_text("Words.")
    assert run(["contract.txt", "What?"]) == 2
    error, hint = capsys.readouterr().err.splitlines()
    assert error == "error: contract.txt is a file, and the command comes first"
    assert hint == 'hint: tsel ask contract.txt "QUESTION"'


def test_no_option_with_a_known_kind_of_value_is_answered_in_the_parsers_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    from typer.main import get_command

    from tsel_cli.app import app
    from tsel_cli.usage_words import _allowed

    told = []
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        for param in (
            p
            for p in command.params
            if p.param_type_name == "option" and _allowed(p) and not getattr(p, "count", False)
        ):
            assert run([name, param.opts[0]]) == 2, (name, param.opts)
            told.append(capsys.readouterr().err)
            assert run([name, param.opts[0], "§"]) == 2, (name, param.opts)
            told.append(capsys.readouterr().err)
    assert len(told) > 100
    assert not [text for text in told if PARSERS_OWN.search(text)]
