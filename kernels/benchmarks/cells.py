"""Votes by cells beside anchors and full attention: a chunk of one layer, its kernels, the first token of a model.

    python kernels/benchmarks/cells.py check [--rows 16384] [--queries 512,8192]
    python kernels/benchmarks/cells.py chunk [--rows 16384,32768,65536,131072] [--queries 512,8192]
    python kernels/benchmarks/cells.py parts [--rows 131072] [--queries 8192]
    python kernels/benchmarks/cells.py tiles [--rows 131072]
    python kernels/benchmarks/cells.py first [--shape qwen2-7b] [--lengths 16384,32768,131072] [--turns 3]

Qwen2-7B's attention, bf16, random rows that lie in clusters, medians by CUDA events with L2 flushed before each call (`first`:
random weights, seconds). `chunk` repeats the last chunk: its own segments of cells are made in every call, older ones once.
Settings as `--setting name=key:value,...` (tsel_core.settings). JSON lines.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from timing import time_call
from workloads import MODELS, Cache, ModelShape, sdpa_calls

from tsel_core.selection.cell_prefill import CellPrefill
from tsel_core.selection.lexical import LexicalRows
from tsel_core.selection.selector import TokenSelector
from tsel_core.settings import Setting, parse_setting
from tsel_kernels.attention.full import full_attention
from tsel_kernels.backend import torch_kernels, triton_kernels
from tsel_kernels.cells.held import empty_cells
from tsel_kernels.triton_device import Tile

CELLS = "cell_rows:64,lexical_share:0,delta:false"
SETTINGS = (
    "fast",
    f"cells={CELLS}",
    f"cells-1k={CELLS},budget:1024",
    "cells-32=cell_rows:32,lexical_share:0,delta:false",
)
Row = dict[str, Any]


class Layer:
    """A chunk of `num` queries at the end of `rows` + num rows in 64 clusters a segment."""

    def __init__(self, model: ModelShape, rows: int, num: int) -> None:
        draw = torch.Generator(device="cuda").manual_seed(rows)
        size = (model.kv_heads, rows + num, model.dim)
        like = {"device": "cuda", "generator": draw}
        centres = torch.randn(64, model.dim, **like)  # type: ignore[call-overload]
        member = torch.randint(64, size[:2], **like)  # type: ignore[call-overload]
        self.keys = (centres[member] + 0.7 * torch.randn(size, **like)).bfloat16()  # type: ignore[call-overload]
        self.values = torch.randn(size, **like).bfloat16()  # type: ignore[call-overload]
        self.query = torch.randn(num, model.heads, model.dim, **like).bfloat16()  # type: ignore[call-overload]
        self.scaling, self.q_start = model.dim**-0.5, rows
        self.lexical = LexicalRows(torch.randint(4096, (rows + num,), **like))  # type: ignore[call-overload]

    def reads(self, setting: Setting) -> Callable[[], Any]:
        """The chunk by a setting, after one that made the cells of what is before it."""
        selector = TokenSelector(setting.selection, triton_kernels())
        lexical = self.lexical if setting.selection.lexical_share else None

        def run() -> Any:
            selector.cells.rewind(self.q_start)
            return selector.prefill(self.query, self.q_start, self.keys, self.values, self.scaling, lexical)

        return run


def check(options: argparse.Namespace, settings: Sequence[Setting]) -> Iterator[Row]:
    """Relative error of every kernel of a chunk against its definition, each given what the kernels before gave."""
    model = ModelShape("qwen2.5-1.5b", 12, 2, 128, 1536, 8960)
    for setting in (s for s in settings if s.selection.cell_rows):
        for num in numbers(options.queries):
            for rows in numbers(options.rows):
                row: Row = {"part": "check", "setting": setting.name, "queries": num, "past": rows}
                layer = Layer(model, rows, num)
                for name, (_, given, named) in recorded(layer, setting).items():
                    function = name.split()[0]
                    pair: list[tuple[Any, ...]] = []
                    for kernels in (triton_kernels(), torch_kernels()):
                        if function == "make_cells_":
                            fresh = empty_cells(given[2].shape, given[2].num_segments, given[0])
                            kernels.make_cells_(given[0], given[1], fresh, range(given[3].stop))
                            done = given[3].stop * fresh.shape.per_segment
                            pair.append((fresh.member[:, : given[3].stop * fresh.shape.segment], fresh.count[:, :done], fresh.keys[:, :done]))
                        else:
                            found = getattr(kernels, function)(*given, **named)
                            if function == "cell_pool":
                                found = (found.cells, found.begin, found.used)
                            if function == "cell_row_votes":  # places that are not used hold anything
                                used = torch.arange(given[2].room, device=given[0].device) < given[2].used[..., None]
                                found = tuple(f.where(used, 0) for f in found)
                            pair.append(found if isinstance(found, tuple) else (found,))
                    row[name] = [_difference(a, b) for a, b in zip(*pair, strict=True)]
                exact = full_attention(layer.query, layer.keys, layer.values, layer.scaling)
                for kernels in (triton_kernels(), torch_kernels()):
                    selector = TokenSelector(setting.selection, kernels)
                    out, selection = selector.prefill(layer.query, rows, layer.keys, layer.values, layer.scaling)
                    row[f"{kernels.name}: error, coverage"] = [_difference(out, exact), float(selection.coverage or 0)]
                yield row


def _difference(a: torch.Tensor, b: torch.Tensor) -> float:
    """Relative RMS error; of integers the share that differs."""
    if not a.is_floating_point():
        return float((a != b).float().mean())
    both = torch.isfinite(a) & torch.isfinite(b)
    a, b = a.float().where(both, 0), b.float().where(both, 0)
    return float((a - b).norm() / b.norm().clamp(min=1e-20))


def chunk(options: argparse.Namespace, settings: Sequence[Setting]) -> Iterator[Row]:
    """Full attention and every setting, at every length."""
    for num in numbers(options.queries):
        for rows in numbers(options.rows):
            layer = Layer(MODELS[0], rows, num)
            if num <= 1024:
                cache: Any = Cache(layer.keys, layer.values, None)  # type: ignore[arg-type]
                calls = {k: c for k, c in sdpa_calls(layer.query, cache).items() if "folded" not in k}
            else:
                calls = {"engine": lambda layer=layer: full_attention(layer.query, layer.keys, layer.values, layer.scaling)}  # type: ignore[misc]
            full = {name: time_call(call, graph=False).ms for name, call in calls.items()}
            row: Row = {"part": "chunk", "queries": num, "past": rows, "full_ms": min(full.values()), "by": full}
            for setting in settings:
                took = time_call(layer.reads(setting), graph=options.graph)
                row[setting.name] = took.ms
                row[f"{setting.name} x"] = row["full_ms"] / took.ms
            yield row


def recorded(layer: Layer, setting: Setting) -> dict[str, tuple[Any, tuple[Any, ...], dict[str, Any]]]:
    """Every kernel of a chunk by cells, with the arguments it is called with."""
    plain, found = triton_kernels(), {}

    class Recording:
        def __getattr__(self, name: str) -> Any:
            value = getattr(plain, name)
            if not callable(value):
                return value

            def call(*given: Any, **named: Any) -> Any:
                key = name if name not in found else f"{name} 2"
                found[key] = (value, given, named)
                return value(*given, **named)

            return call

    selector = TokenSelector(setting.selection, Recording())  # type: ignore[arg-type]
    CellPrefill(selector, layer.query, layer.q_start, layer.keys, layer.values, layer.scaling).attend(layer.lexical if setting.selection.lexical_share else None, None)
    selector.cells.rewind(layer.q_start)
    found.clear()
    CellPrefill(selector, layer.query, layer.q_start, layer.keys, layer.values, layer.scaling).attend(layer.lexical if setting.selection.lexical_share else None, None)
    return found


def parts(options: argparse.Namespace, settings: Sequence[Setting]) -> Iterator[Row]:
    """Milliseconds of each kernel of a chunk by cells."""
    for setting in settings:
        if not setting.selection.cell_rows:
            continue
        for num in numbers(options.queries):
            for rows in numbers(options.rows):
                row: Row = {"part": "parts", "setting": setting.name, "queries": num, "past": rows}
                for name, (call, given, named) in recorded(Layer(MODELS[0], rows, num), setting).items():
                    row[name] = time_call(lambda c=call, g=given, n=named: c(*g, **n), graph=False).ms  # type: ignore[misc]
                yield row


TILES = (Tile(256, 64, 16, 5), Tile(256, 64, 16, 3), Tile(256, 64, 8, 3), Tile(128, 64, 8, 4), Tile(128, 64, 8, 3), Tile(64, 64, 4, 3), Tile(128, 128, 8, 3), Tile(256, 32, 16, 5))


def tiles(options: argparse.Namespace, settings: Sequence[Setting]) -> Iterator[Row]:
    """The two attention kernels with other block shapes."""
    cells = next(s for s in settings if s.selection.cell_rows)
    for rows in numbers(options.rows):
        found = recorded(Layer(MODELS[0], rows, numbers(options.queries)[-1]), cells)
        for name in ("coarse_attention", "cell_attention", "gathered_attention"):
            call, given, named = found[name]
            for tile in TILES:
                row: Row = {"part": "tiles", "past": rows, "kernel": name, "tile": str(tile)}
                try:
                    yield row | {"ms": time_call(lambda c=call, g=given, n=named, t=tile: c(*g, tile=t, **n), graph=False).ms}  # type: ignore[misc]
                except Exception as error:  # a shape that does not fit the chip
                    yield row | {"failed": type(error).__name__}


def first(options: argparse.Namespace, settings: Sequence[Setting]) -> Iterator[Row]:
    """Seconds to the first token of a model with random weights, by turns."""
    from kv_four import waited

    from tsel_core.bench.plan import random_prompts
    from tsel_core.bench.run import with_mode
    from tsel_core.config import EngineConfig, SelectionConfig
    from tsel_core.models.load import pick_device
    from tsel_core.parallel.open import open_engine

    engine = open_engine(options.shape, pick_device("auto"), EngineConfig(), SelectionConfig(), lambda *_: None)
    for ids, tail in random_prompts(engine.loaded.info.vocab_size, numbers(options.lengths)):
        took: dict[str, list[float]] = {}
        for turn in range(options.turns + 1):
            for name, setting in [("full", None), *((s.name, s) for s in settings)]:
                with_mode(engine, "select" if setting else "full", setting.selection if setting else None)
                waited(engine)
                began = time.perf_counter()
                reading = engine.read(ids, tail, room=2)
                waited(engine)
                if turn:  # the first compiles and plans
                    took.setdefault(name, []).append(time.perf_counter() - began)
                engine.let_go(reading)
        full = statistics.median(took["full"])
        for name, seconds in took.items():
            median = statistics.median(seconds)
            yield {"part": "first", "shape": options.shape, "tokens": len(ids), "setting": name, "first_token_s": median, "x": full / median}


def numbers(text: str) -> list[int]:
    """Numbers with commas."""
    return [int(n) for n in text.split(",")]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("part", choices=("check", "chunk", "parts", "tiles", "first"))
    parser.add_argument("--rows", default="16384,32768,65536,131072")
    parser.add_argument("--queries", default="512,8192")
    parser.add_argument("--lengths", default="16384,32768,131072")
    parser.add_argument("--shape", default="qwen2-7b")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--setting", action="append", default=[])
    parser.add_argument("--graph", action="store_true", help="replay a captured chunk: what launching costs does not count")
    options = parser.parse_args()
    settings = [parse_setting(s) for s in options.setting or SETTINGS]
    with torch.inference_mode():
        for row in {"check": check, "chunk": chunk, "parts": parts, "tiles": tiles, "first": first}[options.part](options, settings):
            print(json.dumps({k: float(f"{v:.4g}") if isinstance(v, float) else v for k, v in row.items()}), flush=True)


if __name__ == "__main__":
    main()
