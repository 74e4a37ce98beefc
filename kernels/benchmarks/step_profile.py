"""Where a written token's time goes in the engine, and what each change of its step gives, on one CUDA device.

    python kernels/benchmarks/step_profile.py engine OUT.jsonl     the captured loop behind 131,072 tokens, 4-bit weights and rows
    python kernels/benchmarks/step_profile.py maps OUT.jsonl       each map alone, tiles and loads ahead; `warm I N` compiles share I of N

A JSON line a finding, written as it comes. `engine`: forms of the step by turns (medians of rounds after a warm-up), the
likeliest words and all logits of 16 forced tokens against the first form's, the graph against the open loop, the graph alone
(without the host between two tokens), and each kernel's microseconds a step by the profiler.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch
from four_bits_parts import DRY, LENGTH, WRITTEN, engine_of, forced_logits, written
from packed_linear import maps, product, random_weight
from timing import ceilings, time_call
from workloads import MODELS

from tsel_kernels.backend import torch_kernels, triton_kernels
from tsel_kernels.decode import triton as select
from tsel_kernels.packed_linear import triton_dots
from tsel_kernels.triton_device import Tile

TURNS, ROUNDS, ROOM = (1, 1, 40) if DRY else (2, 3, 96 * WRITTEN)
FORMS: dict[str, tuple[dict[str, Any], bool, bool]] = {
    "before": ({}, False, False),
    "gate and up two tiles ahead": ({"AHEAD": 2}, False, False),
    "two rows a tile": ({"PLAIN_ROWS": 2}, False, False),
    "down by slabs": ({"SPLIT": True}, False, False),
    "dependent selection": ({}, True, False),
    "one end": ({}, False, True),
    "all, one tile ahead": ({"PLAIN_ROWS": 2, "SPLIT": True}, True, True),
    "all, two tiles ahead": ({"AHEAD": 2, "AHEAD_PLAIN": 2, "PLAIN_ROWS": 2, "SPLIT": True}, True, True),
}
"""Name -> settings of the products, the selection's kernels are dependent launches, token and coverage in two launches."""
TILES: dict[str, tuple[int, list[tuple[int, int, int, int]]]] = {
    "norm + qkv": (4, [(4, 128, 4, 4), (2, 128, 4, 4), (4, 128, 4, 3), (2, 128, 4, 6), (8, 128, 4, 2)]),
    "output + residual": (4, [(4, 128, 4, 4), (2, 128, 4, 4), (4, 128, 4, 2), (2, 128, 4, 6), (8, 128, 4, 2)]),
    "norm + gate, up + silu": (4, [(2, 128, 4, 4), (1, 128, 4, 6), (2, 128, 4, 3), (2, 128, 4, 5), (4, 128, 4, 2), (4, 128, 4, 3)]),
    "down + residual": (4, [(4, 128, 4, 4), (2, 128, 4, 4), (8, 128, 4, 4), (2, 128, 4, 5), (2, 1024, 8, 1)]),
    "head": (8, [(4, 128, 4, 2), (4, 128, 4, 3), (2, 128, 4, 4), (8, 128, 4, 1)]),
}


def choose(engine: Any, form: str) -> None:
    """Make the next captured step one of a form."""
    products, dependent, end = FORMS[form]
    for name, value in ({"AHEAD": 1, "AHEAD_PLAIN": 1, "PLAIN_ROWS": 4, "SPLIT": False} | products).items():
        setattr(triton_dots, name, value)
    select.DEPENDENT_ROWS = (1 << 20) * dependent
    kernels, plain = triton_kernels() if end else torch_kernels(), engine.captured.kernels
    plain.next_token_, plain.packed_row_ = kernels.next_token_, kernels.packed_row_
    engine.captured.forget()


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
    words, speeds, want = ids[100 : 102 if DRY else 116], defaultdict(list), None
    for form in FORMS:  # right before fast
        choose(engine, form)
        logits, opened = (forced_logits(engine, reading, "select", words, engine.captured.kernels, captured)[0] for captured in (True, False))
        want = logits if want is None else want
        error = float((logits - want).norm() / want.norm())
        same = bool((logits.argmax(-1) == want.argmax(-1)).all())
        yield {"part": "check", "form": form, "error": error, "equal": bool(torch.equal(logits, want)), "same_words": same, "graph_is_open": bool(torch.equal(logits, opened))}
    for turn in range(TURNS):
        for form in FORMS:
            choose(engine, form)
            speeds[form] += written(engine, reading, ROUNDS)
            yield {"part": "turn", "turn": turn, "form": form, "rounds": [round(s, 2) for s in speeds[form][-ROUNDS:]]}
    for form in FORMS:
        yield {"part": "speed", "form": form, "tokens_s": statistics.median(speeds[form]), "times": statistics.median(speeds[form]) / statistics.median(speeds["before"])}
    for form in ("all, two tiles ahead", "before"):
        if DRY:
            return
        choose(engine, form)
        written(engine, reading, 1)
        decoder = engine.captured._captured[2]
        yield {"part": "replays", "form": form, **replays(decoder)}
        for row in kernel_rows(decoder):
            yield row | {"form": form}


def map_calls() -> Iterator[tuple[str, int, tuple[int, int, int, int] | None, int, bool]]:
    """Map, bits, tile (None: as the engine takes it), tiles ahead, by slabs."""
    for name, (bits, tiles) in TILES.items():
        for tile in [None, *tiles]:
            for ahead in (1, 2):
                for split in (False, True) if name.startswith("down") else (False,):
                    yield name, bits, tile, ahead, split


def call_of(name: str, bits: int, tile: tuple[int, int, int, int] | None, ahead: int, split: bool, weight: Any = None) -> Callable[[], Any]:
    """A product of one map."""
    num, width, fused = maps(MODELS[0])[name]
    options: dict[str, Any] = {"ahead": ahead, "split": split} | ({} if tile is None else {"tile": Tile(*tile)})
    return product(triton_kernels().packed_row_linear_, weight or random_weight(num, width, bits), num, width, fused, **options)


def map_rows() -> Iterator[dict[str, Any]]:
    """Each map alone."""
    copy, _ = ceilings()
    yield {"part": "machine", "device": torch.cuda.get_device_name(), "torch": torch.__version__, "copy_gb_s": copy}
    weights: dict[str, Any] = {}
    for name, bits, tile, ahead, split in map_calls():
        num, width, _ = maps(MODELS[0])[name]
        if name not in weights:
            weights = {name: random_weight(num, width, bits)}
        weight = weights[name]
        try:
            timing = time_call(call_of(name, bits, tile, ahead, split, weight), repeats=20)
        except Exception as error:
            yield {"part": "maps", "map": name, "tile": tile, "ahead": ahead, "split": split, "failed": f"{type(error).__name__}: {error}"[:160]}
            continue
        us = 1e3 * timing.ms
        yield {"part": "maps", "map": name, "bits": bits, "tile": tile, "ahead": ahead, "split": split, "us": us, "of_copy": weight.num_bytes / us / 1e3 / copy}


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


if __name__ == "__main__":
    main()
