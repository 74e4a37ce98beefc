"""What a killed process leaves in the models folder is found, shown and removed; what is being made is not."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from filelock import FileLock

from tsel_core.models.leftovers import PART, PIP_NUMBER, discard, left_behind, size_of


def part(folder: Path, name: str) -> Path:
    path = folder / f"{PART}{name}~abc"
    (path / "wheels").mkdir(parents=True)
    (path / "joined.gguf").write_bytes(bytes(1000))
    return path


def test_only_what_nobody_makes_is_left(tmp_path: Path) -> None:
    dead, made = part(tmp_path, "dead"), part(tmp_path, "made")
    fresh, old = tmp_path / ".rm-fresh", tmp_path / ".rm-old"
    fresh.mkdir()
    old.mkdir()
    os.utime(old, (1, 1))
    with FileLock(str(tmp_path / ".made.lock")):
        code = (
            "import sys\nfrom pathlib import Path\nfrom tsel_core.models.leftovers import left_behind\n"
            "print(*sorted(p.name for p in left_behind(Path(sys.argv[1]))))"
        )
        told = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True).stdout
    assert told.split() == [dead.name, old.name]
    assert size_of(dead) == 1000
    for path in left_behind(tmp_path):
        discard(path)
    assert not dead.exists()
    assert not made.exists()  # its lock was given back
    assert fresh.exists()


@pytest.mark.skipif(os.name != "posix", reason="command lines of processes are read")
def test_an_orphaned_pip_is_ended_and_nobody_else(tmp_path: Path) -> None:
    orphaned, other = part(tmp_path, "orphaned"), part(tmp_path, "other")
    pip = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", str(orphaned / "wheels")])
    bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        (orphaned / "wheels" / PIP_NUMBER).write_text(str(pip.pid), encoding="ascii")
        (other / "wheels" / PIP_NUMBER).write_text(str(bystander.pid), encoding="ascii")  # a number that was given again
        discard(orphaned)
        discard(other)
        assert pip.poll() is not None
        time.sleep(0.1)
        assert bystander.poll() is None
        assert not orphaned.exists()
    finally:
        for process in (pip, bystander):
            process.kill()
            process.wait()


def test_a_killed_pull_leaves_nothing_after_the_next_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """kill -9 in the middle of a conversion; the next command that names a model cleans up."""
    from tiny_gguf import write_gguf

    from tsel_core.models.load import resolve_model

    models = tmp_path / "models"
    write_gguf(tmp_path / "a.gguf")
    code = (
        "import os, signal, sys\nfrom pathlib import Path\nimport tsel_core.models.gguf_convert as convert\n"
        "convert._write_json = lambda *a: os.kill(os.getpid(), signal.SIGKILL)\n"
        "from tsel_core.models.store import gguf_folder\ngguf_folder(Path(sys.argv[1]))\n"
    )
    environment = {**os.environ, "TSEL_MODELS": str(models), "TSEL_CACHE": str(tmp_path)}
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path / "a.gguf")], env=environment).returncode == -9
    monkeypatch.setenv("TSEL_MODELS", str(models))
    monkeypatch.setenv("TSEL_CACHE", str(tmp_path))
    (left,) = left_behind(models)
    assert size_of(left) > 1000
    resolve_model(str(tmp_path / "a.gguf"))
    assert left_behind(models) == []
    assert not left.exists()
