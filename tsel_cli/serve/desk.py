"""Where requests of all interfaces come in: bodies are read and parsed within limits, then asked of the one engine."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any, TypeVar

from fastapi import HTTPException, Request
from fastapi.responses import StreamingResponse

from tsel_cli.serve.files import FileStore
from tsel_cli.serve.limits import Gate

if TYPE_CHECKING:
    from tsel_cli.serve.engine import EngineThread

Asked = TypeVar("Asked")


class Desk:
    """The engine, the files and the model's name, for whichever interface asks."""

    def __init__(self, engine: EngineThread, files: FileStore, model: str) -> None:
        self.engine, self.files, self.model = engine, files, model
        self._bodies = Gate(engine.queue_size + 1)

    @property
    def tokenizer(self) -> Any:
        """The model's."""
        return self.engine.session.tokenizer

    async def read(self, request: Request, parse: Callable[[Any, str], Asked]) -> Asked:
        """What `parse` makes of the body and its owner, in a thread: it may read documents.

        Raises Busy before a body is read for nothing, and what parsing raises.
        """
        self.engine.check_room()
        with self._bodies.enter():
            body = await json_body(request)
            # inline documents are parsed in here, so it must not hold up the others
            with self.engine.watch.parsing():
                return await asyncio.to_thread(parse, body, owner_of_request(request))


async def json_body(request: Request) -> Any:
    """The body's JSON. HTTPException 400 when it is none."""
    try:
        return json.loads(await request.body())
    except (ValueError, RecursionError) as error:
        raise HTTPException(400, f"the body is not JSON: {str(error)[:200]}") from error


def owner_of_request(request: Request) -> str:
    """Whose the request is, as the door found."""
    return str(request.scope.get("state", {}).get("owner", ""))


def streamed(events: AsyncIterator[str], media_type: str = "text/event-stream") -> StreamingResponse:
    """Events as they come."""
    return StreamingResponse(events, media_type=media_type, headers={"Cache-Control": "no-store"})
