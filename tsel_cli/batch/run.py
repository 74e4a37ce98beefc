"""A batch: find the documents, leave out what is done, give the rest to engines, write each result once."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tsel_cli import prefetch
from tsel_cli.batch.ahead import ReadAhead, read_item
from tsel_cli.batch.beside import write_beside
from tsel_cli.batch.engines import make_pool
from tsel_cli.batch.items import Item, as_result, failed, find_items, finished, result_key, write_result
from tsel_cli.batch.options import BatchOptions
from tsel_cli.batch.settings import decides, work_settings
from tsel_cli.batch.table import row, write_table
from tsel_cli.console import Stderr
from tsel_cli.job import open_session
from tsel_cli.job_options import JobOptions
from tsel_core.errors import TselError, UsageError

if TYPE_CHECKING:
    from tsel_core.document import Document
    from tsel_core.pool.pool import Work
    from tsel_core.pool.worker import WorkSettings
    from tsel_core.prompts.tasks import Task

_IN_MEMORY = 200_000_000  # characters of documents kept between ordering and reading; beyond it files are read again


@dataclass
class Batch:
    """A run: its items by name, their keys, and the results so far."""

    options: JobOptions
    batch: BatchOptions
    console: Stderr
    items: dict[str, Item] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    results: dict[str, dict[str, Any]] = field(default_factory=dict)
    documents: dict[str, list[Document]] = field(default_factory=dict)
    num_chars: int = 0
    ahead: ReadAhead | None = None  # reads what is prepared next

    def finish(self, name: str, done: dict[str, Any]) -> None:
        """Write the result of one item."""
        result = as_result(self.keys[name], done)
        if done.get("record") and not self.options.no_trace:
            self.log(done["record"])
        write_result(self.items[name].target(self.batch.out), result)
        self.note(name, result)

    def log(self, record: dict[str, Any]) -> None:
        """Note the run in the audit log, before its result is there to be seen."""
        from tsel_core.audit.log import record_run

        settings = {**asdict(self.options), **self.batch.about, "files": [d["path"] for d in record["documents"]]}
        log_text = bool(settings.pop("log_text"))
        question = str(self.batch.about.get("question") or "")
        warning = record_run(record, settings=settings, question=question, log_text=log_text)
        if warning:
            self.console.warn(warning)

    def note(self, name: str, result: dict[str, Any]) -> None:
        """Count a result and show how far the batch is."""
        self.results[name] = result
        if self.batch.beside and result["status"] == "ok":
            write_beside(self.items[name], result["record"])
        if result["status"] == "error":
            error = result["error"]
            self.console.warn(error if name in error else f"{name}: {error}")
        self.console.advance(len(self.results))

    def load(self, name: str) -> tuple[list[Document], Task]:
        """The documents of an item (read again when they were not kept) and its task."""
        documents = self.documents.pop(name, None) or self.read(name)
        return documents, self.batch.make_task(documents)

    def read(self, name: str) -> list[Document]:
        """The documents of an item; their warnings go into the result alone."""
        item = self.items[name]
        return read_item(self.options, item) if self.ahead is None else self.ahead.take(item)

    def prepare(self, name: str) -> Work | None:
        """Read an item to know its length; None (and a result) when it is done already, or cannot be read."""
        from tsel_core.pool.pool import Work

        item = self.items[name]
        try:
            self.keys[name] = result_key(item, self.batch.about)
            earlier = finished(item, self.batch.out, self.keys[name])
            if earlier is not None:
                self.note(name, earlier)
                return None
            documents = self.read(name)
            if item.is_recording:  # its transcript is there now
                self.keys[name] = result_key(item, self.batch.about)
        except (TselError, OSError) as error:
            self.finish_unread(name, error)
            return None
        length = sum(len(u.text) for d in documents for u in d.units if u.in_flow)
        if self.num_chars + length <= _IN_MEMORY:
            self.documents[name], self.num_chars = documents, self.num_chars + length
        return Work(name, self.batch.command, length, lambda: self.load(name))

    def finish_unread(self, name: str, error: TselError | OSError) -> None:
        """Write the result of an item that could not be read."""
        result = failed(self.keys.setdefault(name, ""), error)
        write_result(self.items[name].target(self.batch.out), result)
        self.note(name, result)


def run_batch(options: JobOptions, batch: BatchOptions) -> int:
    """Do the batch; returns 0, or 1 when a document failed. What was finished before is not done again."""
    items, others = find_items(batch.folder, batch.out, ocr=options.ocr)
    here = batch.engines.jobs == 1 and batch.engines.ray is None
    fresh = any(not item.target(batch.out).exists() for item in items)
    prefetch.begin(options.device, (), options.as_stored if here and fresh else None)
    with ReadAhead(options, items, batch.out) as ahead:
        run, settings = begin_batch(options, batch)
        console = run.console
        if others:
            console.warn(others)
        run.items, run.ahead = {i.name: i for i in items}, ahead
        started = time.perf_counter()
        console.begin("batch", len(run.items), "documents")
        work = [w for w in map(run.prepare, run.items) if w is not None]
    run.ahead = None
    earlier = sum(1 for r in run.results.values() if r["status"] == "ok")
    try:
        if work:
            _do(run, work, settings)
    finally:
        console.end()
        paths = write_rows(run)
    _report(run, earlier, time.perf_counter() - started, paths)
    return 1 if any(r["status"] == "error" for r in run.results.values()) else 0


def begin_batch(options: JobOptions, batch: BatchOptions) -> tuple[Batch, WorkSettings]:
    """A run without documents yet, and the settings of its engines; the model is fetched where it is not there."""
    console = options.console()
    session = open_session(options, console)
    settings = work_settings(session, options, keep=batch.keep_readings, ray=batch.engines.ray is not None)
    about = {**batch.about, **decides(settings, options, session.info.form)}
    _check_out(batch.out)
    return Batch(options, replace(batch, about=about), console), settings


def write_rows(run: Batch) -> list[Path]:
    """Write the tables of all results so far; their paths."""
    return write_table([row(name, r) for name, r in run.results.items()], run.batch.out, run.batch.tables)


def _do(run: Batch, work: list[Work], settings: WorkSettings) -> None:
    from tsel_core.pool.pool import run_all

    pool = make_pool(settings, run.batch.engines, len(work), run.console)
    try:
        run_all(pool, work, run.finish)
    except KeyboardInterrupt:
        run.console.note(f"interrupted: {len(run.results)} are done; the same command goes on with the rest")
        raise
    finally:
        pool.close()


def _check_out(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"--out {out} cannot be written: {error.strerror}", "name another folder") from error


def _report(run: Batch, earlier: int, seconds: float, paths: list[Path]) -> None:
    errors = sum(1 for r in run.results.values() if r["status"] == "error")
    done = len(run.results) - errors - earlier
    run.console.note(
        f"batch     {done} answered in {seconds:.0f} s, {earlier} were done before, {errors} failed; "
        + ", ".join(str(p) for p in paths)
    )
