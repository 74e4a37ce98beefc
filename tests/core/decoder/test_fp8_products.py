"""Products of a chunk in 8-bit floats: near the plain ones, few rows as ever, logits of a small model."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch
from torch import nn

from tests_support import loaded, make_model
from tsel_core.config import EngineConfig
from tsel_core.decoder.low_bit.fp8 import LEAST_ROWS, Fp8Linear, use_fp8, weight_codes
from tsel_core.decoder.row_step import RowStep
from tsel_core.decoder.step import DecoderStep
from tsel_core.engine.engine import Engine
from tsel_core.errors import ModelError
from tsel_core.kv.cache import KVCache
from tsel_core.selection.passes import Pass
from tsel_kernels.backend import torch_kernels


def test_a_product_is_near_and_few_rows_are_exact() -> None:
    torch.manual_seed(0)
    plain = nn.Linear(96, 48)
    narrow = Fp8Linear(plain, plain.weight.detach(), plain.bias.detach(), torch_kernels())
    x = torch.randn(LEAST_ROWS, 96)
    got, want = narrow(x), plain(x).detach()
    assert float((got - want).norm() / want.norm()) < 0.05
    assert float((got - want).norm()) > 0
    assert torch.equal(narrow(x[:5]), plain(x[:5]))


def test_every_row_of_a_weight_has_a_scale_of_its_own() -> None:
    weight = torch.randn(5000, 32) * torch.logspace(-3, 3, 5000)[:, None]
    codes, scale = weight_codes(weight)
    back = codes.float() * scale[:, None]
    assert float(((back - weight).norm(dim=1) / weight.norm(dim=1)).max()) < 0.05


@pytest.mark.parametrize("maps", [("qkv", "output", "gate_up", "down"), ("gate_up",)])
def test_logits_of_a_model_in_fp8_are_near_and_one_token_is_written_as_ever(maps: tuple[str, ...]) -> None:
    engine = Engine(loaded(make_model("qwen2")), EngineConfig(attention="full"))
    ids = torch.randint(3, 320, (96,), generator=torch.Generator().manual_seed(4))

    def logits(every: bool = True) -> torch.Tensor:
        cache = KVCache(3, 128)
        with torch.inference_mode():
            read: torch.Tensor = engine.forward(cache, ids, Pass(every=True))
            return read if every else engine.forward(cache, ids[:1], Pass())

    want, step = logits(), engine.forward.step
    assert step is not None
    use_fp8(step, torch_kernels(), maps, layers=range(1, 3))
    assert not any(isinstance(getattr(step.layers[0], name), Fp8Linear) for name in maps)
    assert all(isinstance(getattr(step.layers[2], name), Fp8Linear) for name in maps)
    got = logits()
    error = float((got - want).norm() / want.norm())
    assert 0 < error < 0.1
    assert bool(torch.isfinite(logits(False)).all())


def test_a_written_token_keeps_the_stored_weights() -> None:
    """The captured loop's step over maps in fp8 is the one over the plain ones."""
    model = make_model("qwen2")
    step = DecoderStep(model)
    plain = RowStep.of(step, torch_kernels())
    use_fp8(step, torch_kernels(), layers=range(3))
    narrow = RowStep.of(step, torch_kernels())
    assert plain is not None
    assert narrow is not None
    pairs = zip(plain.layers, narrow.layers, strict=True)
    assert all(torch.equal(a.gate_up, b.gate_up) and torch.equal(a.down[0], b.down[0]) for a, b in pairs)  # type: ignore[arg-type]


def test_layers_of_transformers_are_refused() -> None:
    engine = Engine(loaded(make_model("qwen2")), EngineConfig(attention="full"))
    step = engine.forward.step
    assert step is not None
    step.layers *= 4  # twelve of them: two at either end stay
    engine.forward.multiply_in_fp8()
    assert [isinstance(layer.down, Fp8Linear) for layer in step.layers] == [2 <= i < 10 for i in range(12)]
    engine.forward.choice = SimpleNamespace(step=None)  # type: ignore[misc, assignment]
    with pytest.raises(ModelError, match="not in 8-bit floats"):
        engine.forward.multiply_in_fp8()
