"""Man pages: every command and option has its place, and groff has nothing to say against them."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.main import get_command

from tsel_cli.app import app
from tsel_cli.man_pages import pages


def test_every_command_and_option_is_there() -> None:
    found = pages()
    root = get_command(app)
    for name, command in root.commands.items():  # type: ignore[attr-defined]
        page = found[f"tsel-{name}.1"]
        assert f"tsel\\-{name}" in found["tsel.1"]
        for option in (p for p in command.params if p.param_type_name == "option" and not p.hidden):
            assert option.opts[0].replace("-", "\\-") in page, (name, option.opts)
    assert "tsel-models-pull.1" in found


def test_they_are_correct_roff(tmp_path: Path) -> None:
    groff = shutil.which("groff")
    if groff is None:
        pytest.skip("groff is not installed")
    for name, text in pages().items():
        done = subprocess.run([groff, "-man", "-Tutf8", "-ww", "-Kutf8"], input=text.encode(), capture_output=True)
        assert done.returncode == 0, name
        assert done.stderr == b"", (name, done.stderr)
        assert len(done.stdout) > 300, name


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell", "pwsh"])
def test_completion_is_generated_for_each_shell(shell: str, tmp_path: Path) -> None:
    """And the shell itself takes the script, where it is installed."""
    from typer.completion import get_completion_script

    script = get_completion_script(prog_name="tsel", complete_var="_TSEL_COMPLETE", shell=shell)
    assert "_TSEL_COMPLETE" in script
    assert "tsel" in script
    program = shutil.which(shell)
    if program is not None and shell in ("bash", "zsh", "fish"):
        (tmp_path / "script").write_text(script, "utf-8")
        done = subprocess.run([program, "-n", tmp_path / "script"], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")


ASKED = {
    "bash": {"COMP_WORDS": "tsel models info qwen2.5-coder-1", "COMP_CWORD": "3"},
    "zsh": {"_TYPER_COMPLETE_ARGS": "tsel models info qwen2.5-coder-1"},
    "fish": {"_TYPER_COMPLETE_ARGS": "tsel models info qwen2.5-coder-1", "_TYPER_COMPLETE_FISH_ACTION": "get-args"},
    "powershell": {
        "_TYPER_COMPLETE_ARGS": "tsel models info qwen2.5-coder-1",
        "_TYPER_COMPLETE_WORD_TO_COMPLETE": "qwen2.5-coder-1",
    },
}


@pytest.mark.parametrize("shell", ASKED)
def test_each_shells_script_is_answered(
    shell: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from tsel_cli.app import run

    monkeypatch.setenv("_TSEL_COMPLETE", f"complete_{shell}")
    for name, value in ASKED[shell].items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as left:
        run([])
    assert left.value.code == 0
    assert re.findall(r"qwen[\w.-]+", capsys.readouterr().out) == ["qwen2.5-coder-1.5b"]
