"""Files that were changed while a conversation about them goes on: the answers are about what was read."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass
class Watched:
    """The files of a conversation, as they were when they were read."""

    paths: tuple[str, ...] = ()
    _seen: dict[str, tuple[int, int] | None] = field(default_factory=dict)

    @classmethod
    def of(cls, paths: Iterable[str]) -> Watched:
        """Files as they are now; what is no file (stdin) is left."""
        own = tuple(path for path in dict.fromkeys(paths) if os.path.isfile(path))
        return cls(own, {path: _state(path) for path in own})

    def changed(self) -> list[str]:
        """Names of those that are others now, or gone; each change once."""
        found = [path for path in self.paths if _state(path) != self._seen[path]]
        for path in found:
            self._seen[path] = _state(path)
        return [os.path.basename(path) for path in found]


def _state(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
