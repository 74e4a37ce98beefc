"""A response as events, in the order and by the names of the API."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

from tsel_cli.serve.openai.responses_reply import call_item, finished, message_item, text_part
from tsel_cli.serve.openai.token_text import chat_logprobs_json
from tsel_cli.serve.running import Run
from tsel_core.answer import Draft
from tsel_core.errors import TselError
from tsel_core.prompts.tool_calls import CallWatch, read_calls

Keep = Callable[[dict[str, Any], str], None]
"""Called with the whole response and its words before the client has its end."""


class ResponseStream:
    """Events of one response. Words are told as they are written: marks of citations are in the last event's "tsel"."""

    def __init__(self, run: Run, about: dict[str, Any], tokenizer: Any, keep: Keep) -> None:
        self.run, self.about, self.tokenizer, self.keep = run, about, tokenizer, keep
        self._number = 0
        self._calls, self._text, self._item = CallWatch(), "", message_item("")
        self._logprobs: list[Any] = []

    async def events(self) -> AsyncIterator[str]:
        """Each event as it is sent."""
        yield self._event("response.created", response=self.about)
        yield self._event("response.in_progress", response=self.about)
        fresh: list[Any] = []
        try:
            async for kind, value in self.run.events():
                if kind == "logprobs":
                    fresh += chat_logprobs_json(self.tokenizer, value)["content"]
                elif kind == "text":
                    shown = self._calls.push(value) if self.run.asked.tools else value
                    for event in self._words(shown, fresh):
                        yield event
                    fresh = []
                else:
                    for event in self._ends(value, fresh):
                        yield event
        except TselError as error:
            failed = {"code": "server_error", "message": error.message}
            yield self._event("response.failed", response={**self.about, "status": "failed", "error": failed})

    def _words(self, text: str, logprobs: list[Any]) -> list[str]:
        """Words of the message, which begins with the first of them."""
        if not text:
            self._logprobs += logprobs
            return []
        found = [] if self._text else self._begins()
        self._text += text
        self._logprobs += logprobs
        where = {"item_id": self._item["id"], "output_index": 0, "content_index": 0}
        found.append(self._event("response.output_text.delta", **where, delta=text, logprobs=logprobs))
        return found

    def _begins(self) -> list[str]:
        item = {**self._item, "status": "in_progress", "content": []}
        where = {"item_id": self._item["id"], "output_index": 0, "content_index": 0}
        return [
            self._event("response.output_item.added", output_index=0, item=item),
            self._event("response.content_part.added", **where, part=text_part("")),
        ]

    def _ends(self, draft: Draft, logprobs: list[Any]) -> list[str]:
        held = self._calls.held
        rest, calls = read_calls(held, self.run.asked.tools) if held else ("", ())
        found = self._words(rest, logprobs)
        output = []
        if not self._text and not calls:
            found += self._begins()
        if self._text or not calls:
            output.append({**self._item, "content": [text_part(self._text, (), self._logprobs)]})
            where = {"item_id": self._item["id"], "output_index": 0, "content_index": 0}
            told = {**where, "text": self._text, "logprobs": self._logprobs}
            found.append(self._event("response.output_text.done", **told))
            found.append(self._event("response.content_part.done", **where, part=output[0]["content"][0]))
            found.append(self._event("response.output_item.done", output_index=0, item=output[0]))
        for call in calls:
            item = call_item(call)
            found += self._call(item, len(output))
            output.append(item)
        whole = finished(self.about, draft, output)
        self.keep(whole, self._text)
        found.append(self._event(f"response.{whole['status']}", response=whole))
        return found

    def _call(self, item: dict[str, Any], at: int) -> list[str]:
        where = {"item_id": item["id"], "output_index": at}
        begun = {**item, "arguments": "", "status": "in_progress"}
        done = {**where, "name": item["name"], "arguments": item["arguments"]}
        return [
            self._event("response.output_item.added", output_index=at, item=begun),
            self._event("response.function_call_arguments.delta", **where, delta=item["arguments"]),
            self._event("response.function_call_arguments.done", **done),
            self._event("response.output_item.done", output_index=at, item=item),
        ]

    def _event(self, kind: str, **content: Any) -> str:
        told = {"type": kind, "sequence_number": self._number, **content}
        self._number += 1
        return f"event: {kind}\ndata: {json.dumps(told, ensure_ascii=False)}\n\n"
