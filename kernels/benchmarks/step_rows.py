"""What stands between two maps of a written token, over rows of 16 and of 4 bits, for step_candidates.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch
from timing import time_call
from torch import Tensor
from workloads import ModelShape

from tsel_kernels.backend import torch_kernels, triton_kernels
from tsel_kernels.decode.state import DecodeShape, decode_state
from tsel_kernels.key_index import KeyIndex
from tsel_kernels.q4_rows.exact import ExactRows
from tsel_kernels.q4_rows.reference import turning
from tsel_kernels.triton_device import Tile

gpu, reference = triton_kernels(), torch_kernels()
ROWS, CAPACITY, TOP_K, SINKS, LOCAL = 131_072, 131_328, 2048, 128, 512
ATTEND_TILES = [(64, 4), (32, 4), (64, 8), (128, 8)]
"""Listed rows at a time, warps."""
Call = Callable[[], Any]


class Layer:
    """A layer's rows in one form, and its step: append, select (always afresh) and attend, or attend to everything."""

    def __init__(self, model: ModelShape, selects: bool, plain: bool, seed: int) -> None:
        device, heads, kv, dim = torch.device("cuda"), model.heads, model.kv_heads, model.dim
        generator = torch.Generator(device=device).manual_seed(seed)

        def normal(*size: int, dtype: torch.dtype = torch.bfloat16) -> Tensor:
            return torch.empty(size, dtype=dtype, device=device).normal_(generator=generator)

        def pool() -> KeyIndex:
            codes = torch.randint(0, 256, (kv, CAPACITY, dim // 2), dtype=torch.uint8, device=device, generator=generator)
            scale = (0.2 + 0.02 * normal(kv, CAPACITY, dtype=torch.float32)).half()
            return KeyIndex(codes, scale, (-7.5 * scale), 0.1 * normal(kv, dim, dtype=torch.float32))

        if selects:
            self.shape = DecodeShape(heads, kv, dim, CAPACITY, TOP_K, kv, SINKS, LOCAL)
        else:
            self.shape = DecodeShape(heads, kv, dim, CAPACITY, 16, 1, 0, CAPACITY, 0)
        self.selects, self.scaling = selects, dim**-0.5
        self.state = decode_state(self.shape, torch.bfloat16, device)
        if selects:
            picked = torch.arange(TOP_K, dtype=torch.int32, device=device) * 61 + SINKS
            self.state.indices.copy_(picked.expand_as(self.state.indices))
        self.at = torch.tensor([ROWS - 1], dtype=torch.int32, device=device)
        self.qkv = normal(heads + 2 * kv, dim)
        self.query, self.key, self.value = self.qkv.split([heads, kv, kv])
        self.out, self.result, self.lse = normal(heads, dim), normal(heads, dim), torch.zeros(heads, device=device)
        self.matrix = turning(dim, device, torch.bfloat16)
        self.sizes = torch.ones(kv, 1, dim, device=device, dtype=torch.bfloat16) * 2
        begin = torch.zeros(1, dtype=torch.int32, device=device)
        if plain:
            self.keys, self.values = normal(kv, CAPACITY, dim), normal(kv, CAPACITY, dim)
            self.index = pool() if selects else None
        else:
            self.pools = pool(), pool()
            self.exact = ExactRows(normal(kv, 4, dim), normal(kv, 256, dim), begin), ExactRows(normal(kv, 4, dim), normal(kv, 256, dim), begin)

    def select(self, work: object, query: Tensor, index: KeyIndex) -> None:
        """Pick afresh."""
        gpu.decode_select_(query, index, self.at, self.state, self.shape, work, scaling=self.scaling)

    def plain(self, work: object, rope: tuple[Tensor, Tensor]) -> Call:
        """Over rows of 16 bits."""

        def run() -> None:
            state = self.state if self.selects else None
            gpu.rope_append_(
                self.query, self.key, self.value, self.at, self.keys, self.values, self.index, self.out, state, self.shape, rope=rope, theta=2.0
            )
            if self.index is not None:
                self.select(work, self.out, self.index)
            gpu.decode_attend_(self.out, self.keys, self.values, self.at, self.result, self.lse, self.state, self.shape, work, scaling=self.scaling)

        return run

    def append(self, form: Any = gpu) -> Tensor:
        """One launch."""
        state = self.state if self.selects else None
        turned: Tensor = form.q4_rope_append_(
            self.query, self.key, self.value, self.at, self.matrix, self.sizes, *self.pools, self.exact, self.out, state, self.shape,
            rope=self.rope, theta=2.0,
        )  # fmt: skip
        return turned

    rope: tuple[Tensor, Tensor]

    def fused(self, work: object, rope: tuple[Tensor, Tensor], tile: tuple[int, int] | None = None) -> Call:
        """Over rows of 4 bits in seven launches."""
        self.rope = rope

        def run() -> None:
            self.append()
            if self.selects:
                self.select(work, self.out, self.pools[0])
            self.attend(work, self.out, tile)

        return run

    def attend(self, work: object, query: Tensor, tile: tuple[int, int] | None = None) -> None:
        """By their codes."""
        gpu.q4_attend_(
            query, *self.pools, self.exact, self.at, self.result, self.lse, self.state, self.shape, work, scaling=self.scaling,
            back=self.matrix, tile=None if tile is None else Tile(1, *tile, 1),
        )  # fmt: skip


def table(dim: int) -> tuple[Tensor, Tensor]:
    """A rotary table."""
    angles = torch.arange(CAPACITY, device="cuda")[:, None] / 1e6 ** (torch.arange(0, dim, 2, device="cuda") / dim)
    both = torch.cat([angles, angles], -1)
    return both.cos(), both.sin()


def forms(model: ModelShape, layers: int) -> Iterator[tuple[str, list[Call]]]:
    """Each form of rows with the calls of `layers` layers; rows of one form at a time are in memory."""
    rope = table(model.dim)
    for selects in (True, False):
        for form in ("plain", "four bits"):
            held = [Layer(model, selects, form == "plain", i) for i in range(layers)]
            work = gpu.decode_workspace(held[0].shape, torch.device("cuda"))
            if form == "plain":
                calls = [layer.plain(work, rope) for layer in held]
            else:
                calls = [layer.fused(work, rope) for layer in held]
            yield f"{'selecting' if selects else 'full'}, {form}", calls
            del held, calls
            torch.cuda.empty_cache()


class LazyForms(dict[str, list[Call]]):
    """`items` makes one form after the other."""

    def __init__(self, model: ModelShape, layers: int) -> None:
        super().__init__()
        self._made = model, layers

    def items(self) -> Any:
        """See the class."""
        return forms(*self._made)


def rows_calls(model: ModelShape, layers: int) -> LazyForms:
    """Name of a form -> a call a layer."""
    return LazyForms(model, layers)


def errors_of_rows(model: ModelShape) -> Iterator[dict[str, Any]]:
    """Append and attention against their definitions, selecting and full."""
    for selects in (True, False):
        layer = Layer(model, selects, False, 1)
        layer.rope = table(model.dim)
        twin = Layer(model, selects, False, 1)
        twin.rope, name = layer.rope, "selecting" if selects else "full"
        made, wanted = layer.append(), twin.append(reference)
        codes = [
            float((reference.q4_load_rows_(a, ROWS - 1, torch.empty(a.num_kv_heads, 1, a.head_dim, device="cuda"))
                   - reference.q4_load_rows_(b, ROWS - 1, torch.empty(a.num_kv_heads, 1, a.head_dim, device="cuda"))).norm())
            for a, b in zip(layer.pools, twin.pools, strict=True)
        ]  # fmt: skip
        others = all(
            torch.equal(a.codes[:, : ROWS - 1], b.codes[:, : ROWS - 1]) and torch.equal(a.codes[:, ROWS:], b.codes[:, ROWS:])
            for a, b in zip(layer.pools, twin.pools, strict=True)
        )
        query_error = float((made.float() - wanted.float()).norm() / wanted.float().norm())
        yield {"part": "errors", "kernel": f"q4_rope_append_, {name}", "query": query_error, "rows": max(codes), "neighbours_same": others}
        work = gpu.decode_workspace(layer.shape, torch.device("cuda"))
        want, want_lse = torch.empty_like(layer.result), torch.empty_like(layer.lse)
        reference.q4_attend_(
            wanted, *layer.pools, layer.exact, layer.at, want, want_lse, layer.state, layer.shape, None, scaling=layer.scaling, back=layer.matrix
        )
        for tile in ATTEND_TILES:
            layer.result.fill_(torch.nan)
            try:
                layer.attend(work, wanted, tile)
                error = float((layer.result.float() - want.float()).norm() / want.float().norm())
                yield {"part": "errors", "kernel": f"q4_attend_, {name}", "tile": tile, "error": error, "lse": float((layer.lse - want_lse).abs().max())}
            except Exception as error:
                yield {"part": "errors", "kernel": f"q4_attend_, {name}", "tile": tile, "failed": f"{type(error).__name__}: {error}"[:160]}


def timed_rows(model: ModelShape, copy: float) -> Iterator[dict[str, Any]]:
    """One layer: append, attention by tile, and the whole of it; then 28 layers in one graph."""
    for selects in (True, False):
        name, layer = "selecting" if selects else "full", Layer(model, selects, False, 1)
        layer.rope, work = table(model.dim), gpu.decode_workspace(layer.shape, torch.device("cuda"))
        rows = ROWS if not selects else SINKS + TOP_K + LOCAL
        size = 2 * model.kv_heads * rows * (model.dim // 2 + 4)
        yield {"part": "rows", "what": f"append, {name}", "us": 1e3 * time_call(layer.append).ms}
        for tile in ATTEND_TILES:
            try:
                ms = time_call(lambda layer=layer, work=work, tile=tile: layer.attend(work, layer.out, tile)).ms
                yield {"part": "rows", "what": f"attend, {name}", "tile": tile, "us": 1e3 * ms, "of_copy": size / ms / 1e6 / copy}
            except Exception as error:
                yield {"part": "rows", "what": f"attend, {name}", "tile": tile, "failed": f"{type(error).__name__}: {error}"[:160]}
    for name, calls in forms(model, 28):
        ms = time_call(lambda calls=calls: [call() for call in calls], repeats=15).ms
        yield {"part": "rows", "what": f"28 layers, {name}", "ms": ms}


def warm_rows() -> list[Call]:
    """What is to be compiled."""
    from workloads import MODELS

    model = MODELS[0]

    def one(selects: bool, tile: tuple[int, int] | None) -> None:
        layer = Layer(model, selects, False, 1)
        work = gpu.decode_workspace(layer.shape, torch.device("cuda"))
        layer.fused(work, table(model.dim), tile)()

    def all_forms() -> None:
        for _, calls in forms(model, 1):
            calls[0]()

    return [all_forms, *(lambda s=s, t=t: one(s, t) for s in (True, False) for t in ATTEND_TILES)]


