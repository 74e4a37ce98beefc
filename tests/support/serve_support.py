"""A server in this process and its client, for tests of tsel serve."""
# ruff: noqa: E402 - what the extra brings is imported after the check that it is there

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest
from tiny_folder import TEMPLATE, make_folder

for _name, _extra in (("fastapi", "serve"), ("uvicorn", "serve"), ("python_multipart", "serve"), ("openai", "dev")):
    pytest.importorskip(_name, reason=f"{_name} is not installed (the {_extra} extra)")

import openai
import uvicorn

from tsel_cli.serve.app import ServeSettings, make_app
from tsel_cli.serve.engine import EngineThread
from tsel_core.config import EngineConfig

KEY = "a-key-of-some-length"


class Running:
    """A server in this process."""

    def __init__(self, engine: EngineThread, settings: ServeSettings, http: Any = "auto") -> None:
        config = uvicorn.Config(make_app(engine, settings), port=0, log_level="error", access_log=False, http=http)
        self.engine, self.server = engine, uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.thread.start()
        end = time.monotonic() + 30
        while not self.server.started:
            assert time.monotonic() < end
            time.sleep(0.01)
        self.url = f"http://127.0.0.1:{self.server.servers[0].sockets[0].getsockname()[1]}"
        self.client = openai.OpenAI(base_url=self.url + "/v1", api_key=KEY, max_retries=0, timeout=60)

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(20)


def make_session(folder: Path, template: str = TEMPLATE, max_new_tokens: int = 24) -> Any:
    """A session with a tiny random model, made in `folder`."""
    from tsel_core.models.load import resolve_model
    from tsel_core.session import Session

    return Session(resolve_model(str(make_folder(folder, template))), EngineConfig(max_new_tokens=max_new_tokens))


def text_of(number: int, paragraphs: int = 6) -> bytes:
    lines = [
        f"Clause {j}: party {number} pays {j * 13 + number} in month {(number + j) % 12 + 1}."
        for j in range(paragraphs)
    ]
    return "\n\n".join(lines).encode()


def upload(running: Running, number: int, name: str = "contract.txt") -> str:
    return running.client.files.create(file=(name, text_of(number)), purpose="user_data").id


def question(text: str, *file_ids: str) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = [{"type": "file", "file": {"file_id": f}} for f in file_ids]
    return [{"role": "user", "content": [*parts, {"type": "text", "text": text}]}]


def ask(running: Running, messages: list[dict[str, Any]], **more: Any) -> Any:
    return running.client.chat.completions.create(model="tiny", messages=messages, **more)  # type: ignore[arg-type]
