"""Landlock: which files this process, and what it starts, may open from now on."""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable

from tsel_core.ingest.fence.seccomp import forgo_privileges

_CREATE, _ADD, _RESTRICT = 444, 445, 446
_VERSION, _BENEATH = 1, 1
EXECUTE, READ_FILE, READ_DIR, MAKE_SOCKET = 1 << 0, 1 << 2, 1 << 3, 1 << 9
_OF_FILES = EXECUTE | 1 << 1 | READ_FILE | 1 << 14 | 1 << 15  # the rights that a single file can have
_BY_VERSION = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}  # rights to files that a version knows, from the lowest bit
_NETWORK, _SCOPES = 3, 3  # TCP bind and connect (version 4); abstract sockets and signals to others (version 6)
_PATH_ONLY = 0o10000000  # O_PATH


def version() -> int:
    """Of the running kernel's Landlock; 0 where there is none."""
    if not hasattr(os, "O_CLOEXEC") or os.name != "posix" or os.uname().sysname != "Linux":
        return 0
    return max(0, _call(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint(_VERSION)))


def restrict(
    paths: Iterable[str], *, execute: bool = False, writable: Iterable[str] = (), sockets: Iterable[str] = ()
) -> int:
    """Leave this thread only reading (and starting) below `paths`, all but starting below `writable`.

    In `sockets` it may make named ones, and nothing else. Missing ones are skipped. No TCP, no abstract sockets and no
    signals to others where the kernel can forbid them. Returns the version that holds, 0 when nothing does. Call it
    while there is one thread.
    """
    have = version()
    if not have:
        return 0
    files = (1 << _BY_VERSION[min(have, 5)]) - 1
    attributes = struct.pack("QQQ", files, _NETWORK, _SCOPES)[: 24 if have >= 6 else 16 if have >= 4 else 8]
    rules = _call(_CREATE, attributes, ctypes.c_size_t(len(attributes)), ctypes.c_uint(0))
    if rules < 0:
        return 0
    try:
        for path in paths:
            _allow(rules, path, (READ_FILE | READ_DIR | (EXECUTE if execute else 0)) & files)
        for path in writable:
            _allow(rules, path, files & ~EXECUTE)
        for path in sockets:
            _allow(rules, path, MAKE_SOCKET)
        held = forgo_privileges() and _call(_RESTRICT, ctypes.c_int(rules), ctypes.c_uint(0)) == 0
    finally:
        os.close(rules)
    return have if held else 0


def _allow(rules: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, _PATH_ONLY | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not os.path.isdir(path):
            rights &= _OF_FILES
        below = struct.pack("=Qi", rights, place)
        _call(_ADD, ctypes.c_int(rules), ctypes.c_int(_BENEATH), below, ctypes.c_uint(0))
    finally:
        os.close(place)


def _call(number: int, *arguments: object) -> int:
    return int(ctypes.CDLL(None, use_errno=True).syscall(ctypes.c_long(number), *arguments))
