"""Timing on a CUDA device: a call is captured in a graph and replayed with the L2 cache flushed in between."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

Call = Callable[[], Any]


@dataclass(frozen=True)
class Timing:
    """Milliseconds: median, 20th and 80th percentile."""

    ms: float
    p20: float
    p80: float


def time_call(call: Call, *, repeats: int = 30, graph: bool = True, budget_ms: float = 1500.0) -> Timing:
    """Time `call` (twice to warm up; fewer repeats for a slow call)."""
    call()
    torch.cuda.synchronize()
    start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    start.record()
    call()
    end.record()
    torch.cuda.synchronize()
    once = start.elapsed_time(end)
    replay = call
    if graph:
        captured = torch.cuda.CUDAGraph()
        with torch.cuda.graph(captured):
            call()
        replay = captured.replay
        replay()
    repeats = int(max(3, min(repeats, budget_ms / max(once, 1e-3))))
    flush = torch.empty(96 * 2**20, dtype=torch.int8, device="cuda")
    pairs = [tuple(torch.cuda.Event(enable_timing=True) for _ in range(2)) for _ in range(repeats)]
    for begin, finish in pairs:
        flush.zero_()
        begin.record()
        replay()
        finish.record()
    torch.cuda.synchronize()
    times = sorted(b.elapsed_time(f) for b, f in pairs)
    last = len(times) - 1
    return Timing(statistics.median(times), times[round(0.2 * last)], times[round(0.8 * last)])


def kernel_times(call: Call, repeats: int = 5) -> dict[str, float]:
    """Mean milliseconds of each kernel in `call`, by the profiler ({} where it cannot run)."""
    from torch.profiler import ProfilerActivity, profile

    flush = torch.empty(96 * 2**20, dtype=torch.int8, device="cuda")
    call()
    torch.cuda.synchronize()
    with profile(activities=[ProfilerActivity.CUDA]) as profiler:
        for _ in range(repeats):
            flush.zero_()
            call()
        torch.cuda.synchronize()
    found: dict[str, float] = {}
    for event in profiler.key_averages():
        if event.device_time_total and "Memset" not in event.key and "FillFunctor" not in event.key:
            found[event.key[:40]] = event.device_time_total / repeats / 1000
    return found


def ceilings() -> tuple[float, float]:
    """(copy bandwidth in GB/s counting bytes read and written, bf16 matrix product in TFLOP/s)."""
    source = torch.randn(2**28, device="cuda").view(torch.int8)
    target = torch.empty_like(source)
    copy = time_call(lambda: target.copy_(source), graph=False).ms
    a, b = (torch.randn(8192, 8192, device="cuda", dtype=torch.bfloat16) for _ in range(2))
    product = time_call(lambda: a @ b, graph=False).ms
    return 2 * source.numel() / copy / 1e6, 2 * 8192**3 / product / 1e9
