"""Does a step wait for the device? Then it cannot be captured. Found on any device, by the operations it calls."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from tsel_core.decoder.own_layers import OwnStep
from tsel_core.layers.extras import Extras
from tsel_core.layers.runtime import RowAttention

_WAITING = frozenset(
    {
        "_local_scalar_dense", "_unique2", "bincount", "equal", "is_nonzero", "masked_select", "nonzero",
        "unique_consecutive", "unique_dim",
    }
)  # fmt: skip
"""Operations whose result, or its size, the host must know."""


class Waits(TorchDispatchMode):
    """While it lasts the operations that a capture would refuse are noted in `found`."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.found: set[str] = set()
        self.paused = False

    def __torch_dispatch__(
        self, func: Any, types: Iterable[type], args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        name = func.overloadpacket.__name__
        masks = name == "index" and any(isinstance(i, Tensor) and i.dtype == torch.bool for i in args[1])
        counts = name == "repeat_interleave" and isinstance(args[-1], Tensor)
        if not self.paused and (name in _WAITING or masks or counts):
            self.found.add(name)
        return func(*args, **(kwargs or {}))


class Uploads(TorchFunctionMode):
    """While it lasts calls that bring numbers of the host to a device are noted in `found`: they wait, too."""

    def __init__(self, found: set[str]) -> None:
        super().__init__()
        self.found = found

    def __torch_function__(
        self, func: Any, types: Iterable[type], args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        given = kwargs or {}
        if (func in (torch.tensor, torch.as_tensor) and given.get("device") is not None) or func is Tensor.new_tensor:
            self.found.add("tensor")
        return func(*args, **given)


class WatchedStep:
    """A step whose layers are watched, but for the attention they ask for: its torch definitions wait."""

    def __init__(self, step: OwnStep) -> None:
        self.step, self.waits = step, Waits()

    def forward(self, token: Tensor, rows: RowAttention) -> Tensor:
        """See OwnStep."""
        with self.waits, Uploads(self.waits.found):
            return self.step.forward(token, _Unwatched(rows, self.waits))


class _Unwatched:
    def __init__(self, rows: RowAttention, waits: Waits) -> None:
        self.rows, self.waits, self.position = rows, waits, rows.position

    def attend(
        self, layer_idx: int, query: Tensor, key: Tensor, value: Tensor, scaling: float, extras: Extras, usual: bool
    ) -> Tensor:
        self.waits.paused = True
        try:
            return self.rows.attend(layer_idx, query, key, value, scaling, extras, usual)
        finally:
            self.waits.paused = False
