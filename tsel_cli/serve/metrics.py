"""/metrics: what the server did and does, as Prometheus reads it. Counts and seconds alone: no names, no words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, Info, ProcessCollector
from prometheus_client import generate_latest as exposition

from tsel_cli.serve.openai.usage import cached_tokens
from tsel_core import __version__

if TYPE_CHECKING:
    from tsel_cli.serve.desk import Desk
    from tsel_cli.serve.parsers import Parsers
    from tsel_core.answer import Draft

_SECONDS = (0.01, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 900, 1800)
OTHER = "other"
"""The path of requests that no route answered: they must not make a row each."""


class Metrics:
    """The counters of one server; `registry` holds nothing else, so that several servers of a process stay apart."""

    def __init__(self, model: str) -> None:
        self.registry = CollectorRegistry()
        ours: dict[str, Any] = {"registry": self.registry}
        Info("tsel", "What is served.", **ours).info({"version": __version__, "model": model})
        self._requests = Counter("tsel_requests", "Requests by path and status.", ["method", "path", "status"], **ours)
        seconds = "Seconds from a request to the end of its answer."
        self._seconds = Histogram("tsel_request_seconds", seconds, ["path"], buckets=_SECONDS, **ours)
        self._answers = Counter("tsel_answers", "Answers by how they ended.", ["end"], **ours)
        tokens = "Tokens of prompts, of these read for an earlier request (cached), and written (completion)."
        self._tokens = Counter("tsel_tokens", tokens, ["kind"], **ours)
        ProcessCollector(**ours)

    def heard(self, scope: Any, status: int, seconds: float) -> None:
        """A request was answered; its route is in the scope, if there was one (and the door let it in)."""
        path = getattr(scope.get("route"), "path", OTHER)
        self._requests.labels(OTHER if path == OTHER else scope["method"], path, str(status)).inc()
        self._seconds.labels(path).observe(seconds)

    def answered(self, draft: Draft | None, end: str) -> None:
        """The engine ended an answer: "end", "length", "interrupted", "error" (then there may be no draft)."""
        self._answers.labels(end).inc()
        if draft is not None:
            counts = (("prompt", draft.prompt_tokens), ("cached", cached_tokens(draft)))
            for kind, number in (*counts, ("completion", draft.completion_tokens)):
                self._tokens.labels(kind).inc(number)

    def watch(self, desk: Desk, parsers: Parsers) -> None:
        """Ask these how things stand whenever somebody looks."""
        engine = desk.engine
        now = (
            ("tsel_waiting", "Requests that wait for the engine.", engine.waiting),
            ("tsel_answering", "Answers that are being written.", engine.running),
            ("tsel_parsing", "Documents that are being read.", lambda: engine.watch.state()["parsing"]),
            ("tsel_files", "Uploaded files that are held in memory.", lambda: len(desk.files)),
            ("tsel_healthy", "1 while work gets done, else 0.", lambda: healthy(engine.health() | parsers.state())),
        )
        for name, text, value in now:
            Gauge(name, text, registry=self.registry).set_function(value)


def healthy(state: dict[str, Any]) -> int:
    """1 for the state "ok"."""
    return int(state["status"] == "ok")


def metrics_route(app: FastAPI, metrics: Metrics, desk: Desk, parsers: Parsers) -> None:
    """Add it to the application."""
    metrics.watch(desk, parsers)
    desk.engine.on_answer = metrics.answered

    @app.get("/metrics")
    async def read() -> Response:
        return Response(exposition(metrics.registry), media_type=CONTENT_TYPE_LATEST)
