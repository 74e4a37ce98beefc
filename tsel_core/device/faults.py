"""What memory and devices do wrong, as errors a user can act on; the memory of the failed work is let go.

An exception keeps every local variable of the functions it passed, and so the tensors of a cache that no longer fits.
`guarded` gives those up before the error goes on, which then holds words only. Nothing heavy is imported here: the
command line uses it for errors that no engine saw.
"""

from __future__ import annotations

import errno
import traceback
from collections.abc import Callable, Iterator
from typing import ParamSpec, TypeVar

from tsel_core.errors import DeviceLost, OutOfMemory, TselError

_P = ParamSpec("_P")
_T = TypeVar("_T")

# What PyTorch's allocators say: CUDA, the CPU allocator on Linux and on Windows, cuBLAS without a workspace.
_MEMORY = ("out of memory", "can't allocate memory", "not enough memory", "cublas_status_alloc_failed")
_DEVICE = ("cuda error", "cudnn_status_", "cublas_status_", "device-side assert", "gpu has fallen off")


def as_fault(error: BaseException, doing: str) -> TselError | None:
    """The error of ours for what went wrong while `doing`; None when it is neither memory nor device."""
    if isinstance(error, TselError):
        return None
    text = " ".join(str(error).split())
    words = text.lower()
    no_memory = isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno == errno.ENOMEM)
    named = type(error).__name__
    if no_memory or named == "OutOfMemoryError" or (isinstance(error, RuntimeError) and _any(_MEMORY, words)):
        what = f" ({_short(text)})" if text else ""
        return OutOfMemory(
            f"out of memory while {doing}{what}",
            "close other programs, use a smaller model (--model), part of the file (--pages) or --memory-limit",
        )
    if named == "AcceleratorError" or (isinstance(error, RuntimeError) and _any(_DEVICE, words)):
        return DeviceLost(
            f"the GPU failed while {doing} ({_short(text)})",
            "run it again; if it stays so look at the driver (nvidia-smi, dmesg), or use --device cpu",
        )
    return None


def guarded(doing: str, work: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """work(*args), its memory and device errors as ours. The caller must hold no tensors that the work made."""
    try:
        return work(*args, **kwargs)
    except Exception as error:
        fault = _let_go(error, doing)
        if fault is None:
            raise
    raise fault


def guarded_steps(doing: str, steps: Iterator[_T]) -> Iterator[_T]:
    """As `guarded`, for what an iterator does between its items."""
    try:
        yield from steps
        return
    except Exception as error:
        fault = _let_go(error, doing)
        if fault is None:
            raise
    raise fault


def _let_go(error: Exception, doing: str) -> TselError | None:
    """The fault, with the traceback as a note (for -vv); the frames of the failed work are emptied."""
    fault = as_fault(error, doing)
    if fault is None:
        return None
    fault.add_note("".join(traceback.format_exception(error)))
    seen: BaseException | None = error
    while seen is not None:
        traceback.clear_frames(seen.__traceback__)
        seen = seen.__context__
    return fault


def _any(parts: tuple[str, ...], words: str) -> bool:
    return any(part in words for part in parts)


def _short(text: str) -> str:
    """The first sentence of a message that goes on about environment variables."""
    return text.split(". ")[0][:160]
