"""The HTTP side of `tsel serve`: the interfaces of the OpenAI API and of Ollama, /health and /metrics."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse, Response

from tsel_cli.serve.desk import Desk
from tsel_cli.serve.door import Door, Entrance
from tsel_cli.serve.embeddings import Embedder, embedding_routes
from tsel_cli.serve.engine import EngineThread
from tsel_cli.serve.files import FileStore
from tsel_cli.serve.limits import BODY_S, BodyLimit
from tsel_cli.serve.metrics import Metrics, healthy, metrics_route
from tsel_cli.serve.noted import Noted
from tsel_cli.serve.ollama.routes import ollama_routes
from tsel_cli.serve.openai.chat import chat_routes
from tsel_cli.serve.openai.completions import completion_routes
from tsel_cli.serve.openai.errors import handle_errors
from tsel_cli.serve.openai.files import file_routes
from tsel_cli.serve.openai.models import model_routes
from tsel_cli.serve.openai.responses import response_routes
from tsel_cli.serve.parsers import ParseLimits, Parsers


@dataclass(frozen=True)
class ServeSettings:
    """What the server allows. Without `api_key` only requests that name a loopback host are answered.

    Several keys stand on a line each: what is uploaded with one is not there for another. Pages of `origins`
    ("https://chat.example.org") may ask from a browser, too.
    """

    model: str
    api_key: str = ""
    max_body_bytes: int = 50_000_000
    max_files: int = 64
    body_s: float = BODY_S  # until a body is whole
    parsing: ParseLimits | None = None  # memory of the processes that parse; None: by what is free
    origins: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that are let in."""
        return tuple(line.strip() for line in self.api_key.splitlines() if line.strip())


def make_app(
    engine: EngineThread, settings: ServeSettings, door: Door | None = None, embedder: Embedder | None = None
) -> FastAPI:
    """The ASGI application; `door`: another one than that of the interfaces alone; `embedder`: a model for vectors."""
    app = FastAPI(title="tsel", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(BodyLimit, max_bytes=settings.max_body_bytes, seconds=settings.body_s)
    # what is added last is asked first
    app.add_middleware(Entrance, door=door or Door(settings.keys, settings.origins))
    if settings.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.origins),
            allow_methods=["GET", "POST", "DELETE"],
            allow_headers=["*"],
            max_age=600,
        )
    metrics = Metrics(settings.model)
    app.add_middleware(Noted, heard=metrics.heard)
    parsers = Parsers(settings.parsing or ParseLimits.of_machine())
    desk = Desk(engine, FileStore(settings.max_files, parsers.read), settings.model)
    handle_errors(app)
    model_routes(app, settings.model, *([embedder.name] if embedder else []))
    metrics_route(app, metrics, desk, parsers)
    embedding_routes(app, embedder)
    file_routes(app, desk)
    chat_routes(app, desk)
    completion_routes(app, desk)
    response_routes(app, desk)
    ollama_routes(app, desk)

    @app.get("/health")
    async def health() -> Response:
        found = engine.health() | parsers.state()
        return JSONResponse(found, 200 if healthy(found) else 503)

    return app
