"""The engine of a server: threads that answer together with one model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tsel_cli.serve.job_queue import JobQueue
from tsel_cli.serve.scribe import Scribe

if TYPE_CHECKING:
    from tsel_core.evidence.locating.looked import Effort
    from tsel_core.session import Session


class EngineThread(JobQueue):
    """Answers jobs with a session's model.

    `effort`: of answers that are made as the command makes them. `logs`: whether those are noted in the audit log. A
    model that cannot write several texts together (Crew.takes) answers one after another.
    """

    def __init__(
        self,
        session: Session,
        queue_size: int,
        answer_seconds: float = 0.0,
        *,
        effort: Effort = "normal",
        logs: bool = True,
        at_once: int = 1,
    ) -> None:
        super().__init__(queue_size, answer_seconds, _possible(session, at_once))
        self.session = session
        self.effort, self.logs = effort, logs
        self.limit = session.engine_config.max_new_tokens
        self._num_threads = _num_threads()
        self.start()

    @property
    def keeps_readings(self) -> bool:
        """See JobQueue."""
        return self.session.reading_store is not None

    def make_scribe(self) -> Scribe:
        """A scribe for a thread: with the session itself where there is one thread only, else with one beside it."""
        from tsel_core.engine.together.crew import Crew
        from tsel_kernels.cpu_threads import use_threads

        use_threads(self._num_threads)
        session = self.session
        if len(self._threads) > 1:
            session = session.beside(Crew.of(session.engine).engine())
        return Scribe(session, self.readings, self.limit, self.effort, self.logs)


def _possible(session: Session, at_once: int) -> int:
    """How many texts the session's model can write together, at most so many."""
    from tsel_core.engine.together.crew import Crew
    from tsel_core.models.load import device_list

    if at_once < 2 or len(device_list(session.device)) > 1 or not Crew.takes(session.engine):
        return 1
    return at_once


def _num_threads() -> int:
    """How many cores an operation of this thread uses."""
    import torch

    return torch.get_num_threads()
