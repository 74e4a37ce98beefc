"""What a command imports: the second `ask` of a model does without transformers and torch's compiler."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tiny_folder import make_folder

HEAVY = ("transformers", "torch._dynamo", "torch._inductor", "torch.distributed.tensor", "torch.distributed.fsdp", "sympy")
ASK = """
import json, sys
from tsel_cli.app import run
code = run(sys.argv[1:])
print("MODULES", json.dumps([code, [n for n in %r if n in sys.modules]]), file=sys.stderr)
"""


def heavy_after(arguments: list[str], environment: dict[str, str]) -> tuple[int, list[str], str]:
    done = subprocess.run(
        [sys.executable, "-c", ASK % (HEAVY,), *arguments], env=environment, capture_output=True, text=True, check=True
    )
    code, found = json.loads(done.stderr.rpartition("MODULES")[2])
    return code, found, done.stdout


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    own = {name: str(tmp_path / name) for name in ("TSEL_MODELS", "TSEL_CACHE", "TSEL_LOG_DIR")}
    return {**os.environ, **own, "TSEL_KEEP_ALIVE": "0", "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}


def test_ask_does_not_import_transformers_again(tmp_path: Path, environment: dict[str, str]) -> None:
    folder = make_folder(tmp_path / "m")
    note = tmp_path / "note.txt"
    note.write_text("The pump stopped on 4 March. Kim repaired it.\n\nThe budget is 1,200 euros.\n" * 20)
    ask = ["ask", str(note), "Who repaired the pump?", "-m", str(folder), "--effort", "quick", "--max-new-tokens", "6"]
    code, first, words = heavy_after([*ask, "--no-cache"], environment)
    assert "transformers" in first  # the check of a model that is new here
    for more in (["--no-cache"], [], []):  # kept, and from the kept reading
        again, found, same = heavy_after([*ask, *more], environment)
        assert found == []
        assert (again, same) == (code, words)


def test_help_imports_nothing_heavy() -> None:
    code = "import sys; from tsel_cli.app import run; run(['--help']); print(sum(n in sys.modules for n in ('torch', 'numpy', 'lxml', 'pypdf')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "0"
