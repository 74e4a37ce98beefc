"""torch's process group of the ranks, and a Ctrl-C that does not tear a pass apart."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import FrameType

import torch
import torch.distributed as dist

from tsel_core.device.ranks import Ranks
from tsel_core.errors import ModelError
from tsel_core.models.load import torchrun_size

_FOREVER = timedelta(days=365)  # a chat may think that long; a lost process closes its connection at once


def make_group(store_path: str, rank: int, size: int) -> None:
    """torch's default process group: gloo for CPU tensors, NCCL for CUDA's, over the loopback interface."""
    if dist.is_initialized():  # GPUs that lost a rank: NCCL cannot be ended alone
        raise ModelError("this process has had a group of devices that was lost", "run the command again")
    loopback = {"linux": "lo", "darwin": "lo0"}.get(sys.platform)
    if loopback is not None:
        os.environ.setdefault("GLOO_SOCKET_IFNAME", loopback)
        os.environ.setdefault("NCCL_SOCKET_IFNAME", loopback)
    store = dist.FileStore(store_path, size)  # type: ignore[attr-defined]
    dist.init_process_group(_backend(), store=store, rank=rank, world_size=size, timeout=_FOREVER)


def start_torchrun_group() -> None:
    """The process group of a program that torchrun started."""
    if not dist.is_initialized():
        dist.init_process_group(_backend(), timeout=_FOREVER)


def end_torchrun_group() -> None:
    """Rank 0 of torchrun, after a command that went well: let the others end too."""
    start_torchrun_group()
    Ranks(0, torchrun_size()).tell({"do": "stop"})
    dist.destroy_process_group()


def _backend() -> str:
    return "cpu:gloo,cuda:nccl" if torch.cuda.is_available() and dist.is_nccl_available() else "gloo"


@contextmanager
def interrupt_later() -> Iterator[None]:
    """Ctrl-C waits for the end of the block, or the other ranks would wait for this one; a second one does not."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    usual = signal.getsignal(signal.SIGINT)
    if usual in (signal.SIG_IGN, None):
        yield
        return
    seen: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        if seen:
            raise KeyboardInterrupt
        seen.append(number)

    signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)
    if seen:
        signal.raise_signal(signal.SIGINT)
