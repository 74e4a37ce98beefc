"""A gpt-oss folder with packed experts (MXFP4) loads with plain ones, and is counted as what it becomes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from tiny_families import save_tiny

from tsel_core.config import EngineConfig, SelectionConfig
from tsel_core.engine.engine import Engine
from tsel_core.models.load import load_model, resolve_model

VALUES = torch.tensor([0, 0.5, 1, 1.5, 2, 3, 4, 6, -0.0, -0.5, -1, -1.5, -2, -3, -4, -6])


def packed(folder: Path) -> dict[str, torch.Tensor]:
    """Replace the experts of a tiny model by packed ones; returns what they are worth [experts, in, out]."""
    file, config = folder / "model.safetensors", folder / "config.json"
    tensors, worth = load_file(file), {}
    for name in [n for n in tensors if n.endswith(("experts.gate_up_proj", "experts.down_proj"))]:
        experts, width, rows = tensors.pop(name).shape
        blocks = torch.randint(0, 256, (experts, rows, width // 32, 16), dtype=torch.uint8)
        scales = torch.randint(122, 126, (experts, rows, width // 32), dtype=torch.uint8)
        tensors[f"{name}_blocks"], tensors[f"{name}_scales"] = blocks, scales
        pairs = torch.stack([VALUES[(blocks & 15).long()], VALUES[(blocks >> 4).long()]], -1).flatten(-2)
        plain = pairs * torch.exp2(scales.float() - 127)[..., None]
        worth[name] = plain.flatten(2).transpose(1, 2)
    save_file(tensors, file, metadata={"format": "pt"})
    content = json.loads(config.read_text())
    content["quantization_config"] = {"quant_method": "mxfp4", "modules_to_not_convert": ["lm_head"]}
    config.write_text(json.dumps(content))
    return worth


def test_packed_experts_become_plain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TSEL_MODELS", str(tmp_path / "models"))
    folder = save_tiny("gpt_oss", tmp_path / "m", traits=False)
    before = resolve_model(str(folder)).num_params
    worth = packed(folder)
    info = resolve_model(str(folder))
    scales = sum(w.numel() // 32 for w in worth.values())
    assert info.num_params == before + scales
    loaded = load_model(info, dtype=torch.float32)
    state = loaded.model.state_dict()
    assert worth
    for name, expected in worth.items():
        assert torch.equal(state[name], expected)
    engine = Engine(loaded, EngineConfig(), SelectionConfig())
    reading = engine.read(list(range(3, 40)), 30, room=4)
    assert engine.forward.choice.note == "model type gpt_oss"
    assert len(list(engine.write(reading, 3, ignore_end=True))) == 3
