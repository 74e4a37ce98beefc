"""Where a written token's time goes in the engine, and what other tiles give, on one CUDA device. JSON lines as they come.

    python kernels/benchmarks/step_profile.py maps OUT.jsonl       tiles of each map of the 7B shape alone, then by turns in 28 layers
    python kernels/benchmarks/step_profile.py engine OUT.jsonl     the captured loop behind 131,072 tokens, 4-bit weights and rows

`maps` leaves the best tiles in OUT.tiles, which `engine` takes for its form "tuned" (TILES=file); `warm I N` compiles share I of N.
`engine`: forms of the step by turns (medians of rounds after a warm-up), all logits of 8 forced tokens (full attention: no near ties) against the torch
definitions, the graph against the open loop, the graph alone (without the host between two tokens), and each kernel's
microseconds a step by the profiler. BEFORE=file: an older triton_dots.py to compare with. GATE=folder: it waits there for
`maps.done` before it times anything, and leaves `engine.done`.
"""

from __future__ import annotations

import importlib.util
import json
import os
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch
from four_bits_parts import DRY, LENGTH, WRITTEN, engine_of, forced_logits, written
from packed_linear import maps, product, random_weight
from timing import ceilings, time_call
from workloads import MODELS

from tsel_kernels.backend import torch_kernels, triton_kernels
from tsel_kernels.packed_linear import triton_dots
from tsel_kernels.triton_device import Tile

TURNS, ROUNDS, ROOM = (1, 1, 40) if DRY else (2, 3, 96 * WRITTEN)
FORMS = ("before", "shipped", "tuned")
"""An older product and the end of a step in torch operations; as it is; the same with the tiles that `maps` found."""
Four = tuple[int, int, int, int]
SMALL: list[Four] = [(4, 128, 4, 3), (4, 128, 4, 4), (4, 128, 4, 5), (8, 128, 4, 2), (8, 128, 4, 3), (8, 128, 4, 4)]
TILES: dict[str, tuple[int, list[Four]]] = {
    "norm + qkv": (4, SMALL),
    "output + residual": (4, SMALL),
    "norm + gate, up + silu": (4, [(8, 128, 4, 4), (8, 128, 4, 3), (4, 128, 4, 4), (4, 128, 4, 5)]),
    "down + residual": (4, [(4, 128, 4, 4), (4, 128, 4, 5), (4, 128, 4, 6), (8, 128, 4, 3), (8, 128, 4, 4), (8, 256, 8, 2), (4, 256, 8, 3)]),
    "head": (8, [(4, 128, 4, 3), (4, 128, 4, 4), (8, 128, 4, 2), (8, 128, 4, 3)]),
}
"""Rows and groups at a time, warps, programs a multiprocessor."""
LAYER = ("norm + qkv", "output + residual", "norm + gate, up + silu", "down + residual")


@lru_cache
def older(path: str) -> Any:
    """The products of another triton_dots.py."""
    spec = importlib.util.spec_from_file_location("older_dots", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def choose(engine: Any, form: str) -> None:
    """Make the next captured step one of a form."""
    kernels, end = engine.captured.kernels, torch_kernels() if form == "before" else triton_kernels()
    kernels.next_token_, kernels.packed_row_ = end.next_token_, end.packed_row_
    kernels.packed_row_linear_ = older(os.environ["BEFORE"]).packed_row_linear_ if form == "before" else triton_dots.packed_row_linear_
    triton_dots.dots_tile = tuned_tile if form == "tuned" else SHIPPED
    engine.captured.forget()


SHIPPED = triton_dots.dots_tile


def tuned_tile(width: int, bits: int, gated: bool, made: int, whole: bool) -> Tile:
    """The tile that `maps` found for a map of this shape."""
    best = json.loads(Path(os.environ["TILES"]).read_text())
    for name, (num, columns, fused) in maps(MODELS[0]).items():
        if (columns, num // 2 if fused.get("gated") else num) == (width, made) and name in best:
            return Tile(*best[name])
    return SHIPPED(width, bits, gated, made, whole)


def forms() -> list[str]:
    """Those that can be run."""
    return [f for f in FORMS if (f != "before" or Path(os.environ.get("BEFORE", "-")).exists()) and (f != "tuned" or Path(os.environ.get("TILES", "-")).exists())]


def wait_for(name: str, ready: str, most: float = 90.0) -> None:
    """Leave a file in GATE, and wait until another process has left its own."""
    began = time.perf_counter()
    if "GATE" in os.environ:
        Path(os.environ["GATE"], ready).touch()
    while "GATE" in os.environ and not Path(os.environ["GATE"], name).exists() and time.perf_counter() - began < most:
        time.sleep(0.1)


def replays(decoder: Any, num: int = 96) -> dict[str, float]:
    """Milliseconds a step of replays without the host in between: one graph, two by turns, four steps in one; of the host a launch."""
    first = decoder.graph
    at = decoder.position.clone(), decoder.num_done.clone()

    def timed(launch: Callable[[int], Any], launches: int, steps: int) -> float:
        decoder.position.copy_(at[0])
        decoder.num_done.copy_(at[1])
        start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        launch(0)
        start.record()
        for i in range(launches):
            launch(i)
        end.record()
        torch.cuda.synchronize()
        return float(start.elapsed_time(end) / launches / steps)

    def captured(steps: int) -> torch.cuda.CUDAGraph:
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph, capture_error_mode="thread_local"):
            for _ in range(steps):
                decoder._forward()
        return graph

    with torch.inference_mode():
        one = [timed(lambda _: first.replay(), num, 1) for _ in range(3)]
        pair, four = (first, captured(1)), captured(4)
        two = [timed(lambda i: pair[i % 2].replay(), num, 1) for _ in range(3)]
        several = [timed(lambda _: four.replay(), num // 4, 4) for _ in range(3)]
        began = time.perf_counter()
        first.replay()
        host = 1e3 * (time.perf_counter() - began)
        torch.cuda.synchronize()
    return {"one": statistics.median(one), "two by turns": statistics.median(two), "four in one": statistics.median(several), "host": host}


def kernel_rows(decoder: Any, steps: int = 8) -> Iterator[dict[str, Any]]:
    """Microseconds and launches a step of each kernel, and the idle time before it (less than none: it began before the last ended)."""
    from torch.autograd import DeviceType
    from torch.profiler import ProfilerActivity, profile

    with torch.inference_mode(), profile(activities=[ProfilerActivity.CUDA]) as profiler:
        for _ in range(steps):
            decoder.graph.replay()
        torch.cuda.synchronize()
    spans = sorted((e.time_range.start, e.time_range.end, e.name) for e in profiler.events() if e.device_type == DeviceType.CUDA)
    found: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    last = spans[0][0] if spans else 0.0
    for start, end, name in spans:
        row = found[name[:60]]
        row[0] += end - start
        row[1] += start - last
        row[2] += 1
        last = max(last, end)
    for name, (busy, idle, launches) in sorted(found.items(), key=lambda item: -item[1][0]):
        yield {"part": "kernels", "kernel": name, "us": busy / steps, "idle_before_us": idle / steps, "launches": launches / steps}
    yield {"part": "kernels", "kernel": "all, from the first to the last", "us": (last - spans[0][0]) / steps if spans else 0.0}


def engine_rows() -> Iterator[dict[str, Any]]:
    """The captured loop in each form."""
    from tsel_core.bench.plan import random_prompts
    from tsel_core.bench.run import with_mode

    engine = engine_of("q4", "q4", length=LENGTH)
    ((ids, tail),) = random_prompts(engine.loaded.info.vocab_size, [LENGTH])
    with_mode(engine, "select")
    began = time.perf_counter()
    reading = engine.read(ids, tail, room=ROOM)
    yield {"part": "reading", "seconds": time.perf_counter() - began, "storage": engine.storage, "layers": engine.loaded.info.num_layers}
    words, speeds = ids[100 : 102 if DRY else 108], defaultdict(list)
    for form in () if DRY else forms():  # compiles
        choose(engine, form)
        forced_logits(engine, reading, "select", words[:2], engine.captured.kernels, True)
    wait_for("maps.done", "engine.ready")
    want = None if DRY else forced_logits(engine, reading, "full", words, torch_kernels(), False)[0]
    first = None
    for form in forms():  # right before fast
        choose(engine, form)
        logits, opened = (forced_logits(engine, reading, "full", words, engine.captured.kernels, captured)[0] for captured in (True, False))
        first = logits if first is None else first
        row = {"part": "check", "form": form, "graph_is_open": bool(torch.equal(logits, opened))}
        for name, other in {"definitions": want, "before": first}.items():
            if other is not None:
                row |= {f"to_{name}": float((logits - other).norm() / other.norm()), f"same_words_{name}": float((logits.argmax(-1) == other.argmax(-1)).float().mean())}
        yield row
    for turn in range(TURNS):
        for form in forms():
            choose(engine, form)
            speeds[form] += written(engine, reading, ROUNDS)
            yield {"part": "turn", "turn": turn, "form": form, "rounds": [round(s, 2) for s in speeds[form][-ROUNDS:]]}
    for form in forms():
        yield {"part": "speed", "form": form, "tokens_s": statistics.median(speeds[form]), "times": statistics.median(speeds[form]) / statistics.median(speeds[forms()[0]])}
    for form in () if DRY else reversed(forms()):
        choose(engine, form)
        written(engine, reading, 1)
        decoder = engine.captured._captured[2]
        yield {"part": "replays", "form": form, **replays(decoder)}
        for row in kernel_rows(decoder):
            yield row | {"form": form}
    reading.decode_mode = "full"
    for turn in range(1):
        for form in forms():
            choose(engine, form)
            yield {"part": "full attention", "turn": turn, "form": form, "rounds": [round(s, 2) for s in written(engine, reading, ROUNDS)]}


def map_calls() -> Iterator[tuple[str, int, Four | None]]:
    """Map, bits, tile (None: as the engine takes it)."""
    for name, (bits, tiles) in TILES.items():
        yield from ((name, bits, tile) for tile in [None, *tiles])


def call_of(name: str, bits: int, tile: Four | None, weight: Any = None) -> Callable[[], Any]:
    """A product of one map."""
    num, width, fused = maps(MODELS[0])[name]
    options: dict[str, Any] = {} if tile is None else {"tile": Tile(*tile)}
    return product(triton_kernels().packed_row_linear_, weight or random_weight(num, width, bits), num, width, fused, **options)


def map_rows() -> Iterator[dict[str, Any]]:
    """Each map alone, then each tile in the place of the best so far in 28 layers and the head as one graph."""
    copy, _ = ceilings()
    yield {"part": "machine", "device": torch.cuda.get_device_name(), "torch": torch.__version__, "copy_gb_s": copy}
    held: dict[str, list[Any]] = {}
    for name, (bits, _) in TILES.items():
        num, width, _fused = maps(MODELS[0])[name]
        held[name] = [random_weight(num, width, bits) for _ in range(1 if name == "head" else 28)]
    for name, bits, tile in map_calls():
        us = 1e3 * time_call(call_of(name, bits, tile, held[name][0]), repeats=20).ms
        yield {"part": "maps", "map": name, "bits": bits, "tile": tile, "us": us, "of_copy": held[name][0].num_bytes / us / 1e3 / copy}

    def whole(tiles: dict[str, Four | None]) -> float:
        calls = {name: [call_of(name, 4, tiles[name], weight) for weight in weights] for name, weights in held.items()}

        def run() -> None:
            for i in range(28):
                for name in LAYER:
                    calls[name][i]()
            calls["head"][0]()

        return time_call(run, repeats=15).ms

    best: dict[str, Four | None] = dict.fromkeys(TILES)
    least = whole(best)
    yield {"part": "layers", "tiles": "as the engine takes them", "ms": least}
    for name, (_, tiles) in TILES.items():
        for tile in tiles:
            ms = whole(best | {name: tile})
            yield {"part": "layers", "map": name, "tile": tile, "ms": ms}
            if ms < least:
                least, best = ms, best | {name: tile}
    yield {"part": "layers", "tiles": best, "ms": least}
    Path(sys.argv[2]).with_suffix(".tiles").write_text(json.dumps({name: tile for name, tile in best.items() if tile}))


def main() -> None:
    """One part."""
    if sys.argv[1] == "warm":
        for call in list(map_calls())[int(sys.argv[2]) :: int(sys.argv[3])]:
            call_of(*call)()
        return
    parts = {"engine": engine_rows, "maps": map_rows}
    with Path(sys.argv[2]).open("a", encoding="utf-8") as out:
        for row in parts[sys.argv[1]]():
            line = json.dumps({k: float(f"{v:.5g}") if isinstance(v, float) else v for k, v in row.items()})
            print(line, flush=True)
            out.write(line + "\n")
            out.flush()
    if "GATE" in os.environ:
        Path(os.environ["GATE"], f"{sys.argv[1]}.done").touch()


if __name__ == "__main__":
    main()
