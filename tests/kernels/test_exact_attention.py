"""Exact attention of a few queries over many rows: the anchors' kernel gives what full attention gives."""

from __future__ import annotations

import os
import subprocess
import sys
from types import SimpleNamespace

import pytest
import torch

from tsel_core.layers.runtime import exact_attention
from tsel_kernels.attention import full as module
from tsel_kernels.attention.full import full_attention, general_attention, past_pieces
from tsel_kernels.backend import functions, torch_kernels


@pytest.mark.parametrize(("num", "rows", "by_kernel"), [(5, 9000, 1), (300, 9000, 0), (5, 400, 1), (1, 9000, 1), (1, 400, 1)])
def test_short_tails_over_many_rows(num: int, rows: int, by_kernel: int) -> None:
    generator = torch.Generator().manual_seed(0)
    query, keys, values = (torch.randn(*s, generator=generator) for s in ((num, 6, 8), (2, rows, 8), (2, rows, 8)))
    parts, calls = functions(torch_kernels()), []

    def causal_attention(*args: torch.Tensor, **options: float) -> object:
        calls.append(1)
        return parts["causal_attention"](*args, **options)

    backend = SimpleNamespace(**{**parts, "name": "triton", "bf16_chunks": False, "causal_attention": causal_attention})
    got = exact_attention(backend, query, keys, values, 0.3)
    assert len(calls) == by_kernel
    torch.testing.assert_close(got, full_attention(query, keys, values, 0.3), rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(exact_attention(torch_kernels(), query, keys, values, 0.3), got, rtol=1e-4, atol=1e-5)


def plain_operation(query: torch.Tensor, keys: torch.Tensor, values: torch.Tensor, causal: bool, scaling: float) -> tuple[torch.Tensor, torch.Tensor]:
    """What the library's operation gives: its causal mask is aligned to the first row."""
    repeats = query.shape[1] // keys.shape[0]
    logits = query[0] @ keys.repeat_interleave(repeats, 0).transpose(-1, -2) * scaling
    if causal:
        logits = logits.masked_fill(torch.ones(logits.shape[-2:]).triu(1).bool(), float("-inf"))
    out = torch.softmax(logits, -1) @ values.repeat_interleave(repeats, 0)
    return out[None], logits.logsumexp(-1)[None]


@pytest.mark.parametrize(("num", "rows"), [(16, 16), (16, 64), (16, 16 * 12), (16, 205), (13, 200), (1, 16)])
def test_a_chunk_attends_to_its_past_in_pieces(num: int, rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_cudnn", plain_operation)
    monkeypatch.setattr(module, "_PIECE", 64)
    monkeypatch.setattr(module, "LEAST_PIECED", 16)
    generator = torch.Generator().manual_seed(1)
    query, keys, values = (torch.randn(*s, generator=generator) for s in ((num, 6, 8), (2, rows, 8), (2, rows, 8)))
    got = module._cudnn_attention(query, keys, values, 0.3)
    expected = general_attention(query, keys, values, 0.3, None, None, None)
    assert got.is_contiguous()
    torch.testing.assert_close(got, expected, rtol=1e-4, atol=1e-5)


def test_a_long_reading_has_few_shapes() -> None:
    """In chunks of 8,192: every row of the past once, in pieces of four lengths whatever the document's length."""
    lengths = set()
    for past in range(8192, 2**20, 8192):
        pieces = past_pieces(past, 8192)
        assert [0, *(end for _, end in pieces)] == [*(begin for begin, _ in pieces), past]
        lengths |= {end - begin for begin, end in pieces}
    assert lengths == {8192, 16384, 32768, 65536}
    assert past_pieces(8192 * 3 + 5, 8192) == [(0, 16384), (16384, 8192 * 3), (8192 * 3, 8192 * 3 + 5)]
    assert past_pieces(100_000, 5000) == [(0, 100_000)]  # the last chunk of a document
    assert past_pieces(3000, 32) == [(0, 3000)]  # a question


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@pytest.mark.parametrize(("num", "rows", "dim", "kv_heads"), [(300, 300, 128, 2), (300, 700, 128, 2), (257, 999, 64, 12), (260, 900, 120, 4)])
def test_a_chunk_of_a_short_text_on_a_gpu(num: int, rows: int, dim: int, kv_heads: int) -> None:
    generator = torch.Generator(device="cuda").manual_seed(2)
    shapes = ((num, 12, dim), (kv_heads, rows, dim), (kv_heads, rows, dim))
    query, keys, values = (torch.randn(*s, generator=generator, device="cuda", dtype=torch.bfloat16) for s in shapes)
    got = module._cuda_attention(query, keys, values, 0.1).float()
    expected = general_attention(query, keys, values, 0.1, None, None, None).float()
    assert float((got - expected).norm() / expected.norm()) < 1e-2


def test_attention_does_not_import_the_compiler() -> None:
    code = (
        "import sys, torch\nfrom tsel_kernels.attention.full import _cuda_attention\n"
        "_cuda_attention(torch.randn(300, 4, 8), torch.randn(2, 300, 8), torch.randn(2, 300, 8), 0.3)\n"
        "from torch.backends.cuda import SDPAParams, can_use_flash_attention\nprint('torch._dynamo' in sys.modules)"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize(("num", "rows"), [(40, 40), (40, 90)])
def test_the_mask_is_aligned_to_the_last_row(num: int, rows: int) -> None:
    generator = torch.Generator().manual_seed(1)
    query, keys, values = (torch.randn(*s, generator=generator) for s in ((num, 6, 8), (2, rows, 8), (2, rows, 8)))
    got = module._cuda_attention(query, keys, values, 0.3)
    torch.testing.assert_close(got, general_attention(query, keys, values, 0.3, None, None, None), rtol=1e-4, atol=1e-5)
