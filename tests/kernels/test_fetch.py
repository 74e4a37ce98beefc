"""The gather of cache rows: the Triton form against its definition, wrong shapes refused by both alike."""

from __future__ import annotations

import pytest
import torch

from tests.kernels.build import normal
from tsel_kernels.backend import torch_kernels, triton_kernels

pytest.importorskip("triton", reason="the kernels need triton")
gpu, reference = triton_kernels(), torch_kernels()
pytestmark = pytest.mark.interpret


@pytest.mark.parametrize(("kv_heads", "dim", "groups", "k"), [(4, 128, 4, 50), (2, 80, 1, 33), (1, 64, 1, 1)])
def test_fetch_rows(device: torch.device, kv_heads: int, dim: int, groups: int, k: int) -> None:
    generator = torch.Generator().manual_seed(0)
    pool = normal(device, torch.float32, kv_heads, 300, dim)
    rows = torch.randint(-1, 300, (groups, k), generator=generator, dtype=torch.int32).to(device)
    both = [torch.full((kv_heads, k + 7, dim), float("nan"), device=device) for _ in range(2)]
    for module, out in zip((gpu, reference), both, strict=True):
        module.fetch_rows_(pool, rows, out[:, 3 : 3 + k])  # a part of a wider buffer
    assert torch.equal(both[0][:, 3 : 3 + k], both[1][:, 3 : 3 + k])
    expected = torch.stack([pool[h, rows[h % groups].long().clamp(min=0)] for h in range(kv_heads)])
    assert torch.equal(both[1][:, 3 : 3 + k], expected)
    assert bool(both[0][:, :3].isnan().all())
    assert bool(both[0][:, 3 + k :].isnan().all())


@pytest.mark.parametrize("module", [gpu, reference])
def test_wrong_shapes_are_refused(module: object, device: torch.device) -> None:
    pool, out = torch.zeros(2, 9, 16, device=device), torch.zeros(2, 3, 16, device=device)
    rows = torch.zeros(2, 3, dtype=torch.int32, device=device)
    for wrong in ((pool, rows.long(), out), (pool, rows[:, :2], out), (pool, rows, out.half()), (pool, rows.expand(3, 2, 3)[0, :0], out)):
        with pytest.raises(ValueError, match="must be"):
            module.fetch_rows_(*wrong)  # type: ignore[attr-defined]
