"""Reading and writing past the trained window beside the same as if it were inside, and where the time goes. JSON lines.

    python kernels/benchmarks/past_window.py --model FOLDER --lengths 30000,40000,65536 [--device cuda] [--written 64]

Real weights; the text is a sample, repeated. Every length is read twice (the first compiles) and written from: "past" with
the model's own window, "inside" with one that holds every length (true positions, rotated keys, the path of a document that
fits). Seconds of the two are comparable, replies are not. Then "same": forced tokens through the captured loop and step by
step. Then, of a longest length, the operations that take most of a reading and of writing, of both.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch


def waited(engine: Any) -> float:
    """The clock when the device has done all."""
    if engine.device.type == "cuda":
        torch.cuda.synchronize(engine.device)
    return time.perf_counter()


def show(row: dict[str, Any]) -> None:
    """One line."""
    print(json.dumps({k: float(f"{v:.5g}") if isinstance(v, float) else v for k, v in row.items()}), flush=True)


def make(loaded: Any, window: int, threshold: float) -> Any:
    """An engine that selects and that takes this for the model's trained window."""
    from tsel_core.config import EngineConfig, SelectionConfig
    from tsel_core.engine.engine import Engine

    own = replace(loaded, info=replace(loaded.info, trained_window=window))
    selection = SelectionConfig(reuse_threshold=threshold)
    return Engine(own, EngineConfig(attention="select", crossover=0, extrapolate=True, max_new_tokens=256), selection)


def run(engine: Any, ids: list[int], written: int) -> dict[str, Any]:
    """Seconds of a reading, tokens/s of it and of writing (the first token, which captures, not counted)."""
    engine.reset()
    began = waited(engine)
    reading = engine.read(ids, len(ids) - 32, room=written + 4)
    read = waited(engine) - began
    row = {"tokens": len(ids), "past": reading.beyond is not None, "captured": engine.captures(reading)}
    tokens, began = 0, 0.0
    for _ in engine.write(reading, written, ignore_end=True):
        tokens += 1
        if tokens == 2:
            began = waited(engine)
    took = waited(engine) - began
    trace = engine.runtime.trace
    cover = [trace.coverage_of(found) for found in (trace.prefill_coverage, trace.decode_coverage)]
    row |= {"read_s": read, "read_tokens_s": len(ids) / read, "written_tokens_s": (tokens - 2) / took}
    row |= {"coverage_read": cover[0][0] if cover[0] else None, "coverage_written": cover[1][0] if cover[1] else None}
    if engine.device.type == "cuda":
        row["peak_gb"] = torch.cuda.max_memory_allocated(engine.device) / 1e9
        torch.cuda.reset_peak_memory_stats(engine.device)
    engine.let_go(reading)
    return row


def same(engine: Any, ids: list[int], num: int) -> dict[str, Any]:
    """KL of forced tokens through the captured loop from the same step by step, and how many of both agree on the next."""
    forced, kept = ids[:num], []
    for captured in (True, False):
        reading = engine.read(ids, len(ids) - 32, room=num + 4)
        logits: list[torch.Tensor] = []
        taken = engine.captures(reading)
        if not captured:
            engine.captures = lambda _reading: False
        list(engine.write(reading, forced_ids=forced, keep_logits=logits))
        engine.__dict__.pop("captures", None)
        kept.append(torch.stack(logits[1:]).float().log_softmax(-1))
        engine.let_go(reading)
    a, b = kept
    kl = (b.exp() * (b - a)).sum(-1)
    agree = (a.argmax(-1) == b.argmax(-1)).float().mean()
    return {"part": "same", "tokens": len(ids), "captured": taken, "kl": float(kl.mean()), "kl_most": float(kl.max()), "agree": float(agree)}


def top(engine: Any, what: str, call: Any) -> None:
    """The largest times of a call."""
    from torch.profiler import ProfilerActivity, profile

    on_cuda = engine.device.type == "cuda"
    kinds = [ProfilerActivity.CPU, ProfilerActivity.CUDA] if on_cuda else [ProfilerActivity.CPU]
    with profile(activities=kinds) as profiler:
        call()
        waited(engine)
    name = "self_device_time_total" if on_cuda else "self_cpu_time_total"
    rows = sorted(profiler.key_averages(), key=lambda r: -getattr(r, name))[:14]
    for r in rows:
        show({"part": what, "op": r.key[:60], "calls": r.count, "ms": getattr(r, name) / 1e3})


def profiled(engine: Any, side: str, ids: list[int], written: int) -> None:
    """A reading, then 16 written tokens, under the profiler."""
    held: dict[str, Any] = {}
    top(engine, f"profile: reading {side}", lambda: held.update(r=engine.read(ids, len(ids) - 32, room=written + 8)))
    list(engine.write(held["r"], 4, ignore_end=True))  # captured before it is looked at
    top(engine, f"profile: writing 16 {side}", lambda: list(engine.write(held["r"], 16, ignore_end=True)))
    engine.let_go(held["r"])


def main() -> None:
    """Measure and print."""
    from tsel_core.models.load import load_model, pick_device, resolve_model

    parser = argparse.ArgumentParser()
    parser.add_argument("--model", default="qwen2.5-coder-1.5b")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--lengths", default="30000,40000,65536")
    parser.add_argument("--written", type=int, default=64)
    parser.add_argument("--reuse", type=float, default=0.9, help="reuse_threshold; 1: every step picks afresh")
    parser.add_argument("--window", type=int, help="take this for the model's trained window")
    parser.add_argument("--no-profile", action="store_true")
    parser.add_argument("--text", type=Path, default=Path(__file__).resolve().parents[2] / "samples/make/text/long_report.md")
    options = parser.parse_args()
    loaded = load_model(resolve_model(options.model, offline=True), device=pick_device(options.device))
    window = options.window or loaded.info.trained_window
    text = loaded.tokenizer(options.text.read_text(encoding="utf-8"), verbose=False)["input_ids"]
    lengths = [int(n) for n in options.lengths.split(",")]
    ids = (text * (max(lengths) // len(text) + 1))[: max(lengths)]
    sides = {"past": make(loaded, window, options.reuse), "inside": make(loaded, 1 << 24, options.reuse)}
    for length in lengths:
        rates = {}
        for side, engine in sides.items():
            for turn in range(2):
                row = run(engine, ids[:length], options.written if turn else 4) | {"part": "speed", "side": side, "turn": turn}
                show(row)
            rates[side] = row
        ratio = {k: rates["inside"][k] / rates["past"][k] for k in ("read_tokens_s", "written_tokens_s")}
        show({"part": "inside / past", "tokens": length, "reading": ratio["read_tokens_s"], "writing": ratio["written_tokens_s"]})
    show(same(sides["past"], ids, min(32, options.written)))
    if not options.no_profile:
        for side, engine in sides.items():
            profiled(engine, side, ids[: min(lengths[-1], 40_000)], options.written)


if __name__ == "__main__":
    main()
