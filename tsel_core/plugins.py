"""What other packages add by entry points: kinds of files, and styles and fields by name (docs/dev/plugins.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Literal

from tsel_core.errors import UsageError

Group = Literal["tsel.readers", "tsel.tasks"]


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph that a reader found: its words, where it stands in its file, and the headings above it."""

    text: str
    label: str
    heading: tuple[str, ...] = ()


Reader = Callable[[str, bytes], Iterable[Passage]]
"""From a file's name and bytes to its passages in order. It runs in the locked process that reads documents."""


def names(group: Group) -> list[str]:
    """Names of a group that are installed, sorted."""
    return sorted({point.name for point in entry_points(group=group)})


def find(group: Group, name: str) -> Any | None:
    """What stands behind a name, None when nothing does. Raises UsageError when it cannot be loaded."""
    points: list[EntryPoint] = list(entry_points(group=group, name=name))
    if not points:
        return None
    try:
        return points[0].load()
    except Exception as error:
        why = f"{type(error).__name__}: {str(error)[:160]}"
        raise UsageError(
            f"the plugin {points[0].value} cannot be loaded: {why}", "update it, or uninstall it"
        ) from error


def task(name: str, wanted: Literal["section", "fields"]) -> Mapping[str, Any] | None:
    """A style ({"section": [...]}) or fields ({"fields": [...]}) of that name; None when there is none of that kind."""
    found = find("tsel.tasks", name)
    made = found() if callable(found) else found
    return made if isinstance(made, Mapping) and wanted in made else None
