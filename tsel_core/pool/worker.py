"""An engine that does one document after another for somebody else: in this process, in another, or in a cluster."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tsel_core.config import EngineConfig, SelectionConfig, WeightsChoice
from tsel_core.device.timings import Timings
from tsel_core.document import Document
from tsel_core.errors import ModelError, TselError
from tsel_core.evidence.deciding.apart import Quarantine
from tsel_core.evidence.look import Effort
from tsel_core.extract.fields import ItemsTask, RowTask
from tsel_core.prompts.tasks import Task

Given = Task | RowTask | ItemsTask
"""What is to be done with documents: a task that is answered, a row of a table, or rows of what is found in them."""


@dataclass(frozen=True)
class WorkSettings:
    """What a worker needs to make its session; it must survive pickling. `num_threads` 0 leaves torch's choice."""

    model: str | None
    model_sha256: str
    device: str = "cpu"
    offline: bool = False
    num_threads: int = 0
    keep_readings: bool = True
    engine: EngineConfig = field(default_factory=EngineConfig)
    selection: SelectionConfig = field(default_factory=SelectionConfig)
    effort: Effort = "quick"
    quarantine: Quarantine = "auto"
    weights: WeightsChoice = "full"  # how they are to be held (--weights)


Opened = Callable[[Any], object]
"""Told of a session (tsel_core.session.Session) before it loads its weights: it may be given those that are loaded."""


class EngineWorker:
    """Answers tasks with one model, loaded at the first task where no `session` is given that has it."""

    def __init__(self, settings: WorkSettings, session: Any = None, opened: Opened | None = None) -> None:
        self.settings = settings
        self._session, self._opened = session, opened

    def run(self, command: str, documents: Sequence[Document], task: Given) -> dict[str, Any]:
        """{"record": the --json object} of the finished answer, or {"error", "hint", "exit_code"}.

        Nothing that a document can cause is raised; losing the process is the caller's business. When the process of
        another device is lost, the model is loaded again and the document done once more.
        """
        result = self._run(command, documents, task)
        if "error" in result and self._lost_a_device():
            result = self._run(command, documents, task)
        return result

    def _lost_a_device(self) -> bool:
        """Whether the devices' processes ended with an error; the next session then starts new ones."""
        from tsel_core.parallel.open import group_of

        engine = getattr(self._session, "_engine", None)
        group = None if engine is None else group_of(engine)
        if group is None or group.failed is None:
            return False
        self._session = None
        return True

    def _run(self, command: str, documents: Sequence[Document], task: Given) -> dict[str, Any]:
        from tsel_core.version import __version__

        try:
            session = self.session()
            session.timings = Timings()
            if isinstance(task, RowTask | ItemsTask):
                told = _row(session, documents, task) if isinstance(task, RowTask) else _items(session, documents, task)
                return {"record": {**told, "model": dict(session.describe_model())}}
            answer = session.answer(command, documents, task)
            if answer.stop_reason == "interrupted":
                raise KeyboardInterrupt
            if answer.stop_reason == "error":  # half an answer is none in a batch
                failed = answer.extra["error"]
                return {"error": failed["message"], "hint": failed["hint"], "exit_code": answer.exit_code}
            return {"record": answer.as_json(__version__)}
        except TselError as error:
            return {"error": error.message, "hint": error.hint, "exit_code": error.exit_code}
        except MemoryError:
            return {"error": "out of memory", "hint": "use fewer --jobs or a smaller model", "exit_code": 5}
        except Exception as error:  # one bad document must not stop the others
            return {"error": f"unexpected {type(error).__name__}: {error}", "hint": "", "exit_code": 1}

    def close(self) -> None:
        """Return when what is kept was written."""
        if self._session is not None:
            self._session.close()

    def session(self) -> Any:
        """The session, made at the first call. Raises ModelError when this machine has other weights."""
        if self._session is None:
            import torch

            from tsel_core.models.load import pick_device, resolve_model
            from tsel_core.models.low_bit.choice import choose_weights
            from tsel_core.prefix_cache.policy import default_store
            from tsel_core.session import Session

            if self.settings.num_threads:
                torch.set_num_threads(self.settings.num_threads)
            info = resolve_model(self.settings.model, offline=self.settings.offline)
            if info.sha256 != self.settings.model_sha256:
                raise ModelError(
                    f"model {info.name} has other weights here than where the batch was started",
                    "use the same model files on every machine",
                )
            device = pick_device(self.settings.device)
            session = Session(
                choose_weights(info, self.settings.weights, device),
                self.settings.engine,
                self.settings.selection,
                device=device,
                reading_store=default_store(lambda _text: None) if self.settings.keep_readings else None,
                effort=self.settings.effort,
                quarantine=self.settings.quarantine,
            )
            session.trace_rows = session.device.startswith("cpu")  # as `ask`: a GPU then writes in its captured loop
            if self._opened is not None:
                self._opened(session)
            self._session = session
        return self._session


def _row(session: Any, documents: Sequence[Document], task: RowTask) -> dict[str, Any]:
    from tsel_core.extract.extractor import Extractor

    return Extractor(session, task.fields).row(documents[0], task.lang).as_json()


def _items(session: Any, documents: Sequence[Document], task: ItemsTask) -> dict[str, Any]:
    from tsel_core.extract.many import item_table
    from tsel_core.listing.wish import Wish

    table = item_table(session, documents[0], Wish.of(task.words, task.lang), task.fields)
    if table.listing.interrupted:
        raise KeyboardInterrupt
    return table.as_json()
