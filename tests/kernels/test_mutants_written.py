"""Mutants of what writes a token and of the small kernels, as test_mutants.py; and the table of kernels/README.md that counts them."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch

from tests.kernels.build import TOLERANCE, ints, normal, noticed, relative_error, source_with, table
from tests.kernels.test_mutants import MUTANTS as OTHERS
from tests.kernels.test_mutants_bilevel import MUTANTS as BILEVEL
from tests.kernels.test_mutants_cells import MUTANTS as CELLS
from tests.kernels.test_packed_linear import packed
from tsel_kernels.append import reference as append
from tsel_kernels.backend import torch_kernels, triton_kernels
from tsel_kernels.decode.state import DecodeShape
from tsel_kernels.key_index import empty_index, quantize_keys
from tsel_kernels.packed_weight import PackedWeight
from tsel_kernels.pointwise import reference as pointwise
from tsel_kernels.q4_rows import reference as q4_reference
from tsel_kernels.q4_rows import reference_step
from tsel_kernels.q4_rows.exact import ExactRows
from tsel_kernels.q4_rows.reference import turning
from tsel_kernels.triton_device import Tile

pytest.importorskip("triton", reason="the kernels need triton")
reference = torch_kernels()
interpreted = pytest.mark.interpret
MUTANTS = {
    "packed_dots: gate taken for up": ("packed_linear/triton_dots", "two = _four(pointers, n, num_out,", "two = _four(pointers, n, 0,"),
    "packed_dots: the pair's up rows": ("packed_linear/triton_dots", "d = _weight_row(pointers, n + 1 + up, n + 1 <", "d = _weight_row(pointers, n + up, n + 1 <"),
    "packed_dots: second four of a tile": ("packed_linear/triton_dots", "_four(pointers, n + 4, 0,", "_four(pointers, n, 0,"),
    "packed_dots: places of four": ("packed_linear/triton_dots", "place = o // 2 + o % 2 * 2", "place = o"),
    "packed_dots: places of eight": ("packed_linear/triton_dots", "o // 4 + o // 2 % 2 * 2 + o % 2 * 4", "o"),
    "packed_dots: first slab for all": ("packed_linear/triton_dots", "g = slab * BG + tl.arange", "g = tl.arange"),
    "packed_dots: last slab dropped": ("packed_linear/triton_dots", "tl.static_range(1, SLABS)", "tl.static_range(1, SLABS - 1)"),
    "packed_dots: tile after the next": ("packed_linear/triton_dots", "_eight(pointers, (tile + programs) * OUTS", "_eight(pointers, (tile + 2 * programs) * OUTS"),
    "packed_row: another row": ("packed_linear/triton", "n = tl.load(token_ptr).to(tl.int64)", "n = tl.load(token_ptr).to(tl.int64) + 1"),
    "packed_row: scale of the row before": ("packed_linear/triton", "value *= tl.load(scale_ptr + n * G + g,", "value *= tl.load(scale_ptr + (n - 1) * G + g,"),
    "next_token: coverage of another step": ("next_token/triton", "done * layers + l,", "l,"),
    "next_token: damage not seen": ("next_token/triton", "tl.where(x != x, float(\"inf\"), x)", "tl.where(x != x, float(\"-inf\"), x)"),
    "next_token: place within its part": ("next_token/triton", "part * PART + place", "place"),
    "next_token: reused layers counted": ("next_token/triton", "tl.where(reused != 0, float(\"nan\"), share)", "share"),
    "next_token: share above one": ("next_token/triton", "tl.where(share > 1.0, 1.0, share)", "share"),
    "fp8_codes: scale of the last columns": ("pointwise/triton", "most, damaged = tl.maximum(most, tl.abs(x)),", "most, damaged = tl.abs(x),"),
    "fp8_codes: rounded down": ("pointwise/triton", "bits + 0x7FFFF + ((bits >> 20) & 1)", "bits"),
    "packed_dots: zero dropped": ("packed_linear/triton_dots", "y += zero.to(tl.float32)", "y += 0 * zero.to(tl.float32)"),
    "packed_dots: bias of 8 bits": ("packed_linear/triton_dots", "sums -= BIAS * ones", "sums -= 0 * ones"),
    "packed_dots: columns of the high codes": ("packed_linear/triton_dots", "_columns(x_ptr, norm_ptr, g, 4, K", "_columns(x_ptr, norm_ptr, g, 0, K"),
    "packed_dots: a byte of the row twice": ("packed_linear/triton_dots", "of_low[1], of_high[1]", "of_low[2], of_high[2]"),
    "packed_dots: norm without its mean": ("packed_linear/triton_dots", "tl.sum(squares, 0) / K", "tl.sum(squares, 0)"),
    "q4_attend: zero of the values": ("q4_rows/triton_attend", "zeros += tl.sum(p", "zeros += 0 * tl.sum(p"),
    "q4_attend: mean of the keys": ("q4_rows/triton_attend", "k_base[None, :] + q_mean)", "k_base[None, :])"),
    "q4_attend: half of the scores": ("q4_rows/triton_attend", "tl.trans(k_high), s,", "tl.trans(k_high), 0 * s,"),
    "q4_attend: exact rows twice": ("q4_rows/triton_attend", "p = tl.where(own, 0.0, p)", "p = tl.where(own, p, p)"),
    "q4_attend: late keys from their codes": ("q4_rows/triton_attend", "k_late, v_late = ok & (n >= k_since)", "k_late, v_late = ok & (n >= length)"),
    "q4_attend: turned once more": ("q4_rows/triton_attend", "tl.sum(signs * out[None, :], 1)", "tl.sum(signs * out[:, None], 0)"),
    "q4_attend: halves exchanged": (
        "q4_rows/triton_attend",
        "((codes & 15).to(tl.int32) - 8).to(dtype), ((codes >> 4).to(tl.int32) - 8).to(dtype)",
        "((codes >> 4).to(tl.int32) - 8).to(dtype), ((codes & 15).to(tl.int32) - 8).to(dtype)",
    ),
    "q4_attend: window dropped": ("q4_rows/triton_attend", "picked, window + j - num_sink - K))", "picked, -1))"),
    "q4_attend: first rows from the codes": ("q4_rows/triton_attend", "early = ok & (n < num_first)", "early = ok & (n < 0 * num_first)"),
    "q4_attend: rows that are not in the ring": ("q4_rows/triton_attend", "tl.maximum(tl.load(begins[1]).to(tl.int32), length - RECENT)", "length - RECENT"),
    "q4_rope: keys multiplied": ("q4_rows/triton_rope", "x /= tl.load(sizes_ptr", "x *= tl.load(sizes_ptr"),
    "q4_rope: slot of the ring": ("q4_rows/triton_rope", "at % RECENT", "(at + 1) % RECENT"),
    "q4_rope: first half twice": ("q4_rows/triton_rope", "_signs(matrix_ptr, D // 2,", "_signs(matrix_ptr, 0,"),
    "q4_rope: mean left on": ("q4_rows/triton_rope", "    high -= tl.load(mean", "    high -= 0 * tl.load(mean"),
    "q4_rope: row of the pool": ("q4_rows/triton_rope", "one + at, c_sn", "one, c_sn"),
    "append: rotation the other way": ("append/triton", "tl.where(cols < DR // 2, -1.0, 1.0)", "tl.where(cols < DR // 2, 1.0, -1.0)"),
    "append: reuse although the window is full": ("append/triton", "& fits", "& (at >= 0)"),
    "append: mean left on": ("append/triton", "low.to(tl.float32) - mean_low[None, :]", "low.to(tl.float32)"),
    "append_index: halves exchanged": ("append/triton_index", "(a | (b << 4))", "(b | (a << 4))"),
    "append_index: zero of 8 bits": ("append/triton_index", "(least + most) * 0.5", "least"),
    "fetch: row of another head": ("fetch/triton", "rows_ptr + kv * rows_sg + j", "rows_ptr + j"),
    "pointwise: norm without its mean": ("pointwise/triton", "tl.sum(x * x, 0) / C", "tl.sum(x * x, 0)"),
    "pointwise: residual not kept": ("pointwise/triton", "tl.store(res_ptr + row * res_st + cols, x.to", "tl.store(res_ptr + row * res_st + cols, raw.to"),
    "pointwise: the anchor's own row": ("pointwise/triton", "for t in range(begin, end)", "for t in range(begin + 1, end)"),
    "lse: end of candidates": ("votes/triton_lse", "(n[:, None] < ends[None, :]), logits", "(n[:, None] <= ends[None, :]), logits"),
    "top_k: first candidate": ("top_k/triton", "keep = (n >= start)", "keep = (n > start)"),
}


def packed_dots_passes(module: ModuleType, device: torch.device) -> bool:
    """As `packed_linear_passes`, of products alone: slabs of a long row, and all of it at once, tiles of four and eight rows."""
    row, norm = (normal(device, torch.float32, n, seed=n) for n in (416, 416))
    four, eight = packed(device, 40, 416, 4), packed(device, 20, 416, 8)

    def agrees(row: torch.Tensor, weight: PackedWeight, made: int, tile: Tile, **options: Any) -> bool:
        got, want = (torch.empty(made, device=device) for _ in range(2))
        module.packed_row_linear_(row, weight, got, tile=tile, **options)
        reference.packed_row_linear_(row, weight, want, **options)
        return relative_error(got, want) < TOLERANCE[torch.float32]

    return all(  # a mutant ends at the first that differs
        agrees(row * 3, four, 20, Tile(rows, 16, 1, 1), norm=norm, gated=True)
        and agrees(row, eight, 20, Tile(rows, 4, 1, 1))
        and agrees(row, four, 40, Tile(rows, 16, 1, 1))
        for rows in (4, 8)
    )


def packed_row_passes(module: ModuleType, device: torch.device) -> bool:
    """One row of a weight with zeros, and all of its numbers."""
    weight, token, found = packed(device, 6, 96, 4), torch.tensor([3], device=device), []
    for form in (module, reference):
        found.append((form.packed_row_(weight, token, torch.empty(96, device=device)), form.unpack_weight_(weight, torch.empty(6, 96, device=device))))
    return all(relative_error(got, want) < TOLERANCE[torch.float32] for got, want in zip(*found, strict=True))


def next_token_passes(module: ModuleType, device: torch.device) -> bool:
    """Two equal logits, then a damaged one."""
    results: list[list[torch.Tensor]] = []
    for form in (module, reference):
        found = []
        for damage in (3.0, float("nan")):
            logits = normal(device, torch.float32, 2500)
            logits[[1500, 2100]] = 9.0
            logits[40] = damage
            token, shown, done, position = (torch.zeros(1, dtype=t, device=device) for t in (torch.int64, torch.int64, torch.int64, torch.int32))
            lse, full, coverage = normal(device, torch.float32, 3, 5, seed=1), normal(device, torch.float32, 3, 5, seed=2), torch.zeros(2, 3, device=device)
            done += 1
            form.next_token_(logits, token, shown, position, done, lse, full, ints(device, [0, 1, 0]), coverage)
            found += [shown.float(), coverage.nan_to_num(7.0), (token * (shown >= 0)).float() + 1]
        results.append(found)
    return all(relative_error(got, want) < 2e-4 for got, want in zip(*results, strict=True))


def q4_attend_passes(module: ModuleType, device: torch.device) -> bool:
    """Sinks, a pick and a window, some rows held exactly; turned back."""
    shape, query = DecodeShape(6, 2, 64, 48, 4, 2, 3, 12), normal(device, torch.float32, 6, 64)
    state = reference.decode_state(shape, torch.float32, device)
    state.window_start.fill_(20)
    state.indices.copy_(ints(device, [9, 12, 14, -1]).expand(1, 2, 4))
    keys, values = (quantize_keys(normal(device, torch.float32, 2, 48, 64, seed=s), normal(device, torch.float32, 2, 64, seed=s + 2)) for s in (1, 2))
    held = [ExactRows(normal(device, torch.float32, 2, 2, 64, seed=s), normal(device, torch.float32, 2, 16, 64, seed=s + 2), ints(device, [26])) for s in (5, 6)]
    found = []
    for form, work in ((module, triton_kernels().decode_workspace(shape, device)), (q4_reference, None)):
        out, lse = torch.empty_like(query), torch.empty(6, device=device)
        form.q4_attend_(
            query, keys, values, (held[0], held[1]), ints(device, [33]), out, lse, state, shape, work, scaling=0.2, back=turning(64, device, torch.float32)
        )
        found.append((out, lse))
    return all(relative_error(got, want) < TOLERANCE[torch.float32] for got, want in zip(*found, strict=True))


def q4_rope_passes(module: ModuleType, device: torch.device) -> bool:
    """One row, keys of several sizes."""
    shape, mean = DecodeShape(6, 2, 64, 48, 4, 2, 3, 12), normal(device, torch.float32, 2, 64, seed=3)
    query, key, value = (normal(device, torch.float32, n, 64, seed=n) for n in (6, 2, 3))
    sizes, found = (2.0 ** ints(device, list(range(128))).remainder(3)).view(2, 1, 64), []
    for form in (module, reference_step):
        pools = [empty_index(mean, 48), empty_index(-mean, 48)]
        for tensor in (t for p in pools for t in (p.codes, p.scale, p.zero)):
            tensor.zero_()
        rings = [torch.zeros(2, 16, 64, device=device) for _ in pools]
        held = [ExactRows(ring[:, :2].contiguous(), ring, ints(device, [0])) for ring in rings]
        out = torch.empty_like(query)
        form.q4_rope_append_(
            query, key, value[:2], ints(device, [21]), turning(64, device, torch.float32), sizes, pools[0], pools[1], (held[0], held[1]), out, None, shape, rope=None
        )
        wide = [reference.q4_load_rows_(p, 0, torch.empty(2, 48, 64, device=device)) for p in pools]
        found.append([out, *rings, *wide])
    return all(relative_error(got, want) < 0.01 for got, want in zip(*found, strict=True))


def append_passes(module: ModuleType, device: torch.device) -> bool:
    """A row, then one whose pick is kept until the window is full."""
    shape, rope = DecodeShape(6, 2, 64, 48, 4, 2, 3, 12, 2), table(device, 48, 64)
    query, key, value = (normal(device, torch.float32, n, 64, seed=n) for n in (6, 2, 3))
    mean, found = normal(device, torch.float32, 2, 64, seed=9), []
    for form in (module, append):
        pools, state, out = [torch.zeros(2, 48, 64, device=device) for _ in range(2)], reference.decode_state(shape, torch.float32, device), torch.empty_like(query)
        index = quantize_keys(pools[0], mean)
        for at in (20, 21, 23):
            form.rope_append_(query, key, value[:2], ints(device, [at]), *pools, index, out, state, shape, rope=rope, theta=0.0)
        wide = reference.q4_load_rows_(index, 0, torch.empty(2, 48, 64, device=device))
        found.append([out, *pools, wide, state.window_start, state.hits])
    return all(relative_error(got, want) < 0.01 for got, want in zip(*found, strict=True))


def index_passes(module: ModuleType, device: torch.device) -> bool:
    """Keys in 4 and in 8 bits."""
    keys, mean = normal(device, torch.float32, 2, 20, 64) + 1, normal(device, torch.float32, 2, 64, seed=9)
    wide = [[reference.q4_load_rows_(form(keys, mean, bits), 0, torch.empty_like(keys)) for bits in (4, 8)] for form in (module.quantize_keys, quantize_keys)]
    return all(relative_error(got, want) < 0.01 for got, want in zip(*wide, strict=True))


def small_passes(name: str, module: ModuleType, device: torch.device) -> bool:
    """The small kernels."""
    results: list[list[torch.Tensor]] = []
    for form in (module, pointwise if name == "pointwise/triton" else reference):
        if name == "fetch/triton":
            rows = ints(device, [3, 9, 5, 1, 2, 0]).view(2, 3)
            results.append([form.fetch_rows_(normal(device, torch.float32, 2, 12, 32), rows, torch.zeros(2, 3, 32, device=device))])
        elif name == "votes/triton_lse":
            query, keys = normal(device, torch.float32, 4, 4, 32), normal(device, torch.float32, 2, 90, 32)
            results.append([form.candidate_lse(query, keys, 4, ints(device, [30, 31, 60, 90]), scaling=0.3)])
        elif name == "top_k/triton":
            votes = normal(device, torch.float32, 2, 1, 100).abs()
            votes[:, :, 7] = 9.0
            results.append([t.float() for t in form.top_k_rows(votes, 5, 7, ints(device, [60, 100]))[:1]])
        else:
            hidden, residual = normal(device, torch.float32, 3, 40), normal(device, torch.float32, 3, 40, seed=4)
            out = form.rms_norm_(hidden, normal(device, torch.float32, 40), torch.empty_like(hidden), eps=1e-6, residual=residual)
            rows, exact = normal(device, torch.float32, 10, 2, 32), normal(device, torch.float32, 2, 2, 32, seed=2)
            codes, scale = form.fp8_codes(normal(device, torch.float32, 3, 5000) / torch.arange(1, 5001, device=device))
            eight = codes.float() * scale[:, None]
            results.append([out, residual, form.delta_correct(rows, exact, torch.tensor([2, 6], device=device)), eight, scale])
    return all(relative_error(got, want) < 2e-4 for got, want in zip(*results, strict=True))


def passes(name: str, module: ModuleType, device: torch.device) -> bool:
    """Compare one module with its definition."""
    checks = {
        "packed_linear/triton_dots": packed_dots_passes,
        "packed_linear/triton": packed_row_passes,
        "next_token/triton": next_token_passes,
        "q4_rows/triton_attend": q4_attend_passes,
        "q4_rows/triton_rope": q4_rope_passes,
        "append/triton": append_passes,
        "append/triton_index": index_passes,
    }
    return checks[name](module, device) if name in checks else small_passes(name, module, device)


@interpreted
@pytest.mark.parametrize("name", sorted({name for name, _, _ in MUTANTS.values()}))
def test_original_passes(name: str, device: torch.device, tmp_path: Path) -> None:
    assert passes(name, source_with(name, "", "", tmp_path), device)


@interpreted
@pytest.mark.parametrize("mutant", MUTANTS)
def test_mutant_fails(mutant: str, device: torch.device, tmp_path: Path) -> None:
    name, old, new = MUTANTS[mutant]
    assert noticed(lambda: passes(name, source_with(name, old, new, tmp_path), device), device)


def test_the_page_of_kernels_names_every_one() -> None:
    """kernels/README.md: each module with a kernel, how many mutants it has, and that the sanitizer's list runs it."""
    root = Path(__file__).parents[2] / "kernels"
    page = (root / "README.md").read_text(encoding="utf-8")
    counts: dict[str, int] = {}
    for name, _, _ in [*MUTANTS.values(), *OTHERS.values(), *BILEVEL.values(), *CELLS.values()]:
        counts[name] = counts.get(name, 0) + 1
    modules = [path for path in sorted((root / "tsel_kernels").glob("*/triton*.py")) if re.search(r"^def \w+_kernel\(", path.read_text(), re.M)]
    assert len(modules) > 20
    for path in modules:
        name = f"{path.parent.name}/{path.stem}"
        row = re.search(rf"^\| `{name}\.py` \|[^|]*\| (\d+) \|", page, re.M)
        assert row, f"kernels/README.md has no line for {name}.py"
        assert int(row[1]) == counts.get(name, 0), name
