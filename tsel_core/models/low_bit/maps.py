"""The linear maps of a lean decoder's files, those over one input side by side, and the bits each is held in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from tsel_core.models.low_bit.quantize import four_bits
from tsel_core.models.plain_decoder import EMBEDDING, HEAD
from tsel_kernels.packed_weight import GROUP

_FUSED = {"self_attn.qkv_proj": ("q_proj", "k_proj", "v_proj"), "mlp.gate_up_proj": ("gate_proj", "up_proj")}
_SINGLE = ("o_proj", "down_proj", "qkv_proj", "gate_up_proj")
_PROBED, _ON_GRID = 16, 0.98  # rows of a matrix that are looked at, share of their groups that lie on a grid
_MOSTLY = 0.5  # of a model's weights: it was made in 4 bits


@dataclass(frozen=True, slots=True)
class Map:
    """A linear map [N, K]: its name, the names of the tensors it is made of, and whether they lie on a 4-bit grid."""

    name: str
    parts: tuple[str, ...]
    shape: tuple[int, int]
    on_grid: bool

    @property
    def is_table(self) -> bool:
        """Embedding or head: always 8 bits."""
        return self.name in (EMBEDDING, HEAD)

    def bits(self, exact: bool) -> int:
        """Bits it is held in. `exact`: 4 only where the values are known to have no more."""
        return 4 if not self.is_table and (self.on_grid or not exact) else 8


class Files:
    """Tensors of safetensors files by name."""

    def __init__(self, paths: Sequence[Path]) -> None:
        from safetensors import safe_open

        self._open = ExitStack()
        archives = [self._open.enter_context(safe_open(str(p), framework="pt", device="cpu")) for p in paths]
        self._home: dict[str, Any] = {name: archive for archive in archives for name in archive.keys()}  # noqa: SIM118

    def __enter__(self) -> Files:
        return self

    def __exit__(self, *_error: object) -> None:
        self._open.close()

    @property
    def names(self) -> list[str]:
        """Of all tensors."""
        return list(self._home)

    def tensor(self, names: Iterable[str]) -> Tensor:
        """The tensors of these names below each other."""
        parts = [self._home[name].get_tensor(name) for name in names]
        return parts[0] if len(parts) == 1 else torch.cat(parts)

    def first_rows(self, name: str, num: int) -> Tensor:
        """The first rows of a tensor; only they are read."""
        found: Tensor = self._home[name].get_slice(name)[:num]
        return found

    def dtype(self, name: str) -> str:
        """Of a tensor, as the file names it."""
        return str(self._home[name].get_slice(name).get_dtype())

    def shape(self, name: str) -> tuple[int, ...]:
        """Of a tensor."""
        return tuple(self._home[name].get_slice(name).get_shape())


def maps_of(files: Files) -> list[Map]:
    """The maps whose width can be cut into groups, in the order of the files' names; each is probed for its grid."""
    present, found = set(files.names), []
    for name, parts in _candidates(files.names):
        shapes = [files.shape(p) for p in parts]
        if not present.issuperset(parts) or any(len(s) != 2 or s[1] % GROUP for s in shapes):
            continue
        table = name in (EMBEDDING, HEAD)
        on_grid = not table and all(four_bits(files.first_rows(p, _PROBED)).share >= _ON_GRID for p in parts)
        found.append(Map(name, parts, (sum(s[0] for s in shapes), shapes[0][1]), on_grid))
    return found


def _candidates(names: Sequence[str]) -> list[tuple[str, tuple[str, ...]]]:
    found: list[tuple[str, tuple[str, ...]]] = []
    for name in names:
        path, _, leaf = name.rpartition(".")
        module = path.rpartition(".")[2]
        if name in (EMBEDDING, HEAD) or (leaf == "weight" and module in _SINGLE):
            found.append((name, (name,)))
        for fused, parts in _FUSED.items():
            if leaf == "weight" and path.endswith(f".{fused.partition('.')[0]}.{parts[0]}"):
                above = path.removesuffix(parts[0])
                found.append((f"{above}{fused.partition('.')[2]}.weight", tuple(f"{above}{p}.weight" for p in parts)))
    return found


def biases_of(files: Files, one: Map) -> Tensor | None:
    """The bias of a map; None without one."""
    names = [p.removesuffix("weight") + "bias" for p in one.parts]
    return files.tensor(names) if set(files.names).issuperset(names) else None


def mostly_on_grids(maps: Sequence[Map]) -> bool:
    """Whether a model was made in 4 bits: more than half of the weights of its layers lie on such grids."""
    sizes = [(m.shape[0] * m.shape[1], m.on_grid) for m in maps if not m.is_table]
    return sum(s for s, on_grid in sizes if on_grid) > _MOSTLY * sum(s for s, _ in sizes)


def packed_bytes(maps: Sequence[Map], bits_of: Callable[[Map], int], device: str) -> int:
    """Bytes of the maps in these bits, scales included."""
    total = 0
    for one in maps:
        num, width = one.shape
        bits = bits_of(one)
        if bits == 4 or device.startswith("cuda"):
            scales = num * width // GROUP * (4 if bits == 4 else 2)
        else:
            scales = 2 * num
        total += num * width * bits // 8 + scales
    return total
