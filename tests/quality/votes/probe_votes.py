"""Errors of attention's output by who votes and what becomes of the rest, on captured layers of real documents.

    python -m tests.quality.votes.probe_votes --model FOLDER --items DOCS.jsonl --lengths 16384,28672 --seconds 200 --out F.json

A table a length and language: mean error over documents and layers, the worst layer's, the count of products relative
to full attention at the document's end and at 131,072 tokens. Every layer's error goes to the JSON file.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from statistics import fmean
from typing import Any

import torch
from torch import Tensor

from tests.quality.experiment import join_parts
from tests.quality.packed import load_packed, text_of
from tests.quality.probe import LayerInputs, capture
from tests.quality.votes.attend import attend
from tests.quality.votes.opinions import all_votes
from tests.quality.votes.scene import Scene, Way
from tests.quality.votes.ways import WAYS
from tsel_core.config import EngineConfig
from tsel_core.device.machine import describe_machine
from tsel_core.engine.engine import Engine
from tsel_core.models.load import load_model, resolve_model
from tsel_core.selection.lexical import LexicalRows

Row = dict[str, Any]


@torch.inference_mode()
def errors_of(layers: Sequence[LayerInputs], ids: Sequence[int], ways: Sequence[Way], every: int) -> list[Row]:
    """Every way's error on every `every`-th layer."""
    lexical, rows = LexicalRows(torch.tensor(list(ids), device=layers[0].keys.device)), []
    for place in range(1, len(layers), every):
        scene = Scene(layers[place])
        known: dict[Way, Tensor] = {}  # the votes of the layer before
        for way in ways:
            before = _before(layers[place - 1], way, lexical, known) if way.neighbour else None
            error = scene.error(attend(scene, way, lexical, before)[0])
            rows.append({"way": way.name, "layer": layers[place].layer_idx, "error": error})
    return rows


def _before(layer: LayerInputs, way: Way, lexical: LexicalRows, known: dict[Way, Tensor]) -> Tensor:
    plain = replace(way, name="", neighbour=0.0, alone=False)
    if plain not in known:
        known[plain] = all_votes(Scene(layer), plain, lexical, None)
    return known[plain]


def table(rows: Sequence[Row], ways: Sequence[Way]) -> str:
    """The rows by way, for every length and language."""
    groups = sorted({(r["tokens"], r["lang"]) for r in rows})
    lines = []
    for tokens, lang in groups:
        mine = [r for r in rows if (r["tokens"], r["lang"]) == (tokens, lang)]
        documents = len({r["doc"] for r in mine})
        lines.append(f"\n{tokens} tokens, {lang}, {documents} documents: error, worst layer, cost here, cost at 128K")
        for way in ways:
            by_layer: dict[int, list[float]] = {}
            for row in mine:
                if row["way"] == way.name:
                    by_layer.setdefault(row["layer"], []).append(row["error"])
            if by_layer:
                means = [fmean(v) for v in by_layer.values()]
                costs = f"{way.cost(tokens):.3f} {way.cost(131072):.4f}"
                lines.append(f"  {way.name:<34} {fmean(means):.4f} {max(means):.3f} {costs}")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Capture every document at every length."""
    options = _parser().parse_args(arguments)
    began = time.perf_counter()
    info = resolve_model(str(join_parts(Path(options.model))))
    loaded = load_model(info, device=options.device)
    engine = Engine(loaded, EngineConfig(attention="full", chunk_size=512))
    found = load_packed(options.items)
    lengths = [int(n) for n in options.lengths.split(",")]
    chosen = [w for w in WAYS if not options.ways or any(p in w.name for p in options.ways.split(","))]
    ways = [replace(w, budget=max(1, w.budget // options.divide)) for w in chosen]
    rows: list[Row] = []
    about = {"model": info.name, "machine": describe_machine(engine.device), "ways": [asdict(w) for w in ways]}
    for item in found.items:
        whole = loaded.tokenizer(text_of(item, found.read), add_special_tokens=False)["input_ids"]
        for length in lengths:
            if len(whole) < length or time.perf_counter() - began > options.seconds:
                continue
            about_it, ids = {"doc": item.doc, "lang": item.lang, "tokens": length}, whole[:length]
            rows += [{**about_it, **row} for row in errors_of(capture(engine, ids), ids, ways, options.layers)]
            print(f"{time.perf_counter() - began:6.0f}s {item.doc} {length}", flush=True)
            if options.out:
                Path(options.out).write_text(json.dumps({**about, "rows": rows}) + "\n", encoding="utf-8")
    print(table(rows, ways), flush=True)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="probe_votes", description=__doc__)
    parser.add_argument("--model", required=True)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--items", required=True, help="packed documents, or lines with their text")
    parser.add_argument("--lengths", default="16384,28672")
    parser.add_argument("--layers", type=int, default=2, help="every so many layers, from the second on")
    parser.add_argument("--ways", default="", help="only ways whose name holds one of these")
    parser.add_argument("--divide", type=int, default=1, help="budgets are divided by this, for short documents")
    parser.add_argument("--seconds", type=float, default=200.0, help="begin no further document after this time")
    parser.add_argument("--out")
    return parser


if __name__ == "__main__":
    sys.exit(main())
