"""A batch: find the documents, leave out what is done, give the rest to engines, write each result once."""

from __future__ import annotations

import time
from collections import Counter
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
from tsel_cli.batch.works import Asked, each_asked, earlier_results, placed
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
    """A run: its items by id, their keys, and the results so far. `decides`: settings that change an answer."""

    options: JobOptions
    batch: BatchOptions
    console: Stderr
    decides: dict[str, Any] = field(default_factory=dict)
    before: list[Asked] = field(default_factory=list)  # what earlier runs into the folder asked
    told: set[str] = field(default_factory=set)  # warnings
    items: dict[str, Item] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    results: dict[str, dict[str, Any]] = field(default_factory=dict)
    documents: dict[str, list[Document]] = field(default_factory=dict)  # by the name of their file
    waiting: Counter[str] = field(default_factory=Counter)  # how many questions each file is still to be asked
    num_chars: int = 0
    ahead: ReadAhead | None = None  # reads what is prepared next

    def finish(self, name: str, done: dict[str, Any]) -> None:
        """Write the result of one item."""
        result = as_result(self.keys[name], done)
        if done.get("record") and not self.options.no_trace:
            self.log(done["record"], self.items[name])
        write_result(self.items[name].target(self.batch.out), result)
        self.note(name, result)

    def about(self, item: Item) -> dict[str, Any]:
        """What decides the answer of an item beside its file."""
        asked = next(a for a in self.batch.asked if a.folder == item.folder)
        return {**asked.about, **self.decides}

    def take(self, items: list[Item]) -> None:
        """Have these documents, each with everything that it is asked."""
        self.items = each_asked(items, self.batch.asked)

    def begin(self) -> None:
        """Show that it begins."""
        self.console.begin("batch", len(self.items), "documents" if len(self.batch.asked) == 1 else "questions")

    def log(self, record: dict[str, Any], item: Item) -> None:
        """Note the run in the audit log, before its result is there to be seen."""
        from tsel_core.audit.log import record_run

        files = [d["path"] for d in record["documents"]]
        settings = {**asdict(self.options), **self.about(item), "files": files}
        log_text = bool(settings.pop("log_text"))
        warning = record_run(record, settings=settings, question=item.question, log_text=log_text)
        if warning:
            self.console.warn(warning)

    def note(self, name: str, result: dict[str, Any]) -> None:
        """Count a result and show how far the batch is."""
        self.results[name] = result
        item = self.items[name]
        if self.batch.beside and result["status"] == "ok":
            ids = [replace(item, folder=a.folder).id for a in self.batch.asked]
            there = [(self.items[i].question, self.results[i]["record"]) for i in ids if self._is_answered(i)]
            write_beside(item, there)
        if result["status"] == "error":
            error = result["error"] if item.name in result["error"] else f"{item.name}: {result['error']}"
            if error not in self.told:  # a file that cannot be read is told of once, however much is asked
                self.told.add(error)
                self.console.warn(error)
        self.console.advance(len(self.results))

    def _is_answered(self, name: str) -> bool:
        return name in self.results and self.results[name]["status"] == "ok"

    def load(self, name: str) -> tuple[list[Document], Task]:
        """The documents of an item (read again when they were not kept) and its task."""
        item = self.items[name]
        self.waiting[item.name] -= 1
        last = self.waiting[item.name] <= 0
        held = self.documents.pop(item.name, None) if last else self.documents.get(item.name)
        documents = held or self.read(name)
        return documents, self.batch.make_task(documents, item.question)

    def read(self, name: str) -> list[Document]:
        """The documents of an item; their warnings go into the result alone."""
        item = self.items[name]
        return read_item(self.options, item) if self.ahead is None else self.ahead.take(item)

    def prepare(self, name: str) -> Work | None:
        """Read an item to know its length; None (and a result) when it is done already, or cannot be read."""
        from tsel_core.pool.pool import Work

        item = self.items[name]
        try:
            self.keys[name] = result_key(item, self.about(item))
            earlier = finished(item, self.batch.out, self.keys[name])
            if earlier is not None:
                self.note(name, earlier)
                return None
            documents = self.documents.get(item.name) or self.read(name)
            if item.is_recording:  # its transcript is there now
                self.keys[name] = result_key(item, self.about(item))
        except (TselError, OSError) as error:
            self.finish_unread(name, error)
            return None
        length = sum(len(u.text) for d in documents for u in d.units if u.in_flow)
        self.waiting[item.name] += 1
        if item.name not in self.documents and self.num_chars + length <= _IN_MEMORY:
            self.documents[item.name], self.num_chars = documents, self.num_chars + length
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
    fresh = any(not item.target(batch.out).exists() for item in items) or len(batch.asked) > 1
    prefetch.begin(options.device, (), options.as_stored if here and fresh else None)
    with ReadAhead(options, items, batch.out) as ahead:
        run, settings = begin_batch(options, batch)
        console = run.console
        if others:
            console.warn(others)
        run.take(items)
        run.ahead = ahead
        started = time.perf_counter()
        run.begin()
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
    _check_out(batch.out)
    asked, before = placed(batch.asked, batch.out)
    about = decides(settings, options, session.info.form)
    return Batch(options, replace(batch, asked=tuple(asked)), console, about, before), settings


def write_rows(run: Batch) -> list[Path]:
    """Write the tables of all results so far; their paths."""
    files = {item.name: item for item in run.items.values()}
    told = [(run.items[i], r) for i, r in run.results.items()]
    told += earlier_results(files.values(), run.before, run.batch.out)
    told.sort(key=lambda pair: (len(pair[0].folder), pair[0].folder))  # in the order in which they were first asked
    rows = [row(item.name, r, item.question) for item, r in told]
    return write_table(rows, run.batch.out, run.batch.tables)


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
