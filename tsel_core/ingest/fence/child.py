"""How a process that is going to be locked is started: its modules and its environment."""

from __future__ import annotations

import os
import sys
from pathlib import Path

# Where programs and libraries lie, on every system.
_ENVIRONMENT = (
    "PATH", "HOME", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TESSDATA_PREFIX", "OMP_THREAD_LIMIT", "LANG", "TZ",
    "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "TEMP", "TMP", "USERPROFILE",
)  # fmt: skip


def child_path() -> list[str]:
    """sys.path of the child: this program first, nothing that stands for the current folder."""
    root = str(Path(__file__).resolve().parents[3])
    return [root, *(p for p in sys.path if p and p != root)]


def environment() -> dict[str, str]:
    """What the child needs of the environment: keys and tokens in it are nothing for a reader of documents."""
    found = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    return found | {"OPENBLAS_NUM_THREADS": "1"}  # each thread would reserve memory of its limit
