"""Who may ask the server for what: keys, hosts, pages of other sites, kinds of bodies; errors without traceback."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

_LOG = logging.getLogger(__name__)
_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
_UPLOADS = "/v1/files"
Refusal = tuple[int, str, str]  # status, message, hint


def owner_of(key: str) -> str:
    """Whose a file or a reading is: told apart by key, without the key; "" where the server has none."""
    return hashlib.sha256(b"tsel owner" + key.encode()).hexdigest()[:16] if key else ""


class Door:
    """Decides about each request before its body is read. `keys` is empty where loopback alone is answered.

    Pages of `origins` are let in beside those of the server itself.
    """

    def __init__(self, keys: Sequence[str], origins: Sequence[str] = ()) -> None:
        self.keys, self.origins = tuple(keys), tuple(o.rstrip("/").lower() for o in origins)

    def check(self, method: str, path: str, headers: dict[str, str]) -> tuple[str, Refusal | None]:
        """(owner of the request, None), or ("", why it is refused)."""
        host = headers.get("host", "")
        refusal = self.site(host, headers) or self._kind(method, path, headers)
        if refusal is not None:
            return "", refusal
        refusal = self._host(host)
        if refusal is not None or not self.keys:
            return "", refusal
        given = headers.get("authorization", "").removeprefix("Bearer ").encode("utf-8", "replace")
        matching = [k for k in self.keys if hmac.compare_digest(given, k.encode())]
        if not matching:
            return "", (401, "the API key is missing or wrong", "Authorization: Bearer KEY")
        return owner_of(matching[0]), None

    def _host(self, host: str) -> Refusal | None:
        """Without keys only a loopback host is answered: a name that another site's server answers for is none."""
        if not self.keys and _name(host) not in _LOOPBACK:
            return 403, "this server answers this machine alone", "start it with an API key"
        return None

    def site(self, host: str, headers: dict[str, str]) -> Refusal | None:
        """A web page of another site in a browser of this machine must not reach what the machine may."""
        origin = headers.get("origin")
        if origin is not None and origin.lower() in self.origins:
            return None
        other = origin is not None and urlsplit(origin).netloc.lower() != host.lower()
        if other or headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            return 403, "a page of another site asked", "ask from a program, or from a page of this server"
        return None

    def _kind(self, method: str, path: str, headers: dict[str, str]) -> Refusal | None:
        wanted = "multipart/form-data" if path.rstrip("/") == _UPLOADS else "application/json"
        given = headers.get("content-type", "").partition(";")[0].strip().lower()
        if method == "POST" and given != wanted:
            return 415, f"the body must be {wanted}", f"Content-Type: {wanted}"
        return None


def _name(host: str) -> str:
    """The host without its port."""
    before, _, port = host.rpartition(":")
    return before if port.isdigit() else host


class Entrance:
    """ASGI middleware outside of all others: asks the door; what nobody caught is a 500 without a traceback.

    The owner of a request is in `scope["state"]["owner"]`.
    """

    def __init__(self, app: Any, door: Door) -> None:
        self.app, self.door = app, door

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """See the ASGI specification."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
        owner, refusal = self.door.check(scope["method"], scope["path"], headers)
        if refusal is not None:
            await _say(send, scope["path"], *refusal)
            return
        scope.setdefault("state", {})["owner"] = owner
        started = False

        async def watched(message: Any) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as error:
            if type(error).__name__ == "ClientDisconnect":  # starlette's: it went away, or its body broke off
                return
            _LOG.error("unexpected %s at %s", type(error).__name__, scope["path"][:80])
            if not started:
                await _say(send, scope["path"], 500, f"unexpected {type(error).__name__}", "see the server's log")


async def _say(send: Any, path: str, status: int, message: str, hint: str) -> None:
    """An error in the form of the interface that was asked."""
    kind = "invalid_request_error" if status < 500 else "server_error"
    said = f"{message}; {hint}"
    about = said if path.startswith("/api/") else {"message": said, "type": kind, "param": None, "code": None}
    headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps({"error": about}).encode()})
