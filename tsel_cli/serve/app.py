"""The HTTP side of `tsel serve`: /v1/models, /v1/files, /v1/chat/completions of the OpenAI API, and /health."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from starlette.exceptions import HTTPException as StarletteHTTPException

from tsel_cli.serve.door import Door, Entrance
from tsel_cli.serve.engine import EngineThread, Event, Job, ServerEnds
from tsel_cli.serve.files import FileStore
from tsel_cli.serve.limits import BODY_S, UPLOADS_AT_ONCE, BodyLimit, Busy, Gate, read_upload
from tsel_cli.serve.parsers import ParseLimits, Parsers
from tsel_cli.serve.wire import ChatRequest, about_request, chunk, completion, last_chunks, parse_request
from tsel_core.errors import DocumentError, TselError


@dataclass(frozen=True)
class ServeSettings:
    """What the server allows. Without `api_key` only requests that name a loopback host are answered.

    Several keys stand on a line each: what is uploaded with one is not there for another.
    """

    model: str
    api_key: str = ""
    max_body_bytes: int = 50_000_000
    max_files: int = 64
    body_s: float = BODY_S  # until a body is whole
    parsing: ParseLimits | None = None  # memory of the processes that parse; None: by what is free

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that are let in."""
        return tuple(line.strip() for line in self.api_key.splitlines() if line.strip())


def make_app(engine: EngineThread, settings: ServeSettings) -> FastAPI:
    """The ASGI application."""
    app = FastAPI(title="tsel", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(BodyLimit, max_bytes=settings.max_body_bytes, seconds=settings.body_s)
    app.add_middleware(Entrance, door=Door(settings.keys))  # the last that is added is the first that is asked
    parsers = Parsers(settings.parsing or ParseLimits.of_machine())
    files, bodies = FileStore(settings.max_files, parsers.read), Gate(engine.queue_size + 1)
    _errors(app)
    _small_routes(app, engine, settings, files, parsers)

    @app.post("/v1/chat/completions")
    async def chat(request: Request) -> Response:
        engine.check_room()  # before a body is read for nothing
        with bodies.enter():
            try:
                body = json.loads(await request.body())
            except (ValueError, RecursionError) as error:
                raise HTTPException(400, f"the body is not JSON: {str(error)[:200]}") from error
            # inline documents are parsed in here, so it must not hold up the others
            with engine.watch.parsing():
                asked = await asyncio.to_thread(parse_request, body, files, settings.model, _owner(request))
        about = about_request(secrets.token_hex(12), settings.model)
        return await _answer(request, engine, asked, about)

    return app


def _small_routes(
    app: FastAPI, engine: EngineThread, settings: ServeSettings, files: FileStore, parsers: Parsers
) -> None:
    uploads = Gate(UPLOADS_AT_ONCE)

    @app.get("/health")
    async def health() -> Response:
        found = engine.health() | parsers.state()
        return JSONResponse(found, 200 if found["status"] == "ok" else 503)

    @app.get("/v1/models")
    async def models() -> dict[str, Any]:
        return {"object": "list", "data": [_model(settings)]}

    @app.get("/v1/models/{name:path}")
    async def one_model(name: str) -> dict[str, Any]:
        if name != settings.model:
            raise HTTPException(404, f"there is no model {name[:80]!r}")
        return _model(settings)

    @app.post("/v1/files")
    async def upload(request: Request) -> dict[str, Any]:
        with uploads.enter():
            found = await read_upload(request)
            if found is None:
                raise HTTPException(400, "the form needs a file")
            with engine.watch.parsing():
                return (await asyncio.to_thread(files.add, *found, _owner(request))).as_json()

    @app.get("/v1/files")
    async def list_files(request: Request) -> dict[str, Any]:
        return {"object": "list", "data": [f.as_json() for f in files.list(_owner(request))], "has_more": False}

    @app.get("/v1/files/{file_id}")
    async def one_file(file_id: str, request: Request) -> dict[str, Any]:
        return files.get(file_id, _owner(request)).as_json()

    @app.delete("/v1/files/{file_id}")
    async def delete(file_id: str, request: Request) -> dict[str, Any]:
        files.delete(file_id, _owner(request))
        engine.forget()  # the reading in memory may be of this file
        return {"id": file_id, "object": "file", "deleted": True}


def _owner(request: Request) -> str:
    """Whose the request is, as the door found."""
    return str(request.scope.get("state", {}).get("owner", ""))


def _model(settings: ServeSettings) -> dict[str, Any]:
    return {"id": settings.model, "object": "model", "created": 0, "owned_by": "tsel"}


async def _answer(request: Request, engine: EngineThread, asked: ChatRequest, about: dict[str, Any]) -> Response:
    """Queue the job and answer, whole or as a stream. A client that leaves frees the engine."""
    loop = asyncio.get_running_loop()
    events: asyncio.Queue[Event] = asyncio.Queue()
    here = request.client.host if request.client else ""
    job = Job(asked, lambda event: loop.call_soon_threadsafe(events.put_nowait, event), user=asked.user or here)
    engine.submit(job)
    if asked.stream:
        return StreamingResponse(
            _stream(job, events, asked, about), media_type="text/event-stream", headers={"Cache-Control": "no-store"}
        )
    watcher = asyncio.create_task(_watch(request, job))
    try:
        pieces: list[str] = []
        while True:
            kind, value = await events.get()
            if kind == "text":
                pieces.append(value)
            elif kind == "gone":
                return Response(status_code=499)
            elif kind == "error":
                raise value
            else:
                text = value.text if asked.documents else "".join(pieces).strip()
                return JSONResponse(completion(value, about, text))
    finally:
        job.cancelled.set()
        watcher.cancel()


async def _watch(request: Request, job: Job) -> None:
    """Cancel the job when the client of a request that is not a stream hangs up."""
    while not await request.is_disconnected():
        await asyncio.sleep(0.5)
    job.cancelled.set()
    job.emit(("gone", None))


async def _stream(
    job: Job, events: asyncio.Queue[Event], asked: ChatRequest, about: dict[str, Any]
) -> AsyncIterator[str]:
    """Server-sent events. When the client leaves, this generator is closed and the job cancelled."""
    try:
        yield _event(chunk(about, {"role": "assistant", "content": ""}))
        while True:
            kind, value = await events.get()
            if kind == "text":
                yield _event(chunk(about, {"content": value}))
            elif kind == "error":
                yield _event({"error": _error_body(value.message, value.hint, "server_error")})
                return
            else:
                for last in last_chunks(value, about, asked.include_usage):
                    yield _event(last)
                yield "data: [DONE]\n\n"
                return
    finally:
        job.cancelled.set()


def _event(content: dict[str, Any]) -> str:
    return f"data: {json.dumps(content, ensure_ascii=False)}\n\n"


def _error_body(message: str, hint: str, kind: str) -> dict[str, Any]:
    return {"message": f"{message}; {hint}" if hint else message, "type": kind, "param": None, "code": None}


def _failure(status: int, message: str, hint: str = "", headers: dict[str, str] | None = None) -> JSONResponse:
    kind = "invalid_request_error" if status < 500 and status != 429 else "server_error"
    return JSONResponse({"error": _error_body(message, hint, kind)}, status, headers)


def _errors(app: FastAPI) -> None:
    """Every error in the form of the OpenAI API."""

    @app.exception_handler(TselError)
    async def ours(_request: Request, error: TselError) -> JSONResponse:
        missing = isinstance(error, DocumentError) and error.message.startswith("there is no file")
        status = 503 if isinstance(error, ServerEnds) else 404 if missing else 400
        return _failure(status, error.message, error.hint)

    @app.exception_handler(Busy)
    async def busy(_request: Request, error: Busy) -> JSONResponse:
        headers = {"Retry-After": str(error.retry_after)}
        return _failure(429, "the server is busy: its queue is full", f"try again in {error.retry_after} s", headers)

    @app.exception_handler(StarletteHTTPException)
    async def theirs(_request: Request, error: StarletteHTTPException) -> JSONResponse:
        return _failure(error.status_code, str(error.detail))
