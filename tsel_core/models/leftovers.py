"""What killed processes left in the models folder: unfinished folders, and the pip that went on without them."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from pathlib import Path

PART, REMOVED = ".part-", ".rm-"  # a model in the making, one that was being removed
PIP_NUMBER = "pip.pid"  # in a folder of PART: the process that fetches into it
_STALE = 3600.0  # seconds after which a file of another process counts as left


def left_behind(folder: Path) -> list[Path]:
    """Folders and files of the models folder that nobody works on any more."""
    found = [path for path in folder.glob(f"{PART}*~*") if not _is_made(folder, path)]
    old = [*folder.glob(f"{REMOVED}*"), *folder.glob(".weights/*.part"), *folder.glob(".accepted/*.part")]
    return [*found, *(path for path in old if _age(path) > _STALE)]


def discard(path: Path) -> None:
    """Remove one; a pip that still fetches into it is ended first, or it would go on for nobody."""
    for number in path.rglob(PIP_NUMBER):
        _end_pip(number, path)
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            path.unlink()


def size_of(path: Path) -> int:
    """Bytes of a file, or of all files below a folder."""
    files = path.rglob("*") if path.is_dir() else [path]
    total = 0
    for file in files:
        with contextlib.suppress(OSError):
            total += file.stat().st_size if file.is_file() else 0
    return total


def _is_made(folder: Path, part: Path) -> bool:
    """Whether a process holds the lock under which this model is made."""
    from filelock import FileLock, Timeout

    name = part.name.removeprefix(PART).rpartition("~")[0]
    try:
        with FileLock(str(folder / f".{name}.lock"), timeout=0):
            return False
    except Timeout:
        return True
    except OSError:  # a folder that cannot be written: nothing can be removed either
        return True


def _end_pip(number: Path, folder: Path) -> None:
    import psutil

    with contextlib.suppress(OSError, ValueError, psutil.Error):
        process = psutil.Process(int(number.read_text(encoding="ascii")))
        if any(str(folder) in word for word in process.cmdline()):  # numbers are given again: it must be this pip
            process.terminate()
            process.wait(5)


def _age(path: Path) -> float:
    try:
        return time.time() - os.stat(path).st_mtime
    except OSError:
        return 0.0
