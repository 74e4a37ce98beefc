"""Windows: the process that reads a document is held by a job object: a limit of memory, no other processes.

It can still open what the user can, and make sockets: Windows' containers for programs (AppContainer) are not used.
"""

from __future__ import annotations

import ctypes
import subprocess
import sys
from typing import Any

_EXTENDED, _UI = 9, 4  # classes of information about a job
_ACTIVE, _MEMORY, _KILL = 0x8, 0x100, 0x2000
_ALL_UI = 0xFF


class _Basic(ctypes.Structure):
    _fields_ = [
        ("user_time", ctypes.c_int64), ("job_time", ctypes.c_int64), ("flags", ctypes.c_uint32),
        ("least", ctypes.c_size_t), ("most", ctypes.c_size_t), ("active", ctypes.c_uint32),
        ("affinity", ctypes.c_size_t), ("priority", ctypes.c_uint32), ("scheduling", ctypes.c_uint32),
    ]  # fmt: skip


class Limits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION."""

    _fields_ = [
        ("basic", _Basic), ("counts", ctypes.c_uint64 * 6), ("process_memory", ctypes.c_size_t),
        ("job_memory", ctypes.c_size_t), ("peak_process", ctypes.c_size_t), ("peak_job", ctypes.c_size_t),
    ]  # fmt: skip


def hold(child: subprocess.Popen[bytes], memory_bytes: int, system: Any = None) -> Any:
    """Put a child that waits for its document into a job; the job's handle, None where that cannot be.

    The child ends when the handle is let go. `system` is kernel32.
    """
    if system is None:
        system = _kernel32()
    if system is None:
        return None
    system.CreateJobObjectW.restype = ctypes.c_void_p
    job = system.CreateJobObjectW(None, None)
    if not job:
        return None
    limits = Limits()
    limits.basic.flags, limits.basic.active, limits.process_memory = _ACTIVE | _MEMORY | _KILL, 1, memory_bytes
    screen = ctypes.c_uint32(_ALL_UI)
    handle = ctypes.c_void_p(job)
    told = system.SetInformationJobObject(handle, _EXTENDED, ctypes.byref(limits), ctypes.sizeof(limits))
    system.SetInformationJobObject(handle, _UI, ctypes.byref(screen), ctypes.sizeof(screen))
    if told and system.AssignProcessToJobObject(handle, ctypes.c_void_p(int(getattr(child, "_handle", 0)))):
        return handle
    let_go(handle, system)
    return None


def let_go(job: Any, system: Any = None) -> None:
    """Close the job; whatever still runs in it ends."""
    if job is None:
        return
    if system is None:
        system = _kernel32()
    if system is not None:
        system.CloseHandle(job)


def _kernel32() -> Any:
    """Windows' own library; None on other systems."""
    library = getattr(ctypes, "WinDLL", None) if sys.platform == "win32" else None
    return None if library is None else library("kernel32", use_last_error=True)
