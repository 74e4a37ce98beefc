"""A server for other projects' clients: one in this process, or the one that TSEL_CLIENTS_URL names.

The clients may live in an environment of their own, without torch: start `tsel serve` elsewhere, and there

    TSEL_CLIENTS_URL=http://127.0.0.1:8765 python -m pytest tests/clients
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

import pytest


@dataclass(frozen=True)
class Server:
    """Where it listens, its key, and the model's name."""

    url: str
    key: str
    model: str


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    url = os.environ.get("TSEL_CLIENTS_URL")
    if url:
        yield Server(url.rstrip("/"), os.environ.get("TSEL_API_KEY") or "no-key-is-needed", "tsel")
        return
    pytest.importorskip("torch", reason="torch is not installed here, and TSEL_CLIENTS_URL names no server")
    from serve_support import KEY, Running, make_session
    from tiny_folder import TOOL_TEMPLATE

    from tsel_cli.serve.app import ServeSettings
    from tsel_cli.serve.engine import EngineThread

    session = make_session(tmp_path_factory.mktemp("tiny"), TOOL_TEMPLATE, 96)
    running = Running(EngineThread(session, 16), ServeSettings("tiny", KEY))
    yield Server(running.url, KEY, "tsel")
    running.stop()
    running.engine.close()
