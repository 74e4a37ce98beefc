"""The body of POST /v1/responses in our terms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from tsel_cli.serve.files import FileStore
from tsel_cli.serve.openai.chat_request import FAULTS, check_model, read_messages, with_messages
from tsel_cli.serve.openai.content import Parts
from tsel_cli.serve.openai.reply_format import grammar_of
from tsel_cli.serve.openai.sampling import MOST_LOGPROBS
from tsel_cli.serve.openai.tools import choice_of, tools_of
from tsel_cli.serve.wire import ChatRequest, number, require, whole_number
from tsel_core.document import Document
from tsel_core.engine.choosing import Choosing
from tsel_core.errors import UsageError
from tsel_core.prompts.messages import Message

_REFUSED = ("background", "conversation", "prompt", "context_management")
_LOGPROBS = "message.output_text.logprobs"


@dataclass(frozen=True)
class Before:
    """A conversation so far: what an earlier response was asked, and what it said."""

    messages: tuple[Message, ...] = ()
    documents: tuple[tuple[str, Document], ...] = ()


@dataclass(frozen=True)
class AskedResponse:
    """A checked request: what the engine is asked, the conversation with it, and the settings that are repeated."""

    request: ChatRequest
    conversation: Before
    told: dict[str, Any]
    stored: bool


def parse_response(body: Any, files: FileStore, model: str, owner: str, before: Before) -> AskedResponse:
    """The request after an earlier conversation. Raises UsageError naming the parameter that cannot be used."""
    try:
        return _request(body, files, model, owner, before)
    except FAULTS as error:
        hint = f"{type(error).__name__}: see the API's reference"
        raise UsageError("the body is not a response request", hint) from error


def _request(body: Any, files: FileStore, model: str, owner: str, before: Before) -> AskedResponse:
    check_model(body, model)
    for name in _REFUSED:
        require(not body.get(name), f"{name} is not supported")
    require(body.get("truncation") in (None, "disabled"), "truncation must be disabled: nothing is ever cut")
    instructions = body.get("instructions")
    require(instructions is None or isinstance(instructions, str), "instructions must be a string")
    parts = Parts(files, owner)
    for key, document in before.documents:
        parts.add(key, document)
    new = tuple(read_messages(_as_messages(body.get("input")), parts))
    conversation = Before((*before.messages, *new), parts.keyed)
    tools = tools_of([_as_tool(tool) for tool in body.get("tools") or []])
    text = body.get("text") or {}
    made = ChatRequest(
        turns=(("", ""),),
        documents=parts.documents,
        file_ids=parts.file_ids,
        owner=owner,
        max_new_tokens=whole_number(body, "max_output_tokens", 1, 2**31),
        temperature=number(body, "temperature", 0.0, 0.0, 2.0),
        top_p=number(body, "top_p", 1.0, 1e-6, 1.0),
        stream=bool(body.get("stream")),
        user=str(body.get("safety_identifier") or body.get("user") or "")[:200],
        choosing=Choosing(num_logprobs=_num_logprobs(body), grammar=grammar_of(_as_format(text.get("format")))),
    )
    opening = (Message("system", instructions),) if instructions else ()
    asked = with_messages(made, (*opening, *conversation.messages), tools, choice_of(body.get("tool_choice"), tools))
    return AskedResponse(asked, conversation, _told(body), body.get("store") is not False)


def _as_messages(given: Any) -> list[Any]:
    """The items of `input` as messages of chat completions."""
    if isinstance(given, str):
        return [{"role": "user", "content": given}]
    require(isinstance(given, list) and bool(given), "input must be a text or a list of items")
    found: list[Any] = []
    for item in given:
        require(isinstance(item, dict), "an item of input must be an object")
        kind = item.get("type", "message")
        if kind == "function_call":
            function = {"name": item.get("name"), "arguments": item.get("arguments")}
            call = {"id": item.get("call_id"), "type": "function", "function": function}
            if found and found[-1].get("tool_calls"):
                found[-1]["tool_calls"].append(call)
            else:
                found.append({"role": "assistant", "content": None, "tool_calls": [call]})
        elif kind == "function_call_output":
            found.append({"role": "tool", "tool_call_id": item.get("call_id"), "content": item.get("output")})
        elif kind != "reasoning":  # what another model thought is not read
            require(kind == "message", "items must be messages, function calls or their outputs")
            found.append({"role": item.get("role"), "content": item.get("content")})
    return found


def _as_tool(given: Any) -> Any:
    """A tool in the form of chat completions."""
    require(isinstance(given, dict) and given.get("type") == "function", "a tool must be of type function")
    return {"type": "function", "function": {k: v for k, v in given.items() if k != "type"}}


def _as_format(given: Any) -> Any:
    """`text.format` as a `response_format`."""
    if not isinstance(given, dict) or given.get("type") != "json_schema":
        return given
    return {"type": "json_schema", "json_schema": given}


def _num_logprobs(body: dict[str, Any]) -> int | None:
    wanted = body.get("include") or []
    require(isinstance(wanted, list) and set(wanted) <= {_LOGPROBS}, f"include may hold {_LOGPROBS} alone")
    top = whole_number(body, "top_logprobs", 0, MOST_LOGPROBS)
    return (top or 0) if wanted or top else None


def _told(body: dict[str, Any]) -> dict[str, Any]:
    """What a response repeats of its request."""
    usual: dict[str, Any] = {
        "instructions": None,
        "max_output_tokens": None,
        "metadata": {},
        "parallel_tool_calls": True,
        "previous_response_id": None,
        "temperature": 0.0,
        "text": {"format": {"type": "text"}},
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1.0,
        "truncation": "disabled",
    }
    return {name: value if body.get(name) is None else body[name] for name, value in usual.items()}


def continued(before: Before, said: Sequence[Message]) -> Before:
    """The conversation with what was said."""
    return replace(before, messages=(*before.messages, *said))
