"""POST /v1/chat/completions."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response

from tsel_cli.serve.desk import Desk, streamed
from tsel_cli.serve.openai.chat_reply import ChatStream, about_request, chat_completion
from tsel_cli.serve.openai.chat_request import parse_chat
from tsel_cli.serve.running import Run


def chat_routes(app: FastAPI, desk: Desk) -> None:
    """Add it to the application."""

    @app.post("/v1/chat/completions")
    async def chat(request: Request) -> Response:
        asked = await desk.read(request, lambda body, owner: parse_chat(body, desk.files, desk.model, owner))
        run, about, tokenizer = Run(request, desk.engine, asked), about_request(desk.model), desk.tokenizer
        if asked.stream:
            return streamed(ChatStream(run, about, tokenizer).events())
        return JSONResponse(chat_completion(await run.whole(), asked, about, tokenizer))
