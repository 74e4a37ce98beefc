"""Does it fit? Known before anything is loaded or read: the trained window, and memory for weights, KV, workspace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch

from tsel_core.config import KVChoice, Storage, within_reach
from tsel_core.device.memory import free_memory
from tsel_core.errors import DoesNotFit
from tsel_core.kv.cost import CacheShape, RowCost, choices, row_cost, storage_name, storages_for
from tsel_core.kv.window_layer import SLACK, windows_cut

_GB = 1e9
_FIXED = 400_000_000  # allocator slack, tables, logits, compiled kernels
# Elements of activations that a token of a chunk has at once, in hidden sizes (gate and up product, its activation,
# queries, keys, values, residual): 20 on Qwen2-7B, 22 on the 1.5B.
_ACTIVATIONS = 24
# Prefill chunks a GPU may fall back to: the linear part is as fast from 512 tokens on (log.md), memory shrinks.
_CHUNKS = (8192, 4096, 2048, 1024)
_BETWEEN = 0.03  # of a limit on a GPU: what lies between the allocator's blocks (14B shape in 16 GB: 0.7 GB, 4 %)
_HOST_MARGIN = 2_000_000_000  # of the machine's free memory stays free


@dataclass(frozen=True, slots=True)
class ModelSizes:
    """What the planner must know of a model: its cache, hidden size, query heads, and the bytes of its weights."""

    cache: CacheShape
    hidden_size: int
    num_heads: int
    weight_bytes: int
    window_layers: int = 0  # that keep `window` rows of a long text (tsel_core.kv.window_layer)
    window: int = 0
    cut_bytes: int = 0  # of those rows, whatever the length; set by `of_text`
    turns: bool = True  # rows can be held in 4 bits: the lean step, on one device
    stretches: bool = False  # it can be read past its trained window (tsel_core.selection.beyond_window)
    past: bool = False  # the text is
    unpacked_bytes: int = 0  # of weights in few bits on a GPU: the largest map as a chunk is multiplied by it

    def of_text(self, num_tokens: int) -> ModelSizes:
        """The sizes for a text of so many tokens: where windows are cut, a token costs the other layers alone."""
        if not windows_cut(dict.fromkeys(range(self.window_layers), self.window), num_tokens):
            return self
        one = CacheShape(self.window_layers, self.cache.num_kv_heads, self.cache.head_dim, self.cache.dtype)
        held = row_cost("plain", one).rows * (self.window + SLACK)
        rest = replace(self.cache, num_layers=self.cache.num_layers - self.window_layers)
        return replace(self, cache=rest, window_layers=0, cut_bytes=held)

    def scratch_per_token(self, device: torch.device, chunk: int, block: int, cell_rows: int = 0) -> int:
        """Bytes a cached token adds to the workspace of a chunk.

        In the kernels of CUDA the votes of the blocks (bfloat16, by KV head); elsewhere the logits, probabilities and
        votes of a voter a block (float32, by head). With cells their lists and mean rows, of all layers, and a block's
        votes for them (elsewhere its logits and probabilities too). Full attention needs none of it. Past the trained
        window votes are float32, and a layer's keys are turned twice.
        """
        kv_heads, blocks = self.cache.num_kv_heads, -(-chunk // block)
        if cell_rows and not self.past:  # past the window nobody votes by cells
            means = 2 * self.cache.head_dim * self.cache.dtype.itemsize + 12
            held = self.cache.num_layers * kv_heads * (8 + -(-means // cell_rows))
            logits = 0 if device.type == "cuda" else block * self.num_heads * 12
            return held + -(-(blocks * kv_heads * 8 + logits) // cell_rows)
        if device.type != "cuda":  # the torch definitions
            return blocks * self.num_heads * 12
        if self.past:
            return kv_heads * (blocks * 5 + 2 * self.cache.head_dim * self.cache.dtype.itemsize)
        return blocks * kv_heads * 3 if self.cache.index_bits else 0

    def fixed_workspace(self, chunk: int) -> int:
        """Bytes of workspace that do not depend on the length."""
        activations = chunk * _ACTIVATIONS * self.hidden_size * self.cache.dtype.itemsize
        return _FIXED + self.cut_bytes + self.unpacked_bytes + activations


@dataclass(frozen=True, slots=True)
class Option:
    """One way to hold the cache: what it costs, and how many tokens fit (bytes and tokens)."""

    storage: Storage
    name: str
    chunk_size: int
    cost: RowCost
    scratch_per_token: int
    fixed: int
    max_tokens: int

    def workspace(self, num_tokens: int) -> int:
        """Bytes beside weights and cache."""
        return self.fixed + num_tokens * (self.scratch_per_token + self.cost.staging)


@dataclass(frozen=True, slots=True)
class FitPlan:
    """`chosen` of `options` holds `num_tokens`; None when nothing that was asked for does. Bytes and tokens.

    `have_bytes` is what the device has for this process (its loaded weights counted in), `host_bytes` the machine.
    """

    num_tokens: int
    trained_window: int
    weight_bytes: int
    have_bytes: int
    host_bytes: int
    options: tuple[Option, ...]
    asked: tuple[Storage, ...]
    chosen: Option | None
    automatic: bool  # `asked` is everything the device has, and not a choice of the user's
    stretches: bool = False  # see ModelSizes

    def without(self, storage: Storage) -> FitPlan:
        """The plan for a model that does not take a storage, as is known for certain when it is loaded."""
        options = tuple(o for o in self.options if o.storage != storage)
        asked = tuple(s for s in self.asked if s != storage)
        return replace(self, options=options, asked=asked, chosen=_first(options, asked, self.num_tokens))

    def extrapolates(self, asked: bool | None) -> bool:
        """Whether the window may be left: as `asked`; None: by a little, where the model can and rows fit plain."""
        if asked is not None:
            return asked
        plain = self.chosen is not None and self.chosen.storage == "plain"
        return self.stretches and plain and within_reach(self.num_tokens, self.trained_window)

    def check(self, names: str, remedy: str = "", *, extrapolate: bool | None = False) -> Option:
        """The chosen option. Raises DoesNotFit (exit 5) with the numbers; nothing is ever cut.

        Where `extrapolates` says so the trained window is no limit (beyond_window.py), but the cache must be plain.
        """
        beyond = self.num_tokens > self.trained_window
        if beyond and not self.extrapolates(extrapolate):
            raise DoesNotFit(
                f"{names}: {self.num_tokens:,} tokens with room for the answer, "
                f"the model was trained for {self.trained_window:,}",
                remedy
                or "nothing was cut: ask about part of it (--pages of a PDF), use a model with a longer window "
                "(tsel models list), or read past the window, less reliably, with --extrapolate",
            )
        if self.chosen is None:
            raise DoesNotFit(f"{names}: {self._numbers()}", remedy or self._hint())
        if beyond and self.chosen.storage != "plain":
            raise DoesNotFit(
                f"{names}: {self._numbers()}; past the trained window of {self.trained_window:,} "
                f"keys and values cannot be held as {self.chosen.name}",
                remedy or "nothing was cut: use --kv auto with more memory, a smaller model, or --pages",
            )
        return self.chosen

    def _numbers(self) -> str:
        first = next(o for o in self.options if o.storage == self.asked[0])
        held = first.cost.rows + first.cost.host_rows + first.cost.index
        room = ", ".join(
            f"{o.name} KV fits {short_count(o.max_tokens)}{' tokens' if o is self.options[0] else ''}"
            for o in self.options
        )
        have = f"you have {self.have_bytes / _GB:.1f} GB"
        if any(o.storage == "host" for o in self.options):
            have += f" and {self.host_bytes / _GB:.1f} GB of host memory"
        return (
            f"{self.num_tokens:,} tokens need {self.num_tokens * held / _GB:.1f} GB KV ({first.name}) + "
            f"{self.weight_bytes / _GB:.1f} GB weights + {first.workspace(self.num_tokens) / _GB:.1f} GB workspace, "
            f"{have}: {room}"
        )

    def _hint(self) -> str:
        others = [o for o in self.options if o.storage not in self.asked and o.max_tokens >= self.num_tokens]
        if others:
            return f"nothing was cut: --kv {others[0].storage if others[0].storage != 'plain' else 'auto'} fits"
        return "nothing was cut: close other programs, choose a smaller model (--model), or part of the file (--pages)"

    def as_json(self) -> dict[str, Any]:
        """The "memory" object of the JSON, {} when nothing fits."""
        taken = self.chosen
        if taken is None:
            return {}
        rows = taken.cost.rows + taken.cost.host_rows
        return {
            "kv": taken.name,
            "kv_auto": self.automatic,
            "kv_bytes": self.num_tokens * rows,
            "index_bytes": self.num_tokens * taken.cost.index,
            "weight_bytes": self.weight_bytes,
            "workspace_bytes": taken.workspace(self.num_tokens),
            "have_bytes": self.have_bytes,
            "chunk_size": taken.chunk_size,
        }


def plan_fit(
    num_tokens: int,
    sizes: ModelSizes,
    *,
    trained_window: int,
    device: torch.device | str,
    loaded: bool,
    kv: KVChoice = "auto",
    memory_limit: int | None = None,
    chunk_size: int | None = None,
    block_size: int = 64,
    cell_rows: int = 0,
) -> FitPlan:
    """Plan for a prompt and answer of `num_tokens`. `loaded`: the weights are on the device already.

    `block_size` and `cell_rows` are the selection's.
    `memory_limit` (bytes) bounds what the process may use of the device. Raises UsageError for a storage that the
    device does not have; whether it fits is said by the plan's `check`.
    """
    device, sizes = torch.device(device), replace(sizes.of_text(num_tokens), past=num_tokens > trained_window)
    free, host = free_memory(device), free_memory("cpu") - _HOST_MARGIN
    have = free + (sizes.weight_bytes if loaded else 0)
    if memory_limit is not None:
        between = have if device.type != "cuda" else int(memory_limit * (1 - _BETWEEN))
        have = min(have, memory_limit, between)
    asked = storages_for(kv, device, sizes.cache.dtype)
    every = choices(device, sizes.cache.dtype)
    options = []
    for storage in every:
        tried = [
            _option(storage, sizes, device, chunk, (block_size, cell_rows), have, host)
            for chunk in _chunks(device, chunk_size)
        ]
        best = next((o for o in tried if o.max_tokens >= num_tokens), tried[-1])
        most = max(o.max_tokens for o in tried)
        options.append(replace(best, max_tokens=most))
    chosen = _first(options, asked, num_tokens)
    held = tuple(options), asked, chosen, kv == "auto", sizes.stretches
    plan = FitPlan(num_tokens, trained_window, sizes.weight_bytes, have, max(0, host), *held)
    return plan if sizes.turns or kv == "q4" else plan.without("q4")


def _first(options: Sequence[Option], asked: Sequence[Storage], num_tokens: int) -> Option | None:
    """The first of the options that is asked for and holds so many tokens."""
    return next((o for o in options if o.storage in asked and o.max_tokens >= num_tokens), None)


def _chunks(device: torch.device, chunk_size: int | None) -> tuple[int, ...]:
    """Prefill chunks to try, the largest first; a chunk the settings name is the only one."""
    if chunk_size is not None:
        return (chunk_size,)
    return _CHUNKS if device.type == "cuda" else (512,)


def _option(
    storage: Storage, sizes: ModelSizes, device: torch.device, chunk: int, blocks: tuple[int, int], have: int, host: int
) -> Option:
    cost = row_cost(storage, sizes.cache)
    scratch, fixed = sizes.scratch_per_token(device, chunk, *blocks), sizes.fixed_workspace(chunk) + cost.fixed
    most = (have - sizes.weight_bytes - fixed) // max(1, cost.on_device + scratch)
    if cost.host_rows:
        most = min(most, host // cost.host_rows)
    return Option(storage, storage_name(storage, sizes.cache.dtype), chunk, cost, scratch, fixed, max(0, most))


def short_count(num_tokens: int) -> str:
    """148K, 2.1M: a count of tokens to read, not to calculate with."""
    if num_tokens < 10_000:
        return f"{num_tokens:,}"
    return f"{num_tokens / 1e6:.1f}M" if num_tokens >= 1e6 else f"{num_tokens // 1000}K"
