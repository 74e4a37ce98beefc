"""One server for the tests of its interfaces."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session")
def speaking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """A server whose tiny model knows tools."""
    pytest.importorskip("llguidance", reason="llguidance is not installed (the serve extra)")
    from serve_support import KEY, Running, make_session
    from tiny_folder import TOOL_TEMPLATE

    from tsel_cli.serve.app import ServeSettings
    from tsel_cli.serve.engine import EngineThread

    session = make_session(tmp_path_factory.mktemp("tiny"), TOOL_TEMPLATE, 96)
    server = Running(EngineThread(session, 16), ServeSettings("tiny", KEY))
    yield server
    server.stop()
    server.engine.close()
