"""tsel open FILE..."""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
import tempfile
import webbrowser
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tsel_cli import prefetch
from tsel_cli.console import print_note
from tsel_cli.job import open_session, read_files
from tsel_cli.job_options import JobOptions
from tsel_cli.resident.client import release
from tsel_cli.shared import with_job_options
from tsel_core.errors import UsageError
from tsel_core.installing import SERVE, adding

if TYPE_CHECKING:
    from tsel_cli.console import Stderr
    from tsel_cli.page.app import Page
    from tsel_cli.serve.job_queue import JobQueue
    from tsel_cli.serve.scribe import Scribe
    from tsel_core.document import Document
    from tsel_core.session import Session

_QUEUE = 4  # questions that may wait: one person asks


@with_job_options(max_new_tokens=256)
def open_(
    options: JobOptions,
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Files, folders or globs.")],
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port of the page; 0 takes a free one.")] = 0,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page in the browser, or only print its address.")
    ] = True,
    call: Annotated[bool, typer.Option("--call", hidden=True)] = False,
) -> int:
    """Open documents as a page in the browser: read, ask, and see each quote in its place. Ends with Ctrl-C."""
    options = replace(options, files=tuple(files))
    if call:  # one question of a page, in the resident engine
        return _called(options)
    try:
        import uvicorn

        from tsel_cli.page.app import make_page_app
        from tsel_cli.page.elsewhere import may_ask_elsewhere
        from tsel_cli.serve.listen import make_server
        from tsel_cli.serve.patience import PatientProtocol
    except ImportError as error:
        raise UsageError(f"open needs {error.name}", adding(*SERVE)) from error
    from tsel_cli.last import remember_files

    console = options.console()
    if not may_ask_elsewhere(sys.argv[1:]):
        prefetch.begin(options.device, options.files, options.as_stored)
    documents, seconds = read_files(options, console)
    if not options.no_trace:
        remember_files(options.files)
    found = _engine(options, console, seconds)
    if isinstance(found, int):
        return found
    engine, model, opened = found
    token = secrets.token_urlsafe(24)
    page = _page(engine, model, token, options, documents)
    config = uvicorn.Config(
        make_page_app(page),
        host="127.0.0.1",
        port=port,
        log_level="warning",
        access_log=False,
        http=PatientProtocol,
        timeout_graceful_shutdown=3,
    )
    with _address_file() as place:
        server = make_server(config, lambda at: _announce(at, token, place, console, shown=browser), engine, 1)
        with contextlib.suppress(KeyboardInterrupt):  # raised again when all is shut down; it is how this command ends
            server.run()
    page.shelf.close()
    for session in opened:
        session.close()
    return 0


def _engine(options: JobOptions, console: Stderr, seconds: float) -> tuple[JobQueue, str, Sequence[Session]] | int:
    """What answers, its model's name, the sessions that are open here at the end; an exit code for refused options."""
    from tsel_cli.page.elsewhere import HandedEngine, reach

    opened: list[Session] = []
    elsewhere = reach(sys.argv[1:], console.note)
    if isinstance(elsewhere, int):
        return elsewhere

    def session() -> Session:
        release()
        opened.append(_session(options, console, seconds))
        return opened[-1]

    def here() -> Scribe:
        return _scribe(session(), options)

    if elsewhere is not None and elsewhere.keeps:
        return HandedEngine(elsewhere, _QUEUE, here), elsewhere.model, opened
    from tsel_cli.serve.engine import EngineThread

    ours = session()
    ours.begin_loading()
    engine = EngineThread(ours, _QUEUE, effort=ours.effort, logs=not options.no_trace)
    return engine, ours.info.name, opened


def _session(options: JobOptions, console: Stderr, seconds: float = 0.0) -> Session:
    session = open_session(options, console, seconds)
    session.trace_rows = session.trace_sentences = True  # the page shows where attention lay
    return session


def _scribe(session: Session, options: JobOptions) -> Scribe:
    from tsel_cli.serve.readings import Readings
    from tsel_cli.serve.scribe import Scribe

    limit = session.engine_config.max_new_tokens
    return Scribe(session, Readings(1), limit, session.effort, logs=not options.no_trace)


def _called(options: JobOptions) -> int:
    from tsel_cli.page.elsewhere import answer_call

    given = sys.stdin.buffer.read()
    session = _session(options, options.console())
    code = answer_call(given, session, lambda: _scribe(session, options))
    session.close()
    return code


def _page(engine: JobQueue, model: str, token: str, options: JobOptions, documents: list[Document]) -> Page:
    from tsel_cli.i18n import message_language
    from tsel_cli.page.app import Page
    from tsel_cli.page.door import OWNER, PageDoor
    from tsel_cli.page.shelf import bytes_of
    from tsel_cli.serve.parsers import ParseLimits, Parsers

    read = Parsers(ParseLimits.of_machine()).read
    page = Page(engine, PageDoor((), token), model, read, language=message_language())
    page.temperature, page.seed = options.temperature, options.seed
    for document in documents:
        page.shelf.add(document, bytes_of(document), OWNER, options.password)
    page.ahead.begin(page.shelf.of(OWNER), OWNER)
    return page


@contextlib.contextmanager
def _address_file() -> Iterator[Path]:
    """A file for this user alone that leads to the page: a browser's arguments can be seen by every user."""
    with tempfile.TemporaryDirectory(prefix="tsel-") as folder:
        yield Path(folder) / "open.html"


def _announce(address: str, token: str, place: Path, console: Stderr, *, shown: bool) -> None:
    url = f"http://{address}/#{token}"
    print_note(f"page      {url}")  # also with --quiet: without it nobody gets in
    console.note("Ctrl-C ends it")
    if not shown or not _has_screen():
        return
    place.touch(mode=0o600)
    place.write_text(
        f'<!DOCTYPE html><meta charset="utf-8"><meta http-equiv="refresh" content="0; url={url}">', encoding="utf-8"
    )
    webbrowser.open(place.as_uri())


def _has_screen() -> bool:
    """Whether a browser has a place to appear: a text browser would take the terminal."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
