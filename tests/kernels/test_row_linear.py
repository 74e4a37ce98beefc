"""The linear map of one row against its definition."""

from __future__ import annotations

import pytest
import torch

from tests.kernels.build import DTYPES, TOLERANCE, normal, relative_error
from tsel_kernels.backend import torch_kernels, triton_kernels

pytest.importorskip("triton", reason="the kernels need triton")
gpu, reference = triton_kernels(), torch_kernels()
pytestmark = pytest.mark.interpret
SHAPES = [(1, 16), (7, 30), (64, 512), (37, 1300)]  # N, K: one row, ragged both ways, even, more than one step


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("num", "width"), SHAPES)
@pytest.mark.parametrize("form", ["plain", "bias", "norm", "residual", "gated"])
def test_row_linear(num: int, width: int, form: str, dtype: torch.dtype, device: torch.device) -> None:
    gated, made = form == "gated", num
    row, weight = normal(device, dtype, width), normal(device, dtype, 2 * num if gated else num, width) / width**0.5
    options = {
        "norm": normal(device, dtype, width, seed=1) if form in ("norm", "gated") else None,
        "bias": normal(device, dtype, num, seed=2) if form == "bias" else None,
    }
    results = []
    for module in (gpu, reference):
        residual = normal(device, dtype, made, seed=3) if form == "residual" else None
        out = residual if residual is not None else torch.empty(made, dtype=dtype, device=device)
        results.append(module.row_linear_(row, weight, out, residual=residual, gated=gated, eps=1e-6, **options))
    assert relative_error(*results) < TOLERANCE[dtype]


def test_rows_of_a_larger_matrix(device: torch.device) -> None:
    """A weight that is a view with longer rows; what lies between them is NaN."""
    whole = torch.full((24, 96), float("nan"), device=device)
    whole[:, :64] = normal(device, torch.float32, 24, 64)
    row, weight = normal(device, torch.float32, 64), whole[:, :64]
    got, want = (m.row_linear_(row, weight, torch.empty(24, device=device)) for m in (gpu, reference))
    assert relative_error(got, want) < TOLERANCE[torch.float32]


@pytest.mark.parametrize("module", [gpu, reference])
def test_shapes_that_do_not_fit(module: object, device: torch.device) -> None:
    row, weight = torch.ones(8, device=device), torch.ones(6, 8, device=device)
    for out, options in (
        (torch.ones(5, device=device), {}),
        (torch.ones(6, device=device), {"gated": True}),
        (torch.ones(6, device=device), {"norm": torch.ones(7, device=device)}),
        (torch.ones(3, device=device), {"gated": True, "bias": torch.ones(6, device=device)}),
    ):
        with pytest.raises(ValueError, match=r"must be|needs"):
            module.row_linear_(row, weight, out, **options)  # type: ignore[attr-defined]
