"""The house rules a machine can check: one direction of imports, who may print, what may be imported where."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = {"tsel_cli": ROOT / "tsel_cli", "tsel_core": ROOT / "tsel_core", "tsel_kernels": ROOT / "kernels/tsel_kernels"}
HEAVY = {"torch", "transformers", "numpy", "rich", "pypdf", "pypdfium2", "docx", "platformdirs"}


def imported(tree: ast.AST) -> set[str]:
    """Top-level names of every import in a syntax tree."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {a.name.split(".")[0] for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


MOST_FILES = 40


def sources(package: str) -> list[Path]:
    return sorted(FOLDERS[package].rglob("*.py"))


def test_imports_keep_the_contracts() -> None:
    """One direction, the ladder, no circles (pyproject.toml, tool.importlinter): what `lint-imports` says in CI."""
    done = subprocess.run([sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-500:]
    assert "Contracts: 3 kept, 0 broken." in done.stdout


def test_packages_of_the_core_are_on_the_ladder() -> None:
    """A package that no contract names could import anything."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    ladder = next(c for c in contracts if c.get("containers") == ["tsel_core"])
    named = {name.strip() for layer in ladder["layers"] for name in re.split("[:|]", layer)}
    there = {p.stem for p in (ROOT / "tsel_core").iterdir() if (p.suffix == ".py" or (p / "__init__.py").is_file()) and p.stem != "__init__"}
    assert named == there


def test_no_folder_is_a_heap() -> None:
    """A folder with more files than a screen has lines is read by nobody: part it by what its files do."""
    for package in ("tsel_core", "tsel_cli", "tsel_kernels"):
        folders = {path.parent for path in sources(package)}
        assert folders
        heaps = {str(f.relative_to(ROOT)): n for f in folders if (n := len(list(f.glob("*.py")))) > MOST_FILES}
        assert not heaps


@pytest.mark.parametrize("package", ["tsel_core", "tsel_kernels"])
def test_only_the_command_line_prints(package: str) -> None:
    for path in sources(package):
        tree = ast.parse(path.read_text("utf-8"))
        assert not imported(tree) & {"typer", "rich", "click"}, path
        calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]
        assert not [c for c in calls if c.func.id == "print"], f"{path.relative_to(ROOT)} prints"  # type: ignore[union-attr]


def test_kernels_is_a_source_root_and_no_package() -> None:
    assert (ROOT / "kernels/tsel_kernels/__init__.py").is_file()
    assert not (ROOT / "kernels/__init__.py").exists()
    for package in FOLDERS:
        for path in sources(package):
            assert "kernels" not in imported(ast.parse(path.read_text("utf-8"))), path


def test_starting_the_command_line_imports_nothing_heavy() -> None:
    code = "import sys, tsel_cli.app; print(' '.join(m for m in sys.modules if '.' not in m))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert not set(out.stdout.split()) & HEAVY


def test_every_import_of_our_own_exists() -> None:
    """Lazy imports inside functions too: a module that is missing would show only when a user comes there."""
    import importlib

    missing = []
    for package in ("tsel_cli", "tsel_core"):
        for path in sources(package):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if not isinstance(node, ast.ImportFrom) or not node.module or node.module.split(".")[0] not in FOLDERS:
                    continue
                module = importlib.import_module(node.module)
                for alias in node.names:
                    if not hasattr(module, alias.name) and not (Path(module.__file__ or "").parent / f"{alias.name}.py").exists():
                        missing.append(f"{path.name}: {node.module}.{alias.name}")
    assert not missing
