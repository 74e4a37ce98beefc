"""`llm -m tsel`: questions about documents to a running `tsel serve`; TSEL_URL says where, TSEL_API_KEY is its key."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from typing import Any

import llm
import openai

URL = "http://127.0.0.1:8765"
TYPES = {
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "text/plain",
    "text/html",
    "text/markdown",
    "text/vtt",
}


@llm.hookimpl
def register_models(register: Any) -> None:
    """See llm's documentation of plugins."""
    register(Tsel())


class Tsel(llm.KeyModel):
    """The model that the server has loaded; attachments are read whole."""

    model_id = "tsel"
    needs_key = "tsel"
    key_env_var = "TSEL_API_KEY"
    can_stream = True
    attachment_types = TYPES

    class Options(llm.Options):
        """What may be set with -o."""

        max_tokens: int | None = None
        temperature: float | None = None
        seed: int | None = None

    def get_key(self, explicit_key: str | None = None) -> str:
        """A server on this machine needs none."""
        try:
            return super().get_key(explicit_key) or "none"
        except llm.NeedsKeyException:
            return "none"

    def execute(self, prompt: Any, stream: bool, response: Any, conversation: Any, key: str | None = None) -> Iterator[str]:
        """Ask, and give the words as they come; citations and receipt are in the response's JSON."""
        client = openai.OpenAI(base_url=os.environ.get("TSEL_URL", URL).rstrip("/") + "/v1", api_key=key or "none")
        asked: dict[str, Any] = {"model": "tsel", "messages": _messages(prompt, conversation)}
        asked |= {name: value for name, value in prompt.options if value is not None}
        if not stream:
            made = client.chat.completions.create(**asked)
            response.response_json = made.tsel
            _count(response, made.usage)
            yield made.choices[0].message.content or ""
            return
        for chunk in client.chat.completions.create(**asked, stream=True, stream_options={"include_usage": True}):
            if chunk.choices and chunk.choices[0].delta.content:
                yield chunk.choices[0].delta.content
            if getattr(chunk, "tsel", None):
                response.response_json = chunk.tsel
            if chunk.usage:
                _count(response, chunk.usage)


def _count(response: Any, usage: Any) -> None:
    response.set_usage(input=usage.prompt_tokens, output=usage.completion_tokens)


def _messages(prompt: Any, conversation: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if prompt.system:
        found.append({"role": "system", "content": prompt.system})
    for before in conversation.responses if conversation else ():
        found.append(_asked(before.prompt))
        found.append({"role": "assistant", "content": before.text_or_raise()})
    return [*found, _asked(prompt)]


def _asked(prompt: Any) -> dict[str, Any]:
    parts = [_file(attachment) for attachment in prompt.attachments]
    return {"role": "user", "content": [*parts, {"type": "text", "text": prompt.prompt or ""}]}


def _file(attachment: Any) -> dict[str, Any]:
    data = base64.b64encode(attachment.content_bytes()).decode()
    name = os.path.basename(attachment.path or "document.txt")
    return {"type": "file", "file": {"filename": name, "file_data": f"data:{attachment.resolve_type()};base64,{data}"}}
