"""Programs that no test runs (kernels/benchmarks, tests/quality) ask only for names that the packages have."""

from __future__ import annotations

import ast
import importlib
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DRIVERS = sorted([*(ROOT / "kernels" / "benchmarks").glob("*.py"), *(ROOT / "tests" / "quality").rglob("*.py")])
OURS = ("tsel_core", "tsel_cli", "tsel_kernels")


def asked_for(source: str) -> list[tuple[str, str]]:
    """(module, name) of every import of a name from our packages."""
    nodes = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.ImportFrom) and n.module]
    return [(n.module or "", a.name) for n in nodes if (n.module or "").split(".")[0] in OURS for a in n.names]


def is_there(module: str, name: str) -> bool:
    found = importlib.import_module(module)
    return hasattr(found, name) or (hasattr(found, "__path__") and find_spec(f"{module}.{name}") is not None)


@pytest.mark.parametrize("path", DRIVERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_names_are_there(path: Path) -> None:
    pytest.importorskip("triton")
    assert [wanted for wanted in asked_for(path.read_text("utf-8")) if not is_there(*wanted)] == []


def test_a_name_that_moved_is_found() -> None:
    assert asked_for("from tsel_kernels.shapes import no_such_name\nimport os") == [("tsel_kernels.shapes", "no_such_name")]
    assert not is_there("tsel_kernels.shapes", "no_such_name")
    assert is_there("tsel_kernels", "shapes")
