"""Rows of the audit log that answering commands write; one that cannot be written is a warning, no lost answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from tsel_cli.console import Stderr
from tsel_cli.job_options import JobOptions

if TYPE_CHECKING:
    from tsel_core.answer import Answer
    from tsel_core.document import Document
    from tsel_core.prompts.tasks import Task


def log_answer(answer: Answer, settings: dict[str, Any], task: Task, console: Stderr) -> None:
    """Note the run in the audit log; a log that cannot be written is a warning, never a lost answer."""
    from tsel_core import __version__

    log_text = bool(settings.pop("log_text"))
    _record(console, answer.as_json(__version__), settings=settings, question=task.question, log_text=log_text)


def log_command(record: dict[str, Any], settings: dict[str, Any], console: Stderr) -> None:
    """Note a run of a command whose result is no Answer; words of documents are never kept of it."""
    from tsel_core import __version__

    settings.pop("log_text", None)
    _record(console, {"version": __version__, **record}, settings=settings)


def begun(command: str, documents: Sequence[Document], question: str, console: Stderr) -> None:
    """Note a run whose answer is shown while it is written; the row of the whole answer follows."""
    from tsel_core.answer import document_json

    record = {"command": command, "state": "begun", "documents": [document_json(d) for d in documents]}
    _record(console, record, question=question)


def log_evaluation(content: dict[str, Any], names: Sequence[str], options: JobOptions) -> None:
    """Note the run in the audit log, before its results are shown."""
    if options.no_trace:
        return
    documents = [{"path": name} for name in dict.fromkeys(names)]
    record = {k: content[k] for k in ("command", "version", "model")} | {"documents": documents, "exit_code": 0}
    settings = {k: v for k, v in asdict(options).items() if k != "log_text"}
    _record(options.console(), record, settings=settings)


def _record(console: Stderr, record: Mapping[str, Any], **given: Any) -> None:
    """Write the row; what kept it from being written is a warning."""
    from tsel_core.audit.log import record_run

    warning = record_run(record, **given)
    if warning:
        console.warn(warning)
