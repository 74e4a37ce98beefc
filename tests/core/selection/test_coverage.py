"""Coverage equals the mass that full logits put on the picked rows; what follows from it."""

from __future__ import annotations

import pytest
import torch

from tests.quality.bounded import bounded_backend
from tsel_core.config import SelectionConfig
from tsel_core.selection.anchors import anchor_offsets, measured_offsets, offsets_in_block
from tsel_core.selection.coverage import trim_to_target
from tsel_core.selection.lexical import LexicalRows
from tsel_core.selection.selector import TokenSelector
from tsel_kernels.attention.full import full_attention
from tsel_kernels.backend import load_kernels

HEADS, KV_HEADS, DIM, SCALE = 6, 2, 16, 0.25


def tensors(rows: int, queries: int, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    draw = torch.Generator().manual_seed(seed)
    shapes = ((queries, HEADS, DIM), (KV_HEADS, rows, DIM), (KV_HEADS, rows, DIM))
    return tuple(2 * torch.randn(s, generator=draw) for s in shapes)  # type: ignore[return-value]


def config(**changes: object) -> SelectionConfig:
    base = {"budget": 20, "num_sink": 4, "num_local": 16, "block_size": 16, "anchor_every": 8}
    return SelectionConfig(**{**base, **changes})  # type: ignore[arg-type]


def probabilities(query: torch.Tensor, keys: torch.Tensor, positions: torch.Tensor) -> torch.Tensor:
    """Softmax [T, H, N] of full causal attention, from every logit."""
    logits = torch.einsum("thd,hnd->thn", query, keys.repeat_interleave(HEADS // KV_HEADS, 0)) * SCALE
    hidden = torch.arange(keys.shape[1])[None, :] > positions[:, None]
    return torch.softmax(logits.masked_fill(hidden[:, None], float("-inf")), -1)


def held_rows(indices: torch.Tensor, start: int, rows: int, num_sink: int) -> torch.Tensor:
    """Mask [H, N] of the rows a pick [groups, K] with sinks and window lets through."""
    mask = torch.zeros(indices.shape[0], rows, dtype=torch.bool)
    for g, picks in enumerate(indices):
        mask[g, picks[picks >= 0].long()] = True
    mask[:, :num_sink] = True
    mask[:, start:] = True
    return mask.repeat_interleave(HEADS // indices.shape[0], 0)


@pytest.mark.parametrize("per_kv_head", [True, False])
def test_prefill_coverage_is_the_mass_of_full_logits(per_kv_head: bool) -> None:
    cfg, q_start = config(per_kv_head=per_kv_head), 100
    query, keys, values = tensors(q_start + 40, 40)
    selector = TokenSelector(cfg, load_kernels("cpu"))
    _, selection = selector.prefill(query, q_start, keys, values, SCALE)
    offsets = measured_offsets(cfg, 40, keys.device)
    assert len(offsets) > 0
    assert not set(offsets.tolist()) & set(anchor_offsets(cfg, 40, keys.device).tolist())
    mass = probabilities(query[offsets], keys, q_start + offsets)
    expected = []
    for i, offset in enumerate(offsets.tolist()):
        block = offset // cfg.block_size
        held = held_rows(selection.token_indices[block], int(selection.window_start[block]), keys.shape[1], cfg.num_sink)
        expected.append((mass[i] * held).sum(-1))
    assert float(selection.coverage) == pytest.approx(float(torch.stack(expected).mean()), abs=1e-5)
    assert float(selection.coverage) < 0.99


def test_decode_coverage_is_the_mass_of_full_logits_and_close_from_the_index() -> None:
    from tsel_kernels.key_index import quantize_keys

    query, keys, values = tensors(150, 1)
    cfg = config(reuse_threshold=1.0)
    _, exact = TokenSelector(cfg, load_kernels("cpu")).decode(query, keys, values, SCALE)
    mass = probabilities(query, keys, torch.tensor([149]))[0]
    held = held_rows(exact.token_indices[0], int(exact.window_start[0]), 150, cfg.num_sink)
    assert float(exact.coverage) == pytest.approx(float((mass * held).sum(-1).mean()), abs=1e-5)
    index = quantize_keys(keys, keys.mean(1))
    _, quantized = TokenSelector(cfg, load_kernels("cpu")).decode(query, keys, values, SCALE, index)
    held = held_rows(quantized.token_indices[0], int(quantized.window_start[0]), 150, cfg.num_sink)
    assert float(quantized.coverage) == pytest.approx(float((mass * held).sum(-1).mean()), abs=0.05)


def test_a_floor_grows_the_budget_and_then_runs_full_attention() -> None:
    query, keys, values = tensors(240, 40)
    backend = load_kernels("cpu")
    _, plain = TokenSelector(config(budget=4), backend).prefill(query, 200, keys, values, SCALE)
    floor = float(plain.coverage) + 0.02
    _, grown = TokenSelector(config(budget=4, coverage_floor=floor, max_growth=64), backend).prefill(
        query, 200, keys, values, SCALE
    )
    assert grown.growth > 1
    assert float(grown.coverage) >= floor
    out, full = TokenSelector(config(budget=4, coverage_floor=0.999), backend).prefill(query, 200, keys, values, SCALE)
    assert (full.growth, full.token_indices, float(full.coverage)) == (0, None, 1.0)
    torch.testing.assert_close(out, full_attention(query, keys, values, SCALE))
    decoded, step = TokenSelector(config(budget=4, coverage_floor=0.999, reuse_threshold=1.0), backend).decode(
        query[-1:], keys, values, SCALE
    )
    assert step.growth == 0
    torch.testing.assert_close(decoded, full_attention(query[-1:], keys, values, SCALE))


@pytest.mark.parametrize("correction", ["delta", "mix", "merge"])
def test_anchors_come_out_exact_with_every_correction(correction: str) -> None:
    cfg = config(correction=correction)
    query, keys, values = tensors(200, 40)
    out, _ = TokenSelector(cfg, load_kernels("cpu")).prefill(query, 160, keys, values, SCALE)
    offsets = anchor_offsets(cfg, 40, keys.device)
    exact = full_attention(query, keys, values, SCALE)
    torch.testing.assert_close(out[offsets], exact[offsets], rtol=1e-4, atol=1e-4)
    others = [i for i in range(40) if i not in offsets.tolist()]
    assert not torch.allclose(out[others], exact[others], atol=1e-3)


def test_anchor_patterns() -> None:
    assert offsets_in_block("even", 64, 16) == (0, 16, 32, 48)
    assert offsets_in_block("even+last", 64, 16) == (0, 16, 32, 48, 63)
    assert offsets_in_block("end", 64, 16) == (15, 31, 47, 63)
    assert len(offsets_in_block("random", 64, 16)) == 4
    assert offsets_in_block("even", 16, 64) == (0,)


def test_a_target_keeps_as_few_rows_as_hold_it() -> None:
    votes = torch.tensor([[[0.0, 0.5, 0.3, 0.15, 0.05]]])
    indices = torch.tensor([[[1, 2, 3, 4]]], dtype=torch.int32)
    kept = trim_to_target(indices, votes, num_voters=1, num_heads=1, target=0.75, min_budget=1)
    assert kept.tolist() == [[[1, 2, -1, -1]]]
    assert trim_to_target(indices, votes, 1, 1, 0.1, 3).tolist() == [[[1, 2, 3, -1]]]


def test_lexical_rows_are_picked_within_the_budget() -> None:
    query, keys, values = tensors(200, 40)
    ids = torch.arange(200)
    ids[190] = 77
    cfg = config(lexical_share=0.5)
    _, selection = TokenSelector(cfg, load_kernels("cpu")).prefill(query, 160, keys, values, SCALE, LexicalRows(ids))
    picks = selection.token_indices[190 // 16 - 10]
    assert all({77, 78} <= set(group.tolist()) for group in picks)
    assert selection.token_indices.shape[-1] == cfg.budget


def test_bounded_backend_computes_what_the_definitions_do() -> None:
    query, keys, values = tensors(240, 40)
    small = bounded_backend(max_logits=HEADS * 240 * 3)
    out, selection = TokenSelector(config(), small).prefill(query, 200, keys, values, SCALE)
    expected, other = TokenSelector(config(), load_kernels("cpu")).prefill(query, 200, keys, values, SCALE)
    torch.testing.assert_close(out, expected)
    assert torch.equal(selection.token_indices, other.token_indices)
