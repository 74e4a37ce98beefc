"""POST /v1/completions: a text (or its tokens) is gone on with; nothing stands around it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response

from tsel_cli.serve.desk import Desk, streamed
from tsel_cli.serve.openai.chat_reply import about_request, sent
from tsel_cli.serve.openai.chat_request import FAULTS, check_model
from tsel_cli.serve.openai.errors import error_body
from tsel_cli.serve.openai.sampling import choosing, sampling
from tsel_cli.serve.openai.token_text import completion_logprobs_json
from tsel_cli.serve.openai.usage import finish_reason, usage
from tsel_cli.serve.running import Reply, Run
from tsel_cli.serve.wire import ChatRequest, is_text, require, whole_number
from tsel_core.engine.choosing import Choosing
from tsel_core.errors import TselError, UsageError

MOST_PROMPTS = 32
_USUAL_TOKENS = 16  # of the API, where nothing is said
Raw = str | tuple[int, ...]


def parse_completion(body: Any, model: str, owner: str = "") -> ChatRequest:
    """The request; its prompts are in extra["prompts"]. Raises UsageError."""
    try:
        return _request(body, model, owner)
    except FAULTS as error:
        hint = f"{type(error).__name__}: see the API's reference"
        raise UsageError("the body is not a completion request", hint) from error


def _request(body: Any, model: str, owner: str) -> ChatRequest:
    check_model(body, model)
    require(not body.get("suffix"), "suffix is not supported")
    require(body.get("best_of") in (None, 1), "best_of must be 1")
    prompts = _prompts(body.get("prompt"))
    logprobs = whole_number(body, "logprobs", 0, 20)
    echo = bool(body.get("echo"))
    require(not echo or logprobs is None, "logprobs of the prompt's own tokens (echo) are not supported")
    made = ChatRequest(
        turns=((prompts[0] if isinstance(prompts[0], str) else "", ""),),
        owner=owner,
        raw=prompts[0],
        choosing=Choosing(**choosing(body, logprobs)),
        extra={"prompts": prompts, "echo": echo},
        **sampling(body),
    )
    require(len(prompts) == 1 or not made.stream, "a stream needs a single prompt")
    return replace(made, max_new_tokens=made.max_new_tokens or _USUAL_TOKENS)


def _prompts(given: Any) -> list[Raw]:
    if isinstance(given, str) or (isinstance(given, list) and given and isinstance(given[0], int)):
        given = [given]
    rule = f"prompt must be a text, a list of tokens, or a list of up to {MOST_PROMPTS} of them"
    require(isinstance(given, list) and 0 < len(given) <= MOST_PROMPTS, rule)
    found: list[Raw] = []
    for prompt in given:
        if isinstance(prompt, str):
            require(bool(prompt) and is_text(prompt), rule)
            found.append(prompt)
        else:
            ok = isinstance(prompt, list) and bool(prompt) and all(type(t) is int and t >= 0 for t in prompt)
            require(ok, rule)
            found.append(tuple(prompt))
    return found


def completion_routes(app: FastAPI, desk: Desk) -> None:
    """Add it to the application."""

    @app.post("/v1/completions")
    async def completions(request: Request) -> Response:
        asked = await desk.read(request, lambda body, owner: parse_completion(body, desk.model, owner))
        about = about_request(desk.model, "cmpl") | {"object": "text_completion"}
        if asked.stream:
            return streamed(_stream(Run(request, desk.engine, asked), about, desk.tokenizer))
        found: list[tuple[Raw, Reply]] = []
        for raw in asked.extra["prompts"]:
            one = replace(asked, raw=raw)
            found += [(raw, reply) for reply in await Run(request, desk.engine, one).whole()]
        return JSONResponse(_completion(found, asked, about, desk.tokenizer))


def _completion(
    found: Sequence[tuple[Raw, Reply]], asked: ChatRequest, about: dict[str, Any], tokenizer: Any
) -> dict[str, Any]:
    choices = []
    for number, (raw, reply) in enumerate(found):
        before = _shown(raw, tokenizer) if asked.extra["echo"] else ""
        told = asked.choosing.num_logprobs is not None
        logprobs = completion_logprobs_json(tokenizer, reply.logprobs, len(before)) if told else None
        choices.append(_choice(number, before + reply.text, logprobs, finish_reason(reply.draft)))
    counts = usage([reply.draft for _, reply in found])
    each = [found[at][1].draft.prompt_tokens for at in range(0, len(found), asked.num_choices)]
    counts["prompt_tokens"], counts["total_tokens"] = sum(each), sum(each) + counts["completion_tokens"]
    return {**about, "choices": choices, "usage": counts}


def _shown(raw: Raw, tokenizer: Any) -> str:
    return raw if isinstance(raw, str) else str(tokenizer.decode(list(raw), skip_special_tokens=False))


def _choice(number: int, text: str, logprobs: Any, finish: str | None) -> dict[str, Any]:
    return {"index": number, "text": text, "logprobs": logprobs, "finish_reason": finish}


async def _stream(run: Run, about: dict[str, Any], tokenizer: Any) -> AsyncIterator[str]:
    """Server-sent events of one prompt."""
    asked, drafts, number, offset, pending = run.asked, [], 0, 0, []
    if asked.extra["echo"]:
        yield sent({**about, "choices": [_choice(0, _shown(asked.raw or "", tokenizer), None, None)]})
    try:
        async for kind, value in run.events():
            if kind == "logprobs":
                pending += value
                continue
            text, finish = (value, None) if kind == "text" else ("", finish_reason(value))
            logprobs = completion_logprobs_json(tokenizer, pending, offset) if pending else None
            pending, offset = [], offset + len(text)
            yield sent({**about, "choices": [_choice(number, text, logprobs, finish)]})
            if finish is not None:
                drafts.append(value)
                number, offset = number + 1, 0
    except TselError as error:
        yield sent({"error": error_body(error.message, error.hint, "server_error")})
        return
    if asked.include_usage:
        yield sent({**about, "choices": [], "usage": usage(drafts)})
    yield "data: [DONE]\n\n"
