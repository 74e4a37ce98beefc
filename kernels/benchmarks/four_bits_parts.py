"""Parts of four_bits.py, one a process: `python four_bits_parts.py PART RESULT.json [--dry]`; what is measured lies on PYTHONPATH.

`check`: the captured loop against the torch definitions and against itself in the open, few layers of the Qwen2-7B shape.
`maps`: each map of a written token alone. `main`, `others`: a reading of 128K tokens, then tokens/s of the captured loop.
`--dry`: a tiny shape on a CPU, Triton's interpreter for the kernels of the loop; times mean nothing there.
"""

from __future__ import annotations

import gc
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

DRY = "--dry" in sys.argv
DEVICE = "cpu" if DRY else "cuda"
SHAPE, LAYERS = ("tiny", 2) if DRY else ("qwen2-7b", 4)
CHECKED, STEPS, BUDGET = (200, 2, 48) if DRY else (12_288, 24, 2048)
LENGTH, WRITTEN = (200, 2) if DRY else (131_072, 96)
SETTINGS = (("q4", "q4"), ("q4", "plain"), ("full", "q4"), ("full", "plain"), ("q8", "plain"))
EIGHT = [(2, 128, 4, 4), (1, 128, 4, 6), (2, 128, 4, 6), (4, 128, 4, 2), (4, 128, 4, 4), (8, 128, 4, 2)]
"""Other tiles for weights in 8 bits: rows, groups, warps, programs a multiprocessor."""


def engine_of(weights: str, kv: str, *, shape: str = SHAPE, limit: int | None = None, length: int = CHECKED) -> Any:
    """An engine over random weights whose caches are as planned for `length` tokens and what is written."""
    from tsel_core.bench.plan import hold_random
    from tsel_core.config import EngineConfig, SelectionConfig
    from tsel_core.kv.stored_cache import make_cache
    from tsel_core.parallel.open import open_engine

    if DRY:
        _packed_as_on_a_gpu()
    small = {"num_sink": 8, "num_local": 32, "block_size": 16, "anchor_every": 8} if DRY else {}
    held = "auto" if kv == "plain" else kv  # a large card takes plain rows then
    config = EngineConfig(kv=held, weights=weights, memory_limit=limit, attention="select", crossover=0)  # type: ignore[arg-type]
    engine = open_engine(shape, DEVICE, config, SelectionConfig(budget=BUDGET, **small), lambda *_: None)  # type: ignore[arg-type]
    if not DRY:
        hold_random(engine, length + 16 * WRITTEN)
        return engine
    from tsel_kernels.backend import triton_kernels

    def new_cache(capacity: int, decode: str, *, rotated: bool = True) -> Any:
        append = engine.kernels.append_index_ if decode == "select" else None
        return make_cache(engine.storage, engine.loaded.info.num_layers, capacity, append, engine.kernels)

    engine.storage, engine.new_cache, engine.captured.kernels = kv, new_cache, triton_kernels()  # type: ignore[assignment, method-assign]
    engine.captured.takes = lambda *_: True  # type: ignore[method-assign]
    return engine


def _packed_as_on_a_gpu() -> None:
    """Random weights in few bits as a GPU holds them."""
    from tsel_core.models.low_bit import random as low_bit
    from tsel_kernels.packed_weight import PackedWeight

    def form(num: int, width: int, bits: int, device: torch.device) -> PackedWeight:
        words = torch.randint(-(2**31), 2**31 - 1, (num, width // 32, bits), dtype=torch.int32)
        scale = torch.full(words.shape[:2], 0.07 / (1 << bits), dtype=torch.float16)
        return PackedWeight(words, scale, -7.5 * scale if bits == 4 else None)

    low_bit._random_form = form


def forced_logits(engine: Any, reading: Any, mode: str, words: Sequence[int], kernels: Any, captured: bool) -> tuple[Tensor, list[Tensor]]:
    """Logits [words, vocab] that the writing loop of `kernels` gives after a copy of a reading, and every layer's last pick."""
    from tsel_core.decoder.graph.decode import GraphDecoder

    num = len(reading.ids)
    with torch.inference_mode():
        cache = engine.new_cache(num + len(words) + 2, "full" if mode == "full" else "select")
        assert reading.cache.copy_to(cache, num) == num
        cache.settle()
        wanted = {"select": engine.selection, "all": replace(engine.selection, budget=num), "full": None}
        selection = wanted[mode]  # all: picks every row there is, so that no tie decides
        decoder = GraphDecoder(engine.forward.captured_step(cache), engine.forward.model, cache, kernels, selection)
        decoder.start(words[0], num)
        if captured:
            decoder.prepare()
        logits = torch.stack(decoder.forced(words)).float()
        return logits, [state.indices.clone() for state in decoder.mixer.states]


def compared(got: Tensor, want: Tensor) -> dict[str, float]:
    """Relative error of logits [n, vocab] by step, the likeliest word, and the largest lead of a word that was lost, in errors."""
    errors = (got - want).norm(dim=-1) / want.norm(dim=-1)
    chosen, wanted = got.argmax(-1), want.argmax(-1)
    lead = (want.gather(1, wanted[:, None]) - want.gather(1, chosen[:, None]))[:, 0]  # 0 where the word is the same
    off = (got - want).square().mean(-1).sqrt()
    kl = (want.softmax(-1) * (want.log_softmax(-1) - got.log_softmax(-1))).sum(-1)
    return {
        "error": float(errors.mean()), "error_most": float(errors.max()), "same_word": float((chosen == wanted).float().mean()),
        "lost_by_errors": float((lead / off.clamp(min=1e-12)).max()), "kl": float(kl.mean()),
    }  # fmt: skip


def check() -> Iterator[dict[str, Any]]:
    """Every setting: selecting, picking all rows, and in full."""
    from tsel_core.bench.plan import random_prompts
    from tsel_core.bench.run import with_mode
    from tsel_core.models.random import SHAPES
    from tsel_kernels.backend import torch_kernels

    SHAPES["few"] = (SHAPES[SHAPE][0], SHAPES[SHAPE][1] | {"num_hidden_layers": LAYERS})
    for weights, kv in SETTINGS:
        torch.manual_seed(1)
        engine = engine_of(weights, kv, shape="few")
        ((ids, tail),) = random_prompts(engine.loaded.info.vocab_size, [CHECKED])
        words = ids[100 : 100 + STEPS]
        for mode in ("select", "all", "full"):
            with_mode(engine, "full" if mode == "full" else "select")
            reading = engine.read(ids, tail, room=2)
            common = engine, reading, mode, words
            captured, picks = forced_logits(*common, engine.captured.kernels, True)
            opened, _ = forced_logits(*common, engine.captured.kernels, False)
            defined, wanted = forced_logits(*common, torch_kernels(), False)
            same = [float(torch.isin(b[0, g], a[0, g]).float().mean()) for a, b in zip(picks, wanted, strict=True) for g in range(a.shape[1])]
            row = {"weights": weights, "kv": kv, "mode": mode, **compared(captured, defined)}
            yield row | {"graph_is_open": bool(torch.equal(captured, opened)), "picks_kept": min(same) if mode != "full" else None}
            engine.let_go(reading)
        del engine, reading, common
        _freed()


def _freed() -> None:
    gc.collect()
    if not DRY:
        torch.cuda.empty_cache()


def maps() -> Iterator[dict[str, Any]]:
    """Microseconds of each map as the engine launches it; 8 bits of the tree that has other tiles with those too."""
    if DRY:
        return
    from packed_linear import maps as every
    from packed_linear import product, random_weight
    from timing import ceilings, time_call
    from workloads import MODELS

    from tsel_kernels.backend import triton_kernels
    from tsel_kernels.triton_device import Tile

    gpu: Any = triton_kernels()
    copy, _ = ceilings()
    dots = gpu.packed_row_linear_.__module__.endswith("triton_dots")
    for name, (num, width, fused) in every(MODELS[0]).items():
        for bits in (4, 8):
            weight = random_weight(num, width, bits)
            more = EIGHT if dots and bits == 8 and name in ("head", "norm + gate, up + silu") else []
            for tile in [None, *more]:
                options = {} if tile is None else {"tile": Tile(*tile)}
                ms = time_call(product(gpu.packed_row_linear_, weight, num, width, fused, **options), repeats=20).ms
                yield {"map": name, "bits": bits, "tile": tile, "us": 1e3 * ms, "of_copy": weight.num_bytes / ms / 1e6 / copy}
            del weight
            torch.cuda.empty_cache()


def written(engine: Any, reading: Any, rounds: int) -> list[float]:
    """Tokens/s of each round; the first warms up and is left out."""
    from tsel_core.bench.run import _write

    speeds = []
    for _ in range(rounds + 1):
        tokens, seconds = _write(engine, reading, WRITTEN)
        speeds.append((len(tokens) - 1) / seconds)
    return speeds[1:]


def speed(weights: str, kv: str, limit: int | None, rehearsed: bool) -> Iterator[dict[str, Any]]:
    """A reading, then tokens/s selecting and with full attention."""
    from tsel_core.bench.plan import random_prompts
    from tsel_core.bench.run import with_mode
    from tsel_core.device.memory import PeakMemory

    engine = engine_of(weights, kv, limit=limit, length=LENGTH)
    ((ids, tail),) = random_prompts(engine.loaded.info.vocab_size, [LENGTH])
    with_mode(engine, "select")
    for last in (False, True) if rehearsed else (True,):
        with PeakMemory(engine.device) as peak:
            began = time.perf_counter()
            reading = engine.read(ids, tail, room=12 * WRITTEN)
            if not DRY:
                torch.cuda.synchronize()
            first = time.perf_counter() - began
            selecting = written(engine, reading, 5 if last else 0)
        if not last:
            engine.let_go(reading)
    row = {"weights": weights, "kv": kv, "limit": limit, "storage": engine.storage, "captured": engine.captures(reading)}
    row |= {"mode": "select", "tokens_s": statistics.median(selecting), "rounds": [round(s, 2) for s in selecting]}
    yield row | {"first_token_s": first if rehearsed else None, "peak_gb": (peak.num_bytes or 0) / 1e9}
    reading.decode_mode = "full"
    full = written(engine, reading, 3)
    yield row | {"mode": "full", "tokens_s": statistics.median(full), "rounds": [round(s, 2) for s in full]}
    engine.let_go(reading)
    del engine, reading
    _freed()


def main_setting() -> Iterator[dict[str, Any]]:
    """4 bits of both in 12 GB."""
    return speed("q4", "q4", None if DRY else 12 * 10**9, True)


def others() -> Iterator[dict[str, Any]]:
    """What else the changed kernels serve, and what they do not touch."""
    for weights, kv in SETTINGS[1:]:
        yield from speed(weights, kv, None, False)


def run(part: str, out: Path) -> None:
    """The rows of a part, written as they come."""
    parts: dict[str, Callable[[], Iterator[dict[str, Any]]]] = {"check": check, "maps": maps, "main": main_setting, "others": others}
    rows: list[dict[str, Any]] = []
    try:
        for row in parts[part]():
            rows.append({k: float(f"{v:.5g}") if isinstance(v, float) else v for k, v in row.items()})
            print(json.dumps(rows[-1]), flush=True)
            out.write_text(json.dumps(rows), encoding="utf-8")
    except Exception as error:
        import traceback

        traceback.print_exc()
        rows.append({"failed": f"{type(error).__name__}: {error}"[:400]})
    out.write_text(json.dumps(rows), encoding="utf-8")


if __name__ == "__main__":
    run(sys.argv[1], Path(sys.argv[2]))
