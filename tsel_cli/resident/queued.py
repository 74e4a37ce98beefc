"""A command that was handed over, as the resident process holds it."""

from __future__ import annotations

import contextlib
import os
import socket
import time
from dataclasses import dataclass, field

from tsel_cli.resident import wire

_ANSWERS = 10.0  # seconds in which a client says that it still waits


@dataclass
class Job:
    """One command that was handed over, and the way to its client."""

    about: wire.Message
    fds: list[int]
    connection: socket.socket
    stopped: bool = False  # by Ctrl-C, or its client is gone
    began: float = field(default_factory=time.monotonic)

    @property
    def command(self) -> str:
        """ask, chat, ..."""
        return next((a for a in self.about["arguments"] if not a.startswith("-")), "")

    def tell(self, message: wire.Message) -> None:
        """Send a message; a client that is gone misses it."""
        with contextlib.suppress(OSError):
            wire.send(self.connection, message)

    def is_wanted(self) -> bool:
        """Whether the client still waits. One that heard nothing for too long does the work itself: never both."""
        self.tell({"kind": "taken"})
        try:
            self.connection.settimeout(_ANSWERS)
            found = wire.receive(self.connection)
            self.connection.settimeout(None)
        except (OSError, wire.Broken):
            return False
        return found is not None and found.get("kind") == "go"

    def drop(self) -> None:
        """Close what came with it."""
        for fd in self.fds:
            os.close(fd)
        self.fds = []
