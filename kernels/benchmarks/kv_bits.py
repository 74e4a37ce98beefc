"""What rounding keys and values to a few bits costs: KL of the next token against exact rows, on real text. JSON lines.

    python kernels/benchmarks/kv_bits.py --model qwen2.5-coder-1.5b --text FILE --tokens 4096 --ways "k4h v4h" "k4 v4"

A way is what is done to keys (k) and values (v): bits, then letters: h rotated (Hadamard), gN a scale and zero for N
dimensions (without: for the row), c a scale and zero a channel for every 64 rows (instead of a row), m the channel mean
of the first rows taken off, p that mean turned to every row's position, e and q channels of one size (e: of the keys; q:
by keys and queries, needs --keep), lN the first N layers' in 8 bits, xA-B layers A to B alone. "s128" keeps the first 128 rows exact, "r256" the last 256 (and a chunk's own). `--after` rounds the rows of an exact reading and only
forwards the measured tokens: cheap, and blind to what a reading from rounded rows adds.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "kernels")]

from tsel_core.kv.layer import KVLayer  # noqa: E402

_CHANNEL_ROWS = 64


@dataclass(frozen=True)
class Way:
    """How keys or values are rounded; 16 bits: not at all."""

    bits: int = 16
    turned: bool = False
    group: int = 0
    channels: bool = False
    mean: bool = False
    placed: bool = False
    wide_layers: int = 0
    even: bool = False
    asked: bool = False
    first: int = 0
    last: int = 999

    @classmethod
    def of(cls, text: str) -> Way:
        """`text` as in the module's words, without k or v."""
        def number(pattern: str) -> int:
            found = re.search(pattern, text)
            return int(found[1]) if found else 0

        return cls(number(r"^(\d+)"), "h" in text, number(r"g(\d+)"), "c" in text, "m" in text, "p" in text, number(r"l(\d+)"),
                   "e" in text, "q" in text, number(r"x(\d+)"), number(r"x\d+-(\d+)") if "x" in text else 999)

    def bytes(self, dim: int) -> float:
        """Bytes of a row and head, scales of 16 bits."""
        groups = dim / _CHANNEL_ROWS if self.channels else dim // (self.group or dim)
        return dim * self.bits / 8 + 4 * groups


def hadamard(dim: int) -> Tensor:
    """Orthogonal [dim, dim] of +-1 / sqrt(dim); dim a power of two."""
    matrix = torch.ones(1, 1)
    while matrix.shape[0] < dim:
        matrix = torch.cat([torch.cat([matrix, matrix], 1), torch.cat([matrix, -matrix], 1)])
    return matrix / dim**0.5


def rounded(rows: Tensor, way: Way, layer: int, offset: Tensor | None, sizes: Tensor | None) -> Tensor:
    """rows [Hkv, T, D] as `way` remembers them; `offset` is taken off first."""
    bits = 8 if layer < way.wide_layers else way.bits
    if bits >= 16 or not way.first <= layer <= way.last:
        return rows
    wide = rows.float() if offset is None else rows.float() - offset
    turn = hadamard(rows.shape[2]) if way.turned else None
    wide = wide if turn is None else wide @ turn
    heads, num, dim = wide.shape
    wide = wide if sizes is None else wide / sizes
    if way.channels:
        whole = num // _CHANNEL_ROWS * _CHANNEL_ROWS
        parts = [p for p in (wide[:, :whole].reshape(heads, -1, _CHANNEL_ROWS, dim), wide[:, None, whole:]) if p.numel()]
        wide = torch.cat([_steps(p, 2, bits).reshape(heads, -1, dim) for p in parts], 1)
    else:
        grouped = wide.reshape(heads, num, -1, way.group or dim)
        wide = _steps(grouped, 3, bits).reshape(heads, num, dim)
    wide = wide if sizes is None else wide * sizes
    wide = wide if turn is None else wide @ turn.T
    return (wide if offset is None else wide + offset).to(rows.dtype)


def _steps(rows: Tensor, dim: int, bits: int) -> Tensor:
    low, high = rows.amin(dim, keepdim=True), rows.amax(dim, keepdim=True)
    zero, scale = low.half().float(), ((high - low) / (2**bits - 1)).clamp(min=1e-6).half().float()
    return ((rows - zero) / scale).round().clamp(0, 2**bits - 1) * scale + zero


class RoundedLayer(KVLayer):
    """A plain layer whose rows become what few bits remember of them."""

    ways = (Way(), Way())
    sinks = recent = number = done = 0
    inverse: Tensor | None = None
    sizes: Tensor | None = None
    sinks_apart = 4
    queries: Tensor | None = None
    asked_sizes: Tensor | None = None
    means: tuple[Tensor | None, Tensor | None] = (None, None)

    def update(self, key_states: Tensor, value_states: Tensor, *args: Any, **kwargs: Any) -> tuple[Tensor, Tensor]:
        """See KVLayer."""
        if self.recent:
            self.round(self.length)
        out = super().update(key_states, value_states, *args, **kwargs)
        if not self.recent:
            self.round(self.length)
        return out

    def round(self, end: int) -> None:
        """Round rows that are older than `recent`."""
        begin, end = max(self.done, self.sinks), end - self.recent
        if end <= begin or self.keys is None:
            return
        made = []
        for pool, way, mean in zip((self.keys[0], self.values[0]), self.ways, self.means, strict=True):
            rows = pool[:, begin:end]
            offset = None
            if way.mean or way.placed:
                if mean is None:
                    flat = rows.float() if not way.placed else turn(rows.float(), -self._angles(begin, end))
                    mean = flat.mean(1, keepdim=True)
                offset = mean if not way.placed else turn(mean.expand(-1, end - begin, -1), self._angles(begin, end))
            if way.even and self.sizes is None:
                flat = rows.float() - offset
                if way.turned:
                    flat = flat @ hadamard(flat.shape[2])
                squares = flat[:, self.sinks_apart :].square().mean(1, keepdim=True)
                a, b = squares.chunk(2, -1)
                both = (a + b).sqrt().clamp(min=1e-6) if not way.turned else squares.sqrt()
                self.sizes = torch.cat([both, both], -1) if not way.turned else both
            scale = None
            if way.asked and self.queries is not None:  # channels by what queries make of them: sqrt(size of k / size of q)
                if self.asked_sizes is None:
                    k = rows.float() - offset if offset is not None else rows.float()
                    grouped = self.queries.float().transpose(0, 1).reshape(k.shape[0], -1, k.shape[2])
                    sizes = [paired(t[:, 4:].square().mean(1, keepdim=True)) for t in (k, grouped)]
                    self.asked_sizes = (sizes[0] / sizes[1].clamp(min=1e-12)).sqrt().sqrt()
                scale = self.asked_sizes
            rows = rows if scale is None else rows / scale
            shift = offset if scale is None or offset is None else offset / scale
            made_rows = rounded(rows, way, self.number, shift, self.sizes if way.even else None)
            pool[:, begin:end] = made_rows if scale is None else made_rows * scale
            made.append(mean)
        self.means, self.done = (made[0], made[1]), end

    def _angles(self, begin: int, end: int) -> Tensor:
        assert self.inverse is not None
        return torch.arange(begin, end).float()[:, None] * self.inverse

    def give(self, other: KVLayer, num: int) -> None:
        """Take rows from another layer, rounded."""
        super().update(*other.held(num))
        self.done = 0
        self.round(num)


def paired(squares: Tensor) -> Tensor:
    """Mean of the two channels that rotary turns together."""
    a, b = squares.chunk(2, -1)
    return torch.cat([a + b, a + b], -1) / 2


def turn(rows: Tensor, angles: Tensor) -> Tensor:
    """rows [Hkv, T, D] rotated by angles [T, D / 2]."""
    a, b = rows.chunk(2, -1)
    cos, sin = angles.cos(), angles.sin()
    return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)


def divergence(exact: Tensor, found: Tensor) -> dict[str, float]:
    """KL of log-probabilities [n, vocab] and how often the likeliest word is the same."""
    kl = torch.stack([(e.exp() * (e - f)).sum() for e, f in zip(exact, found, strict=True)])
    return {
        "kl": round(float(kl.mean()), 5), "kl_median": round(float(kl.median()), 5),
        "kl_p99": round(float(kl.quantile(0.99)), 4), "kl_se": round(float(kl.std() / len(kl) ** 0.5), 5),
        "agree": round(float((exact.argmax(-1) == found.argmax(-1)).float().mean()), 4),
    }  # fmt: skip


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", default="qwen2.5-coder-1.5b")
    parser.add_argument("--text", type=Path, default=ROOT / "samples/make/text/long_report.md")
    parser.add_argument("--tokens", type=int, default=4096)
    parser.add_argument("--measured", type=int, default=512)
    parser.add_argument("--ways", nargs="*", default=[])
    parser.add_argument("--storages", default="", help="of the product, read whole: q4,fp8")
    parser.add_argument("--keep", type=Path, help="a file for the exact reading: used where it is there")
    parser.add_argument("--after", action="store_true")
    parser.add_argument("--seconds", type=float, default=500, help="no way is begun later")
    measure(parser.parse_args())


@torch.inference_mode()
def measure(options: argparse.Namespace) -> None:
    """One line a way."""
    from tsel_core.config import EngineConfig, SelectionConfig
    from tsel_core.kv.cache import KVCache
    from tsel_core.kv.stored_cache import make_cache
    from tsel_core.models.load import resolve_model
    from tsel_core.selection.passes import Pass
    from tsel_core.session import Session

    started = time.perf_counter()
    info = resolve_model(options.model, offline=True)
    session = Session(info, EngineConfig(attention="full"), SelectionConfig(), device="cpu")
    engine = session.engine
    forward = engine.forward
    text = options.text.read_text(encoding="utf-8", errors="replace")
    tokens = torch.tensor(session.tokenizer(text, verbose=False)["input_ids"][: options.tokens])
    total, split = len(tokens), len(tokens) - options.measured
    base = getattr(engine.loaded.model.config.get_text_config(), "rope_theta", None) or 1e6
    inverse = 1.0 / base ** (torch.arange(0, info.head_dim, 2).float() / info.head_dim)

    queries: dict[int, Any] = {}

    def cache_of(way: str) -> KVCache:
        cache = KVCache(info.num_layers, total)
        marks = {part[0]: part[1:] for part in way.split()}
        for number, layer in enumerate(cache.pools):
            layer.__class__ = RoundedLayer
            assert isinstance(layer, RoundedLayer)
            layer.ways = (Way.of(marks.get("k", "16")), Way.of(marks.get("v", "16")))
            layer.sinks, layer.recent = int(marks.get("s", 0)), int(marks.get("r", 0))
            layer.number, layer.inverse = number, inverse
            layer.queries = queries.get(number)
        return cache

    def read(cache: KVCache) -> None:
        for begin in range(0, split, 512):
            forward(cache, tokens[begin : min(begin + 512, split)], Pass())

    def tail(cache: KVCache) -> Tensor:
        run = Pass(every=True)
        return torch.cat([forward(cache, tokens[b : b + 128], run) for b in range(split, total, 128)]).float().log_softmax(-1)

    plain = KVCache(info.num_layers, total)
    if options.keep and options.keep.exists():
        rows, exact = torch.load(options.keep)
        queries = torch.load(str(options.keep) + ".queries")
        for layer, (keys, values) in zip(plain.pools, rows, strict=True):
            layer.update(keys, values)
    else:
        read(plain)
        attend = engine.runtime.layer

        def noted(run: Any, layer_idx: int, query: Tensor, *rest: Any) -> Tensor:
            queries.setdefault(layer_idx, []).append(query.clone())
            return attend(run, layer_idx, query, *rest)

        engine.runtime.layer = noted
        exact = tail(plain)
        engine.runtime.layer = attend
        queries = {number: torch.cat(parts) for number, parts in queries.items()}
        if options.keep:
            torch.save(([layer.held(split) for layer in plain.pools], exact), options.keep)
            torch.save(queries, str(options.keep) + ".queries")
    print(json.dumps({"tokens": total, "measured": options.measured, "read_s": round(time.perf_counter() - started, 1)}), flush=True)
    for storage in options.storages.split(",") if options.storages else ():
        cache = make_cache(storage, info.num_layers, total, None, engine.kernels)
        read(cache)
        kl = divergence(exact, tail(cache))
        print(json.dumps({"storage": storage, **kl, "cache_mb": round(cache.num_bytes() / 1e6, 1)}), flush=True)
    for way in options.ways:
        if time.perf_counter() - started > options.seconds:
            break
        cache = cache_of(way)
        if options.after:
            for layer, other in zip(cache.pools, plain.pools, strict=True):
                assert isinstance(layer, RoundedLayer)
                layer.give(other, split)
        else:
            read(cache)
        kl = divergence(exact, tail(cache))
        first = cache.pools[0]
        assert isinstance(first, RoundedLayer)
        per_head = sum(w.bytes(info.head_dim) for w in first.ways)
        wide = sum(w.wide_layers * info.head_dim * (8 - w.bits) / 8 for w in first.ways) / 28
        print(json.dumps({
            "way": way, **kl, "kb_7b": round((per_head + wide) * 4 * 28 / 1000, 2), "after": options.after,
        }), flush=True)


if __name__ == "__main__":
    main()
