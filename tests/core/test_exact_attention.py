"""Exact attention of a few queries over many rows: the anchors' kernel gives what full attention gives."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch

from tsel_core.attention import exact_attention
from tsel_core.full_attention import full_attention
from tsel_kernels.backend import torch_backend


@pytest.mark.parametrize(("num", "rows", "by_kernel"), [(5, 9000, 1), (300, 9000, 0), (5, 400, 0), (1, 9000, 1)])
def test_short_tails_over_many_rows(num: int, rows: int, by_kernel: int) -> None:
    generator = torch.Generator().manual_seed(0)
    query, keys, values = (torch.randn(*s, generator=generator) for s in ((num, 6, 8), (2, rows, 8), (2, rows, 8)))
    parts, calls = vars(torch_backend()), []

    def causal_attention(*args: torch.Tensor, **options: float) -> object:
        calls.append(1)
        return parts["causal_attention"](*args, **options)

    backend = SimpleNamespace(**{**parts, "name": "triton", "causal_attention": causal_attention})
    got = exact_attention(backend, query, keys, values, 0.3)
    assert len(calls) == by_kernel
    torch.testing.assert_close(got, full_attention(query, keys, values, 0.3), rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(exact_attention(torch_backend(), query, keys, values, 0.3), got, rtol=1e-4, atol=1e-5)
