"""What follows from the rows of `tsel bench`: attention alone, crossover, bottleneck, predictions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from tsel_core.bench.advice import bench_advice
from tsel_core.bench.forecast import basis, bottleneck, crossover_of, documents_of, predict
from tsel_core.bench.rows import BenchRow
from tsel_core.engine.crossover import Geometry, time_layer
from tsel_core.engine.engine import Engine
from tsel_core.selection.cost import prefill_cost


def conclusions(
    engine: Engine, groups: Sequence[Sequence[BenchRow]], document: tuple[str, int, int | None]
) -> dict[str, Any]:
    """Keys of the JSON beside the rows. `document` is (name, tokens, pages or None) of the user's file."""
    name, num_tokens, num_pages = document
    documents = documents_of(num_tokens, name, num_pages)

    def cost_share(num_tokens: int) -> float:
        return prefill_cost(engine.selection, num_tokens, chunk_size=engine.chunk_size).flops

    found = predict(groups, documents, engine.loaded.info.trained_window, cost_share)
    on_gpu = engine.device.type == "cuda"
    layer = [] if engine.ranks else _attention_only(engine, [rows[0].num_tokens for rows in groups])
    return {
        "attention_only": layer,
        "crossover": {
            "first_token_tokens": crossover_of(groups),
            "attention_prefill_tokens": _first_won(layer, "prefill"),
            "attention_decode_tokens": _first_won(layer, "decode"),
        },
        "bottleneck": bottleneck(groups[-1], on_gpu),
        "predictions": [f.as_json() for f in found],
        "prediction_basis": basis(groups, num_pages) if found else "",
        "recommendation": bench_advice(groups),
    }


def _attention_only(engine: Engine, lengths: Sequence[int]) -> list[dict[str, Any]]:
    """One layer's attention on random rows of the model's shape, milliseconds of full and select, no reuse.

    A length that does not fit beside the weights, with all its rows on the device, stands there without figures: what
    was measured end to end (rows in host memory, perhaps) is not lost for it.
    """
    info = engine.loaded.info
    geometry = Geometry(info.num_heads, info.num_kv_heads, info.head_dim, engine.chunk_size)
    found = []
    engine.let_go()  # the captured loop holds the last cache
    for num in dict.fromkeys(lengths):
        missing = None
        try:
            timed = time_layer(num, geometry, engine.selection, engine.kernels, engine.device, engine.loaded.dtype)
        except torch.OutOfMemoryError:
            missing, timed = "out of memory", [(phase, num, 0.0, 0.0) for phase in ("prefill", "decode")]
            engine.let_go()
        for phase, rows, full, select in timed:
            selects = full > 0  # too short a cache has nothing to leave out
            found.append(
                {
                    "phase": phase,
                    "num_tokens": rows,
                    "full_ms": round(full, 4) if selects else None,
                    "select_ms": round(select, 4) if selects else None,
                    "ratio": round(full / select, 3) if selects else None,
                    "missing": missing or (None if selects else "nothing to leave out"),
                }
            )
    return found


def _first_won(layer: Sequence[dict[str, Any]], phase: str) -> int | None:
    """Shortest measured length at which one layer's select took no longer than full."""
    return next((r["num_tokens"] for r in layer if r["phase"] == phase and r["ratio"] and r["ratio"] >= 1), None)
