"""A known model is checked without a kernel that has to be compiled, and a wrong one is refused all the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from tiny_folder import make_folder

from tests.tools import shipped as tool
from tests_support import make_model
from tsel_core.config import SelectionConfig
from tsel_core.decoder import paths
from tsel_core.decoder.step import DecoderStep, TorchOps
from tsel_core.errors import ModelError
from tsel_core.layers.runtime import Seam, make_runtime
from tsel_core.models.load import LoadedModel, load_model, resolve_model
from tsel_core.models.plain_decoder import PlainModel, PlainRotary
from tsel_core.models.shipped import known
from tsel_core.models.store import FORMAT, MANIFEST, file_sha256
from tsel_kernels.backend import NAMES

Plant = Callable[[PlainModel, DecoderStep], None]


class Compiled:
    """Kernels of a GPU of which none may be asked for."""

    name = "triton"
    bf16_chunks = False

    def __getattr__(self, name: str) -> Any:
        assert name in NAMES
        raise AssertionError(f"{name} would be compiled for the check")


@pytest.fixture
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LoadedModel:
    """A model in 16 bits that the package knows, with biases that matter and layers that differ."""
    monkeypatch.setenv("TSEL_MODELS", str(tmp_path / "another"))
    monkeypatch.setattr(known, "_DATA", tmp_path / "data")
    monkeypatch.setattr(paths, "_were_recorded", lambda: True)
    folder = make_folder(tmp_path / "m")
    model = make_model("qwen2", max_position_embeddings=16384)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.dim() == 1:
                parameter.add_(0.2 * torch.randn_like(parameter))
            assert parameter.dim() > 1 or "norm" in name or "bias" in name
    model.bfloat16().save_pretrained(folder)
    sha256 = file_sha256(folder / "model.safetensors")
    about = {"format": FORMAT, "name": "m", "source": "folder", "source_sha256": "0" * 64, "weights_sha256": sha256}
    (folder / MANIFEST).write_text(json.dumps(about))
    info = resolve_model(str(folder))
    known.write_known(info, tool.made(info))
    monkeypatch.setenv("TSEL_MODELS", str(tmp_path / "models"))
    found = load_model(info, dtype=torch.bfloat16)
    assert isinstance(found.model, PlainModel)
    assert found.known is not None
    return found


def check(loaded: LoadedModel, plant: Plant | None = None) -> None:
    kernels: Any = Compiled()
    seam = Seam(make_runtime(SelectionConfig(), kernels, loaded.info.num_layers))
    step = DecoderStep(loaded.model, TorchOps())
    if plant is not None:
        plant(loaded.model, step)
    assert loaded.known is not None
    paths._check_known(loaded, loaded.known, step, seam, kernels)


def test_no_kernel_is_asked_for(loaded: LoadedModel) -> None:
    check(loaded)
    assert paths.accepted(loaded) is not None


def test_on_another_kind_of_gpu_the_kernels_are_judged(loaded: LoadedModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "_were_recorded", lambda: False)
    with pytest.raises(ModelError, match="would be compiled for the check"):
        check(loaded)


def another_base(model: PlainModel, _step: DecoderStep) -> None:
    outline = model.outline
    pairs = range(len(outline.frequencies))
    assert outline.frequencies[1] == pytest.approx(10_000 ** (-1 / len(pairs)))
    found = [1_000_000 ** (-i / len(pairs)) for i in pairs]
    model.model.rotary_emb = PlainRotary(found, outline.rotary_scaling, torch.device("cpu"))


def no_bias(_model: PlainModel, step: DecoderStep) -> None:
    step.layers = [replace(layer, qkv=replace(layer.qkv, bias=None)) for layer in step.layers]  # type: ignore[type-var]


def one_bias(_model: PlainModel, step: DecoderStep) -> None:
    layer: Any = step.layers[1]
    step.layers[1] = replace(layer, qkv=replace(layer.qkv, bias=step.layers[0].qkv.bias))  # type: ignore[union-attr]


def layers_swapped(_model: PlainModel, step: DecoderStep) -> None:
    step.layers[0], step.layers[1] = step.layers[1], step.layers[0]


def epsilon(_model: PlainModel, step: DecoderStep) -> None:
    step.eps = 1e-3


def norms_swapped(_model: PlainModel, step: DecoderStep) -> None:
    step.layers = [replace(x, input_norm=x.mlp_norm, mlp_norm=x.input_norm) for x in step.layers]


def scaling(model: PlainModel, _step: DecoderStep) -> None:
    for layer in model.model.layers:  # type: ignore[union-attr]
        layer.self_attn.scaling *= 1.1


@pytest.mark.parametrize("plant", [another_base, no_bias, one_bias, layers_swapped, epsilon, norms_swapped, scaling])
def test_a_wrong_model_is_refused(plant: Plant, loaded: LoadedModel) -> None:
    with pytest.raises(ModelError, match="does not compute here what it should"):
        check(loaded, plant)
    assert paths.accepted(loaded) is None
