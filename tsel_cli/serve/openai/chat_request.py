"""The body of POST /v1/chat/completions in our terms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast, get_args

from tsel_cli.serve.files import FileStore
from tsel_cli.serve.openai.content import Parts
from tsel_cli.serve.openai.sampling import chat_logprobs, choosing, sampling
from tsel_cli.serve.openai.tools import calls_of, choice_of, tools_of
from tsel_cli.serve.wire import ChatRequest, Tool, require
from tsel_core.engine.choosing import Choosing
from tsel_core.errors import UsageError
from tsel_core.prompts.messages import Message
from tsel_core.prompts.tasks import Style

_REFUSED = ("functions", "function_call", "audio", "prediction", "web_search_options")
_ROLES = {"system": "system", "developer": "system", "user": "user", "assistant": "assistant", "tool": "tool"}
FAULTS = (AttributeError, TypeError, ValueError, KeyError, RecursionError, OverflowError)


def parse_chat(body: Any, files: FileStore, model: str, owner: str = "") -> ChatRequest:
    """The request. Raises UsageError naming the parameter that cannot be used."""
    try:
        return _request(body, files, model, owner)
    except FAULTS as error:
        hint = f"{type(error).__name__}: see the API's reference"
        raise UsageError("the body is not a chat request", hint) from error


def check_model(body: Any, model: str) -> None:
    """The body must be an object that names the model. Raises UsageError."""
    require(isinstance(body, dict), "the body must be a JSON object")
    ours = (model, "default", "tsel")
    require(body.get("model") in ours, f"model must be {model!r}, or 'tsel'", "see GET /v1/models")


def _request(body: Any, files: FileStore, model: str, owner: str) -> ChatRequest:
    check_model(body, model)
    for name in _REFUSED:
        require(not body.get(name), f"{name} is not supported")
    parts = Parts(files, owner)
    messages, tools = read_messages(body.get("messages"), parts), tools_of(body.get("tools"))
    summary = _summary(body.get("tsel"))
    require(summary is None or bool(parts.documents), "tsel.summarize needs a file")
    made = ChatRequest(
        turns=(("", ""),),
        documents=parts.documents,
        file_ids=parts.file_ids,
        owner=owner,
        summary=summary,
        choosing=Choosing(**choosing(body, chat_logprobs(body))),
        **sampling(body),
    )
    return with_messages(made, messages, tools, choice_of(body.get("tool_choice"), tools))


def read_messages(given: Any, parts: Parts) -> list[Message]:
    """The messages of a conversation. Raises UsageError."""
    require(isinstance(given, list) and bool(given), "messages must be a list that is not empty")
    found = []
    for message in given:
        require(isinstance(message, dict), "a message must be an object")
        role = _ROLES.get(str(message.get("role")))
        require(role is not None, "roles must be system, developer, user, assistant or tool")
        calls = calls_of(message.get("tool_calls"))
        text = parts.text(message.get("content"))
        call_id, name = str(message.get("tool_call_id") or ""), str(message.get("name") or "")
        found.append(Message(cast("Any", role), text, calls, call_id, name))
    return found


def with_messages(made: ChatRequest, messages: Sequence[Message], tools: tuple[Tool, ...], choice: str) -> ChatRequest:
    """The request with its conversation: as turns, or as it is where tools are offered or were called."""
    if choice == "none":
        tools = ()
    if tools or any(m.calls or m.role == "tool" for m in messages):
        require(made.choosing.grammar is None, "response_format and tools exclude each other")
        require(messages[-1].role in ("user", "tool"), "the last message must be a user's or a tool's")
        last = next((m.text for m in reversed(messages) if m.role == "user"), "")
        named = _named(messages)
        return replace(made, turns=((last, ""),), messages=named, tools=tuple(tools), tool_choice=choice)
    system, turns = _turns(messages)
    return replace(made, turns=turns, system=system, tool_choice=choice)


def _named(messages: Sequence[Message]) -> tuple[Message, ...]:
    """Messages with one system message at the top, and tools' messages with the names of what was called."""
    system = "\n\n".join(m.text for m in messages if m.role == "system" and m.text)
    names = {call.call_id: call.name for m in messages for call in m.calls}
    found = [Message("system", system)] if system else []
    for m in messages:
        if m.role == "tool":
            require(m.call_id in names, "a tool's message must name a call of a message before it")
            found.append(Message("tool", m.text, (), m.call_id, names[m.call_id]))
        elif m.role != "system":
            found.append(m)
    return tuple(found)


def _turns(messages: Sequence[Message]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """System text, and turns of a question and its answer."""
    system: list[str] = []
    turns: list[list[str]] = []
    for message in messages:
        if message.role == "system":
            system.append(message.text)
        elif message.role == "user" and (not turns or turns[-1][1]):
            turns.append([message.text, ""])
        elif message.role == "user":  # two in a row are one
            turns[-1][0] += "\n\n" + message.text
        else:
            ok = bool(turns) and not turns[-1][1] and bool(message.text)
            require(ok, "an assistant's message must follow a user's")
            turns[-1][1] = message.text
    require(bool(turns) and not turns[-1][1], "the last message must be a user's")
    require(bool(turns[-1][0].strip()), "the last message must hold a question")
    return "\n\n".join(system), tuple((q, a) for q, a in turns)


def _summary(ours: Any) -> Style | None:
    """The style of {"tsel": {"summarize": "minutes"}}, None without it."""
    if ours is None:
        return None
    require(isinstance(ours, dict) and set(ours) <= {"summarize"}, "tsel may hold summarize alone")
    style = ours.get("summarize")
    require(style is None or style in get_args(Style), f"tsel.summarize must be one of {', '.join(get_args(Style))}")
    return cast("Style | None", style)
