"""Every request gets an id, which its answer carries (x-request-id), and a line of the journal (--log-file)."""

from __future__ import annotations

import logging
import secrets
import time
from typing import Any

_LOG = logging.getLogger(__name__)


class Noted:
    """ASGI middleware. A line holds method, path, status and seconds: no words of a body, no address, no key."""

    def __init__(self, app: Any) -> None:
        self.app = app

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
            _LOG.info("request", extra={"values": told | {"seconds": round(time.monotonic() - began, 4)}})
