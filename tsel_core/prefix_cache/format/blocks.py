"""Blocks of a file read and written at offsets, by several threads."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TypeVar

import torch
import xxhash
from torch import Tensor

MOST_THREADS = 16  # one core (EPYC) reads the page cache and hashes at 13 to 20 GB/s: enough for disk, bus and memory
_HELD_BYTES = 1 << 30  # by all threads together
Result = TypeVar("Result")


class DamagedReading(Exception):
    """The file is truncated, altered, or not a kept reading."""


def bytes_of(tensor: Tensor) -> memoryview:
    """The bytes of a contiguous CPU tensor, not copied, writable."""
    return memoryview(tensor.view(torch.uint8).numpy().data).cast("B")


def digest_of(data: memoryview) -> str:
    """XXH3 (128 bits) of a block. It finds damage; whoever can write the file can write its digests too."""
    digest = xxhash.xxh3_128()
    digest.update(data)  # not the short form, which keeps the interpreter lock in some versions
    return digest.hexdigest()


def num_threads(count: int, held: int = 0, most: int = MOST_THREADS) -> int:
    """Threads, at most `most`, for `count` blocks when each of them holds `held` bytes of its own."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(most, cores, count, _HELD_BYTES // max(1, held)))


def each(
    begin: Callable[[], AbstractContextManager[Callable[[int], Result]]],
    count: int,
    held: int = 0,
    most: int = MOST_THREADS,
) -> list[Result]:
    """The results of work(0..count-1) on several threads, each with a `work` of its own from `begin()`.

    Files, hashes and copies release the interpreter lock. After a first error no thread begins another; it is raised.
    The caller is one of the threads and does alone what no other can be started for: once a program ends, Python
    starts no thread (3.12 refuses at once, thread pools in every version), and a reading is written even then.
    """
    found: dict[int, Result] = {}
    errors: list[BaseException] = []
    waiting, turn, stopped, started = iter(range(count)), threading.Lock(), threading.Event(), threading.Event()

    def run() -> None:
        with torch.inference_mode(), begin() as work:  # of this thread: the pools may be inference tensors
            while not stopped.is_set():
                with turn:
                    number = next(waiting, None)
                if number is None:
                    return
                found[number] = work(number)

    def helper() -> None:
        started.wait()
        try:
            run()
        except BaseException as error:  # raised by the caller
            errors.append(error)
            stopped.set()

    helpers: list[threading.Thread] = []
    try:
        _start(helper, num_threads(count, held, most) - 1, helpers)
        started.set()  # each thread begins slowly beside others that work already: 1 ms, and there are many
        run()
    except BaseException:
        stopped.set()
        raise
    finally:
        started.set()
        for thread in helpers:
            thread.join()
    if errors:
        raise errors[0]
    return [found[number] for number in range(count)]


def _start(run: Callable[[], None], count: int, started: list[threading.Thread]) -> None:
    """Start up to `count` threads; fewer when the system, or a program that ends, gives no more."""
    for number in range(count):
        thread = threading.Thread(target=run, name=f"tsel-blocks-{number}")
        try:
            thread.start()
        except RuntimeError:
            return
        started.append(thread)


class Blocks:
    """Reading and writing at offsets of one open file, from several threads."""

    def __init__(self, handle: int) -> None:
        self.handle = handle
        self._lock = threading.Lock()  # for systems without positioned reads

    def reserve(self, size: int) -> None:
        """Claim the space before writing, where the system can: a full disk is found at once."""
        if hasattr(os, "posix_fallocate") and size:
            try:
                os.posix_fallocate(self.handle, 0, size)
            except OSError as error:
                if error.errno not in (22, 38, 95):  # EINVAL, ENOSYS, EOPNOTSUPP: the file system cannot
                    raise

    def write(self, data: bytes | memoryview, offset: int) -> None:
        view = memoryview(data)
        while view:
            if hasattr(os, "pwrite"):
                done = os.pwrite(self.handle, view, offset)
            else:
                with self._lock:
                    os.lseek(self.handle, offset, os.SEEK_SET)
                    done = os.write(self.handle, view)
            view, offset = view[done:], offset + done

    def read_into(self, view: memoryview, offset: int) -> None:
        """Fill `view`; DamagedReading when the file ends before it is full."""
        while view:
            if hasattr(os, "preadv"):
                done = os.preadv(self.handle, [view], offset)
            else:
                with self._lock:
                    os.lseek(self.handle, offset, os.SEEK_SET)
                    data = os.read(self.handle, len(view))
                done = len(data)
                view[:done] = data
            if done == 0:
                raise DamagedReading("it ends too early")
            view, offset = view[done:], offset + done

    def read(self, size: int, offset: int) -> bytearray:
        data = bytearray(size)
        self.read_into(memoryview(data), offset)
        return data
