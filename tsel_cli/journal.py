"""What a run did, for those who run the program for others: JSON lines in a file, and spans of OpenTelemetry.

Both are off unless asked for (--log-file or TSEL_LOG_FILE; TSEL_OTEL=1). Neither holds words of documents, questions
or answers: commands, phases, times, counts, exit codes. What is kept of answers is the log's (`tsel log`).
"""

from __future__ import annotations

import json
import os
import secrets
import time
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import logging

_LOGGERS = ("tsel_cli", "tsel_core")
_current: ContextVar[Journal | None] = ContextVar("journal", default=None)


class Journal:
    """One run: `run` is its correlation id, in every line and span."""

    def __init__(self, command: str, path: str | None, spans: bool) -> None:
        """Raises OSError when the file cannot be written."""
        self.command, self.run = command, secrets.token_hex(8)
        self._began = time.time_ns()
        self._handler = None if path is None else _handler(path, self)
        self._tracer = _tracer() if spans else None

    def event(self, message: str, **values: Any) -> None:
        """A line of the file."""
        if self._handler is not None:
            import logging

            logging.getLogger("tsel_cli").info(message, extra={"values": values})

    def phase(self, name: str, seconds: float) -> None:
        """A phase that has just ended."""
        self.event("phase", phase=name, seconds=round(seconds, 4))
        if self._tracer is not None:
            end = time.time_ns()
            span = self._tracer.start_span(f"tsel.{name}", start_time=end - int(seconds * 1e9))
            span.set_attribute("tsel.run", self.run)
            span.end(end_time=end)

    def end(self, code: int) -> None:
        """The run is over; nothing is written any more."""
        seconds = (time.time_ns() - self._began) / 1e9
        self.event("end", exit_code=code, seconds=round(seconds, 4))
        if self._tracer is not None:
            span = self._tracer.start_span(f"tsel {self.command}", start_time=self._began)
            span.set_attributes({"tsel.run": self.run, "tsel.exit_code": code})
            span.end()
        if self._handler is not None:
            import logging

            for name in _LOGGERS:
                logging.getLogger(name).removeHandler(self._handler)
            self._handler.close()


def begin(command: str, path: str | None) -> None:
    """Keep a journal of this run, if a file is named or spans are wanted. Raises OSError."""
    spans = os.environ.get("TSEL_OTEL", "").strip().lower() not in ("", "0", "off", "false", "no")
    if path is None and not spans:
        return
    from tsel_core import __version__

    journal = Journal(command, path, spans)
    _current.set(journal)
    journal.event("begin", version=__version__, process=os.getpid())


def note_phase(name: str, seconds: float) -> None:
    """A phase that has just ended, where a journal is kept."""
    journal = _current.get()
    if journal is not None:
        journal.phase(name, seconds)


def end(code: int) -> None:
    """The run is over."""
    journal = _current.get()
    if journal is not None:
        _current.set(None)
        journal.end(code)


def _handler(path: str, journal: Journal) -> logging.Handler:
    import logging

    class Lines(logging.Formatter):
        def format(self, record: logging.LogRecord) -> str:
            told = {
                "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
                "level": record.levelname.lower(),
                "run": journal.run,
                "command": journal.command,
                "logger": record.name,
                "message": record.getMessage(),
                **getattr(record, "values", {}),
            }
            return json.dumps(told, ensure_ascii=False)

    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(Lines())
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        logger.addHandler(handler)
        logger.setLevel(min(logger.level or logging.INFO, logging.INFO))
    return handler


def _tracer() -> Any:
    """The tracer that the environment has configured; None without the package."""
    try:
        from opentelemetry import trace
    except ImportError:
        return None
    return trace.get_tracer("tsel")
