"""One rank's part of a model: a smaller model of the same architecture, read straight from the files.

transformers' own plan (tp_plan="auto") splits the same matrices the same way; here a rank's part is a plain model with
fewer heads and a narrower MLP, so the lean decoder step, int8 rows and the cache work on it unchanged. Attention and
MLP of a layer then give partial sums, which are added over the ranks (`add_sums`).
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

from tsel_core.errors import ModelError, UsageError

_TYPES = ("llama", "qwen2", "qwen3", "mistral", "phi3")
_ROWS = ("q_proj", "k_proj", "v_proj", "gate_proj", "up_proj")  # each rank has some of the outputs
_COLUMNS = ("o_proj", "down_proj")  # each rank has some of the inputs: its output is a partial sum


def check_ranks(info: Any, size: int) -> None:
    """Raise UsageError when a model's heads cannot be given to `size` ranks, ModelError for an unknown architecture."""
    if info.model_type not in _TYPES:
        raise ModelError(
            f"model type {info.model_type} is not split over several devices", f"use one device, or {', '.join(_TYPES)}"
        )
    if info.num_kv_heads % size or info.num_heads % size:
        fits = [str(n) for n in range(1, info.num_kv_heads + 1) if info.num_kv_heads % n == 0]
        raise UsageError(
            f"{info.name} has {info.num_kv_heads} KV heads, which {size} devices cannot share equally",
            f"name {' or '.join(fits)} devices, or use another model",
        )


@dataclass(frozen=True)
class Shard:
    """Part `rank` of `size` of a model. Sizes of the whole model, in heads and channels."""

    rank: int
    size: int
    num_heads: int
    num_kv_heads: int
    head_dim: int

    @classmethod
    def of(cls, info: Any, rank: int, size: int) -> Shard:
        """For a ModelInfo."""
        return cls(rank, size, info.num_heads, info.num_kv_heads, info.head_dim)

    def config(self, config: Any) -> Any:
        """transformers' config of this part. ModelError when the MLP cannot be split."""
        if config.intermediate_size % self.size:
            raise ModelError(
                f"an MLP of {config.intermediate_size} channels cannot be split over {self.size} devices",
                "use another number of devices",
            )
        part = copy.deepcopy(config)
        part.head_dim = self.head_dim
        part.num_attention_heads = self.num_heads // self.size
        part.num_key_value_heads = self.num_kv_heads // self.size
        part.intermediate_size = config.intermediate_size // self.size
        return part

    def read(self, archive: Any, name: str) -> Any:
        """This part of a tensor of a safetensors archive; only its bytes are read."""
        module, _, kind = name.rpartition(".")
        module = module.rpartition(".")[2]
        if module in _COLUMNS:
            if kind == "bias":  # added once, not once a rank
                bias = archive.get_tensor(name)
                return bias if self.rank == 0 else bias.new_zeros(bias.shape)
            rows = archive.get_slice(name)
            return rows[:, slice(*self._part(rows.get_shape()[1]))]
        if module in _ROWS:
            return self._rows(archive.get_slice(name), [1])
        if module == "qkv_proj":
            return self._rows(archive.get_slice(name), [self.num_heads, self.num_kv_heads, self.num_kv_heads])
        if module == "gate_up_proj":
            return self._rows(archive.get_slice(name), [1, 1])
        return archive.get_tensor(name)

    def _rows(self, rows: Any, shares: list[int]) -> Any:
        """This rank's rows of each of several matrices that lie below each other, in proportion to `shares`."""
        import torch

        unit, begin, parts = rows.get_shape()[0] // sum(shares), 0, []
        for share in shares:
            lo, hi = self._part(share * unit)
            parts.append(rows[begin + lo : begin + hi])
            begin += share * unit
        return parts[0] if len(parts) == 1 else torch.cat(parts)

    def _part(self, length: int) -> tuple[int, int]:
        step = length // self.size
        return self.rank * step, (self.rank + 1) * step


def add_sums(model: Any, ranks: Any) -> None:
    """Make the attention and MLP modules of a part give the sum over ranks, where transformers runs them."""
    for layer in model.base_model.layers:
        layer.self_attn.register_forward_hook(lambda _m, _args, out: (ranks.sum_(out[0]), *out[1:]))
        layer.mlp.register_forward_hook(lambda _m, _args, out: ranks.sum_(out))
