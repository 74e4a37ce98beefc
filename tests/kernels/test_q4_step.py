"""A written token over rows in 4 bits: appended in one launch and attended to by its codes, as the definitions do."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from tests.kernels.build import TOLERANCE, ints, normal, relative_error, table
from tsel_kernels.backend import torch_kernels
from tsel_kernels.decode.state import DecodeShape
from tsel_kernels.key_index import KeyIndex, empty_index, quantize_keys
from tsel_kernels.q4_rows import reference as q4_reference
from tsel_kernels.q4_rows import reference_step
from tsel_kernels.q4_rows.exact import ExactRows
from tsel_kernels.q4_rows.reference import turning

pytest.importorskip("triton", reason="the kernels need triton")
from tsel_kernels.decode.triton_workspace import decode_workspace
from tsel_kernels.q4_rows import triton_attend, triton_rope
from tsel_kernels.triton_device import Tile

reference = torch_kernels()
pytestmark = pytest.mark.interpret
DTYPES = [torch.float32, torch.bfloat16]


def exact_rows(device: torch.device, dtype: torch.dtype, heads: int, dim: int, since: int, seed: int) -> ExactRows:
    """Three first rows and a ring of 64."""
    first, recent = (normal(device, dtype, heads, n, dim, seed=seed + n) for n in (3, 64))
    return ExactRows(first, recent, ints(device, [since]))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("heads", "kv_heads", "dim", "bits", "sized", "normed"), [(6, 2, 128, 4, True, False), (3, 1, 80, 8, False, True), (4, 4, 32, 4, True, True)])
def test_a_row_is_rotated_turned_and_packed(
    device: torch.device, dtype: torch.dtype, heads: int, kv_heads: int, dim: int, bits: int, sized: bool, normed: bool
) -> None:
    shape, at = DecodeShape(heads, kv_heads, dim, 96, 16, kv_heads, 4, 20, 3), 70
    query, key, value = (normal(device, dtype, n, dim, seed=n + s) for s, n in enumerate((heads, kv_heads, kv_heads)))
    matrix, mean = turning(dim, device, dtype), normal(device, torch.float32, kv_heads, dim, seed=5)
    sizes = (2.0 ** ints(device, list(range(kv_heads * dim))).remainder(5)).view(kv_heads, 1, dim).to(dtype) if sized else None
    norms = (normal(device, dtype, dim, seed=8), normal(device, dtype, dim, seed=9)) if normed else (None, None)
    found = []
    for form in (triton_rope, reference_step):
        pools = [empty_index(mean, 96, bits), empty_index(-mean, 96)]
        for pool in pools:
            pool.codes.fill_(0x35)
            pool.scale.fill_(7)
            pool.zero.fill_(-3)
        held = exact_rows(device, dtype, kv_heads, dim, 0, 1), exact_rows(device, dtype, kv_heads, dim, 0, 2)
        state, out = reference.decode_state(shape, dtype, device), torch.full_like(query, torch.nan)
        for step, asked in ((at, query), (at + 1, query * 1.01), (at + 2, -query)):
            form.q4_rope_append_(
                asked, key * (step - at + 1), value, ints(device, [step]), matrix, sizes, pools[0], pools[1], held, out, state, shape,
                rope=table(device, 96, dim), q_norm=norms[0], k_norm=norms[1], theta=0.9,
            )  # fmt: skip
            found.append([out.clone(), int(state.reuse), int(state.window_start), int(state.hits), state.cached_query.clone()])
        found.append([pools, [one.recent for one in held]])
    half = len(found) // 2
    for got, want in zip(found[: half - 1], found[half:-1], strict=True):
        assert relative_error(got[0], want[0]) < TOLERANCE[dtype]
        assert got[1:4] == want[1:4]
        assert relative_error(got[4], want[4]) < TOLERANCE[dtype]
    for got, want in zip(found[half - 1][1], found[-1][1], strict=True):  # the ring: three slots of 64
        assert relative_error(got, want) < TOLERANCE[dtype]
    for got, want in zip(found[half - 1][0], found[-1][0], strict=True):
        for a, b in zip((got.codes, got.scale, got.zero), (want.codes, want.scale, want.zero), strict=True):
            assert torch.equal(a[:, :at], b[:, :at])
            assert torch.equal(a[:, at + 3 :], b[:, at + 3 :])
        back = [reference.q4_load_rows_(pool, at, torch.empty(kv_heads, 3, dim, device=device)) for pool in (got, want)]
        step = want.scale[:, at : at + 3].float()[..., None]
        slack = TOLERANCE[dtype] * float(back[1].abs().max())  # a rounded row moves its codes
        assert bool(((back[0] - back[1]).abs() <= 1.01 * step + slack).all())
        assert float((back[0] - back[1]).square().mean().sqrt()) < 0.3 * float(step.mean())


def pool_of(device: torch.device, heads: int, dim: int, bits: int, seed: int) -> KeyIndex:
    """512 rows under a mean."""
    return quantize_keys(normal(device, torch.float32, heads, 512, dim, seed=seed), normal(device, torch.float32, heads, dim, seed=seed + 4), bits)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("heads", "kv_heads", "dim", "groups", "begin", "last", "turned_back"),
    [(6, 2, 128, 2, 200, 260, True), (4, 4, 64, 1, 0, 30, False), (7, 1, 80, 1, 240, 300, True)],
)
def test_codes_are_attended_to(
    device: torch.device, dtype: torch.dtype, heads: int, kv_heads: int, dim: int, groups: int, begin: int, last: int, turned_back: bool
) -> None:
    shape = DecodeShape(heads, kv_heads, dim, 512, 96, groups, 8, 61)
    keys, values = pool_of(device, kv_heads, dim, 8 if groups == 2 else 4, 1), pool_of(device, kv_heads, dim, 4, 2)
    for pool in (keys, values):
        pool.scale[:, last + 1 :] = float("nan")  # never read
    query, at = normal(device, dtype, heads, dim), ints(device, [last])
    state = reference.decode_state(shape, dtype, device)
    state.window_start.fill_(begin)
    state.indices.fill_(-1)
    if begin:
        for g in range(groups):
            state.indices[0, g, : 90 - g] = torch.arange(9 + g, 9 + g + 2 * (90 - g), 2, dtype=torch.int32, device=device)
    held = exact_rows(device, dtype, kv_heads, dim, 0, 7), exact_rows(device, dtype, kv_heads, dim, last - 20, 8)
    found, back = [], turning(dim, device, dtype) if turned_back else None
    for form, work, options in (
        (triton_attend, decode_workspace(shape, device), {}),
        (triton_attend, decode_workspace(replace(shape, num_local=200), device), {"tile": Tile(1, 16, 4, 1)}),
        (q4_reference, None, {}),
    ):
        out, lse = torch.full_like(query, torch.nan), torch.full((heads,), torch.nan, device=device)
        sized = replace(shape, num_local=200) if options else shape
        form.q4_attend_(query, keys, values, held, at, out, lse, state, sized, work, scaling=0.1, back=back, **options)
        found.append((out, lse))
    for out, lse in found[:2]:
        assert relative_error(out, found[2][0]) < TOLERANCE[dtype]
        assert relative_error(lse, found[2][1]) < 1e-3


def test_turning_back_is_the_definition_of_turning(device: torch.device) -> None:
    """What the join makes is the transpose of what turned the values, for sizes that are no power of two as well."""
    for dim in (32, 80):
        matrix = turning(dim, device, torch.float32)
        rows = normal(device, torch.float32, 5, dim)
        assert relative_error(rows @ matrix @ matrix.T, rows) < 1e-6
