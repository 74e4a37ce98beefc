"""What a command imports: the second `ask` of a model does without transformers and torch's compiler."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from tiny_folder import make_folder

from tsel_cli import prefetch
from tsel_cli.app import run
from tsel_cli.page.elsewhere import may_ask_elsewhere
from tsel_core.errors import UsageError

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


@pytest.mark.parametrize("content", [None, b"", b"%PDF-1.7 nothing"])
def test_a_file_that_cannot_be_read_ends_while_libraries_are_imported(content: bytes | None, tmp_path: Path) -> None:
    file = tmp_path / "note.pdf"
    if content is not None:
        file.write_bytes(content)
    for _ in range(3):
        done = subprocess.run(
            [sys.executable, "-m", "tsel_cli", "ask", str(file), "Why?"],
            env={**os.environ, "TSEL_KEEP_ALIVE": "0", "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
            capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert done.returncode in (1, 6)
        assert done.stderr.startswith("error: ")
        assert len(done.stderr.splitlines()) == 2


def test_prefetching_begins_what_an_answer_needs(tmp_path: Path) -> None:
    code = (
        "import sys, threading\nfrom tsel_cli import prefetch\nprefetch.begin('cpu', [])\n"
        "[t.join() for t in threading.enumerate() if t.name.startswith('tsel-')]\n"
        "missing = [n for n in (*prefetch._BEFORE, *prefetch._FIRST, *prefetch._LATER) if n not in sys.modules]\n"
        "prefetch.begin('cpu', [])\nprint(missing, [t.name for t in threading.enumerate()][1:])"
    )
    path = os.pathsep.join(p for p in sys.path if p)
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=True)
    assert done.stdout == "[] []\n"


NONE, STORED = None, (None,)


@pytest.mark.parametrize(
    ("line", "weights"),
    [
        ("ask {file} Why?", STORED),
        ("summarize {file}", STORED),
        ("list {file} obligations", STORED),
        ("list {file} 'every person present'", NONE),  # found without a model's reading
        ("list {file} obligations --no-model", "nothing"),
        ("extract {file} --schema Party", STORED),
        ("extract {file} --schema Party --many obligations", STORED),
        ("extract {file} --schema Party --jobs 2", NONE),  # engines of their own load them
        ("extract {file} --schema Party --weights q8", NONE),
        ("extract {file} --preset personal-data", "nothing"),
        ("compare {file} {other}", NONE),  # only where words differ
        ("compare {file} {other} --no-model", "nothing"),
        ("open {file} --no-browser", STORED),
        ("batch {folder} --task ask --question Why? --out {out}", STORED),
        ("batch {folder} --task ask --question Why? --out {out} --jobs 2", NONE),
        ("batch {folder} --task ask --question Why? --out {done}", NONE),  # a result is there, perhaps the right one
    ],
)
def test_who_needs_a_model_begins_before_the_files_are_read(
    line: str, weights: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, begun = tmp_path / "in", []
    (tmp_path / "done" / "items").mkdir(parents=True)
    (tmp_path / "done" / "items" / "a.txt.json").write_text("{}")
    folder.mkdir()
    for name in ("a.txt", "b.txt"):
        (folder / name if name == "a.txt" else tmp_path / name).write_text(f"The supplier delivers {name} by May.")

    def begin(device: str, files: object, weights: object = None) -> None:
        begun.append(weights)
        raise UsageError("begun", "")

    def read(*_: object) -> None:
        raise UsageError("read", "")

    monkeypatch.setattr(prefetch, "begin", begin)
    monkeypatch.setattr("tsel_core.ingest.read_documents", read)
    places = {"file": folder / "a.txt", "other": tmp_path / "b.txt", "folder": folder, "out": tmp_path / "out", "done": tmp_path / "done"}
    arguments = [part.format(**places) for part in shlex.split(line)]
    monkeypatch.setattr(sys, "argv", ["tsel", *arguments])
    assert run(arguments) == 2
    assert begun == ([] if weights == "nothing" else [weights])


def test_a_page_that_asks_the_resident_engine_imports_no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("TSEL_KEEP_ALIVE", "5m")
    assert may_ask_elsewhere(["open", "a.pdf"]) == (sys.platform != "win32")
    assert not may_ask_elsewhere(["open", "a.pdf", "--keep-alive", "0"])
    assert not may_ask_elsewhere(["open", "a.pdf", "--no-trace"])
    monkeypatch.setenv("TSEL_KEEP_ALIVE", "0")
    assert not may_ask_elsewhere(["open", "a.pdf"])


def test_what_checks_an_answer_is_not_imported_before_the_document_is_read() -> None:
    code = (
        "import sys, tsel_core.session\n"
        "print([n for n in sys.modules if n.startswith(('tsel_core.trust.claims', 'tsel_core.evidence.look', 'tsel_core.sweep'))])"
    )
    path = os.pathsep.join(p for p in sys.path if p)
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_what_is_imported_before_torch_needs_none() -> None:
    code = (
        "import sys\nfrom importlib import import_module\nfrom tsel_cli import prefetch, preload\n"
        "list(map(import_module, prefetch._BEFORE))\npreload.begin_context('cuda', import_module('tsel_kernels.ahead').begin)\nprint('torch' in sys.modules)"
    )
    path = os.pathsep.join(p for p in sys.path if p)
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
