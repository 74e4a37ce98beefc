"""An answer asked for again without the passages that give orders, and which of the answers is shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Literal

from tsel_core.answer import Answer
from tsel_core.document import Document
from tsel_core.evidence.locating.agree import agree
from tsel_core.text.refusal import is_refusal
from tsel_core.trust.orders.detect import OrderMark, find_orders
from tsel_core.trust.orders.doubt import without_orders

Quarantine = Literal["auto", "off", "always"]
AskAgain = Callable[[Sequence[Document]], Answer]
AskMasked = Callable[[Sequence[OrderMark]], Answer | None]


def needs_second(answer: Answer) -> bool:
    """Whether an answer to a document with orders is not to be believed as it is.

    "Not found" may be what the order asks for; a claim that the rest of the document does not support may be too.
    """
    if not answer.extra.get("orders") or answer.stop_reason not in ("end", "length"):
        return False
    return not _stands(answer)


def asked_apart(answer: Answer, question: str, ask_masked: AskMasked, ask_again: AskAgain) -> Answer:
    """The answer, or the one that the document gives without the passages that give orders; both are in the JSON.

    `ask_masked` answers from the same reading with the passages masked (None: it cannot), at the price of the question.
    What was read after them has seen them, so that answer is taken only when it is another one and the rest of the
    document supports it all; else `ask_again` answers the same task on documents without them, read anew. The first
    answer stays where the second says the same, or found nothing (the checks say what it rests on). It is changed
    where it said "not found" and the rest of the document answers, or where it rests on the orders and the rest of the
    document says another thing.
    """
    if not needs_second(answer):
        return answer
    marks = find_orders(answer.documents)
    masked = ask_masked(marks)
    firm = masked is not None and _stands(masked) and not agree(bare_text(answer), bare_text(masked), question)
    second = masked if masked is not None and firm else ask_again(without_orders(answer.documents, marks))
    same = agree(bare_text(answer), bare_text(second), question)
    changes = not same and second.found and not is_refusal(second.text)
    told: dict[str, Any] = {
        "asked_again": True,
        "way": "masked" if firm else "read again",
        "masked_answer": None if masked is None else masked.text,
        "agree": same,
        "shown": "without" if changes else "with",
        "other_answer": (answer if changes else second).text,
        "left_out": [m.label for m in marks],
    }
    if not changes:
        return replace(answer, extra={**answer.extra, "quarantine": told})
    return _shown(second, answer, told)


def answered_without(answer: Answer, documents: Sequence[Document], marks: Sequence[OrderMark]) -> Answer:
    """The answer of a reading from which the marked passages were left out, as an answer about the whole documents."""
    told = {"asked_again": False, "agree": None, "shown": "without", "other_answer": None}
    told["left_out"] = [m.label for m in marks]  # type: ignore[assignment]
    orders = [m.as_json() for m in marks]
    units = sum(1 for d in documents for u in d.units if u.in_flow and u.text)
    receipt = replace(answer.receipt, units_in_file=units)
    extra = {**answer.extra, "orders": orders, "quarantine": told}
    return replace(answer, documents=tuple(documents), receipt=receipt, extra=extra)


def _stands(answer: Answer) -> bool:
    """Whether the document says it all: something was found, and each claim of it is supported."""
    claims = answer.extra.get("claims") or []
    return answer.found and bool(claims) and all(c["verdict"] == "supported" for c in claims)


def _shown(second: Answer, first: Answer, told: dict[str, Any]) -> Answer:
    """The second answer with what is known of the documents and of the first reading."""
    extra = {**second.extra, "orders": first.extra["orders"], "quarantine": told}
    times = {k: first.timings.get(k, 0.0) + second.timings.get(k, 0.0) for k in {*first.timings, *second.timings}}
    return replace(
        second,
        documents=first.documents,
        receipt=first.receipt,
        warnings=first.warnings,
        timings=times,
        extra=extra,
    )


def bare_text(answer: Answer) -> str:
    """The answer's words without the marks of its citations."""
    text = answer.text
    for citation in answer.citations:
        text = text.replace(f"[{citation.id}]", "")
    return text
