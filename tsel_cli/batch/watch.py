"""`tsel batch DIR --watch`: documents that come or change are answered once they are whole; the model stays loaded."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tsel_cli.batch.engines import make_pool
from tsel_cli.batch.items import Item, find_items
from tsel_cli.batch.options import BatchOptions
from tsel_cli.batch.run import Batch, begin_batch, write_rows
from tsel_cli.job_options import JobOptions
from tsel_core.errors import DocumentError
from tsel_core.installing import adding

if TYPE_CHECKING:
    from pathlib import Path

    from tsel_cli.console import Stderr
    from tsel_core.pool.pool import Pool
    from tsel_core.pool.worker import WorkSettings

SETTLE_S = 2.0  # a file that has not changed for so long is whole
POLL_S, WATCHED_POLL_S = 5.0, 60.0  # between two looks at the folder: without and with the system's notice of changes
Stamp = tuple[int, int]  # bytes, time of the last change in ns


@dataclass
class Wake:
    """What ends a wait: a change in the folder, or the end of watching."""

    poll_s: float = POLL_S
    changed: threading.Event = field(default_factory=threading.Event)
    ended: bool = False

    def end(self) -> None:
        """Let watching end."""
        self.ended = True
        self.changed.set()

    def wait(self, seconds: float) -> None:
        """Until something happens, for so long at most."""
        self.changed.wait(seconds)
        self.changed.clear()


@contextmanager
def woken_by(folder: Path, console: Stderr) -> Iterator[Wake]:
    """A Wake that hears of changes from the system (watchdog), or one that looks every few seconds."""
    try:
        from watchdog.events import FileSystemEvent, FileSystemEventHandler
        from watchdog.observers import Observer
    except ImportError:
        console.note(f"watch     looking every {POLL_S:.0f} s (to hear of changes at once: {adding('watchdog')})")
        yield Wake()
        return
    wake = Wake(WATCHED_POLL_S)

    class Handler(FileSystemEventHandler):
        def on_any_event(self, event: FileSystemEvent) -> None:
            wake.changed.set()

    observer = Observer()
    try:
        observer.schedule(Handler(), str(folder), recursive=True)
        observer.start()
    except OSError as error:  # too many folders are watched, or a file system that cannot be
        console.note(f"watch     looking every {POLL_S:.0f} s ({error.strerror})")
        yield Wake()
        return
    try:
        yield wake
    finally:
        observer.stop()
        observer.join(5)


class Settling:
    """Which files are whole: those that have not changed for SETTLE_S."""

    def __init__(self, settle_s: float = SETTLE_S) -> None:
        self.settle_s = settle_s
        self._since: dict[str, tuple[Stamp, float]] = {}

    def settled(self, items: dict[str, Item]) -> tuple[dict[str, Stamp], bool]:
        """Stamps of the whole ones, and whether others are still being written."""
        found: dict[str, Stamp] = {}
        now, waits = time.monotonic(), False
        for name, item in items.items():
            try:
                state = item.path.stat()
            except OSError:  # gone since the folder was listed
                continue
            stamp = (state.st_size, state.st_mtime_ns)
            before = self._since.get(name)
            if before is None:  # first seen: its own time tells how long it has been so
                before = self._since[name] = (stamp, now - max(0.0, time.time() - state.st_mtime))
            elif before[0] != stamp:
                before = self._since[name] = (stamp, now)
            if now - before[1] >= self.settle_s:
                found[name] = stamp
            else:
                waits = True
        return found, waits


@dataclass
class Watching:
    """A batch that goes on: what was answered, by the stamp that the file had."""

    run: Batch
    settings: WorkSettings
    settling: Settling
    answered: dict[str, Stamp] = field(default_factory=dict)
    pool: Pool | None = None

    def look(self) -> bool:
        """Answer what is new; whether files are still being written, so that another look is wanted soon."""
        run = self.run
        try:
            items, _ = find_items(run.batch.folder, run.batch.out, ocr=run.options.ocr)
        except DocumentError:  # no document in it, yet
            items = []
        run.take(items)
        stamps, waits = self.settling.settled(run.items)
        new = [name for name, stamp in stamps.items() if self.answered.get(name) != stamp]
        gone = [name for name in run.results if name not in run.items]
        for name in gone:
            del run.results[name]
            self.answered.pop(name, None)
        if new:
            self._answer(new)
            self.answered |= {name: stamps[name] for name in new}
        if new or gone:
            write_rows(run)
        return waits

    def _answer(self, names: list[str]) -> None:
        from tsel_core.pool.pool import run_all

        run, started = self.run, time.perf_counter()
        for name in names:
            run.results.pop(name, None)
        run.begin()
        work = [w for name in names if (w := run.prepare(name)) is not None]
        if work:
            self.pool = self.pool or self._engines(len(work))
            run_all(self.pool, work, run.finish)
        run.console.end()
        failed = sum(1 for name in names if run.results.get(name, {}).get("status") == "error")
        answered = len(work) - sum(1 for w in work if run.results.get(w.name, {}).get("status") == "error")
        run.console.note(
            f"watch     {answered} answered in {time.perf_counter() - started:.0f} s, {failed} failed; "
            f"{len(run.results)} documents in the table"
        )

    def _engines(self, num_work: int) -> Pool:
        engines = self.run.batch.engines
        return make_pool(self.settings, engines, max(num_work, engines.jobs), self.run.console)

    def close(self) -> None:
        """End the engines."""
        if self.pool is not None:
            self.pool.close()


def watch_batch(options: JobOptions, batch: BatchOptions, wake: Wake | None = None, settle_s: float = SETTLE_S) -> int:
    """Answer the documents of a folder, and those that come, until Ctrl-C; 1 when one of the last could not be."""
    run, settings = begin_batch(options, batch)
    watching = Watching(run, settings, Settling(settle_s))
    if wake is not None:
        return _follow(watching, wake)
    with woken_by(batch.folder, run.console) as heard:
        run.console.note(f"watch     {batch.folder}; Ctrl-C ends it")
        return _follow(watching, heard)


def _follow(watching: Watching, wake: Wake) -> int:
    results: dict[str, Any] = watching.run.results
    try:
        while not wake.ended:
            waits = watching.look()
            if not wake.ended:
                wake.wait(watching.settling.settle_s if waits else wake.poll_s)
    except KeyboardInterrupt:
        watching.run.console.note("watch     ended; the same command goes on with what is missing")
    finally:
        watching.close()
        if results:
            write_rows(watching.run)
    return 1 if any(r["status"] == "error" for r in results.values()) else 0
