"""Rotary, cache and attention of a run of tokens: the Mixer of tsel_core.decoder.step over a KVCache."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tsel_core.decoder.weights import LayerWeights, decoder_of
from tsel_core.kv.cache import KVCache
from tsel_core.kv.four_bits import Turn
from tsel_core.kv.stored import StoredLayer
from tsel_core.layers.beyond import attend_beyond
from tsel_core.layers.runtime import AttentionRuntime
from tsel_core.models.families import traits_of
from tsel_core.selection.passes import Pass
from tsel_kernels.protocol import Kernels

_BLOCK = 16_384  # positions computed at once: the module's intermediates are several times its result
_FAR = 32_768  # positions of a long text
_ASKED = 256  # queries of the first chunk that say what keys in 4 bits are asked
_LEAST = 1_024  # positions computed at least, so that decode steps find theirs


class RotaryTable:
    """cos and sin [positions, D] of a model's own rotary module (scalings included), float32.

    Reading asks for a chunk's positions (`rows`); all of them (`cos`, `sin`) are made only for those who need them: a
    table for half a million tokens takes half a gigabyte, and four times that while it is made in one piece.
    """

    def __init__(self, model: nn.Module, capacity: int, offset: int = 0) -> None:
        self.capacity, self.offset = capacity, offset  # row 0 stands at position `offset`
        base = decoder_of(model)
        config = model.config.get_text_config()  # type: ignore[union-attr, operator]
        self._traits, self._window = traits_of(config), int(getattr(config, "max_position_embeddings", _FAR))
        self._rotary, self._device = base.rotary_emb, base.embed_tokens.weight.device
        self._kept: tuple[int, Tensor, Tensor] | None = None
        self._still: tuple[Tensor, Tensor] | None = None
        self._spread: tuple[Tensor, Tensor] | None = None

    def rows(self, start: int, num: int) -> tuple[Tensor, Tensor]:
        """cos and sin [num, D] of positions start .. start + num - 1; views of what the last calls computed."""
        if self._kept is None or not self._kept[0] <= start <= start + num <= self._kept[0] + len(self._kept[1]):
            self._kept = (start, *self._compute(start, max(num, _LEAST)))
        first, cos, sin = self._kept
        return cos[start - first : start - first + num], sin[start - first : start - first + num]

    @cached_property
    def whole(self) -> tuple[Tensor, Tensor]:
        """cos and sin [capacity, D]."""
        cos, sin = self._compute(0, min(self.capacity, _BLOCK))
        if self.capacity <= _BLOCK:
            return cos, sin
        tables = tuple(t.new_empty(self.capacity, t.shape[1]) for t in (cos, sin))
        for begin in range(0, self.capacity, _BLOCK):
            end = min(begin + _BLOCK, self.capacity)
            for table, part in zip(tables, self._compute(begin, end - begin), strict=True):
                table[begin:end] = part
        return tables[0], tables[1]

    @property
    def cos(self) -> Tensor:
        """[capacity, D]."""
        return self.whole[0]

    @property
    def sin(self) -> Tensor:
        """[capacity, D]."""
        return self.whole[1]

    def of_layer(self, layer_idx: int, cos: Tensor, sin: Tensor) -> tuple[Tensor, Tensor]:
        """What a layer rotates by where others rotate by cos and sin [n, D]: nothing, in a layer without positions."""
        if layer_idx not in self._traits.unrotated_layers:
            return cos, sin
        if self._still is None or self._still[0].shape[0] < cos.shape[0]:
            self._still = torch.ones_like(cos), torch.zeros_like(sin)
        return self._still[0][: cos.shape[0]], self._still[1][: cos.shape[0]]

    def spread(self, num: int) -> tuple[Tensor, Tensor]:
        """cos and sin [num, D] of positions all over a long text, in no order; the same whatever this one's length."""
        if self._spread is None or self._spread[0].shape[0] != num:
            steps = torch.arange(num, device=self._device) * 0.6180339887498949  # the golden ratio fills it evenly
            self._spread = self._at(((steps % 1) * min(self._window, _FAR)).long())
        return self._spread

    def query_scales(self, start: int, num: int) -> Tensor | None:
        """What queries at rows start .. start + num - 1 are multiplied by [num, 1] float32; None: nothing."""
        scale = self._traits.query_scale
        if scale is None:
            return None
        at = torch.arange(self.offset + start, self.offset + start + num, device=self._device)
        return (1 + scale.beta * torch.log1p(torch.floor(at / scale.period)))[:, None]

    def _compute(self, start: int, num: int) -> tuple[Tensor, Tensor]:
        return self._at(torch.arange(self.offset + start, self.offset + start + num, device=self._device))

    def _at(self, positions: Tensor) -> tuple[Tensor, Tensor]:
        probe = torch.empty((), dtype=torch.float32, device=self._device)
        cos, sin = self._rotary(probe, positions[None])
        return cos[0].contiguous(), sin[0].contiguous()


class CacheMixer:
    """Appends to a KVCache and attends through the runtime, exactly as the transformers seam does."""

    def __init__(
        self,
        model: nn.Module,
        cache: KVCache,
        runtime: AttentionRuntime,
        table: RotaryTable,
        kernels: Kernels,
        run: Pass,
    ) -> None:
        config = model.config.get_text_config()  # type: ignore[union-attr, operator]
        attention: Any = decoder_of(model).layers[0].self_attn
        self.num_heads = config.num_attention_heads
        self.num_kv_heads = config.num_key_value_heads
        self.head_dim = attention.head_dim
        self.scaling = attention.scaling
        norm = getattr(attention, "q_norm", None)
        self.eps = float(getattr(norm, "variance_epsilon", 1e-6))
        self.cache, self.runtime, self.table, self.kernels, self.run = cache, runtime, table, kernels, run
        self._places = torch.empty(0)

    def mix(self, layer_idx: int, qkv: Tensor, layer: LayerWeights, *, last: bool = False) -> Tensor:
        """See Mixer. The `last` token attends to every row, also where the chunk selects: one query costs next to

        nothing. Past the trained window it is one of the chunk's queries as ever.
        """
        num, heads, kv_heads = qkv.shape[0], self.num_heads, self.num_kv_heads
        rows = qkv.view(num, -1, self.head_dim).transpose(0, 1)
        query, key, value = rows[:heads], rows[heads : heads + kv_heads], rows[heads + kv_heads :]
        beyond, pool = self.run.beyond, self.cache.pools[layer_idx]
        start, turn = pool.length, pool.turn
        asked = (query, key) if turn is not None and (start == 0 or turn.aimless) else None
        if last and beyond is None:
            query = query[:, -1:]
        if layer.q_norm is not None and layer.k_norm is not None:
            query = F.rms_norm(query, (self.head_dim,), layer.q_norm, self.eps)
            key = F.rms_norm(key, (self.head_dim,), layer.k_norm, self.eps)
            if asked is not None:
                asked = (F.rms_norm(asked[0], (self.head_dim,), layer.q_norm, self.eps) if last else query), key
        scales = self.table.query_scales(start, num)
        if scales is not None:
            query = query * scales[num - query.shape[1] :].to(query.dtype)
        if beyond is not None:  # keys are stored as they are; attention rotates them
            keys, values = pool.update(key[None], value[None])
            rows, rope = query.transpose(0, 1), self.table.of_layer(layer_idx, *self.table.whole)
            turned = pool.turned_index
            out = attend_beyond(
                self.runtime, self.run, beyond, layer_idx, rows, keys[0], values[0], self.scaling, rope, turned
            ).reshape(num, -1)
            return out[-1:] if last else out
        cos, sin = self.table.of_layer(layer_idx, *self.table.rows(start, num))
        at = self.places(num, qkv.device)
        if last:
            key = self.kernels.rope_rotate(key, at, cos, sin)
            query = self.kernels.rope_rotate(query, at[:1], cos[-1:], sin[-1:])
            query, key, value = self._turned(layer_idx, asked, query, key, value)
            query = query.transpose(0, 1)
            keys, values = pool.update(key[None], value[None])
            out = self.runtime.exact(self.run, layer_idx, query, keys[0], values[0], self.scaling)
            return self._back(turn, out).reshape(1, -1)
        if scales is None and (layer.q_norm is None or layer.k_norm is None):  # they lie side by side: turned in one go
            turned_rows = self.kernels.rope_rotate(rows[: heads + kv_heads], at, cos, sin)
            query, key = turned_rows[:heads], turned_rows[heads:]
        else:
            query, key = (self.kernels.rope_rotate(part, at, cos, sin) for part in (query, key))
        query, key, value = self._turned(layer_idx, asked, query, key, value)
        attended = query.transpose(0, 1)
        fetches = num == 1 and isinstance(pool, StoredLayer) and pool.scores_index
        if fetches and self.runtime.selects(self.run, layer_idx, pool.length + 1, 1):
            assert isinstance(pool, StoredLayer)
            stored = pool.append(key, value)  # scored from the index: only the picked rows are fetched
            out = self.runtime.layer(self.run, layer_idx, attended, stored, stored, self.scaling)
            return self._back(turn, out).reshape(1, -1)
        keys, values = pool.update(key[None], value[None])
        # none for stored rows: a small cache was asked for, and staging them takes longer than scoring
        row_index = None if isinstance(pool, StoredLayer) else pool.row_index
        out = self.runtime.layer(self.run, layer_idx, attended, keys[0], values[0], self.scaling, row_index)
        return self._back(turn, out).reshape(num, -1)

    def _turned(
        self, layer_idx: int, asked: tuple[Tensor, Tensor] | None, query: Tensor, key: Tensor, value: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """query [H, T, D], key, value [Hkv, T, D] as the layer holds its rows.

        `asked`: queries and keys that it learns from, without positions: any place of the text will ask, and be asked.
        """
        pool = self.cache.pools[layer_idx]
        turn = pool.turn
        if turn is None:
            return query, key, value
        if asked is not None and isinstance(pool, StoredLayer):
            step = max(1, key.shape[1] // _ASKED)
            some = [rows[:, ::step][:, :_ASKED] for rows in asked]
            at = self.places(some[0].shape[1], key.device)
            cos, sin = self.table.of_layer(layer_idx, *self.table.spread(len(at)))
            asking, asks = (self.kernels.rope_rotate(rows, at, cos, sin) for rows in some)
            pool.learn(asking, asks, key)
        return turn.queries(query), turn.keys(key), turn.values(value)

    def _back(self, turn: Turn | None, out: Tensor) -> Tensor:
        """What attention gave [T, H, D], as the model's own values would have made it."""
        return out if turn is None else turn.back(out)

    def places(self, num: int, device: torch.device) -> Tensor:
        """0 .. num - 1 [num] int64, made once for all layers of a pass."""
        if self._places.shape[0] != num:
            self._places = torch.arange(num, device=device)
        return self._places
