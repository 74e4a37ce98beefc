"""One layer of a captured decode step on random rows: what writing costs on a GPU, for tsel_core.engine.crossover.

Timed step by step, launches would hide the attention that a captured step runs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from tsel_core.config import SelectionConfig
from tsel_core.decoder.graph.mixer import decode_shape
from tsel_core.kv.cache import KVCache
from tsel_kernels.protocol import Kernels

Work = Callable[[], Any]
_APPENDED = 8192  # rows that enter the key index at once


def decode_steps(
    query: Tensor, keys: Tensor, values: Tensor, selection: SelectionConfig, kernels: Kernels
) -> tuple[Work, Work]:
    """(full, select) attention of query [1, H, D] at the last row of keys, values [Hkv, N, D], as a step runs them.

    Each writes and returns a tensor [H, D]; `select` picks afresh whenever it is called.
    """
    return _full(query, keys, values, kernels), _select(query, keys, values, selection, kernels)


def _full(query: Tensor, keys: Tensor, values: Tensor, kernels: Kernels) -> Work:
    return _attend(query, keys, values, None, kernels)[0]


def _select(query: Tensor, keys: Tensor, values: Tensor, selection: SelectionConfig, kernels: Kernels) -> Work:
    num_rows = keys.shape[1]
    layer = KVCache(1, num_rows, kernels.append_index_, selection.index_bits).pools[0]
    layer.start_index(keys[:, :_APPENDED])
    index = layer.index
    assert index is not None
    for begin in range(0, num_rows, _APPENDED):
        kernels.append_index_(index, keys[:, begin : begin + _APPENDED], begin)
    attend, position, state, shape, workspace = _attend(query, keys, values, selection, kernels)
    state.window_start.fill_(num_rows - selection.num_local)

    def select() -> Tensor:
        kernels.decode_select_(
            query[0], index, position, state, shape, workspace, scaling=query.shape[-1] ** -0.5
        )
        return attend()

    return select


def _attend(
    query: Tensor, keys: Tensor, values: Tensor, selection: SelectionConfig | None, kernels: Kernels
) -> tuple[Callable[[], Tensor], Tensor, Any, Any, Any]:
    """Attention over the pick of a state (with None: over every row), and what it works on."""
    device, (num_heads, head_dim) = query.device, query.shape[1:]
    shape = decode_shape(kernels, selection, num_heads, keys.shape[0], head_dim, keys.shape[1])
    state = kernels.decode_state(shape, query.dtype, device)
    workspace = kernels.decode_workspace(shape, device)
    position = torch.full((1,), keys.shape[1] - 1, dtype=torch.int32, device=device)
    out, lse = torch.empty_like(query[0]), torch.empty(num_heads, device=device)

    def attend() -> Tensor:
        found: Tensor = kernels.decode_attend_(
            query[0], keys, values, position, out, lse, state, shape, workspace, scaling=head_dim**-0.5
        )
        return found

    return attend, position, state, shape, workspace


def replay_ms(work: Work, device: torch.device) -> float:
    """Median milliseconds of eleven replays of `work` as a CUDA graph, its data out of the L2 cache before each."""
    side = torch.cuda.Stream(device)
    side.wait_stream(torch.cuda.current_stream(device))
    with torch.cuda.stream(side):
        for _ in range(2):
            work()
    torch.cuda.current_stream(device).wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph, capture_error_mode="thread_local"):
        work()
    other = torch.empty(2 * torch.cuda.get_device_properties(device).L2_cache_size, dtype=torch.uint8, device=device)
    marks = [(torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)) for _ in range(13)]
    for start, end in marks:
        other.zero_()
        start.record()
        graph.replay()
        end.record()
    torch.cuda.synchronize(device)
    taken = sorted(start.elapsed_time(end) for start, end in marks[2:])
    return float(taken[len(taken) // 2])
