"""The rows of a table: those that were kept, the others from this process, from several, or from Ray."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tsel_cli import prefetch
from tsel_cli.batch.options import Engines
from tsel_cli.batch.settings import decides, work_settings
from tsel_cli.console import Stderr, print_error
from tsel_cli.extracting.kept import KeptRows, row_key
from tsel_cli.job import open_session
from tsel_cli.job_options import JobOptions
from tsel_core.errors import DoesNotFit

if TYPE_CHECKING:
    from tsel_core.document import Document
    from tsel_core.extract.fields import Field
    from tsel_core.pool.worker import Given, WorkSettings
    from tsel_core.session import Session


def begin_early(options: JobOptions, engines: Engines, kept: KeptRows | None) -> None:
    """Import what is needed while the documents are read, and read the weights where rows are surely made here."""
    here = engines.jobs == 1 and engines.ray is None and (kept is None or kept.is_empty)
    prefetch.begin(options.device, options.files, options.as_stored if here else None)


@dataclass
class Run(ABC):
    """What is made of documents as it comes: records (JSON with the "model") by the document's place."""

    documents: Sequence[Document]
    fields: tuple[Field, ...]
    console: Stderr
    kept: KeptRows | None
    model_name: str = ""
    keys: list[str] = field(default_factory=list)
    records: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    code: int = 0

    @abstractmethod
    def about(self) -> Mapping[str, Any]:
        """What decides the records, beside the documents, their languages and the settings."""

    @abstractmethod
    def lang(self, at: int) -> str:
        """The language in which a document is asked."""

    @abstractmethod
    def task(self, at: int) -> Given:
        """What a worker is given for a document."""

    @abstractmethod
    def here(self, missing: Sequence[int], session: Session) -> None:
        """Make these records in this process."""

    @property
    def model(self) -> dict[str, Any]:
        """What the JSON says of the model."""
        return dict(next((r["model"] for r in self.records.values()), {"name": self.model_name}))

    def put(self, at: int, record: Mapping[str, Any]) -> None:
        """A record is made."""
        self.records[at] = record
        if self.kept is not None:
            self.kept.add(self.keys[at], record)

    def fail(self, at: int, message: str, hint: str, code: int) -> None:
        """A document has no record: that is said, and the command ends with its code."""
        self.console.pause()
        print_error(f"{self.documents[at].path}: {message}", hint)
        self.code = code

    def refuse(self, at: int, error: DoesNotFit) -> None:
        """A document does not fit."""
        self.fail(at, error.message, error.hint, error.exit_code)

    def go(self, options: JobOptions, engines: Engines, seconds: float) -> None:
        """Make what is missing; a document that does not fit is said, and the exit code is 5."""
        session = open_session(options, self.console, seconds)
        self.model_name = session.info.name
        settings = work_settings(session, options, keep=True, ray=engines.ray is not None)
        about = {**self.about(), **decides(settings, options, session.info.form)}
        self.keys = [row_key(d, about, self.lang(at)) for at, d in enumerate(self.documents)]
        if self.kept is not None:
            self.records = {at: row for at, key in enumerate(self.keys) if (row := self.kept.find(key)) is not None}
            if self.records:
                self.console.note(f"rows      {len(self.records):,} were made before")
        missing = [at for at in range(len(self.documents)) if at not in self.records]
        if not missing:
            pass
        elif engines.jobs > 1 or engines.ray is not None:
            self._by_pool(missing, settings, engines)
        else:
            self.here(missing, session)
        self.console.end()
        session.close()

    def _by_pool(self, missing: Sequence[int], settings: WorkSettings, engines: Engines) -> None:
        from tsel_cli.batch.engines import make_pool
        from tsel_core.pool.pool import Work, run_all

        done: list[str] = []

        def finish(name: str, result: dict[str, Any]) -> None:
            at = int(name)
            if "record" in result:
                self.put(at, result["record"])
            else:
                self.fail(at, result["error"], result["hint"], result["exit_code"])
            done.append(name)
            self.console.step("extract", len(done), len(missing), "documents")

        def work(at: int) -> Work:
            document, task = self.documents[at], self.task(at)
            length = sum(len(u.text) for u in document.units if u.in_flow)
            return Work(str(at), "extract", length, lambda: ([document], task))

        self.console.step("extract", 0, len(missing), "documents")
        pool = make_pool(settings, engines, len(missing), self.console)
        try:
            run_all(pool, [work(at) for at in missing], finish)
        finally:
            pool.close()
