"""A tiny model folder whose layers were made in 4 bits, as a converted GGUF's are: bf16 numbers on grids of 16."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from tiny_folder import make_folder

from tests_support import make_model

SIZES: dict[str, Any] = {
    "hidden_size": 64, "intermediate_size": 96, "num_attention_heads": 4, "num_key_value_heads": 2,
}  # fmt: skip


def on_grids(weight: torch.Tensor, seed: int) -> torch.Tensor:
    """Numbers like Q4_K's in the place of a weight [N, K]: code * scale - minimum by groups of 32, rounded to bf16."""
    generator = torch.Generator().manual_seed(seed)
    shape = (weight.shape[0], weight.shape[1] // 32)
    codes = torch.randint(0, 16, (*shape, 32), generator=generator).float()
    scale = (0.5 + torch.rand(shape, generator=generator)) * float(weight.std()) / 4.6
    least = scale * (6 + 3 * torch.rand(shape, generator=generator))
    return (codes * scale[..., None] - least[..., None]).view(weight.shape).bfloat16()


def low_bit_folder(path: Path, kind: str = "qwen2", *, grids: bool = True, tied: bool = False) -> Path:
    """A model folder of a family; embedding and head are on no grid."""
    folder = make_folder(path)
    model = make_model(kind, **SIZES, tie_word_embeddings=tied).bfloat16()
    with torch.no_grad():
        for seed, (name, parameter) in enumerate(model.named_parameters()):
            if grids and parameter.dim() == 2 and ".layers." in name:
                parameter.copy_(on_grids(parameter.float(), seed))
    model.save_pretrained(folder)
    return folder
