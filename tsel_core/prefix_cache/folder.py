"""The folder of kept readings: what is there, what must go, what a person asks to remove."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tsel_core.prefix_cache.format.blocks import DamagedReading
from tsel_core.prefix_cache.format.crypto import MasterKey
from tsel_core.prefix_cache.format.file import OtherFormat, ReadingFile, SealedByOther
from tsel_core.prefix_cache.format.header import Header

SUFFIX = ".kept"
_STALE_PART = 3600.0  # seconds after which the part of a writer that died is removed
_FREE_MARGIN = 512 * 10**6  # bytes of the disk that are never taken


@dataclass(frozen=True)
class Entry:
    """One file of the store, for listing. Times are seconds since 1970; `about` is None when it is sealed."""

    path: Path
    size: int
    used: float
    header: Header | None
    problem: str = ""

    @property
    def name(self) -> str:
        """What `tsel cache purge` takes."""
        return self.path.stem[:12]


@dataclass(frozen=True, slots=True)
class ReadingFolder:
    """Files `family/tokens.kept` below `path`. Other processes add and remove files at any time."""

    path: Path

    def files(self) -> list[tuple[Path, int, float]]:
        """(path, bytes, last use) of every file; parts whose writer is long gone are removed on the way."""
        found = []
        for path in sorted(self.path.glob("*/*")):
            with contextlib.suppress(OSError):
                stat = path.stat()
                if path.suffix == SUFFIX:
                    found.append((path, stat.st_size, stat.st_mtime))
                elif path.suffix == ".part" and time.time() - stat.st_mtime > _STALE_PART:
                    path.unlink()
        return found

    def make_room(self, needed: int, max_bytes: int, keep: Path) -> str:
        """Remove the least recently used readings, never `keep`, until `needed` bytes fit the bound and the disk.

        Returns "" or why they do not fit.
        """
        import shutil

        if needed > max_bytes:
            return f"{needed:,} bytes, TSEL_CACHE_MAX is {max_bytes:,}"
        oldest = [(path, size) for path, size, _ in sorted(self.files(), key=lambda f: f[2])]
        total = sum(size for _, size in oldest)
        free = shutil.disk_usage(self.path).free - _FREE_MARGIN
        room = free + sum(size for path, size in oldest if path != keep)
        if room < needed:  # said before anything is removed for nothing
            return f"{needed:,} bytes needed, {free + _FREE_MARGIN:,} are free on the disk, {_FREE_MARGIN:,} stay free"
        for path, size in oldest:
            if total + needed <= max_bytes and free >= needed:
                break
            if path != keep:
                with contextlib.suppress(OSError):  # another process was faster, or holds it open on Windows
                    path.unlink()
                    total, free = total - size, free + size
        return "" if free >= needed else f"{needed:,} bytes needed, other programs filled the disk"

    def entries(self, key: MasterKey | None) -> list[Entry]:
        """Everything kept, most recently used first."""
        found = []
        for path, size, used in sorted(self.files(), key=lambda f: -f[2]):
            header, problem = None, ""
            try:
                with ReadingFile(path, key) as file:
                    header = file.header
            except SealedByOther:
                problem = "sealed with another key" if key else "sealed"
            except OtherFormat:
                problem = "of another version of tsel"
            except (DamagedReading, OSError) as error:
                problem = str(error)
            found.append(Entry(path, size, used, header, problem))
        return found

    def purge(self, names: Sequence[str] = (), unused_for: float = 0.0) -> tuple[int, int]:
        """Remove readings (all, or those whose name begins with one of `names`) not used for that many seconds.

        Returns (how many, bytes). Unfinished parts go too when everything is purged.
        """
        removed = freed = 0
        for path, size, used in self.files():
            wanted = not names or any(path.stem.startswith(n) for n in names)
            if wanted and time.time() - used >= unused_for:
                path.unlink(missing_ok=True)
                removed, freed = removed + 1, freed + size
        if not names and not unused_for:
            for part in self.path.glob("*/.*.part"):
                part.unlink(missing_ok=True)
        for family in self.path.glob("*"):
            with contextlib.suppress(OSError):  # not empty
                family.rmdir()
        return removed, freed


def by_age(family: Path) -> list[Path]:
    """Readings of a family, most recently used first."""
    aged = []
    for path in family.glob("*" + SUFFIX):
        with contextlib.suppress(OSError):
            aged.append((path.stat().st_mtime, path))
    return [p for _, p in sorted(aged, reverse=True)]


def make_private(folder: Path) -> None:
    """Make a folder and its parent for their owner alone (0700); folders above are left as they are. Raises OSError."""
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
