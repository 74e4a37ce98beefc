"""Weights and KV in 4 bits in the engine, this tree and an older one, in one run on one CUDA device; under 8 minutes on an H200.

    python kernels/benchmarks/four_bits.py OUT_FOLDER [--before TREE]

OUT_FOLDER/four_bits.json and four_bits.md. First both trees are checked, at the same time: the captured loop against the torch
definitions (few layers of the Qwen2-7B shape, random weights). An error counts as right when it is no larger than that of the
older tree's kernels against the same definitions, within half, or below what rounding to 16 bits makes anyway. Then tokens/s behind
131,072 tokens, 28 layers, by turns, medians of rounds after a warm-up. `--dry` runs the same on a CPU with a tiny shape.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
LIMIT_S = 470.0
ROUNDING = 0.02
"""Relative error of logits that rows and activations rounded to bf16 in another order make of few layers."""
BEGAN = time.perf_counter()
Rows = list[dict[str, Any]]


def left() -> float:
    """Seconds that may still be spent."""
    return LIMIT_S - (time.perf_counter() - BEGAN)


class Runs:
    """Parts in processes of their own, over one tree or another."""

    def __init__(self, trees: dict[str, Path], work: Path, dry: bool) -> None:
        self.trees, self.work, self.dry = trees, work, dry
        self.count = 0

    def start(self, tree: str, part: str) -> tuple[subprocess.Popen[bytes], Path]:
        """Begin a part."""
        self.count += 1
        out, root = self.work / f"{self.count}.json", self.trees[tree]
        paths = os.pathsep.join([str(root), str(root / "kernels"), *filter(None, [os.environ.get("PYTHONPATH", "")])])
        env = os.environ | {"PYTHONPATH": paths, "TSEL_LOG": "0", "TSEL_CACHE": str(self.work / "cache"), "PYTHONUNBUFFERED": "1"}
        env |= {"TRITON_INTERPRET": "1", "OMP_NUM_THREADS": "1"} if self.dry else {}
        command = [sys.executable, "-W", "ignore", str(HERE / "four_bits_parts.py"), part, str(out), *(["--dry"] if self.dry else [])]
        print(f"{time.perf_counter() - BEGAN:5.0f} s: {tree}, {part}", flush=True)
        return subprocess.Popen(command, env=env, cwd=self.work), out

    def finish(self, started: tuple[subprocess.Popen[bytes], Path], most: float) -> Rows:
        """The rows of a part, those that are there when its time is over."""
        process, out = started
        try:
            process.wait(max(1.0, most))
            over: Rows = [] if process.returncode == 0 else [{"failed": f"exit code {process.returncode}"}]
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            over = [{"failed": f"not done after {most:.0f} s"}]
        return [*(json.loads(out.read_text()) if out.exists() else []), *over]


def judged(after: Rows, before: Rows) -> Rows:
    """Every check of this tree with the older one's error and whether it is right."""
    known = {(r["weights"], r["kv"], r["mode"]): r for r in before if "error" in r}
    rows: Rows = []
    for row in after:
        if "error" not in row:
            rows.append(row | {"right": False})
            continue
        old = known.get((row["weights"], row["kv"], row["mode"]))
        most = max(ROUNDING, 1.5 * old["error"]) if old else ROUNDING
        lost = row["lost_by_errors"] < 8  # a word is lost only where the definitions' best two are nearly the same
        right = row["error"] <= most and lost and row["graph_is_open"]
        rows.append(row | {"before": old and old["error"], "right": bool(right)})
    return rows


def speeds(found: dict[str, Rows]) -> Rows:
    """A row a setting: medians over the runs of each tree."""
    table: dict[tuple[Any, ...], dict[str, Any]] = {}
    for tree, rows in found.items():
        for row in rows:
            if "tokens_s" in row:
                key = (row["weights"], row["kv"], row["limit"], row["mode"])
                table.setdefault(key, {}).setdefault(tree, []).append(row)
    made: Rows = []
    for (weights, kv, limit, mode), by_tree in table.items():
        row: dict[str, Any] = {"weights": weights, "kv": kv, "limit_gb": limit and limit / 1e9, "mode": mode}
        for tree, runs in by_tree.items():
            row[tree] = round(statistics.median(s for r in runs for s in r["rounds"]), 1)
            row[f"{tree}_runs"] = [round(r["tokens_s"], 1) for r in runs]
            row[f"{tree}_peak_gb"] = max(r["peak_gb"] for r in runs) if "peak_gb" in runs[0] else None
            firsts = [r["first_token_s"] for r in runs if r.get("first_token_s")]
            row[f"{tree}_first_s"] = statistics.median(firsts) if firsts else None
        if row.get("before") and row.get("after"):
            row["times"] = round(row["after"] / row["before"], 3)
        made.append(row)
    return made


def table_of(title: str, rows: Rows) -> str:
    """Rows as Markdown."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    cells = [" | ".join(str(row.get(name, "")) for name in names) for row in rows]
    return "\n".join([f"## {title}", "", f"| {' | '.join(names)} |", "|---" * len(names) + "|", *(f"| {c} |" for c in cells), ""])


def main() -> None:
    """Check, then time; results after every step."""
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("--before", type=Path, help="an older tree (tsel_core, kernels)")
    parser.add_argument("--parts", default="check,maps,main,others")
    parser.add_argument("--dry", action="store_true")
    options = parser.parse_args()
    global LIMIT_S
    LIMIT_S = 36_000.0 if options.dry else LIMIT_S
    options.out.mkdir(parents=True, exist_ok=True)
    trees = {"after": HERE.parents[1]} | ({"before": options.before.resolve()} if options.before else {})
    work = Path(tempfile.mkdtemp(prefix="four-bits-"))
    (work / "cache").mkdir()
    runs, parts = Runs(trees, work, options.dry), options.parts.split(",")
    result: dict[str, Any] = {"trees": list(trees)}
    if not options.dry:
        import torch
        import triton

        result |= {"device": torch.cuda.get_device_name(), "torch": torch.__version__, "triton": triton.__version__}
    found: dict[str, Rows] = {tree: [] for tree in trees}

    def save() -> None:
        result["speed"] = speeds(found)
        result["failed"] = [row for rows in (*found.values(), *result.get("maps", {}).values()) for row in rows if "failed" in row]
        result["elapsed_s"] = round(time.perf_counter() - BEGAN, 1)
        result["right"] = all(row["right"] for row in result["check"]) if result.get("check") else None
        (options.out / "four_bits.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
        maps = [{"tree": tree, **row} for tree, rows in result.get("maps", {}).items() for row in rows]
        shown = {"Check": result.get("check", []), "Speed": result["speed"], "Maps": maps, "Failed": result["failed"]}
        text = [table_of(title, rows) for title, rows in shown.items() if rows]
        about = {k: v for k, v in result.items() if not isinstance(v, (list, dict))}
        (options.out / "four_bits.md").write_text(f"{json.dumps(about)}\n\n" + "\n".join(text), encoding="utf-8")

    if "check" in parts:  # at once: they also compile what is timed later
        begun = {tree: runs.start(tree, "check") for tree in trees}
        # maps of this tree are compiled beside them, and timed again when the device is free
        extra = runs.start("after", "maps") if "maps" in parts and not options.dry else None
        checks = {tree: runs.finish(one, min(190.0 if not options.dry else 1e5, left())) for tree, one in begun.items()}
        if extra is not None:
            runs.finish(extra, 30.0)
        result["check"], result["check_before"] = judged(checks["after"], checks.get("before", [])), checks.get("before", [])
        save()
    if "main" in parts:
        for tree in [*reversed(trees), *reversed(trees)]:
            if left() > 30:
                found[tree] += runs.finish(runs.start(tree, "main"), left())
                save()
    if "maps" in parts:
        for tree in trees:
            if left() > 20:
                result.setdefault("maps", {})[tree] = runs.finish(runs.start(tree, "maps"), min(60.0, left()))
                save()
    if "others" in parts:
        for number, tree in enumerate(trees):
            if left() > 30:
                found[tree] += runs.finish(runs.start(tree, "others"), left() / (len(trees) - number))
                save()
    print((options.out / "four_bits.md").read_text(encoding="utf-8"))
    print(f"done after {time.perf_counter() - BEGAN:.0f} s: {'right' if result.get('right') else 'NOT ALL RIGHT OR NOT CHECKED'}")
    sys.exit(0 if result.get("right", True) is not False and not result["failed"] else 1)


if __name__ == "__main__":
    main()
