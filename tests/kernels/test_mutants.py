"""The comparisons must notice a wrong kernel: each mutant of the source has to fail the check its original passes."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest
import torch

from tests.kernels.build import (
    TOLERANCE,
    VOTE_TOLERANCE,
    ints,
    normal,
    noticed,
    picks,
    pool,
    relative_error,
    source_with,
)
from tests.kernels.test_decode_pick import START, expected, keys_of, pick
from tests.kernels.test_packed_linear import packed
from tsel_kernels.backend import torch_kernels, triton_kernels
from tsel_kernels.decode.state import DecodeShape
from tsel_kernels.fp8_rows.reference import Fp8Pool, quantize_fp8
from tsel_kernels.key_index import empty_index, quantize_keys
from tsel_kernels.kv_pack import reference as kv_pack
from tsel_kernels.triton_device import Tile

pytest.importorskip("triton", reason="the kernels need triton")
reference = torch_kernels()
pytestmark = pytest.mark.interpret
MUTANTS = {
    "anchor: head mapping": ("attention/triton_causal", "kv * G + r % G", "(r % G) * (HEADS // G) + kv"),
    "anchor: last tile dropped": ("attention/triton_causal", "for start in tl.range(full, hi, BN", "for start in tl.range(hi, hi, BN"),
    "anchor: scale": ("attention/triton_causal", "splits, scaling * LOG2_E,", "splits, scaling,"),
    "anchor: causal off by one": ("attention/triton_causal", "n[None, :] <= pos[:, None]", "n[None, :] < pos[:, None]"),
    "votes: head mapping": ("votes/triton", "head = kv * G + packed % G", "head = kv + (packed % G) * (HEADS // G)"),
    "votes: block of a row": ("votes/triton", "row[:, None] // per_block == b", "row[:, None] // (per_block + 1) == b"),
    "votes: end of candidates": ("votes/triton", "(n[:, None] < ends[None, :]), acc", "(n[:, None] <= ends[None, :]), acc"),
    "gathered: head mapping": ("attention/triton_gathered", "head = kv * G + r % G", "head = (r % G) * (HEADS // G) + kv"),
    "gathered: window dropped": ("attention/triton_gathered", "total = tl.max(limit, 0) + 1", "total = listed"),
    "gathered: padding read": ("attention/triton_gathered", "sinks + count_picks(indices, K, 1024)", "sinks + K"),
    "row_linear: gate taken for up": ("row_linear/triton", "v = _weights(w_ptr, n + num_out", "v = _weights(w_ptr, n"),
    "row_linear: last step dropped": ("row_linear/triton", "tl.range(BK, K, BK", "tl.range(BK, K - BK, BK"),
    "row_linear: norm without its mean": ("row_linear/triton", "tl.sum(squares, 0) / K", "tl.sum(squares, 0)"),
    "row_linear: residual dropped": ("row_linear/triton", "        y += tl.load(res_ptr + n", "        y += 0 * tl.load(res_ptr + n"),
    "packed_linear: zero dropped": ("packed_linear/triton", "value += tl.load(zero_ptr", "value += 0 * tl.load(zero_ptr"),
    "packed_linear: bias of 8 bits": ("packed_linear/triton", "BASE=BIAS[bits]", "BASE=0"),
    "packed_linear: code of another word": ("packed_linear/triton", "BITS + place % BITS", "BITS + place // BITS % BITS"),
    "decode: last tile dropped": ("decode/triton_attend", "last = tl.minimum(first + ROUNDS, tl.cdiv(num_sink", "last = tl.minimum(first + ROUNDS, -1 + tl.cdiv(num_sink"),
    "decode: head mapping": ("decode/triton_attend", "head = g < G, kv * G + tl.minimum(g, G - 1)\n    window", "head = g < G, kv + tl.minimum(g, G - 1) * 2\n    window"),
    "decode: scale": ("decode/triton_attend", "shape.num_sink, scaling * LOG2_E,\n        state.indices.stride", "shape.num_sink, scaling,\n        state.indices.stride"),
    "fp8_rows: exponent of a store": ("fp8_rows/triton", "- 127 - 8 +", "- 127 - 7 +"),
    "fp8_rows: half to even": ("fp8_rows/triton", "-6) - 3", "-6) - 2"),
    "fp8_rows: window dropped": ("fp8_rows/triton", "tl.where(j < num_sink, j, late)", "tl.where(j < num_sink, j, -1)"),
    "fp8_rows: centre left off": ("fp8_rows/triton", "value = (value.to(tl.float32) + centre[None, :])", "value = (value.to(tl.float32))"),
    "q4_rows: halves exchanged": ("q4_rows/triton", "lows, highs = codes & 15, codes >> 4", "lows, highs = codes >> 4, codes & 15"),
    "q4_rows: row it begins at": ("q4_rows/triton", "begin + n, c_sn", "n, c_sn"),
    "q4_rows: zero of another row": ("q4_rows/triton", "tl.load(zero_ptr + n,", "tl.load(zero_ptr + n + 1,"),
    "q4_rows: mean left off": ("q4_rows/triton", "scale + zero + mean_high", "scale + zero"),
    "q4_rows: second half of 8 bits": ("q4_rows/triton", "tl.load(ptr + D // 2, mask=inside, other=0)", "tl.load(ptr, mask=inside, other=0)"),
    "q4_aimed: a channel's own column": ("q4_rows/triton_aimed", "tl.load(aim + i * D, mask", "tl.load(aim + (i + 1) * D, mask"),
    "q4_aimed: the other half": ("q4_rows/triton_aimed", "high -= off[:, None] * tl.load(aim + i * D + D // 2,", "high -= 0 * off[:, None] * tl.load(aim + i * D + D // 2,"),
    "q4_aimed: the second half on its own": ("q4_rows/triton_aimed", "high -= off[:, None] * tl.load(aim + (D // 2 + i)", "high -= 0 * off[:, None] * tl.load(aim + (D // 2 + i)"),
    "q4_aimed: mean left on": ("q4_rows/triton_aimed", "    high -= tl.load(mean_ptr", "    high -= 0 * tl.load(mean_ptr"),
    "q4_aimed: codes beyond the last": ("q4_rows/triton_aimed", ", 0.0), 15.0)", ", 0.0), 16.0)"),
    "decode_pick: last tie dropped": ("decode/triton_pick", "(same & (rank <= ties))", "(same & (rank < ties))"),
    "decode_pick: rows of the tiles before": ("decode/triton_pick", "tl.where(t < tile, above, 0)", "tl.where(t < tile - 1, above, 0)"),
    "decode_pick: highest value of a bin": ("decode/triton_pick", "value == FINE - 1, above", "value == FINE, above"),
    "decode_pick: first candidate": ("decode/triton_pick", "return (n >= start)", "return (n > start)"),
    "kv_pack: exponent": ("kv_pack/triton", "highest[None, :] - code)", "highest[None, :] - code - 1)"),
    "kv_pack: zero's code": ("kv_pack/triton", "code > 14, 0", "code > 15, 0"),
    "kv_pack: halves exchanged": ("kv_pack/triton", "(pairs >> (4 * half))", "(pairs >> (4 - 4 * half))"),
    "kv_pack: last exception of a tile": ("kv_pack/triton", "there = at < tl.minimum(end, count)", "there = at < tl.minimum(end - 1, count)"),
    "kv_pack: an altered block is used": ("kv_pack/triton", "tl.where(good, bits, 0)", "bits"),
    "kv_pack: keys of words": ("kv_pack/triton", "(word + 1) *", "word *"),
    "gathered: window ends early": ("attention/triton_gathered", "total = tl.max(limit, 0) + 1", "total = tl.max(limit, 0)"),
    "gathered: scale": ("attention/triton_gathered", "num_sink, scaling * LOG2_E,", "num_sink, scaling,"),
}


def row_linear_passes(module: ModuleType, device: torch.device) -> bool:
    """A gated product behind a norm, and a plain one added to a residual, K longer than a step."""
    row, norm, residual = (normal(device, torch.float32, n, seed=n) for n in (300, 300, 20))
    weight = normal(device, torch.float32, 40, 300) / 16
    tile, results = Tile(2, 64, 4, 1), []
    for form, options in ((module, {"tile": tile}), (reference, {})):
        gated = form.row_linear_(row * 3, weight, torch.empty(20, device=device), norm=norm, gated=True, **options)
        results.append((gated, form.row_linear_(row, weight[:20], torch.empty(20, device=device), residual=residual, **options)))
    return all(relative_error(got, want) < TOLERANCE[torch.float32] for got, want in zip(*results, strict=True))


def packed_linear_passes(module: ModuleType, device: torch.device) -> bool:
    """The numbers of weights in 4 and in 8 bits."""
    results = []
    for weight in (packed(device, 40, 416, 4), packed(device, 20, 416, 8)):
        results.append([form.unpack_weight_(weight, torch.empty(weight.shape, device=device)) for form in (module, reference)])
    return all(relative_error(got, want) < TOLERANCE[torch.float32] for got, want in results)


def decode_passes(module: ModuleType, device: torch.device) -> bool:
    """One token over sinks, a short pick and a window."""
    shape = DecodeShape(6, 2, 64, 400, 40, 2, num_sink=4, num_local=30, slack=2)
    keys, values = (pool(normal(device, torch.float32, 2, 300, 64, seed=s)) for s in (1, 2))
    query, at = normal(device, torch.float32, 6, 64), ints(device, [149])
    state = reference.decode_state(shape, torch.float32, device)
    state.indices.copy_(picks(device, [120], 2, 40, 4))
    state.window_start.fill_(120)
    outs = []
    for form, work in ((module, triton_kernels().decode_workspace(shape, device)), (reference, None)):
        out, lse = torch.empty_like(query), torch.empty(6, device=device)
        outs.append(form.decode_attend_(query, keys, values, at, out, lse, state, shape, work, scaling=0.2))
    return relative_error(*outs) < TOLERANCE[torch.float32]


def fp8_rows_passes(module: ModuleType, device: torch.device) -> bool:
    """A row stored, and the rows of a pick widened."""
    source = normal(device, torch.float32, 2, 40, 64)
    centre, found = normal(device, torch.float32, 2, 64), []
    for form in (module, reference):
        rows = [source.clone(), source.clone()]
        pools = [Fp8Pool(*quantize_fp8(source, c), c) for c in (centre, None)]
        form.fp8_store_row_(*rows, ints(device, [7]), *pools)
        form.fp8_load_rows_(
            *pools, ints(device, [9, 12, -1]).view(1, 1, 3), ints(device, [30]), ints(device, [35]), *rows, num_sink=3, window_rows=12
        )
        found.append([*rows, *(t.float() for p in pools for t in (p.codes, p.exponents))])
    return all(torch.allclose(got, want, atol=1e-6) for got, want in zip(*found, strict=True))


def q4_rows_passes(module: ModuleType, device: torch.device) -> bool:
    """Rows from the middle of pools in 4 and in 8 bits."""
    rows, mean, results = normal(device, torch.float32, 2, 40, 64), normal(device, torch.float32, 2, 64, seed=3), []
    for bits in (4, 8):
        pool = quantize_keys(rows, mean, bits)
        results.append([form.q4_load_rows_(pool, 7, torch.empty(2, 30, 64, device=device)) for form in (module, reference)])
    return all(relative_error(got, want) < TOLERANCE[torch.float32] for got, want in results)


def q4_aimed_passes(module: ModuleType, device: torch.device) -> bool:
    """Rows whose later channels make up for earlier ones."""
    rows, mean = normal(device, torch.float32, 2, 40, 64), normal(device, torch.float32, 2, 64, seed=3)
    aim, found = normal(device, torch.float32, 2, 64, 64, seed=4).triu(1) * 0.15, []
    for form in (module, reference):
        pool = empty_index(mean, 48)
        for held in (pool.codes, pool.scale, pool.zero):
            held.zero_()
        form.q4_append_aimed_(pool, rows, 3, aim)
        found.append(reference.q4_load_rows_(pool, 0, torch.empty(2, 48, 64, device=device)))
    return relative_error(*found) < 0.01


def kv_pack_passes(module: ModuleType, device: torch.device) -> bool:
    """Rows with exceptions in every tile; then the same with one block altered."""
    rows = normal(device, torch.float32, 4, 150, 32)
    rows[:, ::50, 3] = 1e-9
    rows[:, 7, 5] = 0
    rows = rows.bfloat16()
    most = max(kv_pack.count_exceptions(r) for r in rows)
    blocks = torch.stack([kv_pack.pack_rows(r, most) for r in rows])
    digests, shape, results = kv_pack.packed_digests(blocks), kv_pack.PackedShape(150, 32, most), []
    for altered in (False, True):
        blocks[2, 40] ^= 4 * altered
        for form in (module, kv_pack):
            pools, found = [torch.full_like(rows[:2], 7) for _ in range(2)], torch.zeros_like(digests)
            form.unpack_rows_(blocks[:2], blocks[2:], digests, found, *pools, shape)
            results.append((*(p.view(torch.int16) for p in pools), found))
    return all(torch.equal(*pair) for pairs in (results[:2], results[2:]) for pair in zip(*pairs, strict=True))


def decode_pick_passes(module: ModuleType, device: torch.device) -> bool:
    """Picks among ties, among spread keys, and where the k-th key is the highest of its bin; several tiles."""
    for kind, k in (("ties", 130), ("spread", 60), ("top of a bin", 40)):
        keys, work = keys_of(kind, 2, 2100), module.pick_workspace(2, 2100, device)
        if not torch.equal(pick(module, work, keys, 2090, k, device), expected(keys, START, 2090, k)):
            return False
    return True


def passes(name: str, module: ModuleType, device: torch.device) -> bool:
    """Compare one function of the module with its definition, on H 6, Hkv 2, D 64."""
    if name == "row_linear/triton":
        return row_linear_passes(module, device)
    if name == "packed_linear/triton":
        return packed_linear_passes(module, device)
    if name == "fp8_rows/triton":
        return fp8_rows_passes(module, device)
    if name == "q4_rows/triton":
        return q4_rows_passes(module, device)
    if name == "q4_rows/triton_aimed":
        return q4_aimed_passes(module, device)
    if name == "decode/triton_pick":
        return decode_pick_passes(module, device)
    if name == "kv_pack/triton":
        return kv_pack_passes(module, device)
    if name == "decode/triton_attend":
        return decode_passes(module, device)
    keys, values = (pool(normal(device, torch.float32, 2, 150, 64, seed=s)) for s in (1, 2))
    query = normal(device, torch.float32, 6, 6, 64)
    positions = ints(device, [10, 40, 80, 99, 120, 149])
    if name == "attention/triton_causal":
        got, _ = module.causal_attention(query, positions, keys, values, scaling=0.2)
        want, lse = reference.causal_attention(query, positions, keys, values, scaling=0.2)
        return relative_error(got, want) < TOLERANCE[torch.float32]
    if name == "votes/triton":
        _, lse = reference.causal_attention(query, positions, keys, values, scaling=0.2)
        ends = ints(device, [70, 100, 130])
        got = module.soft_votes(query, lse, keys, 4, ends, groups=2, scaling=0.2)
        want = reference.soft_votes(query, lse, keys, 4, ends, groups=2, scaling=0.2)
        return relative_error(got, want) < VOTE_TOLERANCE
    starts = [120, 124]
    arguments = (query, 144, keys, values, picks(device, starts, 2, 40, 4), ints(device, starts))
    options = {"block_size": 4, "num_sink": 4, "scaling": 0.2}
    got, _ = module.gathered_attention(*arguments, **options)
    want, _ = reference.gathered_attention(*arguments, **options)
    return relative_error(got, want) < TOLERANCE[torch.float32]


@pytest.mark.parametrize("name", sorted({name for name, _, _ in MUTANTS.values()}))
def test_original_passes(name: str, device: torch.device, tmp_path: Path) -> None:
    assert passes(name, source_with(name, "", "", tmp_path), device)


@pytest.mark.parametrize("mutant", MUTANTS)
def test_mutant_fails(mutant: str, device: torch.device, tmp_path: Path) -> None:
    name, old, new = MUTANTS[mutant]
    assert noticed(lambda: passes(name, source_with(name, old, new, tmp_path), device), device)
