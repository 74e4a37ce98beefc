"""What a batch was asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tsel_core.document import Document
    from tsel_core.prompts.tasks import Task

MakeTask = Callable[[Sequence["Document"]], "Task"]


@dataclass(frozen=True)
class BatchOptions:
    """What `tsel batch` was asked for. `about` decides the answers beside model and settings (task, question...)."""

    folder: Path
    out: Path
    command: str
    make_task: MakeTask
    about: dict[str, Any]
    jobs: int = 1
    ray: str | None = None
    gpus_per_engine: int = 1
    tables: tuple[str, ...] = ("jsonl", "csv")
    at_once: int = 0  # documents an engine writes about; 0: as many as pay on its device
    keep_readings: bool = False
    beside: bool = False  # each answer is written beside its document, too
