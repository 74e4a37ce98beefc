"""The tables of docs/scaling.md are what the formula gives for the inputs that stand above them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "scaling.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^python (kernels/benchmarks/a_day\.py .+)$", PAGE, flags=re.MULTILINE)


def printed(*args: str) -> str:
    return subprocess.run([sys.executable, *args], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_the_page_has_a_table_for_gpus_and_one_for_cpus() -> None:
    assert len(COMMANDS) == 2


@pytest.mark.parametrize("command", COMMANDS)
def test_the_page_states_what_the_formula_gives(command: str) -> None:
    lines = [line for line in printed(*command.split()).splitlines() if line]
    assert len(lines) == 6
    after = PAGE[PAGE.index(command) :]
    assert [line for line in after.splitlines()[2:] if line][:6] == lines


def test_by_hand() -> None:
    inputs = ["kernels/benchmarks/a_day.py", "--prefill=1000", "--decode=10", "--tokens=5000", "--answer=50"]
    out = printed(*inputs, "--fixed=2")
    assert out.startswith("12.00 s a document, 7,200 documents a day and engine")
    assert "| 1,000,000 | 139 | 139 |" in out  # a million / 7,200
    half = printed(*inputs, "--use=0.5")
    assert half.startswith("10.00 s a document, 4,320 documents")
