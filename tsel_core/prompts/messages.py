"""A conversation of any roles, with tools that the model may call: rendered by the model's own template."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tsel_core.document import Document, render_documents
from tsel_core.errors import ModelError, UsageError
from tsel_core.prompts.assemble import assemble, text_ids
from tsel_core.prompts.build import Prompt, placed_prompt
from tsel_core.prompts.plain_text import control_ids, plain_pieces
from tsel_core.prompts.tasks import Task
from tsel_core.prompts.thinking import render_chat

Role = Literal["system", "user", "assistant", "tool"]
_DOC = "\x02DOCUMENT\x02"


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call that the model asked for: `arguments` is an object of the tool's schema."""

    name: str
    arguments: Mapping[str, Any]
    call_id: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `calls` are an assistant's; `call_id` and `name` say which call a tool's message answers."""

    role: Role
    text: str
    calls: tuple[ToolCall, ...] = ()
    call_id: str = ""
    name: str = ""


def knows_tools(tokenizer: Any) -> bool:
    """Whether the model's chat template writes tools."""
    template = getattr(tokenizer, "chat_template", None) or ""
    texts = template.values() if isinstance(template, dict) else [template]
    return any("tools" in str(text) for text in texts)


def build_messages(
    documents: Sequence[Document],
    messages: Sequence[Message],
    tools: Sequence[Mapping[str, Any]],
    task: Task,
    tokenizer: Any,
) -> Prompt:
    """The prompt of a conversation whose next message is the model's; documents stand before the first user's words.

    Words of documents and messages are never parsed for special tokens; what the template writes as JSON itself (tools,
    arguments of calls) must hold none: UsageError. ModelError when the template knows no tools, or drops a part.
    """
    if tools and not knows_tools(tokenizer):
        raise ModelError(
            "the model's chat template knows no tools", "ask without tools, or use a model trained for them"
        )
    _check_words(tokenizer, [*tools, *(dict(c.arguments) | {"": c.name} for m in messages for c in m.calls)])
    rendered = render_documents(documents)
    pieces = plain_pieces(tokenizer, rendered.text) if documents else []
    document = [token for token, _, _ in pieces] if documents else None
    written, parts = _marked(messages, document, tokenizer)
    ids, begins = assemble(render_chat(tokenizer, written, tools=tools), parts, tokenizer)
    return placed_prompt(ids, begins.get(_DOC, 0), pieces, rendered, documents, task)


def _marked(
    messages: Sequence[Message], document: list[int] | None, tokenizer: Any
) -> tuple[list[dict[str, Any]], dict[str, list[int]]]:
    """The messages as templates take them, with markers for their words, and the ids of each marker."""
    written: list[dict[str, Any]] = []
    parts: dict[str, list[int]] = {}
    for number, message in enumerate(messages):
        marker = f"\x02M{number}\x02" if message.text else ""
        content = marker
        if document is not None and message.role == "user" and _DOC not in parts:
            content = f"{_DOC}\n\n---\n{marker}"
            parts[_DOC] = document
        if marker:
            parts[marker] = text_ids(tokenizer, message.text, special=False)
        made: dict[str, Any] = {"role": message.role, "content": content}
        if message.calls:
            made["tool_calls"] = [_call(call) for call in message.calls]
        if message.role == "tool":
            made |= {"tool_call_id": message.call_id, "name": message.name}
        written.append(made)
    return written, parts


def _call(call: ToolCall) -> dict[str, Any]:
    function = {"name": call.name, "arguments": dict(call.arguments)}
    return {"id": call.call_id, "type": "function", "function": function}


def _check_words(tokenizer: Any, values: Sequence[Mapping[str, Any]]) -> None:
    """Refuse words that the tokenizer would read as tokens of the conversation's form."""
    texts = [json.dumps(value, ensure_ascii=False) for value in values]
    for token in control_ids(tokenizer):
        word = str(tokenizer.added_tokens_decoder[token])
        if any(word in text for text in texts):
            raise UsageError(f"a tool or a call holds {word!r}, which is a token of the model's", "write it otherwise")
