"""The end of a written token against its definition: choice, coverage, counts."""

from __future__ import annotations

import pytest
import torch

from tests.kernels.build import DTYPES, TOLERANCE, ints, normal, relative_error
from tests.kernels.test_packed_linear import packed
from tsel_kernels.backend import torch_kernels, triton_kernels

pytest.importorskip("triton", reason="the kernels need triton")
gpu, reference = triton_kernels(), torch_kernels()


def ended(module: object, logits: torch.Tensor, device: torch.device) -> list[torch.Tensor]:
    """token, shown, position, num_done and coverage after a step at position 40, the third of its run."""
    token, shown, done = (torch.tensor([n], device=device) for n in (5, 6, 2))
    position, reuse = ints(device, [40]), ints(device, [0, 1, 0])
    lse, full = normal(device, torch.float32, 3, 5, seed=1), normal(device, torch.float32, 3, 5, seed=2) + 1
    coverage = torch.full((4, 3), 7.0, device=device)
    module.next_token_(logits, token, shown, position, done, lse, full, reuse, coverage)  # type: ignore[attr-defined]
    return [token, shown, position, done, coverage]


@pytest.mark.interpret
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("num", [1, 700, 1024, 5000])
def test_next_token(num: int, dtype: torch.dtype, device: torch.device) -> None:
    logits = normal(device, dtype, num, seed=num)
    got, want = ended(gpu, logits, device), ended(reference, logits, device)
    assert [int(t) for t in got[:4]] == [int(t) for t in want[:4]]
    assert int(got[0]) == int(logits.float().argmax())
    assert [int(got[2]), int(got[3])] == [41, 3]
    assert bool((got[4][:2] == 7).all() & (got[4][3] == 7).all())  # the other steps' rows stay
    assert bool(got[4][2, 1].isnan())
    assert relative_error(got[4][2, ::2], want[4][2, ::2]) < TOLERANCE[torch.float32]


@pytest.mark.interpret
def test_the_first_of_equal_logits_is_taken(device: torch.device) -> None:
    logits = torch.zeros(3000, device=device)
    logits[[1500, 1100, 2999]] = 3.0
    for module in (gpu, reference):
        assert int(ended(module, logits, device)[0]) == 1100


@pytest.mark.interpret
@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_damaged_logits_are_shown(value: float, device: torch.device) -> None:
    logits = torch.full((2500,), value, device=device) if value < 0 else normal(device, torch.float32, 2500)
    logits[2100] = value
    for module in (gpu, reference):
        token, shown, *_ = ended(module, logits, device)
        assert int(shown) == -1
        assert 0 <= int(token) < 2500
    logits = normal(device, torch.float32, 2500)
    logits[7] = float("-inf")  # a word that is masked damages nothing
    assert all(int(ended(module, logits, device)[1]) == int(logits.argmax()) for module in (gpu, reference))


@pytest.mark.interpret
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("bits", [4, 8])
@pytest.mark.parametrize("width", [32, 96, 1120])
def test_packed_row(width: int, bits: int, dtype: torch.dtype, device: torch.device) -> None:
    weight = packed(device, 9, width, bits, bits == 4)
    for row in (0, 5, 8):
        got, want = (torch.full((width,), torch.nan, device=device, dtype=dtype) for _ in range(2))
        for module, out in ((gpu, got), (reference, want)):
            module.packed_row_(weight, torch.tensor([row], device=device), out)
        assert relative_error(got, want) < TOLERANCE[dtype]
        wide = reference.unpack_weight_(weight, torch.empty(9, width, device=device))
        assert relative_error(got, wide[row].to(dtype)) < TOLERANCE[dtype]
    for module in (gpu, reference):
        with pytest.raises(ValueError, match="out must be"):
            module.packed_row_(weight, torch.tensor([0], device=device), torch.empty(width + 1, device=device))
