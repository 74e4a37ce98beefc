"""/api/chat, /api/generate, /api/tags, /api/show, /api/ps and /api/version; what changes models is refused."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse, Response

from tsel_cli.serve.desk import Desk, json_body, streamed
from tsel_cli.serve.ollama.about import LATEST, is_ours, now, running, shown, tag
from tsel_cli.serve.ollama.reply import Shape, as_message, as_response, lines, whole
from tsel_cli.serve.ollama.request import Parse, parse_chat, parse_generate
from tsel_cli.serve.running import Run
from tsel_core import __version__

_REFUSED = {
    "pull": "models are fetched with `tsel models pull`",
    "push": "models are not published from here",
    "create": "models are not made here",
    "copy": "the server has one model",
    "delete": "models are removed with `tsel models rm`",
}


def ollama_routes(app: FastAPI, desk: Desk) -> None:
    """Add them to the application."""
    session, model = desk.engine.session, desk.model

    @app.get("/api/version")
    async def version() -> dict[str, Any]:
        return {"version": __version__}

    @app.get("/api/tags")
    async def tags() -> dict[str, Any]:
        return {"models": [tag(session, model)]}

    @app.get("/api/ps")
    async def loaded() -> dict[str, Any]:
        return {"models": [running(session, model)]}

    @app.post("/api/show")
    async def show(request: Request) -> dict[str, Any]:
        body = await json_body(request)
        name = body.get("model") or body.get("name") if isinstance(body, dict) else None
        if not is_ours(name, model):
            raise HTTPException(404, f"model {str(name)[:80]!r} not found")
        return shown(session)

    @app.post("/api/chat")
    async def chat(request: Request) -> Response:
        return await _reply(request, desk, parse_chat, as_message, "messages")

    @app.post("/api/generate")
    async def generate(request: Request) -> Response:
        return await _reply(request, desk, parse_generate, as_response, "prompt")

    @app.api_route("/api/{name}", methods=["POST", "DELETE"])
    async def refused(name: str) -> dict[str, Any]:
        if name not in _REFUSED:
            raise HTTPException(404, f"there is no /api/{name[:40]}")
        raise HTTPException(501, _REFUSED[name])


async def _reply(request: Request, desk: Desk, parse: Parse, shape: Shape, words: str) -> Response:
    """A reply in lines or whole. A body without words asks to load the model, which is loaded."""
    name = desk.model + LATEST

    def read(body: Any, owner: str) -> Any:
        if isinstance(body, dict) and is_ours(body.get("model"), desk.model) and not body.get(words):
            return None
        return parse(body, desk.files, desk.model, owner)

    asked = await desk.read(request, read)
    if asked is None:
        loaded = {"model": name, "created_at": now(), **shape("", []), "done": True, "done_reason": "load"}
        return JSONResponse(loaded)
    run = Run(request, desk.engine, asked)
    if asked.stream:
        return streamed(lines(run, name, shape), "application/x-ndjson")
    reply = (await run.whole())[0]
    return JSONResponse(whole(name, reply.text, asked.tools, reply.draft, shape))
