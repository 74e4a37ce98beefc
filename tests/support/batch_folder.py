"""A folder of small documents and the command `tsel batch` on it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typer

from tsel_cli.commands import batch


def make_documents(folder: Path, count: int = 6) -> Path:
    (folder / "sub").mkdir(parents=True)
    for i in range(count):
        text = "\n\n".join(f"Clause {j}: party {i} pays {j * 13 + i} in month {(i + j) % 12 + 1}." for j in range(3 + 4 * i))
        (folder / ("sub" if i % 2 else ".") / f"doc{i}.txt").write_text(text, encoding="utf-8")
    return folder


def run(folder: Path, model: Path, out: Path, *args: str, task: tuple[str, ...] = ("--task", "ask", "--question", "What?")) -> int:
    app = typer.Typer()
    app.command()(batch.batch)
    shared = ["--model", str(model), "--max-new-tokens", "8", "--device", "cpu", "-q"]
    return int(app(args=[str(folder), "--out", str(out), *task, *shared, *args], standalone_mode=False) or 0)


def table(out: Path) -> dict[str, dict[str, Any]]:
    rows = [json.loads(line) for line in (out / "results.jsonl").read_text(encoding="utf-8").splitlines()]
    return {r["file"]: r for r in rows}


def answers(out: Path) -> dict[str, str]:
    return {name: r["answer"] for name, r in table(out).items()}
