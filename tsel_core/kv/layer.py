"""One layer of the KV cache: preallocated head-major pools, written in place, handed out as views."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from tsel_core.config import IndexBits
from tsel_core.kv.four_bits import Turn
from tsel_core.kv.key_index_cpu import GrowingIndex
from tsel_core.kv.key_index_unrotated import TurnedIndex
from tsel_core.kv.pages import Pages
from tsel_kernels.key_index import KeyIndex, empty_index
from tsel_kernels.score.cpu_index import RowIndex

_WIDE_STEP = 4.0
AppendIndex = Callable[[KeyIndex, Tensor, int], None]


class KVLayer:
    """Keys and values of one layer: pools [Hkv, capacity, D], of which the first `length` rows are valid.

    Row index = token position. `capacity` is reserved at once; writing past it raises ValueError. With
    `append_index` (tsel_kernels.append: append_index_) the low-bit key index is written beside; on a
    CPU `row_index` is, once a pick asks for it, and `turned_index` where the keys are held un-rotated.
    """

    def __init__(self, capacity: int, append_index: AppendIndex | None = None, index_bits: IndexBits = "auto") -> None:
        self.keys: Tensor | None = None
        self.values: Tensor | None = None
        self.is_initialized = False
        self.dtype, self.device = torch.float32, torch.device("cpu")  # of the first rows, once they came
        self.capacity = capacity
        self.length = 0
        self.append_index = append_index
        self.index_bits = index_bits
        self.index: KeyIndex | None = None
        self.arrival: Callable[[], None] | None = None  # waits for rows on their way (prefix_cache/load/arrival.py)
        self.first_keys = 0  # loaded rows not indexed yet: how many of the first set the mean (KVCache.settle)
        self.turn: Turn | None = None  # whoever appends turns rows and queries by it, and what attention gives back
        self.rows_index = GrowingIndex(capacity)
        self.turned_index = TurnedIndex(capacity)
        self.in_pages = False  # whether the pools are allocated so that they can be branched (kv/pages.py)
        self.pages: tuple[Pages, Pages] | None = None

    def lazy_initialization(self, key_states: Tensor, value_states: Tensor | None = None) -> None:
        """Allocate the pools in the shape and dtype of the first key_states [1, Hkv, T, D]."""
        value_states = key_states if value_states is None else value_states
        self.dtype, self.device = key_states.dtype, key_states.device
        shapes = [(1, t.shape[1], self.capacity, t.shape[3]) for t in (key_states, value_states)]
        if self.in_pages:
            self.pages = Pages(shapes[0], self.dtype), Pages(shapes[1], self.dtype)
            self.keys, self.values = self.pages[0].first(), self.pages[1].first()
        else:
            self.keys, self.values = key_states.new_empty(shapes[0]), value_states.new_empty(shapes[1])
        if self.append_index is not None:
            self.start_index(key_states[0])
        self.is_initialized = True

    def update(self, key_states: Tensor, value_states: Tensor, *_: Any, **__: Any) -> tuple[Tensor, Tensor]:
        """Append [1, Hkv, T, D] and return views [1, Hkv, length, D] of everything so far."""
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        if self.arrival is not None:
            self.arrival()
            self.arrival = None
        end = self.length + key_states.shape[2]
        if end > self.capacity:
            raise ValueError(f"KV layer holds {self.capacity} tokens, {end} were written")
        assert self.keys is not None
        assert self.values is not None
        self.keys[:, :, self.length : end] = key_states
        self.values[:, :, self.length : end] = value_states
        if self.index is not None and self.append_index is not None:
            self.append_index(self.index, key_states[0], self.length)
        self.length = end
        return self.keys[:, :, :end], self.values[:, :, :end]

    def branch(self) -> KVLayer:
        """A layer that begins with these rows and goes on in memory of its own; only `in_pages`."""
        assert self.pages is not None
        made = KVLayer(self.capacity)
        made.keys, made.values = self.pages[0].branch(), self.pages[1].branch()
        made.dtype, made.device, made.length, made.is_initialized = self.dtype, self.device, self.length, True
        return made

    def start_index(self, first_keys: Tensor) -> None:
        """An empty index as wide as `first_keys` [Hkv, T, D] ask for, centred on their channel mean."""
        start_indexes([self], [first_keys])

    def row_index(self, query: Tensor, keys: Tensor) -> RowIndex | None:
        """The int8 copy a CPU scores instead of keys [Hkv, N, D], for query [1, H, D]; None: no copy."""
        return self.rows_index.of(query, keys)

    def crop(self, max_length: int) -> None:
        """Forget all rows from `max_length` on; a negative count forgets that many (transformers' habit)."""
        wanted = self.length + max_length if max_length < 0 else max_length
        self.length = max(0, min(self.length, wanted))
        self.rows_index.crop(self.length)
        self.turned_index.crop(self.length)

    def held(self, num_rows: int) -> tuple[Tensor, Tensor]:
        """keys, values [1, Hkv, num_rows, D] of the first rows."""
        assert self.keys is not None
        assert self.values is not None
        return self.keys[:, :, :num_rows], self.values[:, :, :num_rows]

    def can_crop(self, max_length: int) -> bool:
        """Whether `crop` leaves a layer that knows all its tokens."""
        return True

    def copy_to(self, other: KVLayer, num_rows: int) -> None:
        """Give an empty layer the first rows."""
        other.update(*self.held(num_rows))

    def kept_rows(self) -> tuple[Any, Any]:
        """Keys and values as pools [Hkv, capacity, D] whose rows [head, :n] can be taken (prefix_cache)."""
        keys, values = self.held(self.capacity)
        return keys[0], values[0]

    def tensors(self) -> list[Tensor]:
        """Every tensor the layer holds."""
        assert self.keys is not None
        assert self.values is not None
        index = [] if self.index is None else [self.index.codes, self.index.scale, self.index.zero]
        return [self.keys, self.values, *index, *self.rows_index.tensors(), *self.turned_index.tensors()]

    def reset(self) -> None:
        """Forget every row; the memory stays reserved."""
        self.crop(0)

    def release(self) -> None:
        """Free everything; the next update allocates again."""
        self.keys = self.values = self.index = self.pages = None
        self.rows_index, self.turned_index = GrowingIndex(self.capacity), TurnedIndex(self.capacity)
        self.length, self.is_initialized, self.arrival, self.first_keys = 0, False, None, 0


class NoRows(KVLayer):
    """A layer without keys and values: recurrent, or without a mixer. As long as the layers that have rows."""

    leader: KVLayer | None = None

    @property
    def length(self) -> int:
        """Tokens of the cache."""
        return 0 if self.leader is None else self.leader.length

    @length.setter
    def length(self, value: int) -> None:
        pass

    def copy_to(self, other: KVLayer, num_rows: int) -> None:
        """See KVLayer: there is nothing to give."""


def start_indexes(layers: Sequence[KVLayer], first_keys: Sequence[Tensor]) -> None:
    """`start_index` of several layers with equally many first keys: a GPU is waited for once, not once a layer."""
    means = [keys.float().mean(1) for keys in first_keys]
    judged = [i for i, layer in enumerate(layers) if layer.index_bits == "auto"]
    steps = dict(zip(judged, late_steps([first_keys[i] for i in judged], [means[i] for i in judged]), strict=True))
    for i, layer in enumerate(layers):
        bits = index_width(steps[i]) if i in steps else int(layer.index_bits)
        layer.index = empty_index(means[i], layer.capacity, bits)


def late_steps(keys: Sequence[Tensor], means: Sequence[Tensor]) -> list[float]:
    """By layer: the 4-bit step of a median row of the worst head at the end of a document that begins with its keys.

    Keys are [Hkv, T, D] with the same T, means [Hkv, D] float32; without rows the step is 0. It is the range of a row
    now, and twice the largest rotary pair of the mean: rows far away have turned away from it. A step of s leaves an
    error of about s / sqrt(12) times the query's scaled norm (1 to 4) on a logit, in nats.
    """
    if not keys or not keys[0].shape[1]:
        return [0.0] * len(keys)
    wide, turned = [], []
    for rows, mean in zip(keys, means, strict=True):
        centred = rows.float() - mean[:, None]
        wide.append(centred.amax(-1) - centred.amin(-1))
        first, second = mean.chunk(2, -1)
        turned.append(first.hypot(second).amax(-1))
    by_head = ((torch.cat(wide).median(-1).values + 2 * torch.cat(turned)) / 15).cpu()  # the one time to wait
    return [float(heads.max()) for heads in by_head.split([mean.shape[0] for mean in means])]


def late_step(keys: Tensor, mean: Tensor) -> float:
    """`late_steps` of one layer."""
    return late_steps([keys], [mean])[0]


def index_width(step: float) -> int:
    """4, or 8 where 4 bits would blur the scores: a late step above _WIDE_STEP (kernels-log.md has the cases)."""
    return 8 if step > _WIDE_STEP else 4
