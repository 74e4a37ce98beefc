"""What a batch was asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tsel_cli.batch.works import Asked
from tsel_core.errors import UsageError

if TYPE_CHECKING:
    from tsel_core.document import Document
    from tsel_core.prompts.tasks import Task

MakeTask = Callable[[Sequence["Document"], str], "Task"]  # of documents and a question


@dataclass(frozen=True)
class Engines:
    """How many engines there are and where: --jobs, --ray, --gpus-per-engine, --at-once."""

    jobs: int = 1
    ray: str | None = None
    gpus_per_engine: int = 1
    at_once: int = 0  # documents an engine writes about; 0: as many as pay on its device

    def check(self, device: str) -> None:
        """Raise UsageError for options that do not belong together."""
        if self.gpus_per_engine > 1 and self.ray is None:
            raise UsageError("--gpus-per-engine belongs to --ray", "without it name the GPUs: --device cuda:0,cuda:1")
        if "," in device and self.jobs > 1 and self.ray is None:
            raise UsageError(
                f"--jobs {self.jobs} engines cannot all have --device {device}",
                f"--jobs 1, or --ray --gpus-per-engine {len(device.split(','))}",
            )


@dataclass(frozen=True)
class BatchOptions:
    """What `tsel batch` was asked for. `asked`: each question, or the style of a summary."""

    folder: Path
    out: Path
    command: str
    make_task: MakeTask
    asked: tuple[Asked, ...]
    engines: Engines = Engines()
    tables: tuple[str, ...] = ("jsonl", "csv")
    keep_readings: bool = False
    beside: bool = False  # each answer is written beside its document, too
