"""How much memory the system gives this program: control groups of version 1 and 2, its own and those above; ulimit.

A service's limit (systemd's MemoryMax, a job of a scheduler) stands in the group of the unit, not in the root, and a
container may show its own group as the root; so the group is looked up, and every one above it counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_UNLIMITED = 1 << 60  # version 1 says "no limit" by a number near 2^63
# version: (limit, usage, the line of memory.stat that counts cache which is given back when it is needed)
_FILES = {
    2: ("memory.max", "memory.current", "inactive_file"),
    1: ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """A control group that limits memory; bytes."""

    path: Path
    limit: int
    used: int

    @property
    def room(self) -> int:
        """Bytes that can still be taken."""
        return max(0, self.limit - self.used)


def tightest_group(process: Path = Path("/proc/self")) -> Group | None:
    """The group of this program, or one above it, that leaves the least room; None when none limits it."""
    return min(limits(process), key=lambda group: group.room, default=None)


def limits(process: Path = Path("/proc/self")) -> Iterator[Group]:
    """Every group that limits this program's memory."""
    for version, folder, root in _folders(process):
        for place in (folder, *folder.parents):
            group = _group(place, version)
            if group is not None:
                yield group
            if place == root:
                break


def _folders(process: Path) -> Iterator[tuple[int, Path, Path]]:
    """(version, folder of this program's group, folder of the root group that is seen)."""
    try:
        mounts = [line.split() for line in (process / "mountinfo").read_text().splitlines()]
        groups = [line.split(":", 2) for line in (process / "cgroup").read_text().splitlines()]
    except OSError:
        return
    for fields in mounts:
        with suppress(ValueError, IndexError):
            after = fields.index("-")
            kind, options = fields[after + 1], fields[after + 3].split(",")
            version = 2 if kind == "cgroup2" else 1 if kind == "cgroup" and "memory" in options else 0
            for number, names, path in (g for g in groups if len(g) == 3):
                if (version == 2 and number == "0" and not names) or (version == 1 and "memory" in names.split(",")):
                    root = Path(fields[4].replace("\\040", " "))
                    yield version, _below(root, fields[3], path), root


def _below(root: Path, seen_from: str, path: str) -> Path:
    """The folder of a group: a container sees the tree from its own group on, whose full path it is still told."""
    inner = path.removeprefix(seen_from) if seen_from != "/" and path.startswith(seen_from) else path
    folder = root / inner.strip("/")
    return folder if folder.is_dir() and ".." not in folder.parts else root


def _group(folder: Path, version: int) -> Group | None:
    limit_file, used_file, cache_line = _FILES[version]
    try:
        limit = int((folder / limit_file).read_text())  # "max" is no number
        used = int((folder / used_file).read_text())
    except (OSError, ValueError):
        return None
    with suppress(OSError, ValueError, IndexError):
        for line in (folder / "memory.stat").read_text().splitlines():
            if line.split()[0] == cache_line:
                used -= int(line.split()[1])
    return Group(folder, limit, max(0, used)) if limit < _UNLIMITED else None


def address_limit() -> int | None:
    """Bytes of address space that this program may take (ulimit -v); None without a limit."""
    try:
        import resource
    except ImportError:
        return None
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    return None if limit == resource.RLIM_INFINITY else limit
