"""The routes of the page. Its own files lie in tsel_cli/page/static; everything else needs the cookie (door.py)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import Response, StreamingResponse

from tsel_cli.page.asking import Ahead, History, Question, ask
from tsel_cli.page.door import ENTER, PageDoor
from tsel_cli.page.exports import history_markdown, report_html
from tsel_cli.page.headers import PageHeaders
from tsel_cli.page.shelf import Shelf
from tsel_cli.page.views import answered_view, document_view, units_view
from tsel_cli.serve.desk import owner_of_request as _owner
from tsel_cli.serve.door import Entrance
from tsel_cli.serve.job_queue import JobQueue
from tsel_cli.serve.limits import UPLOADS_AT_ONCE, BodyLimit, Gate, read_upload
from tsel_cli.serve.openai.errors import handle_errors
from tsel_core import __version__
from tsel_core.document import Document
from tsel_core.errors import UsageError

_KINDS = {"html": "text/html", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_API = "/page/api"
_MOST_SPANS = 2_000  # of a request for places
Read = Callable[[str, bytes], Document]


@dataclass
class Page:
    """What the routes share. `read` reads an upload; `language` is that of the messages, the rest is of answers."""

    engine: JobQueue
    door: PageDoor
    model: str
    read: Read
    shelf: Shelf = field(default_factory=Shelf)
    history: History = field(default_factory=History)
    language: str = "en"
    temperature: float = 0.0
    seed: int = 0
    ahead: Ahead = field(init=False)

    def __post_init__(self) -> None:
        self.ahead = Ahead(self.engine)


def make_page_app(page: Page, max_body_bytes: int = 50_000_000) -> FastAPI:
    """The page alone, as `tsel open` serves it."""
    app = FastAPI(title="tsel", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(BodyLimit, max_bytes=max_body_bytes)
    app.add_middleware(Entrance, door=page.door)
    handle_errors(app)
    add_page(app, page)
    return app


def add_page(app: FastAPI, page: Page) -> None:
    """Put the page into an application whose entrance has the page's door."""
    app.add_middleware(PageHeaders)
    _files(app, page)
    _documents(app, page)
    _pages(app, page)
    _answers(app, page)


def _lang(request: Request) -> str:
    return "ja" if request.query_params.get("lang") == "ja" else "en"


def _files(app: FastAPI, page: Page) -> None:
    @app.get("/")
    async def index() -> Response:
        return _static("index.html")

    @app.get("/page/static/{name}")
    async def static(name: str) -> Response:
        return _static(name)

    @app.post(ENTER)
    async def enter(request: Request) -> Response:
        answer = Response(status_code=204)
        secure = request.url.scheme == "https"
        value = page.door.enter(_owner(request))
        answer.set_cookie(page.door.name, value, httponly=True, samesite="strict", secure=secure, path="/page")
        return answer


def _static(name: str) -> Response:
    """A file of the page. Names are those of the folder: nothing else of the disk can be asked for."""
    if name == "parts.css":  # the report has the same
        return Response((files("tsel_cli.render") / "explain/parts.css").read_bytes(), media_type=_KINDS["css"])
    folder = files("tsel_cli.page") / "static"
    kind = _KINDS.get(name.rpartition(".")[2])
    if kind is None or name not in {entry.name for entry in folder.iterdir()}:
        raise HTTPException(404, "there is no such file")
    return Response((folder / name).read_bytes(), media_type=kind)


def _documents(app: FastAPI, page: Page) -> None:
    uploads = Gate(UPLOADS_AT_ONCE)

    @app.get(f"{_API}/state")
    async def state(request: Request) -> dict[str, Any]:
        owner, lang = _owner(request), _lang(request)
        views = [await asyncio.to_thread(document_view, o, lang) for o in page.shelf.of(owner)]
        answers = [answered_view(a, lang) for a in page.history.of(owner)]
        told = {"model": page.model, "version": __version__, "language": page.language}
        return {**told, "documents": views, "answers": answers}

    @app.post(f"{_API}/documents")
    async def upload(request: Request) -> dict[str, Any]:
        with uploads.enter():
            found = await read_upload(request)
            if found is None:
                raise HTTPException(400, "the form needs a file")
            with page.engine.watch.parsing():
                document = await asyncio.to_thread(page.read, *found)
            opened = await asyncio.to_thread(page.shelf.add, document, found[1], _owner(request))
            return await asyncio.to_thread(document_view, opened, _lang(request))

    @app.delete(f"{_API}/documents/{{document_id}}")
    async def close(document_id: str, request: Request) -> dict[str, Any]:
        page.shelf.remove(document_id, _owner(request))
        page.engine.forget()
        return {"closed": document_id}

    @app.get(f"{_API}/documents/{{document_id}}/units")
    async def units(document_id: str, request: Request) -> list[dict[str, Any]]:
        return await asyncio.to_thread(units_view, page.shelf.get(document_id, _owner(request)), _lang(request))


def _pages(app: FastAPI, page: Page) -> None:
    @app.get(f"{_API}/documents/{{document_id}}/pages/{{number}}")
    async def picture(document_id: str, number: int, request: Request, width: int = 1200) -> Response:
        painter = page.shelf.get(document_id, _owner(request)).painter
        if painter is None:
            raise HTTPException(404, "the document has no pages")
        data = await asyncio.to_thread(painter.paint, number, max(50, width))
        if not data:
            raise HTTPException(503, "the page takes too long to draw")
        return Response(data, media_type="image/png", headers={"cache-control": "private, max-age=600"})

    @app.post(f"{_API}/documents/{{document_id}}/places")
    async def places(document_id: str, request: Request) -> dict[str, Any]:
        opened = page.shelf.get(document_id, _owner(request))
        body = await _json(request)
        try:
            spans = [(int(u), int(a), int(b)) for u, a, b in body["spans"]][:_MOST_SPANS]
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise HTTPException(400, "spans must be a list of [unit, start, end]") from error
        return {"places": await asyncio.to_thread(opened.places, spans)}


def _answers(app: FastAPI, page: Page) -> None:
    @app.post(f"{_API}/ask")
    async def ask_documents(request: Request) -> Response:
        page.engine.check_room()
        body, owner, lang = await _json(request), _owner(request), _lang(request)
        opened = page.shelf.some([str(i) for i in body.get("documents") or ()], owner)
        question = Question(_task(body), opened, owner, lang, page.temperature, page.seed)
        return StreamingResponse(
            _stream(page, question), media_type="text/event-stream", headers={"cache-control": "no-store"}
        )

    @app.delete(f"{_API}/answers")
    async def forget(request: Request) -> dict[str, Any]:
        page.history.clear(_owner(request))
        return {"answers": []}

    @app.get(f"{_API}/answers.md")
    async def markdown(request: Request) -> Response:
        text = history_markdown(page.history.of(_owner(request)))
        return _attachment(text, "text/markdown", "answers.md")

    @app.get(f"{_API}/answers/{{answer_id}}/report.html")
    async def report(answer_id: str, request: Request) -> Response:
        text = await asyncio.to_thread(report_html, page.history.get(answer_id, _owner(request)))
        return _attachment(text, "text/html", "answer.html")


async def _stream(page: Page, question: Question) -> AsyncIterator[str]:
    async for event in ask(page.engine, page.history, question, page.ahead):
        yield f"data: {json.dumps(event, ensure_ascii=False)}\n\n"


async def _json(request: Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.body())
    except (ValueError, RecursionError) as error:
        raise HTTPException(400, "the body is not JSON") from error
    if not isinstance(body, dict):
        raise HTTPException(400, "the body must be an object")
    return body


def _task(body: dict[str, Any]) -> Any:
    from tsel_core.prompts.tasks import ask_task

    question = body.get("question")
    if not isinstance(question, str) or not question.strip():
        raise UsageError("the question is empty", "ask a question")
    return ask_task(question)


def _attachment(text: str, kind: str, name: str) -> Response:
    """A file to be kept: never shown as a page of this server."""
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return Response(text.encode(), media_type=f"{kind}; charset=utf-8", headers=headers)
