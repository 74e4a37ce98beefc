"""Bodies of POST /api/chat and /api/generate in our terms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tsel_cli.serve.files import FileStore
from tsel_cli.serve.ollama.about import is_ours
from tsel_cli.serve.openai.chat_request import FAULTS, read_messages, with_messages
from tsel_cli.serve.openai.content import Parts
from tsel_cli.serve.openai.tools import tools_of
from tsel_cli.serve.wire import ChatRequest, is_text, number, require, whole_number, words
from tsel_core.engine.choosing import Choosing
from tsel_core.engine.grammar import ANY_OBJECT, json_grammar
from tsel_core.errors import UsageError

Parse = Callable[[Any, FileStore, str, str], ChatRequest]


def parse_chat(body: Any, files: FileStore, model: str, owner: str) -> ChatRequest:
    """The request of a conversation. Raises UsageError naming what cannot be used."""
    return _checked(_chat, body, files, model, owner)


def parse_generate(body: Any, files: FileStore, model: str, owner: str) -> ChatRequest:
    """The request of a single prompt. Raises UsageError naming what cannot be used."""
    return _checked(_generate, body, files, model, owner)


def _checked(parse: Parse, body: Any, files: FileStore, model: str, owner: str) -> ChatRequest:
    try:
        require(isinstance(body, dict), "the body must be a JSON object")
        require(is_ours(body.get("model"), model), f"model must be {model!r}, or 'tsel'", "see GET /api/tags")
        return parse(body, files, model, owner)
    except FAULTS as error:
        raise UsageError("the body cannot be read", f"{type(error).__name__}: see the API's reference") from error


def _chat(body: Any, files: FileStore, _model: str, owner: str) -> ChatRequest:
    given = body.get("messages")
    require(isinstance(given, list) and bool(given), "messages must be a list that is not empty")
    return _conversation(body, [_message(m) for m in given], files, owner)


def _generate(body: Any, files: FileStore, _model: str, owner: str) -> ChatRequest:
    for name in ("suffix", "context", "template"):
        require(not body.get(name), f"{name} is not supported", "send the conversation to /api/chat")
    prompt = body.get("prompt")
    require(isinstance(prompt, str) and bool(prompt) and is_text(prompt), "prompt must be a text")
    if body.get("raw"):
        return replace(_settings(body, owner), turns=((prompt, ""),), raw=prompt)
    system = [{"role": "system", "content": body["system"]}] if body.get("system") else []
    asked = {"role": "user", "content": prompt, "images": body.get("images"), "files": body.get("files")}
    return _conversation(body, [*system, _message(asked)], files, owner)


def _conversation(body: Any, messages: list[Any], files: FileStore, owner: str) -> ChatRequest:
    parts = Parts(files, owner)
    read = read_messages(_with_ids(messages), parts)
    made = replace(_settings(body, owner), documents=parts.documents, file_ids=parts.file_ids)
    return with_messages(made, read, tools_of(body.get("tools") or None), "auto")


def _message(given: Any) -> Any:
    """A message in the form of chat completions; `files` (ids, or name and base64) is an extension of ours."""
    require(isinstance(given, dict), "a message must be an object")
    require(not given.get("images"), "images are not supported: the model reads text")
    parts = [
        {"type": "file", "file": {"file_id": file} if isinstance(file, str) else file}
        for file in given.get("files") or []
    ]
    content = given.get("content") or ""
    if parts:
        content = [*parts, {"type": "text", "text": content}]
    return {**given, "content": content}


def _with_ids(messages: list[Any]) -> list[Any]:
    """Calls and their results have no ids here: they belong together in their order."""
    found, waiting = [], []
    for number_, message in enumerate(messages):
        if message.get("tool_calls"):
            calls = [{**call, "id": f"call_{number_}_{at}"} for at, call in enumerate(message["tool_calls"])]
            waiting = [call["id"] for call in calls]
            message = {**message, "tool_calls": calls}
        elif message.get("role") == "tool":
            message = {**message, "tool_call_id": waiting.pop(0) if waiting else ""}
        found.append(message)
    return found


def _settings(body: Any, owner: str) -> ChatRequest:
    options = body.get("options") or {}
    require(isinstance(options, dict), "options must be an object")
    require(not body.get("think"), "think is not supported: the model answers at once")
    limit = whole_number(options, "num_predict", -2, 2**31)
    return ChatRequest(
        turns=(("", ""),),
        owner=owner,
        max_new_tokens=limit if limit is not None and limit > 0 else None,
        temperature=number(options, "temperature", 0.0, 0.0, 2.0),
        top_p=number(options, "top_p", 1.0, 1e-6, 1.0),
        seed=int(number(options, "seed", 0, -(2**63), 2**63 - 1)),
        stop=words(options.get("stop"), "stop", 16),
        stream=body.get("stream") is not False,
        choosing=Choosing(
            presence_penalty=number(options, "presence_penalty", 0.0, -2.0, 2.0),
            frequency_penalty=number(options, "frequency_penalty", 0.0, -2.0, 2.0),
            grammar=_grammar(body.get("format")),
        ),
    )


def _grammar(given: Any) -> str | None:
    if given in (None, ""):
        return None
    if given == "json":
        return json_grammar(ANY_OBJECT)
    require(isinstance(given, dict), "format must be json or a JSON schema")
    return json_grammar(given)
