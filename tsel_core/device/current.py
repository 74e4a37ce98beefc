"""The GPU that a thread launches kernels on: every thread has its own, and begins with the first."""

from __future__ import annotations

import torch


def make_current(device: torch.device) -> None:
    """Make a GPU the current one of this thread; nothing to do for "cuda" without a number, or another device.

    Triton launches on the current GPU whatever the tensors are on: with a copy of the model on the second one every
    thread but those that said so failed ("cannot be accessed from Triton").
    """
    if device.type == "cuda" and device.index is not None and torch.cuda.current_device() != device.index:
        torch.cuda.set_device(device)
