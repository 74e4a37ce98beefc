"""Rows in 8 bits in a captured step: bit for bit what the definition stores and gives back, other rows untouched."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from tests.kernels.build import ints, normal
from tsel_kernels.backend import torch_kernels, triton_kernels
from tsel_kernels.fp8_rows.reference import Fp8Pool, quantize_fp8

pytest.importorskip("triton", reason="the kernels need triton")
gpu, reference = triton_kernels(), torch_kernels()
pytestmark = pytest.mark.interpret
DTYPES = [torch.float32, torch.bfloat16]


def same(got: torch.Tensor, want: torch.Tensor) -> None:
    """Equal; sums in bf16 up to their last bit in the interpreter, which cuts it off."""
    if got.dtype == torch.bfloat16 and not got.is_cuda:
        assert torch.allclose(got.float(), want.float(), rtol=2**-7, atol=1e-30)
    else:
        assert torch.equal(got, want)


def empty(device: torch.device, heads: int, rows: int, dim: int, centre: torch.Tensor | None = None) -> Fp8Pool:
    """A pool whose codes and exponents mean nothing yet."""
    codes = torch.full((heads, rows, dim), 0x7F, dtype=torch.uint8, device=device)
    return Fp8Pool(codes, torch.full((heads, rows), 99, dtype=torch.int8, device=device), centre)


def hard_rows(device: torch.device, dtype: torch.dtype, heads: int, rows: int, dim: int) -> torch.Tensor:
    """Rows of every size, with zeros, ties, subnormal codes, and values at the edge of the largest code."""
    wide = normal(device, torch.float32, heads, rows, dim) * torch.logspace(-6, 6, rows, device=device)[None, :, None]
    wide[:, 3] = 0
    wide[:, 5] = torch.arange(dim, device=device) / 16 - 2  # halves between two codes
    wide[:, 7] = 448 * 2.0**-3
    wide[:, 9, 0] = 300  # the rest of this row is subnormal beside it
    wide[:, 9, 1:] /= 1e5
    wide[:, 11] = wide[:, 11] * 1e-37
    return wide.to(dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("heads", "dim"), [(2, 128), (3, 80), (1, 64)])
def test_a_row_is_stored_as_the_definition_stores_it(device: torch.device, dtype: torch.dtype, heads: int, dim: int) -> None:
    num = 14
    rows, values = hard_rows(device, dtype, heads, num, dim), hard_rows(device, dtype, heads, num, dim).flip(2)
    centre = normal(device, dtype, heads, dim)
    found = []
    for module in (gpu, reference):
        both = [rows.clone(), values.clone()]
        pools = [empty(device, heads, num, dim, c) for c in (centre, None)]
        for at in range(num - 1):
            module.fp8_store_row_(*both, ints(device, [at]), *pools)
        found.append([*both, *(t for p in pools for t in (p.codes, p.exponents))])
    for got, want in zip(*found, strict=True):
        same(got, want)
    codes, exponents = quantize_fp8(values)
    assert torch.equal(found[0][4][:, : num - 1], codes[:, : num - 1])
    assert torch.equal(found[0][5][:, : num - 1], exponents[:, : num - 1])
    assert torch.equal(found[0][0][:, num - 1], rows[:, num - 1])  # not asked for: as it was
    error = (found[0][1][:, 0].float() - values[:, 0].float()).norm() / values[:, 0].float().norm()
    assert 0 < float(error) < 0.04


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize(("begin", "last"), [(60, 79), (0, 33)])
def test_rows_attended_to_are_widened_and_no_others(device: torch.device, dtype: torch.dtype, groups: int, begin: int, last: int) -> None:
    heads, num, dim, sinks = 2, 96, 48, 5
    source = normal(device, dtype, heads, num, dim)
    codes, exponents = quantize_fp8(source)
    key_pool = Fp8Pool(codes, exponents, normal(device, dtype, heads, dim))
    value_pool = replace(key_pool, centre=None)
    indices = torch.full((1, groups, 9), -1, dtype=torch.int32, device=device)
    for g in range(groups):
        indices[0, g, : 6 - g] = ints(device, [7 + g, 9, 20, 21, 30, 31][: 6 - g])
    found = []
    for module in (gpu, reference):
        out = [torch.full_like(source, float("nan")) for _ in range(2)]
        module.fp8_load_rows_(
            key_pool, value_pool, indices, ints(device, [begin]), ints(device, [last]), *out, num_sink=sinks, window_rows=40
        )
        found.append(out)
    for got, want in zip(*found, strict=True):
        assert torch.equal(got.isnan(), want.isnan())
        same(got.nan_to_num(), want.nan_to_num())
    written = ~found[1][1][1].isnan().any(-1)
    picked = {int(n) for n in indices[0, groups - 1] if 0 <= n <= last}
    assert {int(n) for n in written.nonzero()} == picked | set(range(sinks)) | set(range(begin, last + 1))
    assert float((found[1][1][1][0].float() - source[1, 0].float()).norm() / source[1, 0].float().norm()) < 0.04


@pytest.mark.parametrize("module", [gpu, reference])
def test_pools_that_do_not_fit_are_refused(module: object, device: torch.device) -> None:
    rows, pool = torch.zeros(2, 9, 16, device=device), empty(device, 2, 9, 16)
    for wrong in (
        replace(pool, codes=pool.codes[:, :5]),
        replace(pool, exponents=pool.exponents.short()),
        replace(pool, centre=torch.zeros(2, 8, device=device)),
    ):
        with pytest.raises(ValueError, match="must be"):
            module.fp8_store_row_(rows, rows.clone(), ints(device, [1]), wrong, pool)  # type: ignore[attr-defined]
