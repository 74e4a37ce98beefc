"""Planted mistakes in the lean step are found by the check at load, which runs a few layers and tokens of the head."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch
import torch.nn.functional as F

from tests_support import loaded, make_model
from tsel_core.config import EngineConfig, SelectionConfig
from tsel_core.decoder.acceptance import Judge, layers_checked
from tsel_core.decoder.mixer import CacheMixer, RotaryTable
from tsel_core.decoder.sampled_head import NUM_ROWS, SampledHead
from tsel_core.decoder.step import DecoderStep, TorchOps
from tsel_core.decoder.weights import LayerWeights
from tsel_core.engine.engine import Engine
from tsel_core.models.families import QueryScale, Traits, traits_of

LAYERS = 12
YARN = {"rope_type": "yarn", "rope_theta": 1e4, "factor": 4.0, "original_max_position_embeddings": 32}
SCALES = {"embedding_multiplier": 3.0, "residual_multiplier": 0.22, "logits_scaling": 4.0, "attention_multiplier": 0.09}
KINDS: dict[str, dict[str, Any]] = {
    "smollm3": {"no_rope_layers": [1, 1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1]},
    "ministral3": {"head_dim": 8, "rope_parameters": {**YARN, "llama_4_scaling_beta": 0.4}, "max_position_embeddings": 128},
    "granite": SCALES,
    "llama": {"rope_parameters": YARN, "max_position_embeddings": 128, "attention_bias": True},
    "qwen3": {"head_dim": 16, "max_position_embeddings": 32_768},
}  # fmt: skip
Plant = Callable[[pytest.MonkeyPatch], None]


def engine_of(kind: str) -> Engine:
    """A model in 16 bits with so many layers and tokens that some of them are checked."""
    model = make_model(kind, num_hidden_layers=LAYERS, vocab_size=9000, **KINDS[kind])
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.dim() == 1:
                parameter.add_(0.2 * torch.randn_like(parameter) if "bias" in name or "norm" in name else 0)
    return Engine(loaded(model.bfloat16()), EngineConfig(), SelectionConfig())


def traits(**changes: Any) -> Plant:
    def plant(patch: pytest.MonkeyPatch) -> None:
        for place in ("step", "mixer", "plain"):
            patch.setattr(f"tsel_core.decoder.{place}.traits_of", lambda c: replace(traits_of(c), **changes), raising=False)

    return plant


def shifted(patch: pytest.MonkeyPatch) -> None:
    def other(config: Any) -> Traits:
        found = traits_of(config)
        return replace(found, unrotated_layers=frozenset(i + 1 for i in found.unrotated_layers))

    for place in ("step", "mixer", "plain"):
        patch.setattr(f"tsel_core.decoder.{place}.traits_of", other, raising=False)


def weights(change: Callable[[LayerWeights], LayerWeights], last: bool = False) -> Plant:
    def plant(patch: pytest.MonkeyPatch) -> None:
        def made(step: DecoderStep, *args: Any) -> None:
            init(step, *args)
            for at, layer in enumerate(step.layers):
                if not last or at == LAYERS - 1:
                    step.layers[at] = change(layer)
            step.chunk_end = step.layers[-1]

        init = DecoderStep.__init__
        patch.setattr(DecoderStep, "__init__", made)

    return plant


def tables(change: Callable[[Any, int, int], Any]) -> Plant:
    def plant(patch: pytest.MonkeyPatch) -> None:
        compute = RotaryTable._compute
        patch.setattr(RotaryTable, "_compute", lambda table, start, num: change((table, compute), start, num))

    return plant


def rounded(made: Any, start: int, num: int) -> Any:
    table, _ = made
    at = torch.arange(table.offset + start, table.offset + start + num).to(torch.bfloat16).float()[None]
    cos, sin = table._rotary(torch.empty((), dtype=torch.float32), at)
    return cos[0].contiguous(), sin[0].contiguous()


def single_rows(patch: pytest.MonkeyPatch) -> None:
    rows = RotaryTable.rows
    patch.setattr(RotaryTable, "rows", lambda table, start, num: rows(table, start + (num == 1), num))


def gelu(patch: pytest.MonkeyPatch) -> None:
    def other(ops: TorchOps, gate_up: torch.Tensor) -> torch.Tensor:
        gate, up = gate_up.chunk(2, -1)
        return F.gelu(gate) * up

    patch.setattr(TorchOps, "silu_mul", other)


def mixed(change: Callable[[CacheMixer], None]) -> Plant:
    def plant(patch: pytest.MonkeyPatch) -> None:
        init = CacheMixer.__init__

        def made(mixer: CacheMixer, *args: Any) -> None:
            init(mixer, *args)
            change(mixer)

        patch.setattr(CacheMixer, "__init__", made)

    return plant


def first_for_last(patch: pytest.MonkeyPatch) -> None:
    mix = CacheMixer.mix

    def other(mixer: CacheMixer, layer_idx: int, qkv: torch.Tensor, layer: Any, *, last: bool = False) -> torch.Tensor:
        found = mix(mixer, layer_idx, qkv, layer)
        return found[:1] if last else found

    patch.setattr(CacheMixer, "mix", other)


def head_of_embeddings(patch: pytest.MonkeyPatch) -> None:
    init = DecoderStep.__init__

    def made(step: DecoderStep, *args: Any) -> None:
        init(step, *args)
        step.head = torch.nn.Linear(1, 1, bias=False)
        step.head.weight = torch.nn.Parameter(step.embed.detach(), requires_grad=False)

    patch.setattr(DecoderStep, "__init__", made)


MUTANTS: dict[str, tuple[str, Plant]] = {
    "every layer rotates": ("smollm3", traits(unrotated_layers=frozenset())),
    "one unrotated layer less": ("smollm3", traits(unrotated_layers=frozenset({4}))),
    "unrotated layers one too late": ("smollm3", shifted),
    "no query scale": ("ministral3", traits(query_scale=None)),
    "query scale of another period": ("ministral3", traits(query_scale=QueryScale(0.4, 64))),
    "query scale one position late": ("ministral3", traits(query_scale=QueryScale(0.4, 33))),
    "no embedding multiplier": ("granite", traits(embedding_scale=1.0)),
    "residual multiplier 3 % off": ("granite", traits(residual_scale=0.227)),
    "no logits multiplier": ("granite", traits(logits_scale=1.0)),
    "attention multiplier": ("granite", mixed(lambda mixer: setattr(mixer, "scaling", mixer.head_dim**-0.5))),
    "no scaling of the rotary table": ("llama", tables(lambda made, s, n: tuple(t / 1.1386 for t in made[1](made[0], s, n)))),
    "positions of single rows one too far": ("llama", single_rows),
    "positions in 16 bits": ("qwen3", tables(rounded)),
    "no bias of the projections": ("llama", weights(lambda w: replace(w, qkv=replace(w.qkv, bias=None)))),  # type: ignore[type-var]
    "no norm of queries and keys": ("qwen3", weights(lambda w: replace(w, q_norm=None, k_norm=None))),
    "norms of queries and keys swapped": ("qwen3", weights(lambda w: replace(w, q_norm=w.k_norm, k_norm=w.q_norm))),
    "norms swapped": ("qwen3", weights(lambda w: replace(w, input_norm=w.mlp_norm, mlp_norm=w.input_norm))),
    "the last layer alone": ("qwen3", weights(lambda w: replace(w, mlp_norm=w.input_norm), last=True)),
    "another activation": ("qwen3", gelu),
    "another epsilon": ("qwen3", mixed(lambda mixer: setattr(mixer, "eps", 0.1))),
    "the chunk's first token for its last": ("qwen3", first_for_last),
    "the head of the embeddings": ("qwen3", head_of_embeddings),
}  # fmt: skip


@pytest.mark.parametrize("kind", list(KINDS))
def test_the_step_as_it_is_is_taken(kind: str) -> None:
    engine = engine_of(kind)
    assert engine.forward.step is not None, engine.forward.choice.note
    layers = layers_checked(engine.loaded.model)
    assert layers is not None
    assert len(layers) < LAYERS
    assert SampledHead.of(engine.loaded.model).rows is not None


@pytest.mark.parametrize("name", list(MUTANTS))
def test_a_planted_mistake_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    kind, plant = MUTANTS[name]
    plant(monkeypatch)
    engine = engine_of(kind)
    assert engine.forward.step is None
    assert "does not reproduce" in engine.forward.choice.note


def test_the_model_has_its_own_head_again() -> None:
    engine = engine_of("qwen3")
    model = engine.loaded.model
    head = model.get_output_embeddings()
    judge = Judge(model, None, "tsel", True)
    assert judge.places(True)[0].expected.shape[1] == NUM_ROWS
    assert model.get_output_embeddings() is head
    with pytest.raises(KeyError), judge.head.swapped(model):
        raise KeyError
    assert model.get_output_embeddings() is head
