"""How a reply is to be written, by the names that chat completions and completions share."""

from __future__ import annotations

from typing import Any

from tsel_cli.serve.openai.reply_format import grammar_of
from tsel_cli.serve.wire import number, require, whole_number, words

MOST_CHOICES = 16
MOST_LOGPROBS = 20


def sampling(body: dict[str, Any]) -> dict[str, Any]:
    """Fields of ChatRequest from the body of a request. Raises UsageError naming the parameter."""
    limit = whole_number(body, "max_completion_tokens", 1, 2**31)
    if limit is None:
        limit = whole_number(body, "max_tokens", 1, 2**31)
    return {
        "max_new_tokens": limit,
        "temperature": number(body, "temperature", 0.0, 0.0, 2.0),
        "top_p": number(body, "top_p", 1.0, 1e-6, 1.0),
        "seed": int(number(body, "seed", 0, -(2**63), 2**63 - 1)),
        "stop": words(body.get("stop"), "stop", 4),
        "num_choices": whole_number(body, "n", 1, MOST_CHOICES) or 1,
        "stream": bool(body.get("stream")),
        "include_usage": bool(_options(body).get("include_usage")),
        "user": str(body.get("safety_identifier") or body.get("user") or "")[:200],
    }


def _options(body: dict[str, Any]) -> dict[str, Any]:
    options = body.get("stream_options") or {}
    require(isinstance(options, dict), "stream_options must be an object")
    return dict(options)


def choosing(body: dict[str, Any], num_logprobs: int | None) -> dict[str, Any]:
    """Fields of tsel_core.engine.sampling.Choosing. Raises UsageError naming the parameter."""
    return {
        "presence_penalty": number(body, "presence_penalty", 0.0, -2.0, 2.0),
        "frequency_penalty": number(body, "frequency_penalty", 0.0, -2.0, 2.0),
        "logit_bias": _bias(body.get("logit_bias")),
        "num_logprobs": num_logprobs,
        "grammar": grammar_of(body.get("response_format")),
    }


def chat_logprobs(body: dict[str, Any]) -> int | None:
    """How many likely tokens are to be told for each; None: nothing is."""
    top = whole_number(body, "top_logprobs", 0, MOST_LOGPROBS)
    require(top is None or body.get("logprobs") is True, "top_logprobs needs logprobs")
    return (top or 0) if body.get("logprobs") else None


def _bias(given: Any) -> tuple[tuple[int, float], ...]:
    if given is None:
        return ()
    rule = "logit_bias must be an object of token ids and numbers between -100 and 100"
    require(isinstance(given, dict) and len(given) <= 1024, rule)
    found = []
    for token, bias in given.items():
        ok = str(token).isdecimal() and isinstance(bias, int | float) and -100 <= bias <= 100
        require(ok, rule)
        found.append((int(token), float(bias)))
    return tuple(found)
