"""Time to the first token: reading a document against loading its kept reading. One JSON line.

    python kernels/benchmarks/kept_readings.py --shape qwen2-7b --tokens 32768 --device cuda
    python kernels/benchmarks/kept_readings.py --model qwen2.5-coder-1.5b --tokens 8192

Random tokens: speed needs no words. Both times begin with the prompt's token ids and end with the logits of its
last token, weights in memory; the file is in the page cache, as it is right after it was written. load_s is the median of
the repeats loads_s, of which the first also makes the buffers. Its parts, each a median of its own: find_s until
the file is found and open, rows_s until the cache is filled (on a GPU until rows begin to arrive), question_s the rest, on
a GPU with the rows. Needs torch, transformers, numpy and xxhash (--sealed: cryptography), no reader of files.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "kernels")]
QUESTION = 60  # tokens


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--shape", default="qwen2-7b", help="random weights of this shape")
    parser.add_argument("--model", help="a real model instead")
    parser.add_argument("--tokens", type=int, default=32_768)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--attention", default="auto")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--sealed", action="store_true", help="encrypted at rest")
    options = parser.parse_args()
    print(json.dumps(measure(options)))


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Seconds of reading and of loading, and the bytes of the file."""
    import torch

    from tsel_core.config import EngineConfig
    from tsel_core.device.machine import describe_machine
    from tsel_core.engine.engine import Engine
    from tsel_core.prefix_cache.format.crypto import MasterKey
    from tsel_core.prefix_cache.store import ReadingStore

    engine = Engine(_load(options), EngineConfig(attention=options.attention))
    generator = torch.Generator().manual_seed(1)
    vocab = engine.loaded.info.vocab_size
    ids = torch.randint(3, vocab - 1, (options.tokens + QUESTION,), generator=generator).tolist()
    prompt = SimpleNamespace(input_ids=ids, doc_end=options.tokens, num_tokens=len(ids), documents=())
    timed(engine, ids[: QUESTION * 2], QUESTION, None)  # kernels and weights are warm
    with tempfile.TemporaryDirectory() as folder:
        store = ReadingStore(Path(folder), 10**12, MasterKey(bytes(32)) if options.sealed else None)
        cold = [timed(engine, ids, options.tokens, None)[1:] for _ in range(options.repeats if engine.device.type == "cuda" else 1)]
        started = time.perf_counter()
        keep(store, engine, prompt, cold[-1][1])
        wrote = time.perf_counter() - started
        logits = cold[-1][1].logits.clone()
        read = statistics.median(t for t, _ in cold)
        cold.clear()
        loads, finds, rows, same = [], [], [], True
        for _ in range(options.repeats):
            found, seconds, reading = timed(engine, ids, options.tokens, (store, prompt))
            assert reading.num_reused == options.tokens
            same = same and bool(torch.equal(reading.logits, logits))
            loads.append(seconds)
            finds.append(found)
            rows.append(engine.runtime.timings.get("load_reading"))
            del reading
        size = next(store.folder.rglob("*.kept")).stat().st_size
    load = statistics.median(loads)
    rest = [total - found - row for total, found, row in zip(loads, finds, rows, strict=True)]
    return {
        "tokens": options.tokens,
        "model": options.model or f"{options.shape} (random weights)",
        "read_s": round(read, 4),
        "load_s": round(load, 4),
        "loads_s": [round(seconds, 4) for seconds in loads],
        "find_s": round(statistics.median(finds), 4),
        "rows_s": round(statistics.median(rows), 4),
        "question_s": round(statistics.median(rest), 4),
        "speedup": round(read / load, 1),
        "write_s": round(wrote, 3),
        "bytes": size,
        "same_logits": same,
        "sealed": options.sealed,
        "machine": describe_machine(engine.device),
    }


def keep(store: Any, engine: Any, prompt: Any, reading: Any) -> None:
    """Write the reading and wait for it."""
    from tsel_core.prefix_cache.policy import keep_reading

    keep_reading(store, engine, prompt, reading)
    store.wait()


def timed(engine: Any, ids: list[int], tail_start: int, kept: tuple[Any, Any] | None) -> tuple[float, float, Any]:
    """(seconds until what is kept is found, seconds to the logits of the last token, reading)."""
    from tsel_core.prefix_cache.policy import find_reading

    engine.reset()
    started = time.perf_counter()
    found = find_reading(kept[0], engine, kept[1]) if kept else None
    opened = time.perf_counter() - started
    reading = engine.read(ids, tail_start, room=64, kept=found)
    int(reading.logits.argmax())  # waits for the device
    return opened, time.perf_counter() - started, reading


def _load(options: argparse.Namespace) -> Any:
    if options.model:
        from tsel_core.models.load import load_model, resolve_model

        return load_model(resolve_model(options.model, offline=True), device=options.device)
    from tsel_core.models.random import random_model

    return random_model(options.shape, options.device)


if __name__ == "__main__":
    main()
