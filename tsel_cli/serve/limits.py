"""Refusing bodies that are too large, or too many at once, before they are held in memory."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Iterator
from typing import Any

from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

UPLOADS_AT_ONCE = 8
BODY_S, PAUSE_S = 300.0, 30.0  # a whole body, and between two pieces of one


class Busy(Exception):
    """More requests than the server holds; `retry_after` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


class Gate:
    """How many bodies are read and parsed at once: each takes memory from its first byte on."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._inside = 0

    @contextlib.contextmanager
    def enter(self) -> Iterator[None]:
        """Raises Busy when `limit` are inside. For one event loop."""
        if self._inside >= self.limit:
            raise Busy(1)
        self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1


class _InMemory(MultiPartParser):
    spool_max_size = 1 << 62  # bounded by BodyLimit; otherwise a document of over 1 MB would be written to the disk


async def read_upload(request: Request) -> tuple[str, bytes] | None:
    """Name and bytes of the form's file, never on the disk; None when the form has none, or is not one."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return None
    try:
        form = await _InMemory(request.headers, request.stream(), max_files=1, max_fields=8).parse()
    except MultiPartException:
        return None
    try:
        file = form.get("file")
        if file is None or isinstance(file, str):
            return None
        return file.filename or "document.txt", await file.read()
    finally:
        await form.close()


class BodyLimit:
    """ASGI middleware: 413 for a body over `max_bytes`, by its declared length or as it arrives; 408 for a slow one."""

    def __init__(self, app: Any, max_bytes: int, seconds: float = BODY_S) -> None:
        self.app = app
        self.max_bytes = max_bytes
        self.seconds = seconds

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """See the ASGI specification."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > self.max_bytes:
            await self._refuse(send)
            return
        seen, started, whole = 0, False, False
        end = time.monotonic() + self.seconds

        async def limited() -> Any:
            nonlocal seen, whole
            if whole:  # what comes now is the client's leaving, which has all the time of the answer
                return await receive()
            try:
                message = await asyncio.wait_for(receive(), max(0.0, min(PAUSE_S, end - time.monotonic())))
            except TimeoutError:
                raise _TooSlow from None
            whole = not message.get("more_body", False)
            seen += len(message.get("body", b""))
            if seen > self.max_bytes:
                raise _TooLarge
            return message

        async def watched(message: Any) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, limited, watched)
        except BaseException as error:
            if started or not (_is(error, _TooLarge) or _is(error, _TooSlow)):
                raise
            await self._refuse(send, slow=_is(error, _TooSlow))

    async def _refuse(self, send: Any, *, slow: bool = False) -> None:
        message = f"the request is over the limit of {self.max_bytes:,} bytes"
        if slow:
            message = "the request's body came too slowly"
        body = json.dumps({"error": {"message": message, "type": "invalid_request_error", "param": None, "code": None}})
        headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
        await send({"type": "http.response.start", "status": 408 if slow else 413, "headers": headers})
        await send({"type": "http.response.body", "body": body.encode()})


class _TooLarge(Exception):
    pass


class _TooSlow(Exception):
    pass


def _is(error: BaseException | None, kind: type[Exception]) -> bool:
    """Whether the limit is behind an error that other layers may have wrapped."""
    while error is not None:
        if isinstance(error, kind):
            return True
        inner = getattr(error, "exceptions", None)
        if inner and any(_is(e, kind) for e in inner):
            return True
        error = error.__cause__ or error.__context__
    return False
