"""The chat requests of the OpenAI API in our terms, and our answers in its terms."""

from __future__ import annotations

import base64
import binascii
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast, get_args

from tsel_cli.serve.files import FileStore
from tsel_core.document import Document
from tsel_core.errors import UsageError
from tsel_core.prompts.tasks import Style

if TYPE_CHECKING:
    from tsel_core.answer import Draft

_STOP = {"end": "stop", "length": "length", "interrupted": "stop"}
_REFUSED = ("tools", "functions", "logprobs", "stop", "audio", "logit_bias", "presence_penalty", "frequency_penalty")


@dataclass(frozen=True)
class ChatRequest:
    """A checked request. `turns` are (question, answer); the last answer is "" and to be written."""

    turns: tuple[tuple[str, str], ...]
    documents: tuple[Document, ...] = ()
    system: str = ""
    max_new_tokens: int | None = None
    temperature: float = 0.0
    top_p: float = 1.0
    seed: int = 0
    stream: bool = False
    include_usage: bool = False
    user: str = ""  # whose turn it takes; the client's address when it is empty
    owner: str = ""
    summary: Style | None = None  # the documents are to be summarized in this style; the last question is no question
    extra: dict[str, Any] = field(default_factory=dict)


def parse_request(body: Any, files: FileStore, model: str, owner: str = "") -> ChatRequest:
    """Check the JSON of POST /v1/chat/completions. Raises UsageError naming the parameter that cannot be used."""
    try:
        return _request(body, files, model, owner)
    except (AttributeError, TypeError, ValueError, KeyError, RecursionError, OverflowError) as error:
        hint = f"{type(error).__name__}: see the API's reference"
        raise UsageError("the body is not a chat request", hint) from error


def _request(body: Any, files: FileStore, model: str, owner: str) -> ChatRequest:
    _require(isinstance(body, dict), "the body must be a JSON object")
    _require(body.get("model") in (model, "default", "tsel"), f"model must be {model!r}", "see GET /v1/models")
    for name in _REFUSED:
        _require(not body.get(name), f"{name} is not supported")
    _require(body.get("n") in (None, 1), "n must be 1")
    kind = (body.get("response_format") or {}).get("type", "text")
    _require(kind == "text", "response_format must be text")
    system, turns, documents = _messages(body.get("messages"), files, owner)
    summary = _summary(body.get("tsel"))
    _require(summary is None or bool(documents), "tsel.summarize needs a file")
    limit = body.get("max_completion_tokens") or body.get("max_tokens")
    _require(limit is None or (isinstance(limit, int) and limit > 0), "max_tokens must be a positive integer")
    return ChatRequest(
        turns=turns,
        documents=documents,
        system=system,
        max_new_tokens=limit,
        temperature=_number(body, "temperature", 0.0, 0.0, 2.0),
        top_p=_number(body, "top_p", 1.0, 1e-6, 1.0),
        seed=int(_number(body, "seed", 0, -(2**63), 2**63 - 1)),
        stream=bool(body.get("stream")),
        owner=owner,
        summary=summary,
        include_usage=bool((body.get("stream_options") or {}).get("include_usage")),
        user=str(body.get("safety_identifier") or body.get("user") or "")[:200],
    )


def _summary(ours: Any) -> Style | None:
    """The style of {"tsel": {"summarize": "minutes"}}, None without it."""
    if ours is None:
        return None
    _require(isinstance(ours, dict) and set(ours) <= {"summarize"}, "tsel may hold summarize alone")
    style = ours.get("summarize")
    _require(style is None or style in get_args(Style), f"tsel.summarize must be one of {', '.join(get_args(Style))}")
    return cast("Style | None", style)


def _require(ok: bool, rule: str, hint: str = "") -> None:
    if not ok:
        raise UsageError(rule, hint)


def _number(body: dict[str, Any], name: str, default: float, low: float, high: float) -> float:
    value = body.get(name)
    if value is None:
        return default
    ok = isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high
    _require(ok, f"{name} must be between {low:g} and {high:g}")
    return float(value)


def _messages(
    messages: Any, files: FileStore, owner: str
) -> tuple[str, tuple[tuple[str, str], ...], tuple[Document, ...]]:
    """System text, turns, and the documents of all messages in order, each once."""
    _require(isinstance(messages, list) and bool(messages), "messages must be a list that is not empty")
    system: list[str] = []
    turns: list[list[str]] = []
    documents: dict[str, Document] = {}
    for message in messages:
        _require(isinstance(message, dict), "a message must be an object")
        role, text = message.get("role"), _content(message.get("content"), files, documents, owner)
        _require(_is_text(text), "a message holds halves of surrogate pairs")
        if role in ("system", "developer"):
            system.append(text)
        elif role == "user" and (not turns or turns[-1][1]):
            turns.append([text, ""])
        elif role == "user":  # two in a row are one
            turns[-1][0] += "\n\n" + text
        else:
            _require(role == "assistant", "roles must be system, developer, user or assistant")
            _require(bool(turns) and not turns[-1][1] and bool(text), "an assistant's message must follow a user's")
            turns[-1][1] = text
    _require(bool(turns) and not turns[-1][1], "the last message must be a user's")
    _require(bool(turns[-1][0].strip()), "the last message must hold a question")
    return "\n\n".join(system), tuple((q, a) for q, a in turns), tuple(documents.values())


def _is_text(text: str) -> bool:
    """Whether it can be written as UTF-8."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _content(content: Any, files: FileStore, documents: dict[str, Document], owner: str) -> str:
    """The text of a message; its file parts are added to `documents`."""
    if isinstance(content, str):
        return content
    _require(isinstance(content, list), "content must be a string or a list of parts")
    texts = []
    for part in content:
        kind = part.get("type") if isinstance(part, dict) else None
        if kind in ("text", "input_text"):
            _require(isinstance(part.get("text"), str), "a text part needs text")
            texts.append(part["text"])
        else:
            _require(kind == "file" and isinstance(part.get("file"), dict), "parts must be of type text or file")
            _add_file(part["file"], files, documents, owner)
    return "\n".join(texts)


def _add_file(part: dict[str, Any], files: FileStore, documents: dict[str, Document], owner: str) -> None:
    file_id, inline = part.get("file_id"), part.get("file_data")
    if isinstance(file_id, str):
        documents.setdefault(file_id, files.get(file_id, owner).document)
        return
    _require(isinstance(inline, str), "a file part needs file_id or file_data")
    assert isinstance(inline, str)
    try:
        data = base64.b64decode(inline.rpartition(",")[2], validate=True)
    except (binascii.Error, ValueError) as error:
        raise UsageError("file_data must be base64", "data:application/pdf;base64,...") from error
    name = part.get("filename")
    document = files.read(name if isinstance(name, str) else "document.txt", data)
    documents.setdefault(document.sha256, document)


def completion(answer: Draft, about: dict[str, Any], text: str) -> dict[str, Any]:
    """The chat.completion object; citations and receipt are under "tsel"."""
    return {
        **about,
        "object": "chat.completion",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": text, "refusal": None},
                "logprobs": None,
                "finish_reason": _STOP[answer.stop_reason],
            }
        ],
        "usage": usage(answer),
        "tsel": trust(answer),
    }


def chunk(about: dict[str, Any], delta: dict[str, Any], finish: str | None = None, **more: Any) -> dict[str, Any]:
    """One chat.completion.chunk object."""
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    return {**about, "object": "chat.completion.chunk", "choices": [choice], **more}


def last_chunks(answer: Draft, about: dict[str, Any], include_usage: bool) -> list[dict[str, Any]]:
    """What ends a stream."""
    ends = [chunk(about, {}, _STOP[answer.stop_reason], tsel=trust(answer))]
    if include_usage:
        ends.append({**chunk(about, {}), "choices": [], "usage": usage(answer)})
    return ends


def usage(answer: Draft) -> dict[str, Any]:
    """Token counts; cached tokens came from a reading that was kept."""
    reused = (answer.extra.get("reading") or {}).get("reused_tokens", 0)
    return {
        "prompt_tokens": answer.prompt_tokens,
        "completion_tokens": answer.completion_tokens,
        "total_tokens": answer.prompt_tokens + answer.completion_tokens,
        "prompt_tokens_details": {"cached_tokens": reused},
    }


def trust(answer: Draft) -> dict[str, Any]:
    """Citations, receipt and the rest of the --json object that has no place in the OpenAI API."""
    from tsel_core import __version__

    record = answer.as_json(__version__)
    names = ["found", "support", "claims", "nearest", "receipt", "attention", "citations", "timings_s"]
    names += ["warnings", "orders", "quarantine", "items", "sections", "output_coverage", "document_kind", "about"]
    return {name: record[name] for name in names if name in record} | {"may_be_ordered": may_be_ordered(answer)}


def may_be_ordered(answer: Draft) -> bool:
    """Whether the answer may be what a passage of the documents orders: it is not asked for again here."""
    from tsel_core.answer import Answer
    from tsel_core.evidence.apart import needs_second

    return isinstance(answer, Answer) and needs_second(answer)


def about_request(number: str, model: str) -> dict[str, Any]:
    """What every object of one answer repeats."""
    return {"id": f"chatcmpl-{number}", "created": int(time.time()), "model": model}
