"""Between host and device without waiting: numbers sent ahead, and answers fetched when they have arrived."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from tsel_core.errors import NotFinite


def upload(values: Sequence[int], device: torch.device) -> Tensor:
    """values as int64 [N] on the device; a GPU takes them from pinned memory, so the host does not wait for it."""
    made = torch.from_numpy(np.asarray(values, dtype=np.int64).reshape(-1))
    return made.pin_memory().to(device, non_blocking=True) if device.type == "cuda" else made.to(device)


class FiniteCheck:
    """Whether the logits of every chunk are finite, learned one chunk late on a GPU, so that it always has work.

    Without this every chunk of a prompt ends with the device waiting for the host to prepare the next one.
    """

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._waiting: deque[tuple[Tensor, Any, int]] = deque()
        self._done = 0

    def note(self, logits: Tensor, num_tokens: int) -> int:
        """Logits [vocab] after `num_tokens` tokens; returns how many tokens are known to be read. Raises NotFinite."""
        finite = torch.isfinite(logits).all()
        if self._device.type != "cuda":
            self._settled(bool(finite), num_tokens)
            return self._done
        arrived = torch.empty((), dtype=torch.bool, pin_memory=True)
        arrived.copy_(finite, non_blocking=True)
        event = torch.cuda.Event()
        event.record()
        self._waiting.append((arrived, event, num_tokens))
        return self.settle(1)

    def settle(self, keep: int = 0) -> int:
        """Wait for all but the last `keep` chunks; returns how many tokens are known to be read. Raises NotFinite."""
        while len(self._waiting) > keep:
            arrived, event, num_tokens = self._waiting.popleft()
            event.synchronize()
            self._settled(bool(arrived), num_tokens)
        return self._done

    def _settled(self, finite: bool, num_tokens: int) -> None:
        if not finite:
            raise NotFinite(num_tokens)
        self._done = num_tokens
