"""Random weights in few bits in the shape of a known model: for speed and memory, which need no training."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor

from tsel_core.models.families import Traits
from tsel_core.models.forms import BLOCK, ByteRows, LowBit, NibblePack
from tsel_core.models.outline import Outline
from tsel_core.models.plain_decoder import EMBEDDING, HEAD, PlainModel
from tsel_core.models.random import SHAPES, check_shape, random_info
from tsel_kernels.packed_weight import GROUP, PackedWeight

_STD = 0.02  # of the weights, as of those of random_model


def random_packed(shape: str, device: torch.device | str, form: str) -> Any:
    """A LoadedModel-like object: layers in 4 ("q4") or 8 bits ("q8"), embedding and head in 8."""
    check_shape(shape)
    target = torch.device(device)
    _, sizes = SHAPES[shape]
    info, hidden, inner = random_info(shape), sizes["hidden_size"], sizes["intermediate_size"]
    rows = (info.num_heads + 2 * info.num_kv_heads) * info.head_dim
    ones = torch.ones(hidden, dtype=torch.bfloat16, device=target)
    bits = 8 if form == "q8" else 4
    table: dict[str, Tensor | LowBit] = {}

    def put(name: str, num: int, width: int, bits: int) -> None:
        table[name] = _random_form(num, width, bits, target)

    put(EMBEDDING, info.vocab_size, hidden, 8)
    put(HEAD, info.vocab_size, hidden, 8)
    for layer in range(info.num_layers):
        at = f"model.layers.{layer}"
        put(f"{at}.self_attn.qkv_proj.weight", rows, hidden, bits)
        put(f"{at}.self_attn.o_proj.weight", hidden, info.num_heads * info.head_dim, bits)
        put(f"{at}.mlp.gate_up_proj.weight", 2 * inner, hidden, bits)
        put(f"{at}.mlp.down_proj.weight", hidden, inner, bits)
        table[f"{at}.input_layernorm.weight"] = table[f"{at}.post_attention_layernorm.weight"] = ones
    table["model.norm.weight"] = ones
    dtype = torch.bfloat16 if target.type == "cuda" else torch.float32
    info.form = form
    model = PlainModel(_outline(shape, info), table).eval()
    return SimpleNamespace(model=model, info=info, eos_ids=(), device=target, dtype=dtype, tokenizer=None, known=None)


def _random_form(num: int, width: int, bits: int, device: torch.device) -> LowBit:
    spread = _STD / ((1 << bits) / 12**0.5)  # the scale under which evenly drawn codes have that deviation
    if device.type == "cuda":
        shape = (num, width // GROUP)
        words = torch.randint(-(2**31), 2**31 - 1, (*shape, bits), dtype=torch.int32, device=device)
        scale = torch.full(shape, spread, dtype=torch.float16, device=device)
        return PackedWeight(words, scale, -7.5 * scale if bits == 4 else None)
    if bits == 4 and num % BLOCK == 0:
        steps = torch.tensor([spread, spread / 2]).bfloat16().expand(width // GROUP, num, 2).contiguous()
        return NibblePack(torch.randint(0, 256, (num, width // 2), dtype=torch.uint8), steps)
    return ByteRows(torch.randint(-127, 128, (num, width), dtype=torch.int8), torch.full((num,), spread).bfloat16())


def _outline(shape: str, info: SimpleNamespace) -> Outline:
    kind, sizes = SHAPES[shape]
    theta = float(sizes.get("rope_parameters", {}).get("rope_theta", 1e4))
    places = torch.arange(0, info.head_dim, 2, dtype=torch.float32) / info.head_dim
    return Outline(
        model_type=kind,
        num_hidden_layers=info.num_layers,
        num_attention_heads=info.num_heads,
        num_key_value_heads=info.num_kv_heads,
        head_dim=info.head_dim,
        hidden_size=info.hidden_size,
        vocab_size=info.vocab_size,
        max_position_embeddings=info.trained_window,
        eps=1e-6,
        head_eps=1e-6,
        scaling=info.head_dim**-0.5,
        frequencies=tuple((theta**-places).tolist()),
        rotary_scaling=1.0,
        traits=Traits(),
        eos_ids=(),
        layout="",
    )
