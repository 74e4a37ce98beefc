"""tsel serve"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer

from tsel_cli.job import open_session
from tsel_cli.job_options import JobOptions
from tsel_cli.resident.client import release
from tsel_cli.shared import with_job_options
from tsel_core.errors import UsageError
from tsel_core.installing import SERVE, adding
from tsel_core.text.faults import why_not

_MOST_CONNECTIONS = 512
_LOOPBACK = ("127.0.0.1", "localhost", "::1")

if TYPE_CHECKING:
    from fastapi import FastAPI

    from tsel_cli.serve.app import ServeSettings
    from tsel_cli.serve.embeddings import Embedder
    from tsel_cli.serve.engine import EngineThread
    from tsel_cli.serve.parsers import ParseLimits


@with_job_options(max_new_tokens=1024)
def serve(
    options: JobOptions,
    host: Annotated[str, typer.Option("--host", help="Address to listen on; others than loopback need a key.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port; 0 takes a free one.")] = 8765,
    api_key_file: Annotated[
        Path | None,
        typer.Option("--api-key-file", help="File with the API key, or several on a line each (also TSEL_API_KEY)."),
    ] = None,
    queue: Annotated[int, typer.Option("--queue", min=1, help="Requests that may wait; more get 429.")] = 16,
    answer_seconds: Annotated[
        int, typer.Option("--answer-seconds", min=0, help="Longest time for one answer; 0: no limit.")
    ] = 1800,
    drain: Annotated[
        int, typer.Option("--drain", min=0, help="Seconds that answers begun or waiting get when the server ends.")
    ] = 5,
    max_body_mb: Annotated[int, typer.Option("--max-body-mb", min=1, help="Largest request or upload.")] = 50,
    tls_cert: Annotated[
        Path | None, typer.Option("--tls-cert", help="Certificate chain (PEM); the server then speaks HTTPS.")
    ] = None,
    tls_key: Annotated[Path | None, typer.Option("--tls-key", help="Private key of the certificate (PEM).")] = None,
    parse_memory: Annotated[
        str | None,
        typer.Option("--parse-memory", help="Memory of the processes that read uploads; default: half of the free."),
    ] = None,
    max_files: Annotated[int, typer.Option("--max-files", min=1, help="Uploads held at once, in memory.")] = 64,
    ui: Annotated[
        bool, typer.Option("--ui", help="Serve the page of `tsel open` too: open and ask documents in a browser.")
    ] = False,
    at_once: Annotated[
        int, typer.Option("--at-once", min=0, max=32, help="Answers written together; 0: 16 on a GPU, 2 on a CPU.")
    ] = 0,
    embeddings: Annotated[
        Path | None,
        typer.Option(
            "--embeddings", help="Folder of a sentence-transformers model for /v1/embeddings; else they are refused."
        ),
    ] = None,
    allow_origin: Annotated[
        list[str] | None,
        typer.Option(
            "--allow-origin", help="Web pages that may ask from a browser (CORS), as https://HOST; repeatable."
        ),
    ] = None,
) -> int:
    """Serve the model through the OpenAI API (chat, completions, responses, files) and that of Ollama."""
    try:
        import uvicorn

        from tsel_cli.serve.app import ServeSettings
        from tsel_cli.serve.listen import make_server
        from tsel_cli.serve.patience import PatientProtocol
    except ImportError as error:
        raise UsageError(f"serve needs {error.name}", adding(*SERVE)) from error
    from tsel_cli.serve.embeddings import Embedder
    from tsel_cli.serve.engine import EngineThread

    key = _checked_key(host, api_key_file)
    tls, parsing, origins = _tls(tls_cert, tls_key), _parsing(parse_memory), _origins(allow_origin)
    console = options.console()
    if host not in _LOOPBACK and not tls:
        console.warn("WITHOUT TLS: documents, questions, answers and the key cross the network in clear (--tls-cert)")
    embedder = None if embeddings is None else Embedder(embeddings, "cpu")  # before the large model is loaded
    release()
    session = open_session(options, console)
    on_gpu = session.device.startswith("cuda")
    session.trace_rows = not on_gpu  # as `ask`: a GPU then writes in its captured loop
    session.reading_store = None  # an upload leaves no trace on the disk
    _ = session.engine, session.tokenizer  # loaded before the first request
    engine = EngineThread(session, queue, answer_seconds, at_once=at_once or (16 if on_gpu else 2))
    settings = ServeSettings(
        session.info.name, key, max_body_mb * 1_000_000, max_files, parsing=parsing, origins=origins
    )
    app, token = _app(engine, settings, embedder, ui=ui)
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        http=PatientProtocol,
        limit_concurrency=_MOST_CONNECTIONS,
        **tls,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=drain + 5,  # clients that do not take what they are sent
    )
    scheme = "https" if tls else "http"

    def announce(address: str) -> None:
        console.note(f"serving   {session.info.name} at {scheme}://{address}/v1")
        if ui:
            console.note(f"page      {scheme}://{address}/" + (f"#{token}" if token else ""))

    make_server(config, announce, engine, drain).run()
    session.close()
    return 0


def _app(engine: EngineThread, settings: ServeSettings, embedder: Embedder | None, *, ui: bool) -> tuple[FastAPI, str]:
    """The application, with the page if it is wanted, and the page's token ("" where a key opens it)."""
    from tsel_cli.serve.app import make_app

    if not ui:
        return make_app(engine, settings, embedder=embedder), ""
    from tsel_cli.i18n import message_language
    from tsel_cli.page.app import Page, add_page
    from tsel_cli.page.door import PageDoor
    from tsel_cli.page.shelf import Shelf
    from tsel_cli.serve.parsers import ParseLimits, Parsers

    token = "" if settings.keys else secrets.token_urlsafe(24)
    door = PageDoor(settings.keys, token, settings.origins)
    read = Parsers(settings.parsing or ParseLimits.of_machine()).read
    page = Page(engine, door, settings.model, read, Shelf(settings.max_files), language=message_language())
    app = make_app(engine, settings, door, embedder)
    add_page(app, page)
    return app, token


def _checked_key(host: str, path: Path | None) -> str:
    """The key, "" when there is none and none is needed. Raises UsageError."""
    key = _api_key(path)
    if host not in _LOOPBACK and not key:
        raise UsageError(
            f"--host {host} can be reached by others and needs an API key", "--api-key-file FILE, or TSEL_API_KEY"
        )
    return key


def _api_key(path: Path | None) -> str:
    """The key of the file or of TSEL_API_KEY, "" when there is none. Raises UsageError when it is too short."""
    if path is None:
        key, where = os.environ.get("TSEL_API_KEY", ""), "TSEL_API_KEY"
        if not key:
            return ""
    else:
        try:
            key, where = path.read_text(encoding="utf-8").strip(), str(path)
        except (OSError, UnicodeDecodeError) as error:
            hint = "a text file with the key alone"
            raise UsageError(f"--api-key-file {path} cannot be read: {why_not(error)}", hint) from error
    shortest = min((len(line.strip()) for line in key.splitlines() if line.strip()), default=0)
    if shortest < 16:
        raise UsageError(f"the API key in {where} has {shortest} characters, it needs 16", "make a longer one")
    return key


def _origins(given: list[str] | None) -> tuple[str, ...]:
    """The origins, checked. Raises UsageError for what a browser never sends; every page there is ("*") is none."""
    for origin in given or ():
        parts = urlsplit(origin)
        if parts.scheme not in ("http", "https") or not parts.netloc or origin != f"{parts.scheme}://{parts.netloc}":
            raise UsageError(
                f"--allow-origin {origin}: this is no origin of web pages",
                "scheme and host alone, as https://chat.example.org",
            )
    return tuple(given or ())


def _parsing(text: str | None) -> ParseLimits | None:
    """Memory of the processes that parse. Raises UsageError when it is too small for one."""
    if text is None:
        return None
    from tsel_cli.serve.parsers import LEAST, ParseLimits
    from tsel_core.text.sizes import parse_size

    total = parse_size(text, "--parse-memory")
    if total < LEAST:
        raise UsageError(f"--parse-memory {text}: reading one document takes {LEAST >> 20} MB", "--parse-memory 4GB")
    return ParseLimits.of(total)


def _tls(cert: Path | None, key: Path | None) -> dict[str, Any]:
    """uvicorn's settings for TLS, {} without. Raises UsageError when the pair cannot be used."""
    if cert is None and key is None:
        return {}
    if cert is None or key is None:
        raise UsageError("--tls-cert and --tls-key belong together", "name both")
    import ssl

    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(cert, key)
    except (OSError, ssl.SSLError) as error:
        message = f"--tls-cert {cert} and --tls-key {key} cannot be used: {error}"
        raise UsageError(message, "PEM files that match") from error
    return {"ssl_certfile": str(cert), "ssl_keyfile": str(key)}
