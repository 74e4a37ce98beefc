"""A checked request in our terms, whichever interface it came through, and checks that all of them share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from tsel_core.document import Document
from tsel_core.engine.choosing import Choosing
from tsel_core.errors import UsageError
from tsel_core.prompts.messages import Message
from tsel_core.prompts.tasks import Style

if TYPE_CHECKING:
    from tsel_core.answer import Draft
    from tsel_core.prompts.tasks import Task

Tool = Mapping[str, Any]
"""{"type": "function", "function": {"name", "description", "parameters"}}."""


@dataclass(frozen=True)
class ChatRequest:
    """A checked request. `turns` are (question, answer); the last answer is "" and to be written.

    With `messages` the whole conversation is rendered by the model's template instead, with `tools`; with `raw` nothing
    is rendered: the text (or its tokens) is gone on with.
    """

    turns: tuple[tuple[str, str], ...]
    documents: tuple[Document, ...] = ()
    file_ids: tuple[str, ...] = ()  # of each document, "" where it came inline
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
    task: Task | None = None  # to be answered as the command answers it, with all its checks; the turns are not read
    ahead: bool = False  # the documents are only read, so that what is read is kept for the questions that follow
    choosing: Choosing = field(default_factory=Choosing)
    stop: tuple[str, ...] = ()
    num_choices: int = 1
    messages: tuple[Message, ...] = ()
    tools: tuple[Tool, ...] = ()
    tool_choice: str = "auto"  # or "none", "required", or "=NAME" of the one that must be called
    raw: str | tuple[int, ...] | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def question(self) -> str:
        """The words of the last message."""
        return self.turns[-1][0]

    @property
    def form(self) -> Literal["text", "exact"]:
        """Whether the reply is prose, which gets marks of citations, or something that a program reads as it is."""
        exact = self.choosing.grammar is not None or bool(self.tools) or self.raw is not None
        return "exact" if exact else "text"


def require(ok: bool, rule: str, hint: str = "") -> None:
    """Raise UsageError unless `ok`."""
    if not ok:
        raise UsageError(rule, hint)


def number(body: Mapping[str, Any], name: str, default: float, low: float, high: float) -> float:
    """A number of the body within bounds. Raises UsageError."""
    value = body.get(name)
    if value is None:
        return default
    ok = isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high
    require(ok, f"{name} must be between {low:g} and {high:g}")
    return float(value)


def whole_number(body: Mapping[str, Any], name: str, low: int, high: int) -> int | None:
    """A whole number of the body within bounds; None when it is not given. Raises UsageError."""
    value = body.get(name)
    if value is None:
        return None
    ok = isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
    require(ok, f"{name} must be a whole number between {low} and {high}")
    return int(value)


def words(value: Any, name: str, most: int) -> tuple[str, ...]:
    """A string or a list of strings, none of them empty. Raises UsageError."""
    found = [] if value is None else [value] if isinstance(value, str) else value
    ok = isinstance(found, list) and len(found) <= most and all(isinstance(w, str) and w for w in found)
    require(ok, f"{name} must be a string or up to {most} strings")
    return tuple(found)


def is_text(text: str) -> bool:
    """Whether it can be written as UTF-8."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def trust(answer: Draft) -> dict[str, Any]:
    """Citations, receipt and the rest of the --json object that has no place in the APIs."""
    from tsel_core import __version__

    record = answer.as_json(__version__)
    names = ["found", "support", "claims", "nearest", "receipt", "attention", "citations", "timings_s"]
    names += ["warnings", "orders", "quarantine", "items", "sections", "output_coverage", "document_kind", "about"]
    return {name: record[name] for name in names if name in record} | {"may_be_ordered": may_be_ordered(answer)}


def may_be_ordered(answer: Draft) -> bool:
    """Whether the answer may be what a passage of the documents orders, also after it was asked for again."""
    from tsel_core.answer import Answer
    from tsel_core.evidence.deciding.apart import needs_second

    return isinstance(answer, Answer) and needs_second(answer)
