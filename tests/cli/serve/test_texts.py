"""What a server remembers of its clients' texts: as long as it holds the document, and no longer."""

from __future__ import annotations

import gc
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from serve_support import KEY, Running, ask, make_session, question, upload

from tsel_cli.remembered import WhileHeld, forget_texts
from tsel_cli.serve.app import ServeSettings
from tsel_cli.serve.engine import EngineThread
from tsel_cli.serve.job import Job
from tsel_cli.serve.job_queue import JobQueue
from tsel_cli.serve.wire import ChatRequest
from tsel_core.document import Document, Unit
from tsel_core.text.values import _values, extract_values
from tsel_core.trust.orders.detect import orders_in


def lease(rent: int) -> Document:
    unit = Unit(0, "paragraph", "1", f"The rent of the lease is {rent} euros.")
    return Document("lease.txt", "0" * 64, "txt", "paragraph", (unit,))


def remembered() -> int:
    gc.collect()
    return int(_values.cache_info().currsize)


class Reads(JobQueue):
    """Answers nothing, and looks at the values of each unit."""

    keeps_readings = False

    def make_scribe(self) -> Any:
        def answer(job: Job) -> Any:
            for document in job.request.documents:
                for unit in document.units:
                    extract_values(unit.text)
            return SimpleNamespace(extra={}, stop_reason="end")

        return SimpleNamespace(answer=answer)


def test_texts_go_with_the_last_of_their_documents() -> None:
    gc.collect()  # documents that other tests left: all is forgotten when a watched one goes
    forget_texts()
    queue, done = Reads(4), []
    queue.start()

    def read(document: Document) -> None:
        queue.submit(Job(ChatRequest((("?", ""),), (document,)), done.append))
        while not done or queue.is_busy():
            time.sleep(0.01)
        done.clear()

    kept = lease(900)
    read(kept)
    read(kept)
    assert remembered() == 1, "it is still open, and the next question finds what was made of it"
    read(lease(950))
    assert remembered() == 0, "that one was closed: nothing of it stays, whatever else is open"
    read(kept)
    queue.forget()
    assert remembered() == 0
    queue.close()


def test_a_document_is_watched_once() -> None:
    held, document = WhileHeld(), lease(900)
    for _ in range(5):
        held.note([document])
    assert len(held._watched) == 1
    del document
    gc.collect()
    assert held._watched == {}


def test_a_server_keeps_no_line_of_a_file_that_was_deleted(tmp_path: Path) -> None:
    forget_texts()
    server = Running(EngineThread(make_session(tmp_path), 4), ServeSettings("tiny", KEY))
    try:
        name = upload(server, 7)
        ask(server, question("What does the party pay in clause 3?", name))
        assert orders_in.cache_info().currsize > 0
        server.client.files.delete(name)
        ends = time.monotonic() + 10
        while orders_in.cache_info().currsize and time.monotonic() < ends:
            time.sleep(0.05)
        assert (orders_in.cache_info().currsize, remembered()) == (0, 0)
    finally:
        server.stop()
        server.engine.close()
