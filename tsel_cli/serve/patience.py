"""Connections that take too long: headers that never end, and a connection that says nothing more."""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEADER_S = 15.0  # from the first byte of a connection (or of its next request) to the end of the headers


class PatientProtocol(H11Protocol):
    """uvicorn's HTTP, with a limit on the time until a request's headers are whole."""

    header_s: float = HEADER_S
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """See asyncio.Protocol."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """See asyncio.Protocol."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:  # the headers are whole
            self._stop()
        elif self._timer is None and self.conn.trailing_data[0]:  # the next request has begun
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """See asyncio.Protocol."""
        self._stop()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._timer = self.loop.call_later(self.header_s, self._too_slow)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _too_slow(self) -> None:
        self._timer = None
        if not self.transport.is_closing():
            self.transport.close()


def patient(header_s: float) -> type[Any]:
    """The protocol with another limit."""
    return type("PatientProtocol", (PatientProtocol,), {"header_s": header_s})
