"""Few rows on a CPU: products with weights of 4 and 8 bits by all ways there are, and where a written token's time goes.

    python kernels/benchmarks/cpu_rows.py products [--threads 1] [--rows 1,2,4,8,9,16,32,64,512] [--turns 9] [--shapes ...]
    python kernels/benchmarks/cpu_rows.py together [--model NAME] [--rows 1,2,4,8] [--turns 9]
    python kernels/benchmarks/cpu_rows.py token [--model NAME] [--file samples/minutes.pdf] [--written 64] [--rows torch]

`products`: random weights; as many copies of each as no cache holds are multiplied one after another, the ways by turns; the best and
the median milliseconds of one product. `together`: milliseconds of a pass that forwards a token of each of so many sequences of 300
tokens, by turns, wall clock and CPU time. `token`: milliseconds a token of each part, without drafts; `--rows` is TSEL_CPU_ROWS.
Lines of JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "kernels")]
SHAPES = "17920x1536,1536x8960,151936x1536"
_CACHE = 120e6  # bytes of weights between two uses of one


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("products", "together", "token"))
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rows", default="")
    parser.add_argument("--shapes", default=SHAPES)
    parser.add_argument("--turns", type=int, default=9)
    parser.add_argument("--model")
    parser.add_argument("--file", default=str(ROOT / "samples" / "minutes.pdf"))
    parser.add_argument("--written", type=int, default=64)
    options = parser.parse_args()
    if options.what == "token":
        os.environ["TSEL_CPU_ROWS"] = options.rows
    import torch

    torch.set_num_threads(options.threads)
    with torch.inference_mode():
        {"products": products, "together": together, "token": token}[options.what](options)


def say(**found: Any) -> None:
    """Print a line."""
    print(json.dumps({k: round(v, 3) if isinstance(v, float) else v for k, v in found.items()}), flush=True)


def products(options: argparse.Namespace) -> None:
    """Every way of every shape, for every number of rows."""
    import torch

    from tsel_kernels.native.choice import describe

    for shape in options.shapes.split(","):
        num, width = map(int, shape.split("x"))
        ways = ways_of(num, width)
        say(shape=shape, threads=options.threads, compiled=describe(), copies={name: len(way) for name, way in ways.items()})
        for rows in map(int, (options.rows or "1,2,4,8,9,16,32,64,512").split(",")):
            x = torch.randn(rows, width, generator=torch.Generator().manual_seed(rows))
            took: dict[str, list[float]] = defaultdict(list)
            for _ in range(options.turns):
                for name, way in ways.items():
                    if name.startswith("torch") and rows > 64:
                        continue
                    began = time.perf_counter()
                    for product in way:
                        product(x)
                    took[name].append((time.perf_counter() - began) / len(way) * 1000)
            say(shape=shape, rows=rows, **{name: [round(min(t), 3), round(statistics.median(t), 3)] for name, t in took.items()})


def ways_of(num: int, width: int) -> dict[str, list[Callable[[Any], Any]]]:
    """Products of a form each, as many copies as no cache holds."""
    import torch
    import torch.nn.functional as F

    from tsel_core.decoder.low_bit import cpu
    from tsel_core.models.forms import ByteRows, NibblePack, rows_together
    from tsel_kernels.native.choice import native_rows

    generator = torch.Generator().manual_seed(0)
    native = native_rows(rows_together(), 128)
    scratch = cpu.Scratch(torch.bfloat16)

    def slabs(linear: Any) -> Callable[[Any], Any]:
        blocks = -(-num // 64)
        size = 64 * next((b for b in (16, 8, 4, 2) if blocks >= 6 * b), 1)
        parts = [slice(at, min(num, at + size)) for at in range(0, num, size)]

        def product(x: Any) -> None:
            rows, out = x.to(torch.bfloat16), torch.empty(len(x), num, dtype=torch.bfloat16)

            def turn(at: int) -> None:
                out[:, parts[at]] = linear.slab(rows, parts[at])

            cpu.in_turns(turn, len(parts))

        return product

    found: dict[str, list[Callable[[Any], Any]]] = defaultdict(list)
    for _ in range(max(1, round(_CACHE / (num * width / 2)))):
        codes = torch.randint(0, 256, (num, width // 2), generator=generator, dtype=torch.uint8)
        steps = torch.randn(width // 32, num, 2, generator=generator).bfloat16()
        linear = cpu.NibbleLinear(NibblePack(codes, steps), None, torch.float32, scratch)
        found["torch int4"].append(lambda x, one=linear: one._few(x.to(torch.bfloat16)))
        found["4 bits by slabs"].append(slabs(linear))
        if native is not None:
            found["compiled 4 bits"].append(lambda x, f=linear: f.compiled(native, x))
    for _ in range(max(1, round(_CACHE / (num * width)))):
        whole = torch.randint(-127, 128, (num, width), generator=generator, dtype=torch.int8)
        bytes_ = cpu.ByteLinear(ByteRows(whole, torch.rand(num, generator=generator).bfloat16()), None, torch.float32, scratch)
        found["8 bits by slabs"].append(slabs(bytes_))
        found["torch int8"].append(lambda x, one=bytes_: one._few(x.to(torch.bfloat16)))
        if native is not None:
            found["compiled 8 bits"].append(lambda x, f=bytes_: f.compiled(native, x))
    plain = torch.randn(num, width, generator=generator).bfloat16()
    found["bf16"].append(lambda x: F.linear(x.to(torch.bfloat16), plain))
    return found


def together(options: argparse.Namespace) -> None:
    """A pass of one sequence, of two, of four, by turns: the weights are read once for all."""
    import torch

    from tsel_core.config import EngineConfig, SelectionConfig
    from tsel_core.decoder.together import Row
    from tsel_core.models.load import resolve_model
    from tsel_core.models.low_bit.choice import choose_weights
    from tsel_core.parallel.open import open_engine
    from tsel_kernels.native.choice import describe

    info = choose_weights(resolve_model(options.model, offline=True), "q4", "cpu")
    engine = open_engine(info, "cpu", EngineConfig(attention="full"), SelectionConfig())
    ids = torch.randint(3, 30_000, (300,), generator=torch.Generator().manual_seed(1)).tolist()
    reading = engine.read(ids, len(ids), room=64)
    sizes, rows = [int(n) for n in (options.rows or "1,2,4,8").split(",")], []
    for _ in range(max(sizes)):
        cache = engine.new_cache(reading.cache.capacity, "full")
        reading.cache.copy_to(cache, len(ids))
        rows.append(Row(cache, engine.runtime, engine.forward.rotary_table(cache.capacity, cache.offset), reading.step_pass()))
    took: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for _ in range(options.turns + 1):  # the first warms up
        for size in sizes:
            began, worked = time.perf_counter(), time.process_time()
            engine.forward.together(torch.arange(10, 10 + size), rows[:size])
            took[size].append((1000 * (time.perf_counter() - began), 1000 * (time.process_time() - worked)))
            for row in rows[:size]:
                row.cache.crop(len(ids))
    say(rows=describe(), threads=options.threads, turns=options.turns)
    for size, found in took.items():
        wall, cpu = (sorted(times) for times in zip(*found[1:], strict=True))
        least = {"wall_ms": [wall[0], statistics.median(wall)], "cpu_ms": [cpu[0], statistics.median(cpu)]}
        say(sequences=size, tokens_per_s=1000 * size / wall[0], **{k: [round(v, 1) for v in t] for k, t in least.items()})


def token(options: argparse.Namespace) -> None:
    """Milliseconds a token of the products by kind, attention, and what is left."""
    from tsel_core.config import EngineConfig
    from tsel_core.decoder.low_bit.cpu import LowBitLinear
    from tsel_core.decoder.mixer import CacheMixer
    from tsel_core.ingest import read_documents
    from tsel_core.models.load import resolve_model
    from tsel_core.models.low_bit.choice import choose_weights
    from tsel_core.prompts.tasks import ask_task
    from tsel_core.session import Session
    from tsel_kernels.native.choice import describe

    info = choose_weights(resolve_model(options.model, offline=True), "q4", "cpu")
    session = Session(info, EngineConfig(attention="full", drafts=0))
    prompt = session.build(read_documents([options.file]), ask_task("What was decided, by whom, and what is to be done until when?"))
    reading = session.read(prompt, options.written)
    step = session.engine.forward.step
    assert step is not None
    names = {id(step.head): "head"}
    for layer in step.layers:
        names |= {id(layer.qkv): "queries to values", id(layer.output): "output", id(layer.gate_up): "gate and up", id(layer.down): "down"}
    spent: dict[str, float] = defaultdict(float)

    def timed(call: Callable[..., Any], name: Callable[[Any], str]) -> Callable[..., Any]:
        def run(self: Any, *given: Any, **named: Any) -> Any:
            began = time.perf_counter()
            try:
                return call(self, *given, **named)
            finally:
                spent[name(self)] += time.perf_counter() - began

        return run

    def of(linear: Any) -> str:
        bits = {"NibbleLinear": "4", "ByteLinear": "8"}[type(linear).__name__]
        return f"{names.get(id(linear), 'other')}, {bits} bits"

    LowBitLinear.__call__ = timed(LowBitLinear.__call__, of)  # type: ignore[method-assign]
    CacheMixer.mix = timed(CacheMixer.mix, lambda _: "rotary, cache and attention")  # type: ignore[method-assign]
    began = time.perf_counter()
    count = sum(1 for _ in session.engine.write(reading, options.written, ignore_end=True))
    whole = time.perf_counter() - began
    spent["the rest"] = whole - sum(spent.values())
    parts = {name: 1000 * seconds / count for name, seconds in sorted(spent.items(), key=lambda pair: -pair[1])}
    say(rows=describe(), threads=options.threads, before=prompt.num_tokens, tokens=count, ms_a_token=1000 * whole / count, **parts)


if __name__ == "__main__":
    main()
