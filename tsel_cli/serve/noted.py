"""Every request gets an id, which its answer carries (x-request-id), and a line of the journal; it is counted, too."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable
from typing import Any

_LOG = logging.getLogger(__name__)
Heard = Callable[[Any, int, float], None]  # scope, status, seconds


class Noted:
    """ASGI middleware. A line holds method, path, status and seconds: no words of a body, no address, no key."""

    def __init__(self, app: Any, heard: Heard) -> None:
        self.app, self.heard = app, heard

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """See the ASGI specification."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        name, began, status = secrets.token_hex(8), time.monotonic(), 0

        async def named(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": [*message.get("headers", ()), (b"x-request-id", name.encode())]}
            await send(message)

        try:
            await self.app(scope, receive, named)
        finally:
            told = {"request": name, "method": scope["method"], "path": scope["path"][:120], "status": status}
            seconds = time.monotonic() - began
            _LOG.info("request", extra={"values": told | {"seconds": round(seconds, 4)}})
            self.heard(scope, status, seconds)
