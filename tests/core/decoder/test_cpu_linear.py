"""int8 weights for single rows: near the exact product, exact for several rows, and out of the model's way."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch
import torch.nn.functional as F

from tests_support import make_model
from tsel_core.config import EngineConfig, SelectionConfig
from tsel_core.decoder import cpu_linear
from tsel_core.decoder.cpu_linear import RowHead, RowLinear, add_int8_rows, quantize_rows
from tsel_core.decoder.step import DecoderStep
from tsel_core.decoder.weights import FusedLinear, fuse
from tsel_core.engine.engine import Engine


def rows(*shape: int, seed: int = 1) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize(("out", "width"), [(256, 128), (300, 96), (7, 33), (1, 16), (513, 1)])
def test_quantized_values_are_within_half_a_step(out: int, width: int) -> None:
    weight = rows(out, width) * torch.logspace(-4, 2, out)[:, None]
    int8, scale = quantize_rows(weight)
    assert int8.dtype == torch.int8
    back = int8.float() * scale.float()[:, None]
    # half a step, and what clamping at 127 loses where the scale was rounded down (at most 0.4 % of the largest)
    limit = scale.float()[:, None] * 0.5 + weight.abs().amax(1, keepdim=True) * 2**-8
    assert bool(((back - weight).abs() <= limit).all())


def test_a_row_of_zeros_stays_zero() -> None:
    weight = rows(4, 32)
    weight[2] = 0
    int8, scale = quantize_rows(weight)
    assert int(int8[2].abs().sum()) == 0
    assert bool(torch.isfinite(scale).all())


@pytest.mark.parametrize("bias", [False, True])
def test_one_row_is_near_and_several_rows_are_exact(bias: bool) -> None:
    weight, shift = rows(384, 256) / 16, rows(384, seed=3) if bias else None
    linear = RowLinear(weight, shift).quantize()
    x = rows(5, 256, seed=2)
    assert torch.equal(linear(x), F.linear(x, weight, shift))
    one, exact = linear(x[:1]), F.linear(x[:1], weight, shift)
    assert one.dtype == torch.float32
    error = float((one - exact).norm() / exact.norm())
    assert 0 < error < 0.015  # not zero: it did go through int8


def test_the_head_scores_its_best_candidates_exactly() -> None:
    weight = rows(4096, 64)
    head = RowHead(weight, None).quantize()
    x = rows(1, 64, seed=2)
    exact, got = F.linear(x, weight), head(x)
    best = exact[0].topk(16).indices
    assert torch.equal(got[0].argmax(), exact[0].argmax())
    assert torch.allclose(got[0, best], exact[0, best], atol=1e-4)
    assert float((got - exact).abs().max()) > 1e-4  # the others are int8's


def test_fused_parts_stay_the_models_own_and_lie_together_without_a_copy() -> None:
    whole = rows(30, 8)
    parts = [torch.nn.Linear(8, n) for n in (10, 12, 8)]
    for part, lo in zip(parts, (0, 10, 22), strict=True):
        part.weight.data = whole[lo : lo + part.out_features]
    fused = fuse(parts)
    assert isinstance(fused, FusedLinear)
    assert fused.weight.data_ptr() == whole.data_ptr()
    assert torch.equal(fused.weight, whole)
    scattered = [torch.nn.Linear(8, n) for n in (10, 12, 8)]
    before = torch.cat([p.weight.data.clone() for p in scattered])
    again = fuse(scattered)
    assert torch.equal(again.weight, before)  # type: ignore[attr-defined]
    assert scattered[1].weight.data_ptr() == again.weight[10:].data_ptr()  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", ["llama", "qwen2", "qwen3", "phi3"])
def test_an_engine_with_int8_rows(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cpu_linear, "is_right_and_faster", lambda _: True)  # tiny matrices gain nothing
    model = make_model(kind, tie_word_embeddings=kind == "qwen2")
    info = SimpleNamespace(num_layers=model.config.num_hidden_layers, trained_window=1 << 20)
    engines = []
    for int8 in (False, True):
        loaded = SimpleNamespace(
            model=model, info=info, eos_ids=(2,), device="cpu", dtype=model.dtype, int8_rows=int8
        )
        engines.append(Engine(loaded, EngineConfig(attention="full", chunk_size=16), SelectionConfig()))
    ids = torch.randint(3, 320, (40,), generator=torch.Generator().manual_seed(5)).tolist()
    readings = [e.read(ids, 40, room=8) for e in engines]
    assert torch.equal(readings[0].logits, readings[1].logits)  # reading is exact, and waits for no int8 copy
    assert engines[1].forward.int8_report is None
    for engine, reading in zip(engines, readings, strict=True):
        engine.extend(reading, [7])  # one row
    report = engines[1].forward.int8_report
    assert engines[0].forward.int8_report is None
    assert report is not None
    assert report.num_matrices == 3 * 4 + 1
    assert report.num_bytes > sum(p.numel() for n, p in model.named_parameters() if "proj" in n)
    exact, near = (r.logits for r in readings)
    error = float((near - exact).norm() / exact.norm())
    assert 0 < error < 0.06


@pytest.mark.parametrize("kind", ["llama", "qwen2", "qwen3", "phi3"])
def test_bf16_weights_under_fp32_activations(kind: str) -> None:
    model = make_model(kind, tie_word_embeddings=kind == "qwen2")
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(parameter.to(torch.bfloat16))
    ids = torch.randint(3, 320, (1, 41), generator=torch.Generator().manual_seed(5))
    with torch.inference_mode():
        exact = model(ids).logits[0]
    loaded = SimpleNamespace(
        model=model.to(torch.bfloat16), info=SimpleNamespace(num_layers=3, trained_window=1 << 20), eos_ids=(2,), device="cpu",
        dtype=torch.float32, int8_rows=True,
    )  # fmt: skip
    engine = Engine(loaded, EngineConfig(attention="full", chunk_size=16), SelectionConfig())
    reading = engine.read(ids[0, :40].tolist(), 40, room=8)
    assert engine.forward.int8_report is None
    assert reading.logits.dtype == reading.cache.pools[0].keys.dtype == torch.float32
    read_error = float((reading.logits - exact[39]).norm() / exact[39].norm())
    assert read_error < 0.04  # the head's single row is int8, the rest rounds rows to bf16
    engine.extend(reading, [int(ids[0, 40])])
    assert float((reading.logits - exact[40]).norm() / exact[40].norm()) < 0.06
    assert model.model.norm.weight.dtype == torch.bfloat16  # the model itself did not change


def test_which_weights_stay_bf16(monkeypatch: pytest.MonkeyPatch) -> None:
    from tsel_core.models import precision
    from tsel_core.models.precision import reads_in_bf16

    info, other = SimpleNamespace(model_type="qwen2"), SimpleNamespace(model_type="gemma2")
    monkeypatch.delenv("TSEL_CPU_WEIGHTS", raising=False)
    for fast in (True, False):
        monkeypatch.setattr(precision, "has_fast_bf16", lambda fast=fast: fast)
        assert reads_in_bf16(info.model_type) is fast
        assert reads_in_bf16(other.model_type) is False
    monkeypatch.setenv("TSEL_CPU_WEIGHTS", "bf16")
    assert reads_in_bf16(info.model_type) is True
    monkeypatch.setenv("TSEL_CPU_WEIGHTS", "fp32")
    monkeypatch.setattr(precision, "has_fast_bf16", lambda: True)
    assert reads_in_bf16(info.model_type) is False


def test_a_cpu_that_gains_nothing_keeps_the_exact_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cpu_linear, "is_right_and_faster", lambda _: False)
    step = DecoderStep(make_model("llama"))
    before = list(step.layers)
    assert add_int8_rows(step) is None
    assert step.layers == before
