"""What few bits do to attention, layer by layer, from an exact reading that kv_bits.py kept: seconds instead of minutes.

    python kernels/benchmarks/kv_bits_layers.py READING [--layers]

Of the last queries over the kept rows: KL of the softmax, and relative error of attention's output, mean over layers
(--layers: of each, with 8 bits and at position 28 000). "turned": by Hadamard's matrix; "sized": channels divided by
sqrt(size of keys / size of queries); "first": four rows exact; "recent": the last 256 exact. Keys less the mean of the
first 512 rows. Positions by a rotary base of a million, as the Qwen2 models have.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor

sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

from tsel_kernels.q4_rows.reference import turning  # noqa: E402

_FIRST, _RECENT, _CHUNK, _LATE = 4, 256, 512, 28_000.0


def rounded(rows: Tensor, bits: int, group: int = 0, dim: int = -1) -> Tensor:
    """Rows on 2 ** bits steps between the least and the largest of a row, a group of its channels, or along `dim`."""
    parts = rows.unflatten(-1, (-1, group)) if group else rows
    low, high = parts.amin(dim, keepdim=True), parts.amax(dim, keepdim=True)
    step = ((high - low) / (2**bits - 1)).clamp(min=1e-9)
    return (((parts - low) / step).round() * step + low).reshape(rows.shape)


def rotated(rows: Tensor, places: float) -> Tensor:
    """Rows that stand `places` positions further on."""
    dim = rows.shape[-1]
    angles = places / 1e6 ** (torch.arange(0, dim, 2).float() / dim)
    a, b = rows.chunk(2, -1)
    return torch.cat([a * angles.cos() - b * angles.sin(), b * angles.cos() + a * angles.sin()], -1)


def sizes_of(keys: Tensor, queries: Tensor) -> Tensor:
    """[Hkv, 1, D]: sqrt(size of keys / size of queries), one for the two channels that rotary turns together."""

    def size(rows: Tensor) -> Tensor:
        first, second = rows.square().mean(1, keepdim=True).chunk(2, -1)
        return torch.cat([first + second] * 2, -1)

    return (size(keys) / size(queries)).pow(0.25)


class Layer:
    """Exact attention of a layer: keys, values [Hkv, N, D], queries [Hkv, heads of a group * T, D]."""

    def __init__(self, keys: Tensor, values: Tensor, query: Tensor, stride: int) -> None:
        self.keys, self.values = keys.float(), values.float()
        self.queries = query.float().transpose(0, 1).reshape(len(keys), -1, keys.shape[2])[:, ::stride]
        self.turn = turning(keys.shape[2], keys.device, torch.float32)
        self.mean = self.keys[:, :_CHUNK].mean(1, keepdim=True)
        self.sizes = sizes_of((self.keys - self.mean)[:, _FIRST:_CHUNK], self.queries)
        self.shares = self.softmax(self.queries, self.keys)
        self.out = self.shares @ self.values

    def softmax(self, queries: Tensor, keys: Tensor) -> Tensor:
        """Of queries over keys."""
        return torch.softmax(queries @ keys.transpose(1, 2) / keys.shape[2] ** 0.5, -1)

    def error(self, keys: Tensor, values: Tensor, queries: Tensor | None = None) -> tuple[float, float]:
        """KL of the softmax and relative error of the output with other rows."""
        shares = self.softmax(self.queries if queries is None else queries, keys)
        kl = (self.shares * (self.shares.clamp(min=1e-12).log() - shares.clamp(min=1e-12).log())).sum(-1).mean()
        return float(kl), float((shares @ values - self.out).norm() / self.out.norm())

    def held(self, keys: Tensor, bits: int, group: int = 0, sized: bool = True) -> Tensor:
        """Keys as codes remember them."""
        size = self.sizes if sized else torch.ones_like(self.sizes)
        return rounded(((keys - self.mean) / size) @ self.turn, bits, group) @ self.turn.T * size + self.mean

    def ways(self) -> Iterator[tuple[str, Tensor, Tensor]]:
        """Names, keys and values of the ways that are compared."""
        k, v = self.keys, self.values
        yield "keys 4 bits", rounded(k - self.mean, 4) + self.mean, v
        for name, bits, group, sized in (
            ("turned", 4, 0, False), ("turned, sized", 4, 0, True), ("turned, sized, groups of 64", 4, 64, True),
            ("turned, sized, groups of 32", 4, 32, True), ("turned, sized, 5 bits", 5, 0, True),
        ):  # fmt: skip
            rows = self.held(k, bits, group, sized)
            yield f"keys {name}", rows, v
            yield f"keys {name}, first", with_exact(rows, k), v
            yield f"keys {name}, first, recent", with_exact(rows, k, _RECENT), v
        for size in (64, 32):
            blocks = k[:, : k.shape[1] // size * size].unflatten(1, (-1, size))
            rows = k.clone()
            rows[:, : blocks.shape[1] * size] = rounded(blocks, 4, dim=2).flatten(1, 2)
            yield f"keys a step a channel and {size} rows, first", with_exact(rows, k), v
        yield "values 4 bits", k, rounded(v, 4)
        for group in (0, 64, 32):
            rows = rounded(v @ self.turn, 4, group) @ self.turn.T
            yield f"values turned{f', groups of {group}' if group else ''}", k, rows
            yield f"values turned{f', groups of {group}' if group else ''}, first", k, with_exact(rows, v)


def with_exact(rows: Tensor, exact: Tensor, recent: int = 0) -> Tensor:
    """Rows with the first few, and the last, as they were."""
    out = rows.clone()
    out[:, :_FIRST] = exact[:, :_FIRST]
    if recent:
        out[:, -recent:] = exact[:, -recent:]
    return out


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("reading", type=Path, help="what kv_bits.py --keep wrote")
    parser.add_argument("--layers", action="store_true")
    parser.add_argument("--stride", type=int, default=16, help="one query in so many")
    options = parser.parse_args()
    rows, _ = torch.load(options.reading, mmap=True)
    queries = torch.load(f"{options.reading}.queries", mmap=True)
    found: dict[str, list[tuple[float, float]]] = {}
    for number in sorted(queries):
        keys, values = rows[number]
        layer = Layer(keys[0], values[0], queries[number], options.stride)
        if not options.layers:
            for name, k, v in layer.ways():
                found.setdefault(name, []).append(layer.error(k, v))
            continue
        late, asked = rotated(layer.keys, _LATE), rotated(layer.queries, _LATE)
        errors = [layer.error(with_exact(layer.held(layer.keys, bits), layer.keys), layer.values)[1] for bits in (4, 8)]
        errors += [layer.error(with_exact(layer.held(late, bits), late), layer.values, asked)[1] for bits in (4, 8)]
        print(f"layer {number:2d}  4 bits {errors[0]:.4f}  8 bits {errors[1]:.4f}  28 000 on: {errors[2]:.4f} {errors[3]:.4f}")
    for name, pairs in found.items():
        kl, out = (sum(p[i] for p in pairs) / len(pairs) for i in (0, 1))
        print(f"{name:48s} softmax KL {kl:.5f}  output {out:.4f}")


if __name__ == "__main__":
    main()
