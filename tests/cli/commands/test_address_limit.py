"""A limit of the address space (ulimit -v), from hardly any to enough: an answer or two lines, never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tiny_folder import make_folder

ROOT = Path(__file__).parents[3]


@pytest.mark.skipif(sys.platform != "linux", reason="the address space is limited on Linux")
def test_every_limit_ends_in_words(tmp_path: Path) -> None:
    model = make_folder(tmp_path / "tiny")
    (tmp_path / "a.txt").write_text("The fee is 620 euros.\n" * 20, encoding="utf-8")
    call = [sys.executable, "-m", "tsel_cli", "ask", "a.txt", "What is the fee?", "--model", str(model), "--no-trace", "--effort", "quick", "--max-new-tokens", "2"]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'kernels'}", "TSEL_CACHE": str(tmp_path / "cache")}
    codes = []
    for megabytes in (300, 600, 900, 1500, 2500, 3200, 12_000):
        shell = ["bash", "-c", f'ulimit -v {megabytes * 1024}; exec "$@"', "bash", *call]
        done = subprocess.run(shell, capture_output=True, text=True, cwd=tmp_path, env=environment, timeout=300)
        assert "Traceback" not in done.stderr, (megabytes, done.stderr)
        assert "unexpected" not in done.stderr, (megabytes, done.stderr)
        if done.returncode == 127 and "thread-local data: ABORT" in done.stderr:
            codes.append(5)  # the C library ends a process that loads a library there, whatever Python would say
            continue
        assert done.returncode in (0, 1, 3, 4, 5), (megabytes, done.returncode, done.stderr)
        if done.returncode in (1, 5):
            assert "error: " in done.stderr, (megabytes, done.stderr)
        codes.append(done.returncode)
    assert codes[0] in (1, 5)
    assert codes[-1] in (0, 3, 4)  # there is a limit that is enough
