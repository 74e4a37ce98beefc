"""Tokens a second of several sequences written together, against one alone; and a folder of documents. JSON lines.

    python kernels/benchmarks/batch_writing.py --device cuda --shape qwen2-7b --tokens 32768 --batches 1,4,16,32
    python kernels/benchmarks/batch_writing.py --device cuda --shape qwen2-1.5b --tokens 12288 --folder 39 --words 270

Random weights and tokens: speed needs no words. The document is read once; other sequences get a copy of its rows each, so
that every one reads its own memory and should write the words of the first (bf16 sums of other shapes may differ: `same`
counts those that do not). A line is printed as soon as it is known; --limit-s ends the program between two lines.
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "kernels")]
QUESTION = 60  # tokens
_BEGAN = time.perf_counter()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--shape", default="qwen2-7b")
    parser.add_argument("--model", help="a real model instead")
    parser.add_argument("--weights", default="full", help="of a real model: full, q8 or q4")
    parser.add_argument("--drafts", type=int, help="tokens drafted from the text by one that writes alone; 0: none")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--tokens", type=int, default=32_768)
    parser.add_argument("--attention", default="select")
    parser.add_argument("--batches", default="1,4,16,32", help="sequences at once")
    parser.add_argument("--written", type=int, default=64, help="tokens of a sequence")
    parser.add_argument("--folder", type=int, default=0, help="documents that are read and written about instead")
    parser.add_argument("--words", type=int, default=270, help="tokens written about a document of the folder")
    parser.add_argument("--threads", type=int, default=16, help="documents of the folder at once")
    parser.add_argument("--same-rows", action="store_true", help="products of as many rows, whoever writes (SAME_ROWS)")
    parser.add_argument("--profile", action="store_true", help="what the device spends a step of the last batch on")
    parser.add_argument("--limit-s", type=float, default=1e9)
    options = parser.parse_args()
    if options.same_rows:
        from tsel_core.decoder.graph import batch

        batch.SAME_ROWS = True
    (folder if options.folder else batches)(options)


def say(options: argparse.Namespace, **found: Any) -> None:
    """Print a line; ends the program after its time."""
    shown = {k: round(v, 4) if isinstance(v, float) else v for k, v in found.items()}
    about = {"same_rows": True} if options.same_rows else {}
    about |= {"shape": options.shape, "tokens": options.tokens, "attention": options.attention}
    print(json.dumps(about | shown | {"at_s": round(time.perf_counter() - _BEGAN, 1)}), flush=True)
    if time.perf_counter() - _BEGAN > options.limit_s:
        sys.exit(0)


def engine_of(options: argparse.Namespace) -> Any:
    """An engine with random weights, or a real model's."""
    from tsel_core.config import EngineConfig, SelectionConfig
    from tsel_core.device.machine import describe_machine
    from tsel_core.models.load import resolve_model
    from tsel_core.models.low_bit.choice import choose_weights
    from tsel_core.parallel.open import open_engine

    model: Any = options.shape
    if options.model is not None:
        model = choose_weights(resolve_model(options.model, offline=True), options.weights, options.device)
    config = EngineConfig(attention=options.attention, drafts=options.drafts)
    engine = open_engine(model, options.device, config, SelectionConfig())
    say(options, machine=describe_machine(engine.device), path="lean" if engine.forward.step is not None else "seam")
    return engine


def prompt(options: argparse.Namespace, seed: int) -> list[int]:
    """Random tokens."""
    import torch

    generator = torch.Generator().manual_seed(seed)
    ids: list[int] = torch.randint(3, 30_000 if options.shape != "tiny" else 500, (options.tokens,), generator=generator).tolist()
    return ids


def wait(engine: Any) -> float:
    """The time when the device is done."""
    import torch

    if engine.device.type == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter()


def batches(options: argparse.Namespace) -> None:
    """One alone, then several together."""
    from tsel_core.engine.together.crew import Crew

    engine = engine_of(options)
    room, sizes = options.written + 66, [int(n) for n in options.batches.split(",")]
    began = wait(engine)
    first = engine.read(prompt(options, 1), options.tokens - QUESTION, room=room)
    say(options, read_s=wait(engine) - began, decode=first.decode_mode)
    base = first.logits.clone()
    alone, right = best(lambda: rate(engine, [engine], [first], base, options.written))
    say(options, batch=1, how="alone, the loop of one", tokens_per_s=alone)
    crew = Crew(engine)
    crew.loops.note_bits(first.cache)
    engines, readings = [crew.engine()], [first]
    for size in sizes:
        while len(readings) < size:
            engines.append(crew.engine())
            readings.append(copy_of(engine, engines[-1], first, room))
        found, words = best(lambda: rate(engine, engines[:size], readings[:size], base, options.written))  # noqa: B023
        same, alike = sum(w == right[0] for w in words), sum(w == words[0] for w in words)
        until = next((n for n, (a, b) in enumerate(zip(words[0], right[0], strict=True)) if a != b), len(right[0]))
        agree = {"same": same, "alike": alike, "same_until": until}
        say(options, batch=size, how="together", tokens_per_s=found, times=found / alone, step_ms=1000 * size / found, **agree)
        say(options, batch=size, how="the device alone", step_ms=bare(crew, engine, size, readings))
    if options.profile and engine.device.type == "cuda":
        profile(crew, size, readings)


def best(work: Any) -> Any:
    """The quicker of two runs after one that warms up."""
    work()
    return max(work(), work(), key=lambda found: found[0])


def copy_of(engine: Any, own: Any, reading: Any, room: int) -> Any:
    """A reading with rows of its own, the same numbers."""
    import torch

    with torch.inference_mode():
        cache = own.new_cache(reading.cache.capacity, reading.decode_mode)
        reading.cache.copy_to(cache, reading.cache.length)
    return replace(reading, ids=list(reading.ids), cache=cache, logits=reading.logits.clone())


def rate(base: Any, engines: list[Any], readings: list[Any], logits: Any, num: int) -> tuple[float, list[list[int]]]:
    """Tokens a second of all together, and the tokens; the readings are as before."""
    length, barrier = len(readings[0].ids), threading.Barrier(len(engines) + 1)

    def write(engine: Any, reading: Any) -> list[int]:
        barrier.wait()
        return [step.token_id for step in engine.write(reading, num, ignore_end=True)]

    with ThreadPoolExecutor(len(engines)) as pool:
        pending = [pool.submit(write, e, r) for e, r in zip(engines, readings, strict=True)]
        wait(base)
        barrier.wait()
        began = time.perf_counter()
        words = [p.result() for p in pending]
        seconds = wait(base) - began
    for engine, reading in zip(engines, readings, strict=True):
        engine.crop(reading, length)
        reading.logits = logits.clone()
    return sum(map(len, words)) / seconds, words


def bare(crew: Any, engine: Any, size: int, readings: list[Any]) -> float | None:
    """Milliseconds of a step when nobody reads the tokens; None without a captured loop."""
    loop = next((found for found in crew.loops._loops if found._decoder is not None), None)
    if loop is None:
        return None
    decoder = loop._decoder
    for place, reading in enumerate(readings[:size]):
        decoder.seat(place, reading.cache, 5)
    num = 1 << (size - 1).bit_length()
    decoder.advance(num)
    began = wait(engine)
    for _ in range(32):
        decoder.advance(num)
    seconds = wait(engine) - began
    for place in range(size):
        decoder.free(place)
    return seconds / 32 * 1000


def profile(crew: Any, size: int, readings: list[Any]) -> None:
    """Print the kernels of four steps by their time."""
    from torch.profiler import ProfilerActivity
    from torch.profiler import profile as profiled

    decoder = next(found._decoder for found in crew.loops._loops if found._decoder is not None)
    num = 1 << (size - 1).bit_length()
    for place, reading in enumerate(readings[:size]):
        decoder.seat(place, reading.cache, 5)
    with profiled(activities=[ProfilerActivity.CUDA]) as seen:
        for _ in range(4):
            decoder.advance(num)
    print(seen.key_averages().table(sort_by="cuda_time_total", row_limit=16), file=sys.stderr)


def folder(options: argparse.Namespace) -> None:
    """Seconds a document: one after another, and together."""
    from tsel_core.engine.together.crew import Crew

    engine = engine_of(options)

    def done(own: Any, number: int) -> None:
        reading = own.read(prompt(options, number), options.tokens - QUESTION, room=options.words + 8)
        for _ in own.write(reading, options.words, ignore_end=True):
            pass
        own.let_go(reading)

    done(engine, 0)
    began = wait(engine)
    for number in range(3):
        done(engine, number)
    say(options, how="one after another", documents=3, seconds_each=(wait(engine) - began) / 3)
    crew = Crew(engine)
    engines: list[Any] = []
    lock = threading.Lock()

    def taken(number: int) -> None:
        with lock:
            own = engines.pop() if engines else crew.engine()
        done(own, number)
        with lock:
            engines.append(own)

    for what in ("together, first", "together"):
        began = wait(engine)
        with ThreadPoolExecutor(options.threads) as pool:
            list(pool.map(taken, range(options.folder)))
        seconds = wait(engine) - began
        say(options, how=what, documents=options.folder, threads=options.threads, seconds_each=seconds / options.folder)


if __name__ == "__main__":
    main()
