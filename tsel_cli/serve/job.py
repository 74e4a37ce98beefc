"""One request on its way through the engine, and what its client hears of it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tsel_cli.serve.health import Watch
from tsel_cli.serve.wire import ChatRequest
from tsel_core.errors import TselError

if TYPE_CHECKING:
    from tsel_core.engine.sampling import Chooser
    from tsel_core.layers.trace import Trace

_LOG = logging.getLogger(__name__)
Event = tuple[str, Any]
"""("text", str), ("logprobs", list[TokenLogprob]), ("choice", Draft) of all but the last reply, ("done", Draft) of the
last, ("error", TselError)."""


class Cancelled(Exception):
    """The client is gone."""


class TookTooLong(TselError):
    """The answer was not whole within the time that the server gives one."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"the answer took longer than {seconds:.0f} s",
            "ask for fewer tokens, or start the server with a larger --answer-seconds",
        )


class ServerEnds(TselError):
    """The server ends before the answer is whole."""

    def __init__(self) -> None:
        super().__init__("the server ends", "ask again when it is back")


@dataclass
class Job:
    """One request on its way. `emit` is called from the engine's thread."""

    request: ChatRequest
    emit: Callable[[Event], object]
    cancelled: threading.Event = field(default_factory=threading.Event)
    user: str = ""  # whose turn it takes
    limit_s: float = 0.0  # 0: none
    watch: Watch | None = None
    deadline: float | None = None  # time.monotonic(), from when it runs
    chooser: Chooser | None = None  # of the reply that is being written
    trace: Trace | None = None  # of an answer that was made as a command makes it: where attention lay

    @property
    def num_chars(self) -> int:
        """Text that it holds while it waits."""
        return sum(len(u.text) for d in self.request.documents for u in d.units)

    def is_cancelled(self) -> bool:
        """Whether its client is gone."""
        return self.cancelled.is_set()

    # tsel_core.progress.Progress: a client that left is noticed between chunks of a long prefill, too
    def begin(self, phase: str, total: int | None = None, unit: str = "") -> None:
        """See Progress."""
        self._check()

    def advance(self, done: int) -> None:
        """See Progress."""
        self._check()

    def end(self) -> None:
        """See Progress."""

    def text(self, piece: str) -> None:
        """A piece of the answer."""
        self._check()
        self.tell_logprobs()
        self.emit(("text", piece))

    def tell_logprobs(self) -> None:
        """Tell what is known of the tokens since the last time."""
        if self.chooser is not None and self.chooser.logprobs:
            told, self.chooser.logprobs = self.chooser.logprobs, []
            self.emit(("logprobs", told))

    def _check(self) -> None:
        if self.cancelled.is_set():
            raise Cancelled
        if self.watch is not None:
            self.watch.moved()
        if self.deadline is not None and time.monotonic() > self.deadline:
            raise TookTooLong(self.limit_s)


def log_answer(record: dict[str, Any], question: str) -> None:
    """Note an answer in the audit log, before the client has it whole."""
    from tsel_core.audit.log import record_run

    warning = record_run(record, question=question)
    if warning:
        _LOG.warning("%s", warning)
