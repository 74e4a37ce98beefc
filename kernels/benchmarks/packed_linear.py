"""Linear maps of one row from packed weights on one CUDA device: `python kernels/benchmarks/packed_linear.py OUT.json`.

`packed_linear.py warm I N` only compiles share I of N: several processes at once save minutes.

Each map of the Qwen2-7B shape in 4 and 8 bits with several block shapes, beside the bf16 kernel; then the maps of 28 layers
in one graph, as a written token runs them. GB/s of weight bytes; medians, the L2 cache flushed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch
from timing import ceilings, time_call
from torch import Tensor
from workloads import MODELS, ModelShape

from tsel_kernels.backend import triton_kernels
from tsel_kernels.packed_weight import GROUP, PackedWeight
from tsel_kernels.triton_device import Tile

gpu = triton_kernels()
TILES = [(2, 128, 4, 4), (2, 128, 4, 6), (4, 128, 4, 2), (4, 128, 4, 4), (8, 128, 4, 2), (8, 256, 8, 1), (2, 1024, 8, 2)]
"""Rows, groups, warps, programs a multiprocessor."""


def random_weight(num: int, width: int, bits: int) -> PackedWeight:
    """Random codes under scales that keep a row's product small; 4 bits have a zero."""
    shape = (num, width // GROUP)
    words = torch.randint(-(2**31), 2**31 - 1, (*shape, bits), dtype=torch.int32, device="cuda")
    scale = torch.full(shape, 1e-3, dtype=torch.float16, device="cuda")
    return PackedWeight(words, scale, -8 * scale if bits == 4 else None)


def maps(model: ModelShape) -> dict[str, tuple[int, int, dict[str, bool]]]:
    """Name -> rows, columns, what is fused."""
    qkv = (model.heads + 2 * model.kv_heads) * model.dim
    return {
        "norm + qkv": (qkv, model.hidden, {"norm": True}),
        "output + residual": (model.hidden, model.heads * model.dim, {"residual": True}),
        "norm + gate, up + silu": (2 * model.inner, model.hidden, {"norm": True, "gated": True}),
        "down + residual": (model.hidden, model.inner, {"residual": True}),
        "head": (152_064, model.hidden, {"norm": True}),
    }


def product(kernel: Any, weight: Any, num: int, width: int, fused: dict[str, bool], **options: Any) -> Callable[[], Tensor]:
    """A call of a row kernel on rows of its own."""
    row = torch.randn(width, device="cuda").bfloat16()
    out = torch.randn(num // 2 if fused.get("gated") else num, device="cuda").bfloat16()
    norm = torch.ones_like(row) if fused.get("norm") else None
    residual = out if fused.get("residual") else None
    return lambda: kernel(row, weight, out, norm=norm, residual=residual, gated=fused.get("gated", False), **options)


def warm(mine: int, of: int) -> None:
    """Compile every `of`-th call from `mine` on."""
    calls = [(num, width, fused, bits, tile) for num, width, fused in maps(MODELS[0]).values() for bits in (4, 8) for tile in [None, *TILES]]
    for num, width, fused, bits, tile in calls[mine::of]:
        options = {} if tile is None else {"tile": Tile(*tile)}
        product(gpu.packed_row_linear_, random_weight(num, width, bits), num, width, fused, **options)()


def rows(copy: float) -> Iterator[dict[str, Any]]:
    """A row a map and kernel."""
    for name, (num, width, fused) in maps(MODELS[0]).items():
        plain = torch.randn(num, width, device="cuda").bfloat16() * 0.02
        ms = time_call(product(gpu.row_linear_, plain, num, width, fused)).ms
        yield {"map": name, "kernel": "bf16", "ms": ms, "of_copy": 2 * plain.numel() / ms / 1e6 / copy}
        del plain
        for bits in (4, 8):
            weight = random_weight(num, width, bits)
            found = []
            for tile in [None, *TILES]:
                options = {} if tile is None else {"tile": Tile(*tile)}
                ms = time_call(product(gpu.packed_row_linear_, weight, num, width, fused, **options), repeats=8).ms
                found.append({"tile": tile, "ms": ms, "of_copy": weight.num_bytes / ms / 1e6 / copy})
            yield {"map": name, "kernel": f"{bits} bits", **found[0], "tiles": sorted(found[1:], key=lambda t: t["ms"])[:5]}
        wide = torch.empty(num, width, device="cuda", dtype=torch.bfloat16)
        four = random_weight(num, width, 4)
        ms = time_call(lambda four=four, wide=wide: gpu.unpack_weight_(four, wide)).ms
        moved = 2 * wide.numel() + four.num_bytes
        yield {"map": name, "kernel": "unpack 4 bits", "ms": ms, "of_copy": moved / ms / 1e6 / copy}


def layers(bits: int, copy: float) -> dict[str, Any]:
    """The four maps of 28 layers, one after the other in one graph."""
    model, calls, size = MODELS[0], [], 0
    for _ in range(28):
        for name, (num, width, fused) in maps(model).items():
            if name == "head":
                continue
            weight: Any = torch.randn(num, width, device="cuda").bfloat16() if bits == 16 else random_weight(num, width, bits)
            size += 2 * weight.numel() if bits == 16 else weight.num_bytes
            calls.append(product(gpu.row_linear_ if bits == 16 else gpu.packed_row_linear_, weight, num, width, fused))
    ms = time_call(lambda: [call() for call in calls]).ms
    return {"map": "28 layers", "kernel": f"{bits} bits", "ms": ms, "gb_s": size / ms / 1e6, "of_copy": size / ms / 1e6 / copy}


def main() -> None:
    """Time all and write the rows as JSON."""
    if sys.argv[1] == "warm":
        warm(int(sys.argv[2]), int(sys.argv[3]))
        return
    copy, _ = ceilings()
    found: list[dict[str, Any]] = [{"device": torch.cuda.get_device_name(), "torch": torch.__version__, "copy_gb_s": copy}]
    for row in (*rows(copy), *(layers(bits, copy) for bits in (16, 8, 4))):
        print(json.dumps(row), flush=True)
        found.append(row)
        torch.cuda.empty_cache()
    Path(sys.argv[1]).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
