"""Closed streams, pipes and devices in the place of files: said at once, never waited for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tsel_cli.app import run

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.skipif(os.name != "posix", reason="pipes and shells of POSIX")


def shell(line: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'kernels'}", "PYTHON": sys.executable}
    return subprocess.run(["sh", "-c", line], capture_output=True, text=True, timeout=60, env=environment, cwd=ROOT)


def test_a_closed_stdout_is_said(tmp_path: Path) -> None:
    done = shell('"$PYTHON" -m tsel_cli inspect samples/meeting.vtt >&-')
    assert done.returncode == 1
    assert "stdout is closed" in done.stderr
    assert "unexpected" not in done.stderr


def test_a_closed_stderr_costs_nothing() -> None:
    done = shell('"$PYTHON" -m tsel_cli inspect samples/meeting.vtt 2>&-')
    assert done.returncode == 0
    assert done.stdout


def test_a_pipe_or_device_is_refused_and_not_waited_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pipe = tmp_path / "pipe.txt"
    os.mkfifo(pipe)
    for place in (str(pipe), "/dev/zero", "/dev/null"):
        assert run(["inspect", place]) != 0
        error = capsys.readouterr().err
        assert "a pipe or a device" in error
        assert "unexpected" not in error


def test_results_of_a_batch_are_their_owners(tmp_path: Path) -> None:
    from tsel_cli.batch.items import write_result

    path = tmp_path / "out" / "a.json"
    before = os.umask(0)
    try:
        write_result(path, {"answer": "x"})
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600
