"""transformers' own layers around our attention: written in the captured loop, sinks, int8 rows; what is refused."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import pytest
import torch
from tiny_families import tiny_model

from tests_support import loaded, make_model
from tsel_core.config import EngineConfig, SelectionConfig
from tsel_core.decoder import own_layers
from tsel_core.decoder.acceptance import Judge
from tsel_core.decoder.cpu_modules import RowModule, add_int8_modules, forget_int8_rows
from tsel_core.decoder.graph import own_rows
from tsel_core.decoder.graph.check import captured_path
from tsel_core.decoder.graph.decode import GraphDecoder
from tsel_core.decoder.graph.waits import Uploads
from tsel_core.decoder.own_layers import OwnStep
from tsel_core.engine.engine import Engine
from tsel_core.kv.cache import KVCache
from tsel_core.layers.extras import Extras, row_attention
from tsel_core.selection.passes import Pass
from tsel_core.selection.sinks import with_sinks
from tsel_kernels.append.reference import append_index_
from tsel_kernels.attention.full import general_attention
from tsel_kernels.backend import torch_kernels

WHOLE = SelectionConfig(budget=256, num_sink=4, num_local=16, reuse_threshold=1.0)
KINDS = ("qwen3_moe", "gpt_oss", "gemma3_text", "olmo3")


def engine_of(model: Any, mode: str = "full", budget: int = 4096) -> Engine:
    selection = SelectionConfig(budget=budget, num_sink=3, num_local=11, block_size=16, anchor_every=5)
    return Engine(loaded(model), EngineConfig(attention=mode, chunk_size=31), selection)  # type: ignore[arg-type]


def tokens(count: int) -> list[int]:
    return torch.randint(3, 320, (count,), generator=torch.Generator().manual_seed(12)).tolist()


@pytest.mark.parametrize("selection", [None, WHOLE])
@pytest.mark.parametrize("kind", KINDS)
@torch.inference_mode()
def test_the_captured_loop_writes_what_the_model_writes(kind: str, selection: SelectionConfig | None) -> None:
    model = tiny_model(kind, traits=False)
    ids = tokens(70)
    expected = model.generate(
        torch.tensor([ids]), max_new_tokens=13, do_sample=False, eos_token_id=None, pad_token_id=0
    )
    engine = engine_of(model)
    cache = KVCache(4, 90, append_index_)
    first = int(engine.forward(cache, torch.tensor(ids), Pass()).argmax())
    step = OwnStep(model, engine.forward.seam, (), cache)
    decoder = GraphDecoder(step, model, cache, torch_kernels(), selection)
    decoder.start(first, len(ids))
    assert [first, *decoder.run(12, ())] == expected[0, 70:].tolist()
    assert engine.forward.seam.rows is None
    picked = {i for i in range(4) if decoder.mixer.state_of(i) is not None}
    assert picked == (set() if selection is None else set(range(4)) - set(engine.runtime.full_layers))


def uncaptured(model: Any) -> str:
    engine = engine_of(model)
    path = captured_path(model, engine.forward.seam, (), torch_kernels())
    return Judge(model, None, "tsel", True).difference(path, 1)


def test_a_window_that_is_one_row_short_is_not_captured(monkeypatch: pytest.MonkeyPatch) -> None:
    model = make_model("gemma3_text", head_dim=8, sliding_window=6, query_pre_attn_scalar=8, num_hidden_layers=6)
    assert uncaptured(model) == ""

    def short(query: Any, keys: Any, values: Any, position: Any, scaling: float, extras: Extras) -> torch.Tensor:
        return row_attention(query, keys, values, position, scaling, Extras(5, extras.softcap, extras.sinks))

    monkeypatch.setattr(own_rows, "row_attention", short)
    assert "logits off" in uncaptured(model)


def test_sinks_that_are_left_out_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    model = tiny_model("gpt_oss", traits=False)
    assert uncaptured(model) == ""
    monkeypatch.setattr(own_rows, "with_sinks", lambda out, lse, sinks: (out, lse))
    assert "logits off" in uncaptured(model)


def test_a_step_that_waits_for_the_device_is_not_captured(monkeypatch: pytest.MonkeyPatch) -> None:
    model = tiny_model("qwen3_moe", traits=False)
    model.set_experts_implementation("eager")
    assert uncaptured(model) == ""
    assert model.get_experts_implementation()[""] == "eager"
    monkeypatch.setattr(own_layers, "experts_of_one_token", lambda model: nullcontext())
    assert "waits for the device" in uncaptured(model)


def test_a_refused_capture_leaves_the_ordinary_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = tokens(40)
    plain = engine_of(tiny_model("olmo3", traits=False))
    expected = [s.token_id for s in plain.write(plain.read(ids, 40, room=8), 6, ignore_end=True)]
    engine, tried = engine_of(tiny_model("olmo3", traits=False)), []

    def refuse(decoder: GraphDecoder) -> None:
        tried.append(1)
        raise RuntimeError("CUDA error: operation not permitted when stream is capturing")

    monkeypatch.setattr("tsel_core.engine.captured_writer.captures", lambda kernels, device: True)
    monkeypatch.setattr(GraphDecoder, "prepare", refuse)
    for _ in range(2):
        reading = engine.read(ids, 40, room=8)
        assert [s.token_id for s in engine.write(reading, 6, ignore_end=True)] == expected
    assert len(tried) == 1
    assert "capturing" in engine.captured.refused


def test_sinks_take_their_share() -> None:
    query, keys, values = (torch.randn(n, 4, 16) for n in (5, 9, 9))
    keys, values, sinks = keys[:, :2].transpose(0, 1), values[:, :2].transpose(0, 1), torch.randn(4)
    kernels = torch_kernels()
    plain = kernels.causal_attention(query, torch.arange(4, 9), keys, values, scaling=0.25)
    found, lse = with_sinks(*plain, sinks)
    torch.testing.assert_close(found, general_attention(query, keys, values, 0.25, None, None, sinks))
    torch.testing.assert_close(lse, torch.log(plain[1].exp() + sinks.exp()))


@pytest.mark.parametrize("extras", [Extras(4), Extras(None, 2.0), Extras(40), Extras(4, 2.0, torch.randn(4))])
def test_one_row_at_a_place_on_the_device(extras: Extras) -> None:
    query, keys, values = torch.randn(1, 4, 16), torch.randn(2, 12, 16), torch.randn(2, 12, 16)
    keys[:, 9:], values[:, 9:] = float("nan"), float("nan")  # rows that were never written
    found = row_attention(query[0], keys, values, torch.tensor([8]), 0.3, extras)
    expected = general_attention(query, keys[:, :9], values[:, :9], 0.3, extras.window, extras.softcap, extras.sinks)
    torch.testing.assert_close(found, expected[0].reshape(4, -1))


@torch.inference_mode()
def test_single_rows_of_own_layers_go_through_int8(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tsel_core.decoder.cpu_modules.is_right_and_faster", lambda linear: True)
    monkeypatch.setattr("tsel_core.decoder.cpu_modules._LEAST", 1000)
    model = tiny_model("qwen3_moe", traits=False)
    row, rows = torch.tensor([[7]]), torch.tensor([[7, 9]])
    exact, exact_rows = model(row).logits, model(rows).logits
    made = add_int8_modules(model)
    assert made
    for linear in made:
        linear.quantize()
    swapped = {name for name, m in model.named_modules() if isinstance(m, RowModule)}
    assert not any(name.endswith("gate") for name in swapped)
    assert {"lm_head", "model.layers.0.self_attn.q_proj"} <= swapped
    lost = float((model(row).logits - exact).norm() / exact.norm())
    assert 0 < lost < 0.1
    assert torch.equal(model(rows).logits, exact_rows)
    assert add_int8_modules(model) == made
    forget_int8_rows(model)
    assert torch.equal(model(row).logits, exact)


def test_numbers_that_are_brought_to_the_device_wait() -> None:
    found: set[str] = set()
    with Uploads(found):
        torch.zeros(3)[torch.tensor([True, False, True])] = 0
        assert found == set()
        torch.tensor([1], device="cpu")
    assert found == {"tensor"}
