"""Reading and writing past the trained window beside the same inside it, and where the time goes. JSON lines.

    python kernels/benchmarks/past_window.py --model FOLDER --lengths 30000,45000 [--device cuda] [--written 16]

Real weights; the text is a sample, repeated. Each length is read twice (the first compiles) and written from; then a shorter
reading (a window and two chunks) under the profiler: the twenty kernels or operations that take most.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import torch


def waited(engine: Any) -> float:
    """The clock when the device has done all."""
    if engine.device.type == "cuda":
        torch.cuda.synchronize(engine.device)
    return time.perf_counter()


def run(engine: Any, ids: list[int], written: int) -> dict[str, Any]:
    """Seconds of a reading, tokens/s of it and of writing."""
    began = waited(engine)
    reading = engine.read(ids, len(ids) - 32, room=written + 2)
    read = waited(engine) - began
    tokens, began = 0, 0.0
    for _ in engine.write(reading, written, ignore_end=True):
        tokens += 1
        began = began or waited(engine)
    took = waited(engine) - began
    row = {"tokens": len(ids), "beyond": engine.beyond(len(ids)) is not None, "read_s": read, "read_tokens_s": len(ids) / read}
    engine.let_go(reading)
    return row | {"written_tokens_s": (tokens - 1) / took}


def top(engine: Any, ids: list[int]) -> list[dict[str, Any]]:
    """The largest times of a reading."""
    from torch.profiler import ProfilerActivity, profile

    on_cuda = engine.device.type == "cuda"
    kinds = [ProfilerActivity.CPU, ProfilerActivity.CUDA] if on_cuda else [ProfilerActivity.CPU]
    with profile(activities=kinds) as profiler:
        engine.let_go(engine.read(ids, len(ids) - 32, room=2))
        waited(engine)
    rows = profiler.key_averages()
    name = "self_device_time_total" if on_cuda else "self_cpu_time_total"
    rows = sorted(rows, key=lambda r: -getattr(r, name))[:20]
    return [{"part": "profile", "tokens": len(ids), "what": r.key[:70], "calls": r.count, "ms": getattr(r, name) / 1e3, "cpu_ms": r.self_cpu_time_total / 1e3} for r in rows]


def main() -> None:
    """Measure and print."""
    from tsel_core.config import EngineConfig, SelectionConfig
    from tsel_core.engine.engine import Engine
    from tsel_core.models.load import load_model, pick_device, resolve_model

    parser = argparse.ArgumentParser()
    parser.add_argument("--model", default="qwen2.5-coder-1.5b")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--lengths", default="30000,45000")
    parser.add_argument("--written", type=int, default=16)
    parser.add_argument("--text", type=Path, default=Path(__file__).resolve().parents[2] / "samples/make/text/long_report.md")
    options = parser.parse_args()
    loaded = load_model(resolve_model(options.model, offline=True), device=pick_device(options.device))
    engine = Engine(loaded, EngineConfig(attention="select", crossover=0, extrapolate=True), SelectionConfig())
    text = loaded.tokenizer(options.text.read_text(encoding="utf-8"), verbose=False)["input_ids"]
    lengths = [int(n) for n in options.lengths.split(",")]
    ids = (text * (max(lengths) // len(text) + 1))[: max(lengths)]
    rows: list[dict[str, Any]] = []
    for length in lengths:
        for turn in range(2):
            row = run(engine, ids[:length], options.written if turn else 2) | {"part": "speed", "turn": turn}
            print(json.dumps({k: float(f"{v:.5g}") if isinstance(v, float) else v for k, v in row.items()}), flush=True)
    window = loaded.info.trained_window
    for row in top(engine, ids[: min(max(lengths), window + 2 * engine.chunk_size)]):
        rows.append(row)
        print(json.dumps({k: float(f"{v:.5g}") if isinstance(v, float) else v for k, v in row.items()}), flush=True)


if __name__ == "__main__":
    main()
