"""Hints that add a package name the command of the installation at hand."""

from __future__ import annotations

import ast
import os
import re
import shlex
import subprocess
import tomllib
from pathlib import Path

import pytest

from tsel_core import installing
from tsel_core.installing import SERVE, adding, way_installed

ROOT = Path(__file__).parents[2]


@pytest.fixture
def prefix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment of its own, whose pip the shell does not find."""
    found = tmp_path / "my tools"
    (found / "bin").mkdir(parents=True)
    monkeypatch.setattr("sys.prefix", str(found))
    monkeypatch.setattr("sys.executable", str(found / "bin/python"))
    monkeypatch.setattr("sysconfig.get_path", lambda _: str(found))
    monkeypatch.setattr(installing, "_installer", lambda: "pip")
    monkeypatch.setenv("PATH", "/nothing")
    return found


@pytest.mark.skipif(os.name == "nt", reason="quotes of a POSIX shell")
def test_each_way_has_its_command(prefix: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert adding("ray[default]") == f"'{prefix}/bin/python' -m pip install 'ray[default]'"
    (prefix / "bin/pip").write_text("")
    (prefix / "bin/pip").chmod(0o755)
    monkeypatch.setenv("PATH", str(prefix / "bin"))
    assert adding("pyarrow", "mcp") == "pip install pyarrow mcp"
    monkeypatch.setattr(installing, "_installer", lambda: "uv")
    assert adding("mcp") == f"uv pip install --python '{prefix}' mcp"
    (prefix / "conda-meta").mkdir()
    (prefix / "conda-meta/tsel-reader-0.2.0-py_0.json").write_text("{}")
    assert adding("ray[default]") == f"conda install --prefix '{prefix}' -c conda-forge ray-default"
    assert adding("rapidocr") == "pip install rapidocr"  # not known to be there
    (prefix / "uv-receipt.toml").write_text("")
    assert way_installed(prefix) == "uv tool"
    assert adding("mcp") == f"uv pip install --python '{prefix}' mcp"
    (prefix / "pipx_metadata.json").write_text("{}")
    assert adding("mcp") == "pipx inject 'my tools' mcp"


def test_where_nothing_can_be_added_somebody_else_is_asked(prefix: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (prefix / "pipx_metadata.json").write_text("{}")
    monkeypatch.setattr("os.access", lambda *_: False)
    assert adding("mcp", "ray") == "ask whoever installed tsel to add mcp, ray"


def test_packages_of_the_server_are_those_of_the_extra() -> None:
    extra = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]["serve"]
    assert [re.match(r"[\w-]+", line)[0] for line in extra] == list(SERVE)  # type: ignore[index]


def test_no_message_has_a_command_of_its_own_for_that() -> None:
    said = re.compile(r"\b(pip|pipx|uv|conda) (install|inject)\b")
    for path in [*(ROOT / "tsel_core").rglob("*.py"), *(ROOT / "tsel_cli").rglob("*.py")]:
        if path.name != "installing.py":
            texts = (n.value for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Constant))
            assert not [t for t in texts if isinstance(t, str) and said.search(t)], path


@pytest.mark.skipif(os.name == "nt", reason="quotes of a POSIX shell")
def test_the_command_of_this_environment_works() -> None:
    """The hint as it is printed, with a package that is there, so that nothing is fetched."""
    command = adding("rich")
    if "pip install" not in command:
        pytest.skip(f"another program: {command}")
    done = subprocess.run([*shlex.split(command), "--dry-run", "--no-deps"], capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stderr
    assert "Requirement already satisfied: rich" in done.stdout
