"""Replies of /api/chat and /api/generate: one object, or a line for every piece."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

from tsel_cli.serve.ollama.about import now
from tsel_cli.serve.openai.usage import cached_tokens, finish_reason
from tsel_cli.serve.running import Run
from tsel_cli.serve.wire import Tool, trust
from tsel_core.answer import Draft
from tsel_core.errors import TselError
from tsel_core.prompts.tool_calls import CallWatch, read_calls

Shape = Callable[[str, list[dict[str, Any]]], dict[str, Any]]
"""From words and calls to the part of a reply that holds them."""


def as_message(text: str, calls: list[dict[str, Any]]) -> dict[str, Any]:
    """Of /api/chat."""
    message: dict[str, Any] = {"role": "assistant", "content": text}
    return {"message": message | {"tool_calls": calls} if calls else message}


def as_response(text: str, _calls: list[dict[str, Any]]) -> dict[str, Any]:
    """Of /api/generate."""
    return {"response": text}


def whole(model: str, text: str, tools: tuple[Tool, ...], draft: Draft, shape: Shape) -> dict[str, Any]:
    """A reply in one object."""
    shown, calls = _split(text, tools)
    return _begun(model) | shape(shown, calls) | _end(draft)


async def lines(run: Run, model: str, shape: Shape) -> AsyncIterator[str]:
    """A line of JSON for every piece, the last with the counts; citations and receipt are there under "tsel"."""
    tools, watch = run.asked.tools, CallWatch()
    try:
        async for kind, value in run.events():
            if kind == "text":
                shown = watch.push(value) if tools else value
                if shown:
                    yield _line(_begun(model) | shape(shown, []) | {"done": False})
            elif kind == "done":
                rest, calls = _split(watch.held, tools)
                if rest or calls:
                    yield _line(_begun(model) | shape(rest, calls) | {"done": False})
                yield _line(_begun(model) | shape("", []) | _end(value))
    except TselError as error:
        yield _line({"error": error.message})


def _split(text: str, tools: tuple[Tool, ...]) -> tuple[str, list[dict[str, Any]]]:
    shown, calls = read_calls(text, tools) if text else ("", ())
    return shown, [{"function": {"name": call.name, "arguments": dict(call.arguments)}} for call in calls]


def _begun(model: str) -> dict[str, Any]:
    return {"model": model, "created_at": now()}


def _end(draft: Draft) -> dict[str, Any]:
    """Counts, and times in nanoseconds."""
    times = {name: int(seconds * 1e9) for name, seconds in draft.timings.items()}
    reading, writing = times.get("prefill", 0), times.get("decode", 0)
    return {
        "done": True,
        "done_reason": finish_reason(draft),
        "total_duration": sum(times.values()),
        "load_duration": times.get("load", 0),
        "prompt_eval_count": draft.prompt_tokens,
        "prompt_eval_duration": reading,
        "eval_count": draft.completion_tokens,
        "eval_duration": writing,
        "tsel": trust(draft) | {"cached_tokens": cached_tokens(draft)},
    }


def _line(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False) + "\n"
