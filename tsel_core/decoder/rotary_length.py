"""Rotary frequencies that depend on the length of the text (LongRoPE, dynamic NTK), the same for all rows of a cache.

transformers looks at the largest position of each call. A prompt that is read in chunks would get some keys by the
short frequencies and some by the long ones, which is no model at all; here the whole reading has one length.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn


class FixedLengthRotary(nn.Module):
    """A model's own rotary module as if every call went up to position `length` - 1 (0: as the call is)."""

    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner
        self.length = 0
        self._table: tuple[object, Tensor, Tensor] | None = None

    def forward(self, x: Tensor, position_ids: Tensor, *args: Any, **kwargs: Any) -> tuple[Tensor, Tensor]:
        """cos, sin [1, T, D] of positions [1, T]: the last position of the text rides along and is dropped.

        A single position is looked up in a table of the whole text: the module compares lengths on the host, for which
        a captured step cannot wait.
        """
        if self.length <= 0:
            found: tuple[Tensor, Tensor] = self.inner(x, position_ids, *args, **kwargs)
            return found
        if position_ids.shape[-1] == 1:
            return self._one(x, position_ids, *args, **kwargs)
        return self._several(x, position_ids, *args, **kwargs)

    def _one(self, x: Tensor, position_ids: Tensor, *args: Any, **kwargs: Any) -> tuple[Tensor, Tensor]:
        made_for = (self.length, x.dtype, x.device, args, tuple(sorted(kwargs.items())))
        if self._table is None or self._table[0] != made_for:
            every = torch.arange(self.length, device=x.device)[None]
            self._table = (made_for, *self._several(x, every, *args, **kwargs))
        _, cos, sin = self._table
        return cos[:, position_ids[0]], sin[:, position_ids[0]]

    def _several(self, x: Tensor, position_ids: Tensor, *args: Any, **kwargs: Any) -> tuple[Tensor, Tensor]:
        end = position_ids.new_full((*position_ids.shape[:-1], 1), self.length - 1)
        cos, sin = self.inner(x, torch.cat([position_ids, end], -1), *args, **kwargs)
        return cos[..., :-1, :], sin[..., :-1, :]


def fix_lengths(model: nn.Module) -> list[FixedLengthRotary]:
    """Wrap the rotary modules of a model whose frequencies depend on the length; the wrappers, none for most models."""
    made = [m for m in model.modules() if isinstance(m, FixedLengthRotary)]
    for name, module in list(model.named_modules()):
        if _varies(getattr(module, "rope_type", None)) and not isinstance(module, FixedLengthRotary):
            parent, _, leaf = name.rpartition(".")
            if not isinstance(model.get_submodule(parent), FixedLengthRotary):
                made.append(FixedLengthRotary(module))
                setattr(model.get_submodule(parent), leaf, made[-1])
    return made


def depends_on_length(model: nn.Module) -> bool:
    """Whether rotary frequencies of a model depend on the length of the text."""
    return any(_varies(getattr(module, "rope_type", None)) for module in model.modules())


def _varies(kind: object) -> bool:
    """Whether a rope type (or one of those by layer type) depends on the length."""
    kinds = kind.values() if isinstance(kind, Mapping) else [kind]
    return any(isinstance(k, str) and (k == "longrope" or "dynamic" in k) for k in kinds)
