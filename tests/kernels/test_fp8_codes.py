"""Rows as 8-bit floats against their definition."""

from __future__ import annotations

import pytest
import torch

from tests.kernels.build import DTYPES, normal
from tsel_kernels.backend import torch_kernels, triton_kernels

pytest.importorskip("triton", reason="the kernels need triton")
gpu, reference = triton_kernels(), torch_kernels()


@pytest.mark.interpret
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("num", "width"), [(1, 16), (5, 96), (3, 4700)])
def test_codes(num: int, width: int, dtype: torch.dtype, device: torch.device) -> None:
    rows = normal(device, dtype, num, width + 3)[:, :width]  # a view: rows lie apart
    rows[0, 0] = 60.0
    codes, scale = gpu.fp8_codes(rows)
    wanted, scale_wanted = reference.fp8_codes(rows)
    assert codes.dtype == torch.float8_e4m3fn
    assert torch.allclose(scale, scale_wanted, rtol=1e-6)
    # a division by a reciprocal may fall to the other of two neighbours
    steps = (codes.view(torch.uint8).int() - wanted.view(torch.uint8).int()).abs()
    assert int(steps.max()) <= 1
    assert float((steps > 0).float().mean()) < 0.01
    back = codes.float() * scale[:, None]
    assert float((back - rows.float()).abs().max() / rows.float().abs().max()) < 1 / 28
    assert float(codes.float().abs().amax()) == 448.0


@pytest.mark.interpret
def test_a_row_of_zeros_and_one_that_is_damaged(device: torch.device) -> None:
    rows = torch.zeros(2, 32, device=device)
    rows[1, 3] = torch.nan
    codes, scale = gpu.fp8_codes(rows)
    assert bool((codes[0].float() == 0).all())
    assert bool(scale[1].isnan())
