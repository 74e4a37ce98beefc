"""What other packages add by entry points: kinds of files, styles and fields, rules that pick (docs/dev/plugins.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Any, Literal

from tsel_core.errors import UsageError

if TYPE_CHECKING:
    from torch import Tensor

Group = Literal["tsel.readers", "tsel.tasks", "tsel.selection"]


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph that a reader found: its words, where it stands in its file, and the headings above it."""

    text: str
    label: str
    heading: tuple[str, ...] = ()


Reader = Callable[[str, bytes], Iterable[Passage]]
"""From a file's name and bytes to its passages in order. It runs in the locked process that reads documents."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a pick is wanted for: a layer's rows from `first` up to `ends[b]` (int32, [B]) are candidates of block b."""

    layer: int
    budget: int  # rows that the pick will hold
    first: int
    ends: Tensor


Scorer = Callable[["Tensor", Asked], "Tensor"]
"""A pick rule: from votes [B, groups, N] float32 (softmax mass that voters give a row) to scores of the same shape.

Scores are 0 or more; the `budget` candidates with the highest are picked."""


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


def version_of(group: Group, name: str) -> str:
    """Place and package version of what stands behind a name: "module:function package 1.0"; "" when nothing does."""
    points = list(entry_points(group=group, name=name))
    if not points:
        return ""
    package = points[0].dist
    return points[0].value + (f" {package.name} {package.version}" if package is not None else "")


def task(name: str, wanted: Literal["section", "fields"]) -> Mapping[str, Any] | None:
    """A style ({"section": [...]}) or fields ({"fields": [...]}) of that name; None when there is none of that kind."""
    found = find("tsel.tasks", name)
    made = found() if callable(found) else found
    return made if isinstance(made, Mapping) and wanted in made else None
