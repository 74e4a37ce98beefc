"""Replies as chat.completion and chat.completion.chunk objects; citations and receipt are under "tsel"."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Any

from tsel_cli.serve.openai.errors import error_body
from tsel_cli.serve.openai.token_text import chat_logprobs_json
from tsel_cli.serve.openai.usage import finish_reason, usage
from tsel_cli.serve.running import Reply, Run
from tsel_cli.serve.wire import ChatRequest, trust
from tsel_core.errors import TselError
from tsel_core.prompts.tool_calls import CallWatch, read_calls

if TYPE_CHECKING:
    from tsel_core.answer import Draft
    from tsel_core.engine.sampling import TokenLogprob
    from tsel_core.prompts.messages import ToolCall


def about_request(model: str, kind: str = "chatcmpl") -> dict[str, Any]:
    """What every object of one answer repeats."""
    return {"id": f"{kind}-{secrets.token_hex(12)}", "created": int(time.time()), "model": model}


def chat_completion(replies: Sequence[Reply], asked: ChatRequest, about: dict[str, Any], tokenizer: Any) -> Any:
    """The chat.completion object."""
    return {
        **about,
        "object": "chat.completion",
        "choices": [_choice(number, reply, asked, tokenizer) for number, reply in enumerate(replies)],
        "usage": usage([reply.draft for reply in replies]),
        "tsel": trust(replies[0].draft),
    }


def _choice(number: int, reply: Reply, asked: ChatRequest, tokenizer: Any) -> dict[str, Any]:
    text, calls = read_calls(reply.text, asked.tools)
    message: dict[str, Any] = {"role": "assistant", "content": text or (None if calls else ""), "refusal": None}
    if calls:
        message["tool_calls"] = [call_json(call) for call in calls]
    told = asked.choosing.num_logprobs is not None
    return {
        "index": number,
        "message": message,
        "logprobs": chat_logprobs_json(tokenizer, reply.logprobs) if told else None,
        "finish_reason": "tool_calls" if calls else finish_reason(reply.draft),
    }


def call_json(call: ToolCall) -> dict[str, Any]:
    """A call as a message holds it, with an id of its own."""
    function = {"name": call.name, "arguments": json.dumps(call.arguments, ensure_ascii=False)}
    return {"id": f"call_{secrets.token_hex(8)}", "type": "function", "function": function}


class ChatStream:
    """Server-sent events of one request. When the client leaves, the generator is closed and the job cancelled."""

    def __init__(self, run: Run, about: dict[str, Any], tokenizer: Any) -> None:
        self.run, self.about, self.tokenizer = run, about, tokenizer
        self._number = 0
        self._logprobs: list[TokenLogprob] = []
        self._calls = CallWatch()

    async def events(self) -> AsyncIterator[str]:
        """Each event as it is sent."""
        asked, drafts = self.run.asked, []
        try:
            yield self._chunk({"role": "assistant", "content": ""})
            async for kind, value in self.run.events():
                if kind == "logprobs":
                    self._logprobs += value
                elif kind == "text":
                    shown = self._calls.push(value) if asked.tools else value
                    if shown or (value and self._logprobs):
                        yield self._chunk({"content": shown})
                else:
                    drafts.append(value)
                    for event in self._ends(value):
                        yield event
                    if kind == "choice":
                        yield self._chunk({"role": "assistant", "content": ""})
        except TselError as error:
            yield sent({"error": error_body(error.message, error.hint, "server_error")})
            return
        if asked.include_usage:
            empty = {**self.about, "object": "chat.completion.chunk", "choices": [], "usage": usage(drafts)}
            yield sent(empty)
        yield "data: [DONE]\n\n"

    def _ends(self, draft: Draft) -> list[str]:
        """The end of one reply: what was held back, as words or as calls, and why it ended."""
        found, held = [], self._calls.held
        text, calls = read_calls(held, self.run.asked.tools) if held else ("", ())
        if text:
            found.append(self._chunk({"content": text}))
        for at, call in enumerate(calls):
            found.append(self._chunk({"tool_calls": [{"index": at, **call_json(call)}]}))
        finish = "tool_calls" if calls else finish_reason(draft)
        found.append(self._chunk({}, finish, tsel=trust(draft)))
        self._number += 1
        self._calls = CallWatch()
        return found

    def _chunk(self, delta: dict[str, Any], finish: str | None = None, **more: Any) -> str:
        """One chat.completion.chunk, with what is known of tokens since the last."""
        told, self._logprobs = self._logprobs, []
        logprobs = chat_logprobs_json(self.tokenizer, told) if told else None
        choice = {"index": self._number, "delta": delta, "logprobs": logprobs, "finish_reason": finish}
        return sent({**self.about, "object": "chat.completion.chunk", "choices": [choice], **more})


def sent(content: dict[str, Any]) -> str:
    """An object as an event."""
    return f"data: {json.dumps(content, ensure_ascii=False)}\n\n"
