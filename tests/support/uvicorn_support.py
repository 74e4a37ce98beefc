"""A server in a thread of this process, for the tests of what is served."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

uvicorn = pytest.importorskip("uvicorn", reason="uvicorn is not installed (the serve extra)")


class ServerThread:
    """An application that is served at `address` from the time this is made until `stop`."""

    def __init__(self, app: Any, http: Any = "auto") -> None:
        self.server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", access_log=False, http=http))
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.thread.start()
        end = time.monotonic() + 30
        while not self.server.started:
            assert time.monotonic() < end
            time.sleep(0.01)
        self.address = f"http://127.0.0.1:{self.server.servers[0].sockets[0].getsockname()[1]}"

    def stop(self) -> None:
        """End it and wait for its thread."""
        self.server.should_exit = True
        self.thread.join(20)
