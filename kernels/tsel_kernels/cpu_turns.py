"""Work on a CPU as turns that are taken by threads which share no operation.

A parallel operation ends when its slowest core does; where another program runs that is a time slice of the kernel
(8 ms, at worst 128), and attention is made of dozens of small operations (docs/log.md).
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import lru_cache

import torch


@contextmanager
def one_thread() -> Iterator[None]:
    """Run what is inside on the calling core alone; switching costs less than a microsecond."""
    num_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(num_threads)


def in_turns(work: Callable[[int], None], num: int, per_thread: int = 2) -> None:
    """work(0) .. work(num - 1), each on one core; as many threads as torch may use take the next one when they are free.

    No operation then waits for the slower core. Another thread is only woken (0.1 ms) for `per_thread` turns or more.
    """
    others = min(torch.get_num_threads(), num // per_thread) - 1
    waiting, inference = deque(range(num)), torch.is_inference_mode_enabled()

    def take() -> None:
        torch.set_num_threads(1)  # every thread has a number of its own
        with torch.inference_mode(inference):
            while True:
                try:
                    turn = waiting.popleft()
                except IndexError:
                    return
                work(turn)

    with one_thread():
        helping = [_helpers().submit(take) for _ in range(others)]
        try:
            take()
        finally:
            waiting.clear()
            started = [helper for helper in helping if not helper.cancel()]
            wait(started)
    for helper in started:
        helper.result()


@lru_cache(maxsize=1)
def _helpers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(os.cpu_count(), "tsel-cpu")  # starts a thread when one is first wanted
