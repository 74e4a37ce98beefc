"""The folder of kept readings: what is there, what must go, what a person asks to remove."""

from __future__ import annotations

import contextlib
import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tsel_core.prefix_cache.format.blocks import DamagedReading
from tsel_core.prefix_cache.format.crypto import MasterKey
from tsel_core.prefix_cache.format.file import PREAMBLE, OtherFormat, ReadingFile, SealedByOther
from tsel_core.prefix_cache.format.header import Header

SUFFIX = ".kept"
NO_KEY_ID = bytes(8)
_STALE_PART = 3600.0  # seconds after which a part is removed, whoever has its writer's number by now
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
        """(path, bytes, last use) of every file; what killed writers left is removed on the way."""
        found = []
        for path in sorted(self.path.glob("*/*")):
            with contextlib.suppress(OSError):
                stat = path.stat()
                if path.suffix == SUFFIX:
                    found.append((path, stat.st_size, stat.st_mtime))
        self.clean()
        return found

    def left_behind(self) -> list[Path]:
        """Parts of readings whose writer was killed."""
        return [path for path in self.path.glob("*/.*.part") if not _is_written(path)]

    def clean(self) -> None:
        """Remove them."""
        for path in self.left_behind():
            with contextlib.suppress(OSError):
                path.unlink()

    def sealing(self) -> dict[bytes, int]:
        """How many readings there are by the id of the key they are sealed with; of zeros: not sealed at all."""
        found: dict[bytes, int] = {}
        for path, _, _ in self.files():
            key_id = _key_id(path)
            if key_id is not None:
                found[key_id] = found.get(key_id, 0) + 1
        return found

    def unsealed(self) -> list[str]:
        """Full names of the readings that are not encrypted."""
        return [path.stem for path, _, _ in self.files() if _key_id(path) == NO_KEY_ID]

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

    def make_room_for(
        self, documents: frozenset[str], needed: int, most: int, keep: Path, key: MasterKey | None
    ) -> str:
        """Remove the least recently used readings of these documents (sha256), never `keep`, until `needed` fit `most`.

        The same documents are kept once for each model and setting. Returns "" or why they do not fit.
        """
        if needed > most:
            return f"{needed:,} bytes, TSEL_CACHE_MAX_DOCUMENT is {most:,}"
        same = [e for e in self.entries(key) if e.path != keep and e.header and documents_of(e.header) == documents]
        total = sum(e.size for e in same)
        for entry in reversed(same):  # the last was used longest ago
            if total + needed <= most:
                break
            with contextlib.suppress(OSError):
                entry.path.unlink()
                total -= entry.size
        return ""

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


def _is_written(part: Path) -> bool:
    """Whether the process that a part's name tells is still there, and the part is of this hour."""
    import psutil

    number = part.name.split(".")[-3] if part.name.count(".") >= 4 else ""
    with contextlib.suppress(OSError):
        return time.time() - part.stat().st_mtime <= _STALE_PART and (
            not number.isdigit() or psutil.pid_exists(int(number))
        )
    return True  # it is gone, or cannot be looked at


def _key_id(path: Path) -> bytes | None:
    """Of the key that a reading is sealed with; None when it cannot be told."""
    try:
        with path.open("rb") as file:
            magic, _, key_id, *_ = PREAMBLE.unpack(file.read(PREAMBLE.size))
    except (OSError, struct.error):
        return None
    return bytes(key_id) if magic.startswith(b"TSELKV") else None


def documents_of(header: Header) -> frozenset[str]:
    """sha256 of the documents that a reading is of."""
    return frozenset(str(d.get("sha256")) for d in header.about.get("documents", ()))


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
