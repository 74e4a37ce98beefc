"""A reply as a response object: a message with annotations for its citations, or calls of functions."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Sequence
from typing import Any

from tsel_cli.serve.openai.chat_reply import call_json
from tsel_cli.serve.openai.responses_request import AskedResponse
from tsel_cli.serve.openai.token_text import chat_logprobs_json
from tsel_cli.serve.openai.usage import cached_tokens
from tsel_cli.serve.running import Reply
from tsel_cli.serve.wire import ChatRequest, trust
from tsel_core.answer import Answer, Draft
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.prompts.messages import Message, ToolCall
from tsel_core.prompts.tool_calls import read_calls

_MARK = lazy_pattern(r"\[(\d+)\]")


def about_response(asked: AskedResponse, model: str) -> dict[str, Any]:
    """A response that has just begun."""
    return {
        "id": f"resp_{secrets.token_hex(16)}",
        "object": "response",
        "created_at": int(time.time()),
        "status": "in_progress",
        "error": None,
        "incomplete_details": None,
        "model": model,
        "output": [],
        "reasoning": {"effort": None, "summary": None},
        "store": asked.stored,
        "usage": None,
        **asked.told,
    }


def finished(about: dict[str, Any], draft: Draft, output: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The response at its end."""
    cut = draft.stop_reason == "length"
    return {
        **about,
        "status": "incomplete" if cut else "completed",
        "incomplete_details": {"reason": "max_output_tokens"} if cut else None,
        "output": list(output),
        "usage": {
            "input_tokens": draft.prompt_tokens,
            "input_tokens_details": {"cached_tokens": cached_tokens(draft)},
            "output_tokens": draft.completion_tokens,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": draft.prompt_tokens + draft.completion_tokens,
        },
        "tsel": trust(draft),
    }


def output_of(reply: Reply, asked: ChatRequest, tokenizer: Any) -> tuple[list[dict[str, Any]], Message]:
    """The items of a reply's output, and the message that stands for it in the conversation."""
    text, calls = read_calls(reply.text, asked.tools)
    items = [call_item(call) for call in calls]
    if text or not calls:
        annotations = annotations_of(text, reply.draft, asked.file_ids)
        logprobs = chat_logprobs_json(tokenizer, reply.logprobs)["content"]
        items.insert(0, message_item(text, annotations, logprobs))
    return items, said(text, items)


def said(text: str, items: Sequence[dict[str, Any]]) -> Message:
    """What was said, as a message of the conversation."""
    calls = [i for i in items if i["type"] == "function_call"]
    return Message(
        "assistant", text, tuple(ToolCall(i["name"], json.loads(i["arguments"]), i["call_id"]) for i in calls)
    )


def message_item(text: str, annotations: Sequence[Any] = (), logprobs: Sequence[Any] = ()) -> dict[str, Any]:
    """An item of the output that holds words."""
    return {
        "id": f"msg_{secrets.token_hex(16)}",
        "type": "message",
        "status": "completed",
        "role": "assistant",
        "content": [text_part(text, annotations, logprobs)],
    }


def text_part(text: str, annotations: Sequence[Any] = (), logprobs: Sequence[Any] = ()) -> dict[str, Any]:
    """The words of a message."""
    return {"type": "output_text", "text": text, "annotations": list(annotations), "logprobs": list(logprobs)}


def call_item(call: ToolCall) -> dict[str, Any]:
    """An item of the output that calls a function."""
    made = call_json(call)
    return {
        "id": f"fc_{secrets.token_hex(16)}",
        "type": "function_call",
        "status": "completed",
        "call_id": made["id"],
        **made["function"],
    }


def annotations_of(text: str, draft: Draft, file_ids: Sequence[str]) -> list[dict[str, Any]]:
    """A file_citation for every mark [n] of the text whose citation is of an uploaded file; quotes are under "tsel"."""
    cited = {c.id: c for c in draft.citations} if isinstance(draft, Answer) else {}
    found = []
    for mark in _MARK.finditer(text):
        citation = cited.get(int(mark[1]))
        file_id = "" if citation is None else file_ids[citation.doc_index]
        if citation is not None and file_id:
            about = {"type": "file_citation", "index": mark.start(), "file_id": file_id, "filename": citation.file}
            found.append(about)
    return found
