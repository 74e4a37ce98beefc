"""Places that a command will write to, looked at before the work that fills them."""

from __future__ import annotations

import os
from pathlib import Path

from tsel_core.errors import UsageError


def check_writable(path: str, option: str) -> None:
    """Raise UsageError when a file cannot be written at `path`; nothing is created."""
    place = Path(path)
    if place.is_dir():
        raise UsageError(f"{option} {path}: a folder stands there", "name a file")
    if not place.parent.is_dir():
        raise UsageError(f"{option} {path}: there is no folder {place.parent}", "make the folder, or name another file")
    if not os.access(place if place.exists() else place.parent, os.W_OK):
        raise UsageError(f"{option} {path}: cannot be written", "change its permissions, or name another file")


def write_private(path: Path, content: bytes) -> None:
    """Write a file that its owner alone may read (0600); one that is there keeps its rights. Raises OSError."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
    path.write_bytes(content)
