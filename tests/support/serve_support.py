"""A server in this process and its client, for tests of tsel serve."""
# ruff: noqa: E402 - what the extra brings is imported after the check that it is there

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tiny_folder import TEMPLATE, make_folder
from uvicorn_support import ServerThread

for _name, _extra in (("fastapi", "serve"), ("uvicorn", "serve"), ("python_multipart", "serve"), ("openai", "dev")):
    pytest.importorskip(_name, reason=f"{_name} is not installed (the {_extra} extra)")

import openai

from tsel_cli.serve.app import ServeSettings, make_app
from tsel_cli.serve.engine import EngineThread
from tsel_core.config import EngineConfig

KEY = "a-key-of-some-length"


class Running:
    """A server in this process."""

    def __init__(self, engine: EngineThread, settings: ServeSettings, http: Any = "auto") -> None:
        self.engine, self.served = engine, ServerThread(make_app(engine, settings), http)
        self.url = self.served.address
        self.client = openai.OpenAI(base_url=self.url + "/v1", api_key=KEY, max_retries=0, timeout=60)

    def stop(self) -> None:
        self.served.stop()


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
