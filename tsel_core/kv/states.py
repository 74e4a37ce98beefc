"""What recurrent layers remember beside the KV cache: it cannot be cut at any row, only put back to a marked place.

The states themselves are transformers' (conv_states, recurrent_states and their flags of a LinearAttentionLayer),
written in place, so that a captured loop finds them where it was captured.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

_MOST_MARKS = 3


@dataclass(frozen=True)
class RecurrentLayers:
    """Which layers of a model are recurrent: `make` gives empty states for them; `rowless` have no keys and values."""

    make: Callable[[], Mapping[int, Any]]
    rowless: frozenset[int]


@dataclass(frozen=True)
class _Mark:
    length: int
    held: Mapping[int, Held]


@dataclass(frozen=True)
class Held:
    """A copy of one layer's state."""

    conv: Mapping[int, Tensor | None]
    recurrent: Mapping[int, Tensor | None]
    has_previous: Mapping[int, bool]
    kernel_sizes: Mapping[int, int | None]


@dataclass
class States:
    """The states of a cache's recurrent layers after `length` tokens; `marks` are the places they can go back to."""

    layers: Mapping[int, Any]
    marks: list[_Mark] = field(default_factory=list)
    broken: bool = False  # a pass began and did not end: some layers may be a token ahead

    def mark(self, length: int) -> None:
        """Remember this place; the first one (the end of a document) and the last ones stay."""
        if self.broken or not length or any(mark.length == length for mark in self.marks):
            return
        if len(self.marks) >= _MOST_MARKS:
            del self.marks[1]
        self.marks.append(_Mark(length, self.copied()))

    def go_back(self, length: int, wanted: int) -> int:
        """Tokens the states stand after, `wanted` or the last marked place before; `length`: where they stand now."""
        if wanted >= length and not self.broken:
            return length
        self.marks = [mark for mark in self.marks if mark.length <= wanted]
        self.broken = False
        best = max(self.marks, key=lambda mark: mark.length, default=None)
        if best is None:
            for layer in self.layers.values():
                layer.reset()
            return 0
        self.put_back(best.held)
        return best.length

    def copy_to(self, other: States, length: int, wanted: int) -> int:
        """Give `other` the state after `wanted` tokens, or the last marked place before; returns where it stands."""
        if wanted == length and not self.broken:
            other.put_back(self.copied())
            return length
        best = max((m for m in self.marks if m.length <= wanted), key=lambda mark: mark.length, default=None)
        if best is None:
            return 0
        other.put_back(best.held)
        return best.length

    def held_at(self, length: int, wanted: int) -> Mapping[int, Held] | None:
        """A copy of the states after `wanted` tokens: those of now, or of a mark; None where there is none."""
        if wanted == length and not self.broken:
            return self.copied()
        return next((mark.held for mark in self.marks if mark.length == wanted), None)

    def copied(self) -> dict[int, Held]:
        """A copy of every layer's state."""
        return {i: _held(layer) for i, layer in self.layers.items()}

    def put_back(self, held: Mapping[int, Held]) -> None:
        """Make the layers remember what `copied` gave."""
        for layer_idx, layer in self.layers.items():
            _put_back(layer, held[layer_idx])

    def tensors(self) -> list[Tensor]:
        """Every tensor of the states."""
        found = [t for x in self.layers.values() for d in (x.conv_states, x.recurrent_states) for t in d.values()]
        return [t for t in found if t is not None]


def _held(layer: Any) -> Held:
    conv, recurrent = (
        {i: None if t is None else t.clone() for i, t in states.items()}
        for states in (layer.conv_states, layer.recurrent_states)
    )
    return Held(conv, recurrent, dict(layer.has_previous_state), dict(layer.conv_kernel_size))


def _put_back(layer: Any, held: Held) -> None:
    for states, flags, values in (
        (layer.conv_states, layer.is_conv_states_initialized, held.conv),
        (layer.recurrent_states, layer.is_recurrent_states_initialized, held.recurrent),
    ):
        for number, value in values.items():
            current = states[number]
            if value is None:
                if current is not None:
                    current.zero_()
            elif current is None:
                states[number], flags[number] = value.clone(), True
                layer.dtype, layer.device = value.dtype, value.device
            else:
                current.copy_(value)
    layer.has_previous_state.update(held.has_previous)
    layer.conv_kernel_size.update(held.kernel_sizes)


