"""Rotary, cache, selection and attention of a token of each of several sequences, every length on the device."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from operator import itemgetter

import torch
from torch import Tensor, nn

from tsel_core.config import SelectionConfig
from tsel_core.decoder.graph.mixer import decode_shape, heads_of
from tsel_core.decoder.mixer import RotaryTable
from tsel_core.decoder.weights import LayerWeights
from tsel_core.kv.cache import KVCache
from tsel_kernels.batch.reference import COLUMNS, LEAST_ROWS, BatchRows, HeldRows, batch_state
from tsel_kernels.decode.state import DecodeState
from tsel_kernels.key_index import empty_index
from tsel_kernels.protocol import Kernels


def held_rows(cache: KVCache, layer_idx: int, *, indexed: bool) -> HeldRows | None:
    """The rows of a layer as a batch finds them; None where it cannot: other storages, other widths."""
    pool = cache.pools[layer_idx]
    if pool.keys is None or pool.values is None or (indexed and pool.index is None):
        return None
    held = HeldRows(pool.keys[0], pool.values[0], pool.index if indexed else None)
    return held if held.fits else None


def nobodys_rows(like: HeldRows) -> HeldRows:
    """A few rows of zeros for the places where nobody is."""
    keys, values = (t.new_zeros((t.shape[0], LEAST_ROWS, t.shape[2])) for t in (like.keys, like.values))
    if like.index is None:
        return HeldRows(keys, values)
    index = empty_index(torch.zeros_like(like.index.mean), LEAST_ROWS, like.index.bits)
    for tensor in (index.codes, index.scale, index.zero):
        tensor.zero_()
    return HeldRows(keys, values, index)


@dataclass(frozen=True)
class _Part:
    """Views of the first places: what a step of so many sequences reads and writes."""

    rows: list[BatchRows]
    states: list[DecodeState]
    query: Tensor
    out: Tensor
    lse: list[Tensor]
    workspace: object


class BatchGraphMixer:
    """Mixer of `most` places; `part` makes the one that takes the first of them. Without a selection all rows count."""

    def __init__(
        self,
        model: nn.Module,
        like: list[HeldRows],
        kernels: Kernels,
        selection: SelectionConfig | None,
        positions: Tensor,
    ) -> None:
        self.model, self.kernels, self.selection, self.positions = model, kernels, selection, positions
        self.heads, self.selects = heads_of(model), selection is not None
        count, most, device, dtype = len(like), len(positions), positions.device, like[0].keys.dtype
        threshold = selection.reuse_threshold if selection is not None else 1.0
        self.theta = threshold if threshold < 1 else 2.0
        self.tables = torch.zeros(count, most, COLUMNS, dtype=torch.int64, device=device)
        self.rows = [BatchRows.empty(nobodys_rows(one), table) for one, table in zip(like, self.tables, strict=True)]
        self.capacity = 0
        self.reserve(like[0].keys.shape[1])
        every = batch_state(self.shape, count * most, dtype, device)
        self.state = _map(every, lambda t: t.unflatten(0, (count, most)))  # of all layers; those of one are views
        self.states = [_map(self.state, itemgetter(i)) for i in range(count)]
        heads, dim = self.heads.num_heads, self.heads.head_dim
        self.query, self.out = (torch.zeros(most, heads, dim, dtype=dtype, device=device) for _ in range(2))
        self.lse = torch.zeros(count, most, heads, device=device)
        self._parts: dict[int, _Part] = {}

    def reserve(self, capacity: int) -> None:
        """Take sequences of so many rows from now on; what was captured before is void."""
        if capacity <= self.capacity:
            return
        heads, device = self.heads, self.positions.device
        self.capacity, self._parts = capacity, {}
        sizes = heads.num_heads, heads.num_kv_heads, heads.head_dim, capacity
        self.shape = decode_shape(self.kernels, self.selection, *sizes)
        table = RotaryTable(self.model, capacity)
        self.ropes = [table.of_layer(i, *table.whole) for i in range(len(self.rows))]
        self.scales = table.query_scales(0, capacity)
        assert self.ropes[0][0].device == device

    def part(self, num: int) -> PartMixer:
        """The mixer of the first `num` places."""
        if num not in self._parts:
            one = slice(0, num)
            rows = [BatchRows(r.nobody, r.table[one], r.held) for r in self.rows]
            states = [_map(state, lambda t: t[one]) for state in self.states]
            workspace = self.kernels.batch_workspace(self.shape, num, self.positions.device)
            lse = [lse[one] for lse in self.lse]
            self._parts[num] = _Part(rows, states, self.query[one], self.out[one], lse, workspace)
        return PartMixer(self, self._parts[num])

    def coverage(self, num: int) -> tuple[Tensor, Tensor]:
        """Share of softmax mass the attended rows hold [layers, num], and whether it was picked afresh."""
        held = torch.exp(self.lse[:, :num] - self.state.lse[:, :num]).clamp(max=1).mean(-1)
        return held, self.state.reuse[:, :num] == 0


class PartMixer:
    """Mixer over the first places of a batch."""

    def __init__(self, whole: BatchGraphMixer, part: _Part) -> None:
        self.whole, self.own = whole, part
        self.positions = whole.positions[: part.query.shape[0]]

    def mix(self, layer_idx: int, qkv: Tensor, layer: LayerWeights, *, last: bool = False) -> Tensor:
        """See Mixer: rotate and append, decide reuse, select, attend, each sequence for itself.

        There may be rows for more places than these: nobody is there.
        """
        whole, own, kernels = self.whole, self.own, self.whole.kernels
        rows, state = own.rows[layer_idx], own.states[layer_idx]
        kernels.batch_append_(
            qkv[: len(self.positions)],
            self.positions,
            rows,
            own.query,
            state if whole.selects else None,
            whole.shape,
            rope=whole.ropes[layer_idx],
            q_norm=layer.q_norm,
            k_norm=layer.k_norm,
            eps=whole.heads.eps,
            theta=whole.theta,
        )
        if whole.scales is not None:  # as in GraphMixer
            own.query.mul_(whole.scales.index_select(0, self.positions).to(own.query.dtype)[..., None])
        common = (own.query, self.positions, rows)
        scaling = whole.heads.scaling
        if whole.selects:
            kernels.batch_select_(*common, state, whole.shape, own.workspace, scaling=scaling)
        lse = own.lse[layer_idx]
        kernels.batch_attend_(*common, own.out, lse, state, whole.shape, own.workspace, scaling=scaling)
        return whole.out[: len(qkv)].flatten(1)  # what products take: rows past these places hold anything finite


def _map(state: DecodeState, change: Callable[[Tensor], Tensor]) -> DecodeState:
    """The state with each of its tensors changed."""
    return DecodeState(*(change(getattr(state, f.name)) for f in fields(state)))
