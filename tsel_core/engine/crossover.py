"""From how many cached tokens on selection is faster than full attention: measured once per machine and shape.

One layer's attention is timed on random data, full against select, at growing lengths; the result is kept in the
cache folder and measured again when machine, shape, settings or versions change.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from tsel_core.config import SelectionConfig
from tsel_core.decoder.graph.decode import captures
from tsel_core.device.kinds import synchronize
from tsel_core.device.machine import describe_machine
from tsel_core.engine.crossover_step import decode_steps, replay_ms
from tsel_core.kv.key_index_cpu import GrowingIndex
from tsel_core.selection.lexical import LexicalRows
from tsel_core.selection.passes import Pass
from tsel_core.selection.selector import TokenSelector
from tsel_kernels.attention import cpu_bf16
from tsel_kernels.attention.full import full_attention
from tsel_kernels.protocol import Kernels
from tsel_kernels.score import cpu_index

NEVER = 1 << 60
# A pick costs fidelity, so it must win by more than a measurement is off by.
_CLEARLY = 0.9
_LENGTHS = {"cpu": (8192, 16384, 32768), "cuda": (8192, 16384, 32768, 65536, 131072, 262144)}


@dataclass(frozen=True, slots=True)
class Crossover:
    """Cached tokens from which select is not slower: for a prefill chunk and for a decode step (NEVER: not seen)."""

    prefill: int
    decode: int
    measured: tuple[tuple[str, int, float, float], ...] = ()  # (phase, tokens, full ms, select ms)


@dataclass(frozen=True, slots=True)
class Geometry:
    """Sizes of one attention layer and of a prefill chunk (tokens)."""

    num_heads: int
    num_kv_heads: int
    head_dim: int
    chunk_size: int


def crossover(
    geometry: Geometry, selection: SelectionConfig, kernels: Kernels, device: torch.device, dtype: torch.dtype
) -> Crossover:
    """The kept measurement for this machine and shape, or a fresh one (about two seconds)."""
    path = _path(geometry, selection, device, dtype, getattr(kernels, "bf16_chunks", False))
    try:
        kept = json.loads(path.read_text())
        return Crossover(int(kept["prefill"]), int(kept["decode"]), tuple(map(tuple, kept["measured"])))
    except (OSError, ValueError, KeyError, TypeError):
        pass
    found = measure(geometry, selection, kernels, device, dtype)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(f".{os.getpid()}")
        temporary.write_text(json.dumps(asdict(found)))
        temporary.replace(path)
    except OSError:
        pass  # a cache that cannot be written costs two seconds next time, nothing else
    return found


@torch.inference_mode()
def measure(
    geometry: Geometry, selection: SelectionConfig, kernels: Kernels, device: torch.device, dtype: torch.dtype
) -> Crossover:
    """Time both attentions at growing lengths until select wins."""
    table: list[tuple[str, int, float, float]] = []
    ends = {"prefill": NEVER, "decode": NEVER}
    for num_rows in _LENGTHS["cuda" if device.type == "cuda" else "cpu"]:
        for phase, rows, full, select in time_layer(
            num_rows, geometry, selection, kernels, device, dtype, [p for p, end in ends.items() if end == NEVER]
        ):
            table.append((phase, rows, full, select))
            if select <= _CLEARLY * full:
                ends[phase] = rows
        if NEVER not in ends.values():
            break
    return Crossover(ends["prefill"], ends["decode"], tuple(table))


@torch.inference_mode()
def time_layer(
    num_rows: int,
    geometry: Geometry,
    selection: SelectionConfig,
    kernels: Kernels,
    device: torch.device,
    dtype: torch.dtype,
    phases: Sequence[str] = ("prefill", "decode"),
) -> list[tuple[str, int, float, float]]:
    """(phase, rows, full ms, select ms) of one layer over a cache of random rows; full is 0 where nothing selects."""
    shape = (geometry.num_kv_heads, num_rows, geometry.head_dim)
    keys, values = (torch.randn(shape, device=device, dtype=dtype) for _ in range(2))
    found = []
    for phase in phases:
        num_queries = min(geometry.chunk_size, num_rows) if phase == "prefill" else 1
        query = torch.randn(num_queries, geometry.num_heads, geometry.head_dim, device=device, dtype=dtype)
        found.append((phase, num_rows, *_pair(query, keys, values, selection, kernels)))
    return found


def _pair(
    query: Tensor, keys: Tensor, values: Tensor, selection: SelectionConfig, kernels: Kernels
) -> tuple[float, float]:
    """Milliseconds of (full, select) for the last queries of a cache; select pays for itself fully, no reuse.

    A decode step on a GPU is timed as the captured loop runs it; on a CPU with the int8 copy of the keys, where that
    pays (the warm-up makes it).
    """
    selector = TokenSelector(selection, kernels)
    scaling = keys.shape[-1] ** -0.5
    num_rows, num_queries = keys.shape[1], query.shape[0]
    if not Pass("select").selects(selection, 0, num_rows, num_queries):
        return 0.0, 1.0
    if num_queries == 1 and captures(kernels, keys.device):
        full_step, select_step = decode_steps(query, keys, values, selection, kernels)
        return replay_ms(full_step, keys.device), replay_ms(select_step, keys.device)
    lexical = None
    if selection.lexical_share > 0 and num_queries > 1:  # the layers of a model share what the first run here computes
        lexical = LexicalRows(torch.randint(num_rows, (num_rows,), device=keys.device))

    rows_index = GrowingIndex(num_rows)

    def select() -> None:
        selector.cache.clear()
        if num_queries == 1:
            selector.decode(query, keys, values, scaling, rows_index.of)
        else:
            selector.prefill(query, num_rows - num_queries, keys, values, scaling, lexical)

    return _least_ms(lambda: full_attention(query, keys, values, scaling, kernels), keys.device), _least_ms(
        select, keys.device
    )


def _least_ms(work: Callable[[], Any], device: torch.device) -> float:
    """Least of five runs after a warm-up: other programs on the machine only ever add time."""
    seconds = []
    for _ in range(6):
        synchronize(device)
        started = time.perf_counter()
        work()
        synchronize(device)
        seconds.append(time.perf_counter() - started)
    return min(seconds[1:]) * 1000


def _path(
    geometry: Geometry, selection: SelectionConfig, device: torch.device, dtype: torch.dtype, bf16_chunks: bool
) -> Path:
    from tsel_core.cache_paths import cache_dir

    about = {"machine": describe_machine(device), "geometry": asdict(geometry), "selection": asdict(selection)}
    about["chunks"] = {"bf16": os.environ.get(cpu_bf16.VARIABLE, "auto")} if bf16_chunks else {}
    about["steps"] = {"captured": device.type == "cuda", "index": os.environ.get(cpu_index.VARIABLE, "auto")}
    name = hashlib.sha256(json.dumps([about, str(dtype)], sort_keys=True).encode()).hexdigest()[:24]
    return cache_dir() / "crossover" / f"{name}.json"
