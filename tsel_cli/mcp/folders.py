"""Which files a client may name: those within the folders that were allowed when the server was started."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tsel_core.errors import UsageError


@dataclass(frozen=True)
class Folders:
    """The allowed folders, resolved. A link that leads out of them is not followed."""

    roots: tuple[Path, ...]

    @classmethod
    def of(cls, names: Sequence[str]) -> Folders:
        """Raises UsageError for a name that is no folder."""
        for name in names:
            if not Path(name).is_dir():
                raise UsageError(f"--allow {name}: not a folder", "name a folder whose documents may be read")
        return cls(tuple(Path(name).resolve() for name in names))

    def checked(self, files: Sequence[str]) -> tuple[str, ...]:
        """The files as absolute paths; a relative one is looked for in each folder. Raises UsageError."""
        if not files:
            raise UsageError("no file is named", "name a file in an allowed folder")
        return tuple(self._one(name) for name in files)

    def _one(self, name: str) -> str:
        given = Path(name)
        places = [given] if given.is_absolute() else [root / given for root in self.roots]
        for place in places:
            found = place.resolve()
            if found.exists() and any(found == root or root in found.parents for root in self.roots):
                return str(found)
        raise UsageError(f"{name}: not a file in an allowed folder", "start the server with --allow FOLDER")

    def listing(self, most: int = 500) -> list[str]:
        """Names of files in the folders, without hidden ones."""
        found: list[str] = []
        for root in self.roots:
            for place in sorted(root.rglob("*")):
                hidden = any(part.startswith(".") for part in place.relative_to(root).parts)
                if place.is_file() and not hidden and root in place.resolve().parents:
                    found.append(str(place))
                if len(found) >= most:
                    return found
        return found
