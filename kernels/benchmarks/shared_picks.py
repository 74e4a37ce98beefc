"""What a layer saves that takes another layer's pick: attention of a chunk and of a written token, by turns.

    PYTHONPATH=.:kernels python kernels/benchmarks/shared_picks.py --rows 8192,16384

Random keys and values, 12 query heads, 2 KV heads of 128 (Qwen2.5-1.5B), the selection of the profile fast. On a CPU seconds
of this process on one core (other programs do not count), on a GPU seconds until all is done.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any

import torch

from tsel_core.config import SelectionConfig
from tsel_core.selection.selector import TokenSelector
from tsel_kernels.backend import load_kernels

HEADS, KV_HEADS, DIM, CHUNK = 12, 2, 128, 512


def by_turns(calls: dict[str, Callable[[], Any]], turns: int, device: torch.device) -> dict[str, float]:
    """Median milliseconds of each call; the first turn is not counted."""
    found: dict[str, list[float]] = {name: [] for name in calls}
    for turn in range(turns + 1):
        for name, call in calls.items():
            clock = time.perf_counter if device.type == "cuda" else time.process_time
            began = clock()
            call()
            if device.type == "cuda":
                torch.cuda.synchronize()
            if turn:
                found[name].append(1e3 * (clock() - began))
    return {name: statistics.median(times) for name, times in found.items()}


@torch.inference_mode()
def measure(rows: int, device: torch.device, turns: int) -> str:
    """A line of figures."""
    draw = torch.Generator().manual_seed(0)
    dtype = torch.bfloat16 if device.type == "cuda" else torch.float32
    shapes = (CHUNK, HEADS, DIM), (KV_HEADS, rows, DIM), (KV_HEADS, rows, DIM)
    query, keys, values = (torch.randn(*shape, generator=draw).to(device, dtype) for shape in shapes)
    selector, scaling = TokenSelector(SelectionConfig(reuse_threshold=1.0), load_kernels(device)), DIM**-0.5
    chunk = query, rows - CHUNK, keys, values, scaling
    step = query[-1:], keys, values, scaling
    picked, token = selector.prefill(*chunk)[1], selector.decode(*step)[1]
    of_chunk = {"own": lambda: selector.prefill(*chunk), "shared": lambda: selector.prefill(*chunk, given=picked)}
    of_step = {"own": lambda: selector.decode(*step), "shared": lambda: selector.decode(*step, given=token)}
    one, other = by_turns(of_chunk, turns, device), by_turns(of_step, 4 * turns, device)
    return (
        f"{rows:>9,} rows  chunk of {CHUNK}: {one['own']:.2f} ms, shared {one['shared']:.2f}  "
        f"written token: {other['own']:.3f} ms, shared {other['shared']:.3f}"
    )


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", default="8192,16384")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--turns", type=int, default=5)
    options = parser.parse_args()
    device = torch.device(options.device)
    if device.type == "cpu":
        torch.set_num_threads(1)
    for rows in options.rows.split(","):
        print(measure(int(rows), device, options.turns), flush=True)


if __name__ == "__main__":
    main()
