"""The uvicorn server of `tsel serve` and `tsel open`: says where it listens, and lets answers end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    from socket import socket

    from tsel_cli.serve.job_queue import JobQueue


def make_server(
    config: uvicorn.Config, announce: Callable[[str], None], engine: JobQueue, seconds: float
) -> uvicorn.Server:
    """A uvicorn server that says where it listens once it does; after Ctrl-C answers get so many seconds."""

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                name = self.servers[0].sockets[0].getsockname()
                host = f"[{name[0]}]" if ":" in name[0] else name[0]
                announce(f"{host}:{name[1]}")

        async def shutdown(self, sockets: list[socket] | None = None) -> None:
            engine.drain()
            asyncio.get_running_loop().call_later(seconds, engine.end)
            await super().shutdown(sockets)

    return Server(config)
