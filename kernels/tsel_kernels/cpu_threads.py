"""Work on a CPU as turns that are taken by threads which share no operation.

A parallel operation ends when its slowest core does; where another program runs that is a time slice of the kernel
(8 ms, at worst 128), and attention is made of dozens of small operations (docs/dev/log.md).
"""

from __future__ import annotations

import ctypes
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from queue import SimpleQueue
from threading import Thread, local
from typing import TypeVar

import torch

T = TypeVar("T")


def use_threads(num: int) -> None:
    """Let the operations of the calling thread use `num` cores, whatever other threads use.

    Every thread has a number of its own, but a thread's first operation sets it to what any thread asked for last:
    asking for it first is that operation.
    """
    torch.get_num_threads()
    _own_setter()(num)


@lru_cache(maxsize=1)
def _own_setter() -> Callable[[int], None]:
    """What sets the calling thread's number, and that of no thread that has none yet, as torch's own call does.

    The calls of OpenMP and MKL that torch makes, where its libraries have them (Linux, macOS); elsewhere torch's.
    """
    try:
        library = next(p for p in (Path(torch.__file__).parent / "lib").glob("libtorch_cpu.*") if p.suffix != ".lib")
        found = ctypes.CDLL(str(library))
        calls = [found.omp_set_num_threads, *([found.MKL_Set_Num_Threads_Local] if torch.backends.mkl.is_available() else [])]
    except (StopIteration, OSError, AttributeError):
        return torch.set_num_threads

    def set_own(num: int) -> None:
        for call in calls:
            call(num)

    before = torch.get_num_threads()
    set_own(before + 1)
    is_torchs = torch.get_num_threads() == before + 1
    set_own(before)
    return set_own if is_torchs else torch.set_num_threads


def cores() -> int:
    """Threads that turns and compiled code may use: torch's number, whatever `lone_operations` made of it."""
    own: int = getattr(_own, "cores", 0)
    return own or torch.get_num_threads()


@contextmanager
def one_thread() -> Iterator[None]:
    """Run what is inside on the calling core alone; switching costs less than a microsecond."""
    with _threads(1, 1):
        yield


@contextmanager
def lone_operations() -> Iterator[None]:
    """Torch's operations run on the calling core alone, turns and compiled code on as many as before.

    A parallel operation leaves torch's threads spinning for the next one (libgomp: some milliseconds), on the cores
    that compiled code is about to use.
    """
    with _threads(1, cores()):
        yield


@contextmanager
def _threads(operations: int, turns: int) -> Iterator[None]:
    before, own, set_own = torch.get_num_threads(), getattr(_own, "cores", 0), _own_setter()
    set_own(operations)
    _own.cores = turns
    try:
        yield
    finally:
        set_own(before)
        _own.cores = own


_own = local()


def on_every_core(work: Callable[[T], object], items: Sequence[T]) -> None:
    """work(item) of each item, one on each core that torch may use, in the caller's inference mode.

    For work of seconds: its threads begin and end here. The first error of `work` is raised.
    """
    threads, inference = torch.get_num_threads(), torch.is_inference_mode_enabled()
    if min(threads, len(items)) <= 1:
        for item in items:
            work(item)
        return

    def one(item: T) -> None:
        with torch.inference_mode(inference):
            work(item)

    try:
        with ThreadPoolExecutor(threads, initializer=use_threads, initargs=(1,)) as pool:
            for _ in pool.map(one, items):
                pass
    finally:
        torch.set_num_threads(threads)  # where a thread's own number cannot be set: it is the default of later ones


def in_turns(work: Callable[[int], None], num: int, per_thread: int = 2) -> None:
    """work(0) .. work(num - 1), each on one core; as many threads as torch may use take the next one when they are free.

    No operation then waits for the slower core, nor anything for a thread that did not wake up before all was taken.
    Another thread is only woken (0.05 ms) for `per_thread` turns or more.
    """
    others = min(cores(), num // per_thread) - 1
    waiting, inference = deque(range(num)), torch.is_inference_mode_enabled()
    begun: list[None] = []  # of helpers, each before its first turn: whoever has a turn is known when none is left
    ended: SimpleQueue[BaseException | None] = SimpleQueue()

    def take() -> None:
        with torch.inference_mode(inference):
            while True:
                try:
                    turn = waiting.popleft()
                except IndexError:
                    return
                work(turn)

    def help_out() -> None:
        begun.append(None)
        try:
            take()
        except BaseException as error:
            ended.put(error)
        else:
            ended.put(None)

    with one_thread():
        if others > 0:
            for call in _told:
                call()
            _helpers().ask(help_out, others)
        try:
            take()
        finally:
            waiting.clear()
            errors = [ended.get() for _ in range(len(begun))]
    for error in errors:
        if error is not None:
            raise error


def ask_helpers(call: Callable[[], None], num: int) -> None:
    """`call` on `num` threads of `in_turns`, as soon as they are free; it must not raise, nor keep them for long.

    Turns that come after it wait for it, but for what `tell_of_turns` can do.
    """
    _helpers().ask(call, num)


def tell_of_turns(call: Callable[[], None]) -> None:
    """`call()` whenever turns are about to need the threads: whoever holds one for later lets it go."""
    _told.append(call)


_told: list[Callable[[], None]] = []


class _Helpers:
    """Threads that wait for work; a pool of futures takes 0.05 ms more for each call."""

    def __init__(self) -> None:
        self._calls: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._threads: list[Thread] = []

    def ask(self, call: Callable[[], None], num: int) -> None:
        """`call` on `num` threads, as soon as they wake up; it must not raise."""
        while len(self._threads) < num:
            self._threads.append(Thread(target=self._serve, name="tsel-cpu", daemon=True))
            self._threads[-1].start()
        for _ in range(num):
            self._calls.put(call)

    def _serve(self) -> None:
        use_threads(1)
        while True:
            self._calls.get()()


@lru_cache(maxsize=1)
def _helpers() -> _Helpers:
    return _Helpers()
