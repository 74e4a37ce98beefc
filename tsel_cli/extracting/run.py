"""The rows of a table: those that were kept, the others from this process, from several, or from Ray."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from tsel_cli.batch.options import Engines
from tsel_cli.batch.settings import decides, work_settings
from tsel_cli.console import Stderr, print_error
from tsel_cli.extracting.kept import KeptRows, row_key
from tsel_cli.job import document_lang, open_session
from tsel_cli.job_options import JobOptions
from tsel_core.errors import DoesNotFit

if TYPE_CHECKING:
    from tsel_core.document import Document
    from tsel_core.extract.extractor import Row
    from tsel_core.extract.fields import Field
    from tsel_core.pool.worker import WorkSettings
    from tsel_core.session import Session
    from tsel_core.text.language import Lang


@dataclass
class TableRun:
    """The rows of documents as they come: records (a row's JSON with its "model") by the document's place."""

    documents: Sequence[Document]
    fields: tuple[Field, ...]
    console: Stderr
    kept: KeptRows | None
    model_name: str = ""
    langs: list[Lang] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    records: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    code: int = 0

    @property
    def rows(self) -> list[Row]:
        """The rows, in the order of the documents."""
        from tsel_core.extract.extractor import Row

        return [Row.from_json(self.documents[at], self.fields, self.records[at]) for at in sorted(self.records)]

    @property
    def model(self) -> dict[str, Any]:
        """What the JSON says of the model."""
        return dict(next((r["model"] for r in self.records.values()), {"name": self.model_name}))

    def put(self, at: int, record: Mapping[str, Any]) -> None:
        """A row is made."""
        self.records[at] = record
        if self.kept is not None:
            self.kept.add(self.keys[at], record)

    def fail(self, at: int, message: str, hint: str, code: int) -> None:
        """A document has no row: that is said, and the command ends with its code."""
        self.console.pause()
        print_error(f"{self.documents[at].path}: {message}", hint)
        self.code = code


def run_table(
    documents: Sequence[Document],
    fields: tuple[Field, ...],
    options: JobOptions,
    console: Stderr,
    engines: Engines,
    kept: KeptRows | None,
    seconds: float,
) -> TableRun:
    """A row for each document that fits; one that does not is said, and the exit code is 5."""
    session = open_session(options, console, seconds)
    run = TableRun(documents, fields, console, kept, session.info.name)
    run.langs = [document_lang(options, [d]) for d in documents]
    settings = work_settings(session, options, keep=True, ray=engines.ray is not None)
    about = {"fields": [asdict(f) for f in fields], **decides(settings, options, session.info.form)}
    run.keys = [row_key(d, about, lang) for d, lang in zip(documents, run.langs, strict=True)]
    if kept is not None:
        run.records = {at: row for at, key in enumerate(run.keys) if (row := kept.find(key)) is not None}
        if run.records:
            console.note(f"rows      {len(run.records):,} were made before")
    missing = [at for at in range(len(documents)) if at not in run.records]
    if not missing:
        pass
    elif engines.jobs > 1 or engines.ray is not None:
        _by_pool(run, missing, settings, engines)
    else:
        _here(run, missing, session)
    console.end()
    session.close()
    return run


def _here(run: TableRun, missing: Sequence[int], session: Session) -> None:
    from tsel_core.extract.rows import extract_rows

    pairs = [(run.documents[at], run.langs[at]) for at in missing]
    places = {id(run.documents[at]): at for at in missing}

    def made(row: Row) -> None:
        run.put(places[id(row.document)], {**row.as_json(), "model": {**session.describe_model()}})

    found = extract_rows(
        session, run.fields, pairs, lambda name, field: run.console.begin(f"{name}: {field.name}"), made
    )
    for at, row in zip(missing, found, strict=True):
        if isinstance(row, DoesNotFit):
            run.fail(at, row.message, row.hint, row.exit_code)


def _by_pool(run: TableRun, missing: Sequence[int], settings: WorkSettings, engines: Engines) -> None:
    from tsel_cli.batch.engines import make_pool
    from tsel_core.extract.fields import RowTask
    from tsel_core.pool.pool import Work, run_all

    done: list[str] = []

    def finish(name: str, result: dict[str, Any]) -> None:
        at = int(name)
        if "record" in result:
            run.put(at, result["record"])
        else:
            run.fail(at, result["error"], result["hint"], result["exit_code"])
        done.append(name)
        run.console.begin("extract", len(missing), "documents")
        run.console.advance(len(done))

    def work(at: int) -> Work:
        document, task = run.documents[at], RowTask(run.fields, run.langs[at])
        length = sum(len(u.text) for u in document.units if u.in_flow)
        return Work(str(at), "extract", length, lambda: ([document], task))

    run.console.begin("extract", len(missing), "documents")
    pool = make_pool(settings, engines, len(missing), run.console)
    try:
        run_all(pool, [work(at) for at in missing], finish)
    finally:
        pool.close()
