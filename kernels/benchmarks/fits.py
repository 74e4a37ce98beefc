"""What a limited GPU holds: the longest text of a shape with weights and rows in 4 bits, then a reading of it. JSON lines.

    python kernels/benchmarks/fits.py qwen2.5-14b 16 [--length N] [--weights q4] [--kv q4] [--written 64]

Random weights. Without a length the longest that the fit planner allows in so many GB; read twice (the first compiles),
written from, with the peak of what PyTorch held.
"""

from __future__ import annotations

import argparse
import json
import time
from typing import Any

import torch


def main() -> None:
    """Plan, read, write."""
    from tsel_core.bench.plan import hold_random, random_prompts
    from tsel_core.bench.run import _write, with_mode
    from tsel_core.config import EngineConfig, SelectionConfig
    from tsel_core.device.memory import PeakMemory
    from tsel_core.errors import DoesNotFit
    from tsel_core.parallel.open import open_engine

    parser = argparse.ArgumentParser()
    parser.add_argument("shape")
    parser.add_argument("limit", type=float, help="GB")
    parser.add_argument("--length", type=int, default=0)
    parser.add_argument("--weights", default="q4")
    parser.add_argument("--kv", default="q4")
    parser.add_argument("--written", type=int, default=64)
    options = parser.parse_args()

    def say(**row: Any) -> None:
        print(json.dumps({k: float(f"{v:.5g}") if isinstance(v, float) else v for k, v in row.items()}), flush=True)

    config = EngineConfig(kv=options.kv, weights=options.weights, memory_limit=int(options.limit * 1e9), attention="select", crossover=0)
    engine = open_engine(options.shape, "cuda", config, SelectionConfig(), lambda *_: None)
    room, length = options.written + 8, options.length
    try:
        fit = hold_random(engine, (length or 10_000_000) + room)
    except DoesNotFit as refusal:
        say(part="plan", asked=length or "the longest", refused=str(refusal))
        if length:
            return
        fit = hold_random(engine, 4096)  # says how many there could be
        chosen = fit.chosen
        assert chosen is not None
        length = (chosen.max_tokens - room) // 1024 * 1024
        fit = hold_random(engine, length + room)
    say(part="plan", length=length, **fit.as_json(), have_gb=fit.have_bytes / 1e9)
    ((ids, tail),) = random_prompts(engine.loaded.info.vocab_size, [length])
    with_mode(engine, "select")
    for turn in range(2):
        with PeakMemory(engine.device) as peak:
            began = time.perf_counter()
            reading = engine.read(ids, tail, room=room)
            torch.cuda.synchronize()
            first = time.perf_counter() - began
            tokens, seconds = _write(engine, reading, options.written)
        say(part="run", turn=turn, first_token_s=first, tokens_s=(len(tokens) - 1) / seconds, chunk=engine.chunk_size,
            peak_gb=(peak.num_bytes or 0) / 1e9, reserved_gb=torch.cuda.max_memory_reserved() / 1e9)  # fmt: skip
        engine.let_go(reading)


if __name__ == "__main__":
    main()
