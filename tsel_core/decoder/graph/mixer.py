"""Rotary, cache, selection and attention of one token with every length on the device: what a captured step calls."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn

from tsel_core.config import SelectionConfig
from tsel_core.decoder.graph.rows import captured_rows
from tsel_core.decoder.mixer import RotaryTable
from tsel_core.decoder.weights import LayerWeights, decoder_of
from tsel_core.kv.cache import KVCache
from tsel_kernels.decode.state import DecodeShape, DecodeState
from tsel_kernels.next_token.reference import held_share
from tsel_kernels.protocol import Kernels

_NO_PICKS = 16  # rows of the (empty) pick when everything is attended to: the least the kernels take


def decode_shape(
    kernels: Kernels, selection: SelectionConfig | None, num_heads: int, num_kv_heads: int, head_dim: int, capacity: int
) -> Any:
    """Fixed sizes of a step for the kernels; without a selection the window is all rows, the pick empty."""
    sizes = {"num_heads": num_heads, "num_kv_heads": num_kv_heads, "head_dim": head_dim, "capacity": capacity}
    if selection is None:
        return DecodeShape(**sizes, k=_NO_PICKS, groups=1, num_sink=0, num_local=capacity, slack=0)
    per_head = selection.per_kv_head and selection.vote == "queries"
    return DecodeShape(
        **sizes,
        k=selection.budget,
        groups=num_kv_heads if per_head else 1,
        num_sink=selection.num_sink,
        num_local=selection.num_local,
    )


@dataclass(frozen=True)
class Heads:
    """What attention of a model's layers is like; `eps` is that of the norms of queries and keys."""

    num_heads: int
    num_kv_heads: int
    head_dim: int
    scaling: float
    eps: float


def heads_of(model: nn.Module) -> Heads:
    """The heads of a Llama-family model."""
    config = model.config.get_text_config()  # type: ignore[union-attr, operator]
    attention: Any = decoder_of(model).layers[0].self_attn
    eps = float(getattr(getattr(attention, "q_norm", None), "variance_epsilon", 1e-6))
    counts = config.num_attention_heads, config.num_key_value_heads
    return Heads(*counts, attention.head_dim, float(attention.scaling), eps)


class GraphMixer:
    """Mixer over preallocated pools with the position on the device.

    With a selection it selects from the low-bit key index; with None every row is attended to: the window is the
    whole cache and nothing is picked.
    """

    def __init__(
        self, model: nn.Module, cache: KVCache, kernels: Kernels, selection: SelectionConfig | None, position: Tensor
    ) -> None:
        device, dtype = cache.pools[0].device, cache.pools[0].dtype
        heads = heads_of(model)
        self.scaling, self.eps, self.head_dim = heads.scaling, heads.eps, heads.head_dim
        self.num_heads, self.num_kv_heads = heads.num_heads, heads.num_kv_heads
        self.kernels, self.cache, self.position = kernels, cache, position
        self.selects = selection is not None
        self.picks_of = [i if selection is None else selection.pick_of(i) for i in range(len(cache.pools))]
        self.shape = decode_shape(kernels, selection, self.num_heads, self.num_kv_heads, self.head_dim, cache.capacity)
        threshold = selection.reuse_threshold if selection is not None else 1.0
        self.theta = threshold if threshold < 1 else 2.0
        self.workspace = kernels.decode_workspace(self.shape, device)
        num_layers = len(cache.pools)
        self.rows = [captured_rows(cache, i) for i in range(num_layers)]
        self.full_lse = torch.zeros(num_layers, self.num_heads, device=device)
        shared = [int(of != i) for i, of in enumerate(self.picks_of)]  # whose coverage is as unknown as a reused pick's
        self.reuse = torch.tensor(shared, dtype=torch.int32, device=device)
        self.hits = torch.zeros(num_layers, dtype=torch.int32, device=device)
        self.states: list[DecodeState] = [
            replace(
                kernels.decode_state(self.shape, dtype, device),
                lse=self.full_lse[i : i + 1],
                reuse=self.reuse[i : i + 1],
                hits=self.hits[i : i + 1],
            )
            for i in range(num_layers)
        ]
        table = RotaryTable(model, cache.capacity, cache.offset)
        self.ropes = [table.of_layer(i, *table.whole) for i in range(num_layers)]
        self.scales = table.query_scales(0, cache.capacity)
        self.query = torch.empty(self.num_heads, self.head_dim, device=device, dtype=dtype)
        self.out = torch.empty_like(self.query)
        self.lse = torch.empty(len(cache.pools), self.num_heads, device=device)

    def mix(self, layer_idx: int, qkv: Tensor, layer: LayerWeights, *, last: bool = False) -> Tensor:
        """See Mixer: rotate and append, decide reuse, select, attend. One token is always the `last`."""
        rows, heads, kv_heads = qkv.view(-1, self.head_dim), self.num_heads, self.num_kv_heads
        pool, held = self.cache.pools[layer_idx], self.rows[layer_idx]
        state = self.states[self.picks_of[layer_idx]]
        picks = self.selects and self.picks_of[layer_idx] == layer_idx  # else the state is what another layer picked
        held.append(
            self.kernels,
            (rows[:heads], rows[heads : heads + kv_heads], rows[heads + kv_heads :]),
            self.position,
            pool.index,
            self.query,
            state if picks else None,
            self.shape,
            rope=self.ropes[layer_idx],
            q_norm=layer.q_norm,
            k_norm=layer.k_norm,
            eps=self.eps,
            theta=self.theta,
        )
        if self.scales is not None:  # after rotating and turning, as it commutes; a reused pick is judged by directions
            self.query.mul_(self.scales.index_select(0, self.position).to(self.query.dtype))
        if picks:
            assert pool.index is not None  # the cache of a step that selects has one
            self.kernels.decode_select_(
                self.query, pool.index, self.position, state, self.shape, self.workspace, scaling=self.scaling
            )
        held.load(self.kernels, self.position, state, self.shape)
        step = self.position, self.out, self.lse[layer_idx], state, self.shape, self.workspace
        return held.attend(self.kernels, self.query, *step, self.scaling).view(1, -1)

    def state_of(self, layer_idx: int) -> DecodeState | None:
        """What a layer remembers between steps; None where it takes another one's pick."""
        return self.states[layer_idx] if self.picks_of[layer_idx] == layer_idx else None

    def attended_lse(self) -> Tensor:
        """Log-sum-exp [layers, H] of the scores of the rows that the last step attended to."""
        return self.lse

    def coverage(self) -> Tensor:
        """Share of softmax mass the attended rows hold [layers], NaN where the last step reused or shared a pick."""
        return held_share(self.attended_lse(), self.full_lse, self.reuse)
