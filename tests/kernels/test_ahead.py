"""Kernels compiled ahead from a list are those that a launch looks for; what does not fit is left out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("triton", reason="the kernels need triton")
from tsel_kernels import ahead

KERNELS = ("batch_append_kernel", "batch_join_kernel", "batch_count_kernel")


def test_a_line_makes_what_a_launch_looks_for() -> None:
    environment = {k: v for k, v in os.environ.items() if k != "TRITON_INTERPRET"}
    environment |= {"PYTHONPATH": os.pathsep.join([".", "kernels", environment.get("PYTHONPATH", "")]), "OMP_NUM_THREADS": "1"}
    script = str(Path(__file__).with_name("ahead_lines.py"))
    done = subprocess.run([sys.executable, "-W", "ignore", script, *KERNELS], capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    # compiled once, fitted, nothing compiled again from the line; a kernel that is not there does not fit
    assert json.loads(done.stdout) == {name: [1, True, 0, False] for name in KERNELS}


def test_it_is_begun_once_on_a_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[list[str]] = []
    monkeypatch.setattr(ahead, "LISTS", tmp_path / "kernels" / "launches")
    monkeypatch.setattr(ahead.subprocess, "Popen", lambda program, **_: begun.append(program))
    monkeypatch.setenv("TRITON_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv("TRITON_INTERPRET", raising=False)
    for number in range(3):
        ahead.begin.cache_clear()
        ahead.begin((9, 0))
        assert len(begun) == min(1, number)
        ahead.LISTS.mkdir(parents=True, exist_ok=True)
        (ahead.LISTS / "sm90.jsonl").write_text("")
    done = Path(begun[0][-1])
    done.with_suffix(".begun").unlink()  # one that died
    ahead.begin.cache_clear()
    ahead.begin((9, 0))
    assert len(begun) == 2
    done.touch()
    done.with_suffix(".begun").unlink()
    ahead.begin.cache_clear()
    ahead.begin((9, 0))
    ahead.begin((8, 0))
    assert len(begun) == 2
    assert ahead.main([str(ahead.LISTS / "sm90.jsonl"), "90", str(tmp_path / "made" / "x.done")]) == 0
    assert (tmp_path / "made" / "x.done").exists()


def test_every_line_that_comes_with_the_package_is_of_our_kernels() -> None:
    from importlib import import_module

    for file in ahead.LISTS.glob("*.jsonl"):
        for line in file.read_text(encoding="utf-8").splitlines():
            about = json.loads(line)
            assert about["module"].startswith("tsel_kernels.")
            assert hasattr(import_module(about["module"]), about["name"]), about["name"]
