"""Who may use the page: a token in the fragment of its address, or an API key, is exchanged for a cookie."""

from __future__ import annotations

import hmac
import secrets
from collections import OrderedDict
from collections.abc import Sequence
from http.cookies import CookieError, SimpleCookie

from tsel_cli.serve.door import Door, Refusal, owner_of

PREFIX, ENTER, STATIC = "/page/", "/page/enter", "/page/static/"
OWNER = "page"  # of documents and answers where there are no API keys
_MOST_COOKIES = 64  # that are known at once; the oldest is forgotten


class PageDoor(Door):
    """The door of the server, and of its page.

    The page's own files hold nothing and are for every browser of an allowed host; whatever is of documents needs the
    cookie. `keys`: as for the server; without keys `token` opens the page. Pages of `origins` may use the server's
    interfaces, and nothing of the page.
    """

    def __init__(self, keys: Sequence[str], token: str, origins: Sequence[str] = ()) -> None:
        super().__init__(keys, origins)
        self._alone = Door(keys)
        self._secrets = [(key, owner_of(key)) for key in self.keys] or [(token, OWNER)]
        self._cookies: OrderedDict[str, str] = OrderedDict()
        self.name = f"tsel_{secrets.token_hex(4)}"  # cookies are shared by the ports of a host: each server has its own

    def check(self, method: str, path: str, headers: dict[str, str]) -> tuple[str, Refusal | None]:
        """See Door."""
        if path != "/" and not path.startswith(PREFIX):
            return super().check(method, path, headers)
        refusal = self._host(headers.get("host", ""))
        if refusal is None and path != "/":  # a link from anywhere may lead to the empty page, and to nothing else
            refusal = self._alone.site(headers.get("host", ""), headers)
        if refusal is not None:
            return "", refusal
        if path == "/" or path.startswith(STATIC):
            return "", None
        found = self._owner_by_secret(headers) if path == ENTER else self._owner_by_cookie(headers)
        if found is None:
            return "", (401, "the page is not open in this browser", "use the address that tsel printed")
        return found, None

    def enter(self, owner: str) -> str:
        """A new cookie's value."""
        value = secrets.token_urlsafe(32)
        self._cookies[value] = owner
        while len(self._cookies) > _MOST_COOKIES:
            self._cookies.popitem(last=False)
        return value

    def _owner_by_secret(self, headers: dict[str, str]) -> str | None:
        given = headers.get("authorization", "").removeprefix("Bearer ").encode("utf-8", "replace")
        return next((o for secret, o in self._secrets if hmac.compare_digest(given, secret.encode())), None)

    def _owner_by_cookie(self, headers: dict[str, str]) -> str | None:
        try:
            cookies = SimpleCookie(headers.get("cookie", ""))
        except CookieError:
            return None
        found = cookies.get(self.name)
        return None if found is None else self._cookies.get(found.value)
