"""A request's way from HTTP to the engine and back: as pieces while it is answered, or as whole replies."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fastapi import Request

from tsel_cli.serve.job import Event, Job
from tsel_cli.serve.job_queue import JobQueue
from tsel_cli.serve.wire import ChatRequest

if TYPE_CHECKING:
    from tsel_core.answer import Draft
    from tsel_core.engine.sampling import TokenLogprob


class Gone(Exception):
    """The client hung up."""


@dataclass(frozen=True)
class Reply:
    """One of the replies to a request: its text as the client gets it, and what is known of it."""

    text: str
    draft: Draft
    logprobs: list[TokenLogprob] = field(default_factory=list)


class Run:
    """A request that is being answered. A client that leaves frees the engine."""

    def __init__(self, request: Request, engine: JobQueue, asked: ChatRequest) -> None:
        """Queue it. Raises Busy, or ServerEnds."""
        loop = asyncio.get_running_loop()
        self._events: asyncio.Queue[Event] = asyncio.Queue()
        here = request.client.host if request.client else ""
        self._request, self.asked = request, asked
        self._job = Job(
            asked,
            lambda event: loop.call_soon_threadsafe(self._events.put_nowait, event),
            user=asked.user or here,
        )
        engine.submit(self._job)

    async def events(self) -> AsyncIterator[Event]:
        """What happens until the last reply is whole. Raises what went wrong, and Gone."""
        try:
            while True:
                kind, value = await self._events.get()
                if kind == "gone":
                    raise Gone
                if kind == "error":
                    raise value
                yield kind, value
                if kind == "done":
                    return
        finally:
            self._job.cancelled.set()

    async def whole(self) -> list[Reply]:
        """The whole replies. Raises what went wrong, and Gone."""
        watcher = asyncio.create_task(self._watch())
        pieces: list[str] = []
        logprobs: list[TokenLogprob] = []
        replies: list[Reply] = []
        try:
            async for kind, value in self.events():
                if kind == "text":
                    pieces.append(value)
                elif kind == "logprobs":
                    logprobs += value
                else:
                    replies.append(Reply(self._text(value, pieces), value, logprobs))
                    pieces, logprobs = [], []
        finally:
            watcher.cancel()
        return replies

    def _text(self, draft: Draft, pieces: list[str]) -> str:
        if self.asked.documents and self.asked.form == "text":
            return draft.text  # with the marks of its citations
        written = "".join(pieces)
        return written if self.asked.raw is not None else written.strip()

    async def _watch(self) -> None:
        """Cancel the job when the client hangs up."""
        while not await self._request.is_disconnected():
            await asyncio.sleep(0.5)
        self._job.cancelled.set()
        self._job.emit(("gone", None))
