"""/v1/responses: asked, kept in memory for a next question, and deleted."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse, Response

from tsel_cli.serve.desk import Desk, owner_of_request, streamed
from tsel_cli.serve.openai.responses_reply import about_response, finished, output_of, said
from tsel_cli.serve.openai.responses_request import AskedResponse, Before, continued, parse_response
from tsel_cli.serve.openai.responses_stream import ResponseStream
from tsel_cli.serve.running import Run

MOST_KEPT = 64


@dataclass(frozen=True)
class Kept:
    """A response with the conversation up to it."""

    owner: str
    response: dict[str, Any]
    conversation: Before


class ResponseStore:
    """The last responses, in memory alone; lost when the server ends."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most, self._lock = most, threading.Lock()
        self._kept: OrderedDict[str, Kept] = OrderedDict()

    def keep(self, kept: Kept) -> None:
        """Keep a response in place of the oldest."""
        with self._lock:
            self._kept[kept.response["id"]] = kept
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def get(self, name: str, owner: str) -> Kept:
        """A kept response of this owner. HTTPException 404 for any other."""
        with self._lock:
            found = self._kept.get(name)
        if found is None or found.owner != owner:
            raise HTTPException(404, f"there is no response {name[:60]}: the last {self._most} are kept in memory")
        return found

    def delete(self, name: str, owner: str) -> None:
        """Forget a response of this owner. HTTPException 404 for any other."""
        self.get(name, owner)
        with self._lock:
            self._kept.pop(name, None)


def response_routes(app: FastAPI, desk: Desk) -> None:
    """Add them to the application."""
    store = ResponseStore()

    @app.post("/v1/responses")
    async def create(request: Request) -> Response:
        def parse(body: Any, owner: str) -> AskedResponse:
            last = body.get("previous_response_id") if isinstance(body, dict) else None
            before = store.get(str(last), owner).conversation if last else Before()
            return parse_response(body, desk.files, desk.model, owner, before)

        asked = await desk.read(request, parse)
        about, owner = about_response(asked, desk.model), owner_of_request(request)

        def keep(whole: dict[str, Any], text: str) -> None:
            if asked.stored:
                conversation = continued(asked.conversation, [said(text, whole["output"])])
                store.keep(Kept(owner, whole, conversation))

        run = Run(request, desk.engine, asked.request)
        if asked.request.stream:
            return streamed(ResponseStream(run, about, desk.tokenizer, keep).events())
        reply = (await run.whole())[0]
        output, message = output_of(reply, asked.request, desk.tokenizer)
        whole = finished(about, reply.draft, output)
        keep(whole, message.text)
        return JSONResponse(whole)

    @app.get("/v1/responses/{name}")
    async def one(name: str, request: Request) -> dict[str, Any]:
        return store.get(name, owner_of_request(request)).response

    @app.delete("/v1/responses/{name}")
    async def delete(name: str, request: Request) -> dict[str, Any]:
        store.delete(name, owner_of_request(request))
        desk.engine.forget()  # the reading in memory may be of this conversation
        return {"id": name, "object": "response", "deleted": True}
