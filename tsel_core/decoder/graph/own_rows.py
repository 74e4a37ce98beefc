"""Attention of one token that a model's own layers ask for, every length on the device: for a captured step."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from tsel_core.config import SelectionConfig
from tsel_core.decoder.graph.mixer import decode_shape
from tsel_core.decoder.graph.rows import CapturedRows, captured_rows
from tsel_core.kv.cache import KVCache
from tsel_core.layers.extras import Extras, row_attention
from tsel_core.selection.sinks import with_sinks
from tsel_kernels.decode.state import DecodeShape, DecodeState
from tsel_kernels.protocol import Kernels


class NotAppended(RuntimeError):
    """What attention is given is not what the cache holds."""


@dataclass(frozen=True)
class _Layer:
    """One layer's fixed sizes, its memory between steps, and the buffers a step writes."""

    shape: DecodeShape
    state: DecodeState
    rows: CapturedRows
    query: Tensor
    out: Tensor
    lse: Tensor
    workspace: object


class OwnRows:
    """Appends the new row of each layer and attends; layers that may select do so from the low-bit key index.

    Buffers are made at a layer's first call, by the shapes it brings: layers may differ in theirs.
    """

    def __init__(
        self,
        cache: KVCache,
        kernels: Kernels,
        selection: SelectionConfig | None,
        position: Tensor,
        full_layers: Container[int],
    ) -> None:
        self.cache, self.kernels, self.selection, self.position = cache, kernels, selection, position
        self.full_layers = full_layers
        self.selects = selection is not None
        self.theta = 2.0
        if selection is not None and selection.reuse_threshold < 1:
            self.theta = selection.reuse_threshold
        count, device = len(cache.pools), position.device
        self.reuse = torch.zeros(count, dtype=torch.int32, device=device)
        self.hits = torch.zeros(count, dtype=torch.int32, device=device)
        self._layers: dict[int, _Layer] = {}
        self._workspaces: dict[DecodeShape, object] = {}

    @property
    def states(self) -> list[DecodeState]:
        """Of the layers that were called."""
        return [layer.state for layer in self._layers.values()]

    def state_of(self, layer_idx: int) -> DecodeState | None:
        """The memory of a layer that selects."""
        layer = self._layers.get(layer_idx)
        return layer.state if layer is not None and self._picks(layer_idx) else None

    def attend(
        self, layer_idx: int, query: Tensor, key: Tensor, value: Tensor, scaling: float, extras: Extras, usual: bool
    ) -> Tensor:
        """Attention [1, H, Dv] of query [H, D] after its key and value [Hkv, D] became row `position`.

        `usual`: the kernels take heads of this width.
        """
        query, key, value = query.contiguous(), key.contiguous(), value.contiguous()
        if not usual or extras.window is not None or extras.softcap is not None:
            rows = captured_rows(self.cache, layer_idx)
            if (rows.keys.shape[0], rows.keys.shape[2]) != key.shape or rows.values.shape[2] != value.shape[1]:
                raise NotAppended("its cache holds latent rows, which its layers widen themselves")
            at = self.position.long() % rows.keys.shape[1]  # a window's rows may be a ring
            rows.keys.index_copy_(1, at, key[:, None].to(rows.keys.dtype))
            rows.values.index_copy_(1, at, value[:, None].to(rows.values.dtype))
            return row_attention(query, rows.keys, rows.values, self.position, scaling, extras)[None]
        layer = self._layer(layer_idx, query, key)
        out = self._attend(layer_idx, layer, (query, key, value), scaling)
        if extras.sinks is not None:
            out = with_sinks(out[None], layer.lse[None], extras.sinks)[0][0]
        return out[None]

    def _attend(self, layer_idx: int, layer: _Layer, new: tuple[Tensor, Tensor, Tensor], scaling: float) -> Tensor:
        pool, held, picks = self.cache.pools[layer_idx], layer.rows, self._picks(layer_idx)
        held.append(
            self.kernels,
            new,
            self.position,
            pool.index,
            layer.query,
            layer.state if picks else None,
            layer.shape,
            rope=None,
            theta=self.theta,
        )
        if picks:
            assert pool.index is not None  # the cache of a step that selects has one
            self.kernels.decode_select_(
                layer.query, pool.index, self.position, layer.state, layer.shape, layer.workspace, scaling=scaling
            )
        held.load(self.kernels, self.position, layer.state, layer.shape)
        out: Tensor = self.kernels.decode_attend_(
            layer.query,
            held.keys,
            held.values,
            self.position,
            layer.out,
            layer.lse,
            layer.state,
            layer.shape,
            layer.workspace,
            scaling=scaling,
        )
        return out

    def _picks(self, layer_idx: int) -> bool:
        return self.selects and layer_idx not in self.full_layers

    def _layer(self, layer_idx: int, query: Tensor, key: Tensor) -> _Layer:
        if layer_idx not in self._layers:
            (heads, dim), kv_heads, device = query.shape, key.shape[0], query.device
            selection = self.selection if self._picks(layer_idx) else None
            shape = decode_shape(self.kernels, selection, heads, kv_heads, dim, self.cache.capacity)
            if shape not in self._workspaces:
                self._workspaces[shape] = self.kernels.decode_workspace(shape, device)
            state = replace(
                self.kernels.decode_state(shape, query.dtype, device),
                reuse=self.reuse[layer_idx : layer_idx + 1],
                hits=self.hits[layer_idx : layer_idx + 1],
            )
            self._layers[layer_idx] = _Layer(
                shape,
                state,
                captured_rows(self.cache, layer_idx),
                torch.empty_like(query),
                torch.empty_like(query),
                torch.empty(heads, device=device),
                self._workspaces[shape],
            )
        return self._layers[layer_idx]

    def coverage(self) -> Tensor:
        """Share of softmax mass the attended rows hold [layers], NaN where a pick was reused or nothing was picked."""
        found = torch.full((len(self.cache.pools),), torch.nan, device=self.position.device)
        picking = [i for i in self._layers if self._picks(i)]
        for layer_idx in picking:
            layer = self._layers[layer_idx]
            found[layer_idx] = torch.exp(layer.lse - layer.state.lse[0]).clamp(max=1).mean()
        return torch.where(self.reuse != 0, torch.nan, found)
