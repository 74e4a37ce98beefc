"""Keep a measurement: the JSON of `tsel bench --json` as NAME.json, NAME.md and NAME.png in docs/dev/benchmarks.

    tsel bench --lengths 8k,32k --compare full,transformers --json > run.json
    python kernels/benchmarks/record.py run.json NAME --command "tsel bench --lengths 8k,32k --compare full,transformers"

The plot needs Pillow, which the `office` and `dev` extras bring.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "dev" / "benchmarks"
COLUMNS = (
    ("prefill s", "prefill_s", "{:.2f}"),
    ("prefill tokens/s", "prefill_tokens_per_s", "{:,.0f}"),
    ("decode tokens/s", "decode_tokens_per_s", "{:.2f}"),
    ("reused", "selection_cache_hit_rate", "{:.0%}"),
    ("coverage", "coverage_mean", "{:.1%}"),
    ("agreement", "agreement", "{:.1%}"),
    ("KL", "kl", "{:.4f}"),
    ("peak GB", "peak_memory_bytes", "{:.2f}"),
)
_COLORS = ("#2563eb", "#059669", "#9ca3af", "#b45309", "#7c3aed")
_WIDTH, _HEIGHT, _PAD = 760, 360, 60


def main() -> None:
    """Write the three files."""
    parser = argparse.ArgumentParser()
    parser.add_argument("run", type=Path, help="the JSON of tsel bench")
    parser.add_argument("name", help="name of the record, without an ending")
    parser.add_argument("--command", required=True, help="the command as it was run")
    parser.add_argument("--note", default="", help="what else a reader must know")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    options = parser.parse_args()
    record(json.loads(options.run.read_text("utf-8")), options.name, options.command, options.note, options.folder)


def record(run: dict[str, Any], name: str, command: str, note: str, folder: Path) -> None:
    """Write JSON, Markdown and PNG of one run of bench. Raises KeyError when it is not bench's JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    for row in run["rows"]:
        row.pop("answer", None)
    run["document"] = Path(run["document"]).name
    kept = {"ran": command, "note": note, **run}
    (folder / f"{name}.json").write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", "utf-8")
    (folder / f"{name}.md").write_text(page(kept, name), "utf-8")
    draw(run["rows"], folder / f"{name}.png")


def page(run: dict[str, Any], name: str) -> str:
    """The record in Markdown."""
    machine = run["machine"]
    where = machine.get("gpu") or f"{machine['cpu']}, {machine['num_threads']} threads of {machine['num_cores']} cores"
    versions = ", ".join(f"{k} {machine[k]}" for k in ("python", "torch", "transformers"))
    shown = [c for c in COLUMNS if any(r.get(c[1]) is not None for r in run["rows"])]
    lines = [f"# {name}", "", f"{where}; {versions}; {run['model']['name']}; {run['document']}.", ""]
    lines += [f"`{run['ran']}`", ""] + ([run["note"], ""] if run["note"] else [])
    lines += ["| tokens | setting | " + " | ".join(c[0] for c in shown) + " |", "|" + "---|" * (2 + len(shown))]
    for row in run["rows"]:
        cells = [_cell(row, key, form) for _, key, form in shown]
        lines.append(f"| {row['num_tokens']:,} | {row['setting']} | " + " | ".join(cells) + " |")
    if run.get("bottleneck"):
        lines += ["", f"Bottleneck: {run['bottleneck']}"]
    return "\n".join([*lines, "", f"![time against tokens]({name}.png)"]) + "\n"


def _cell(row: dict[str, Any], key: str, form: str) -> str:
    value = row.get(key)
    if value is None:
        return "-"
    return form.format(value / 1e9 if key == "peak_memory_bytes" else value)


def draw(rows: Sequence[dict[str, Any]], path: Path) -> None:
    """Seconds to the first token against tokens, or seconds a written token where nothing was read."""
    from PIL import Image, ImageDraw

    reading = any(r.get("prefill_s") for r in rows)
    points = [
        (r["setting"], r["num_tokens"], r["prefill_s"] if reading else 1 / r["decode_tokens_per_s"])
        for r in rows
        if r.get("prefill_s" if reading else "decode_tokens_per_s")
    ]
    right, top = max(p[1] for p in points), max(p[2] for p in points)
    image = Image.new("RGB", (_WIDTH, _HEIGHT), "white")
    pen = ImageDraw.Draw(image)
    pen.line([(_PAD, 20), (_PAD, _HEIGHT - _PAD), (_WIDTH - 20, _HEIGHT - _PAD)], fill="black")
    pen.text((4, 14), f"{top:.3g} s", fill="black")
    pen.text((_WIDTH - 120, _HEIGHT - _PAD + 8), f"{right:,} tokens", fill="black")
    pen.text((_PAD, _HEIGHT - 24), "first token" if reading else "one written token", fill="black")
    for number, setting in enumerate(dict.fromkeys(p[0] for p in points)):
        color = _COLORS[number % len(_COLORS)]
        line = [
            (_PAD + n / right * (_WIDTH - _PAD - 30), _HEIGHT - _PAD - s / top * (_HEIGHT - _PAD - 30))
            for name, n, s in points
            if name == setting
        ]
        if len(line) > 1:
            pen.line(line, fill=color, width=2)
        for x, y in line:
            pen.ellipse([x - 4, y - 4, x + 4, y + 4], fill=color)
        pen.text((_PAD + 12, 20 + 16 * number), setting, fill=color)
    image.save(path)


if __name__ == "__main__":
    main()
