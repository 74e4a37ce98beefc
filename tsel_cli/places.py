"""Places that a command will write to, looked at before the work that fills them."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from tsel_core.errors import UsageError, about_file


def check_writable(path: str, option: str) -> None:
    """Raise UsageError when a file cannot be written at `path`; nothing is created."""
    place = Path(path)
    if place.is_dir():
        raise UsageError(f"{option} {path}: a folder stands there", "name a file")
    if not place.parent.is_dir():
        raise UsageError(f"{option} {path}: there is no folder {place.parent}", "make the folder, or name another file")
    if not _takes_a_file(place):
        raise UsageError(f"{option} {path}: cannot be written", "change its permissions, or name another file")


def takes_files(folder: Path) -> bool:
    """Whether a file can be made in a folder, or in the one that it would be made in; nothing is left of the trial."""
    there = next((place for place in (folder, *folder.parents) if place.exists()), None)
    return there is not None and there.is_dir() and _takes_a_file(there / "tsel")


def _takes_a_file(place: Path) -> bool:
    """Tried, since rights alone do not tell of a read-only system: a file without a name, gone at once."""
    if not os.access(place if place.exists() else place.parent, os.W_OK):
        return False
    try:
        with tempfile.TemporaryFile(dir=place.parent):
            return True
    except OSError:
        return place.exists()


def check_new_file(out: str, overwrite: bool) -> None:
    """Raise UsageError when --out cannot be written, or is there already and `overwrite` was not asked for."""
    path = Path(out)
    if not path.parent.is_dir():
        raise UsageError(f"--out {out}: the folder {path.parent} is not there", "make the folder, or name another one")
    if path.is_dir() or (os.path.lexists(path) and not path.is_file()):
        raise UsageError(f"--out {out} is not a file", "name another file")
    if path.exists() and not overwrite:
        raise UsageError(f"--out {out} is there already", "name another file, or add --overwrite")


def write_file(path: Path, content: bytes, overwrite: bool) -> None:
    """Write a file that its owner alone may read (0600); one that is overwritten keeps its rights.

    Where that fails (a full disk) nothing is left of a new one, and the old one stays. Raises OSError.
    """
    with about_file(path):
        _write(path, content, overwrite)


def _write(path: Path, content: bytes, overwrite: bool) -> None:
    path = path.resolve() if overwrite else path  # a link stays one
    if not overwrite or not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
        except BaseException:
            os.unlink(path)
            raise
        return
    if not path.is_file():  # a pipe or a terminal: nothing can be put in its place
        path.write_bytes(content)
        return
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        shutil.copymode(path, name)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
