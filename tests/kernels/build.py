"""Inputs of the kernel tests, and the one tolerance table."""

from __future__ import annotations

import faulthandler
import importlib.util
import os
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import torch

TOLERANCE = {torch.float32: 2e-5, torch.float16: 2e-3, torch.bfloat16: 8e-3}
"""Largest relative RMS error of an output in its dtype; never loosened by environment."""

VOTE_TOLERANCE = 2e-3
"""Votes and their sums: probabilities pass the matrix units in fp16 (2^-11 each) whatever the dtype."""

LSE_TOLERANCE = 2e-4
"""Log-sum-exp, float32 in every dtype; the query of the index has 15 bits."""

DTYPES = [torch.float32, torch.bfloat16] + ([torch.float16] if torch.cuda.is_available() else [])


@dataclass(frozen=True)
class Shape:
    """H query heads, Hkv KV heads, D head_dim, N rows."""

    heads: int
    kv_heads: int
    dim: int
    rows: int


SHAPES = [
    Shape(7, 1, 64, 130),  # G = 7
    Shape(8, 2, 80, 300),  # head_dim between powers of two, ragged N
    Shape(2, 2, 128, 5),  # G = 1, fewer rows than a tile
    Shape(6, 3, 96, 257),
    Shape(4, 1, 256, 70),
]


def relative_error(got: torch.Tensor, want: torch.Tensor) -> float:
    """||got - want|| / ||want||; NaN and wrong infinities count as an error of 1 or more."""
    got, want = got.detach().float().cpu(), want.detach().float().cpu()
    assert got.shape == want.shape, (got.shape, want.shape)
    finite = torch.isfinite(want)
    if not bool((torch.isfinite(got) == finite).all()):
        return float("inf")
    if not bool(finite.any()):
        return 0.0
    difference = (got[finite] - want[finite]).norm()
    return float(difference / want[finite].norm().clamp(min=1e-12))


def pool(rows: torch.Tensor, spare: int = 64) -> torch.Tensor:
    """rows [Hkv, N, D] as a view of a larger pool whose other rows are NaN."""
    kv, num, dim = rows.shape
    whole = torch.full((kv, num + spare, dim), float("nan"), dtype=rows.dtype, device=rows.device)
    whole[:, :num] = rows
    return whole[:, :num]


def normal(device: torch.device, dtype: torch.dtype, *size: int, seed: int = 0) -> torch.Tensor:
    """Standard normal numbers, the same on every device."""
    return torch.randn(size, generator=torch.Generator().manual_seed(seed + sum(size))).to(device, dtype)


def ints(device: torch.device, values: list[int]) -> torch.Tensor:
    """An int32 tensor."""
    return torch.tensor(values, dtype=torch.int32, device=device)


def table(device: torch.device, rows: int, dims: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Rotary tables cos, sin [rows, dims]."""
    angles = torch.arange(rows)[:, None] / 10000 ** (torch.arange(0, dims, 2) / dims)
    angles = torch.cat([angles, angles], -1)
    return angles.cos().to(device), angles.sin().to(device)


def picks(device: torch.device, starts: list[int], groups: int, k: int, num_sink: int, seed: int = 0) -> torch.Tensor:
    """Random ascending picks [B, groups, k] in [num_sink, start), a different count in each group, padded with -1."""
    generator = torch.Generator().manual_seed(seed)
    out = torch.full((len(starts), groups, k), -1, dtype=torch.int32)
    for b, start in enumerate(starts):
        for g in range(groups):
            room = max(0, start - num_sink)
            count = min(max(0, k - 3 * g), room)
            chosen = torch.randperm(room, generator=generator)[:count] + num_sink
            out[b, g, :count] = chosen.sort().values.int()
    return out.to(device)


def source_with(name: str, old: str, new: str, folder: Path) -> ModuleType:
    """A module of tsel_kernels ("top_k/triton") with `old`, which must be in its source, replaced by `new`; written to folder."""
    import tsel_kernels

    source = (Path(tsel_kernels.__file__).parent / f"{name}.py").read_text()
    assert old in source, f"the mutant no longer applies: {old!r} is not in {name}.py"
    stem = f"mutant_{name.replace('/', '_')}"
    path = folder / f"{stem}.py"
    path.write_text(source.replace(old, new) if old else source)
    spec = importlib.util.spec_from_file_location(stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def noticed(passes: Callable[[], bool], device: torch.device) -> bool:
    """Whether a wrong kernel does not pass.

    Without a GPU it is judged in a forked process: a mutant that writes past a tensor's end breaks the heap of whoever
    runs it, and the tests behind it crash or hang. On a GPU such a write stays on the card, and its context cannot be forked.

    Raises:
        AssertionError: the comparison itself failed (a shape, an error of Python's); a process that died has noticed it.
    """
    if device.type == "cuda" or not hasattr(os, "fork"):
        return not passes()
    child = os.fork()
    if child == 0:
        faulthandler.disable()
        signal.alarm(300)  # a mutant that never ends has been noticed, too
        code = 2
        try:
            code = 0 if passes() else 1
        except BaseException:
            traceback.print_exc()
        os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code != 2, "the mutant was not judged: its error stands above"
    return code != 0
