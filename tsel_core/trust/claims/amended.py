# ruff: noqa: E501 (conditions)
"""Claims whose value a later sentence of the papers changes: the old one does not stand, the new one does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from tsel_core.document import SourceSpan
from tsel_core.text.same_values import same_value
from tsel_core.text.values import Value, extract_values
from tsel_core.trust.amendments.changed import Change, bare
from tsel_core.trust.amendments.words import FORMER
from tsel_core.trust.claims.parts.claim import Claim
from tsel_core.trust.claims.parts.evidence import Sentences
from tsel_core.trust.claims.parts.held import holds
from tsel_core.trust.fact_tracing import FactIndex

_MAX_PLACES = 8  # that state a value
_OPEN = ("words", "elsewhere", "rival")  # doubts beside which a value may be an old one


def after_changes(
    claim: Claim, answer: str, question: str, sentences: Sentences, facts: FactIndex, judge: Callable[[str], Claim]
) -> Claim:
    """A claim as amendments leave it; `judge` gives the verdict on a text as if nothing had been changed.

    An `answer` that says in another sentence what stands there now tells of the change itself.

    Supported by what was changed since: contradicted where code can say what stands there now, else unsure. With the
    new value in the place of the old one it is supported by the amendment.
    """
    if not sentences.amendments.found or FORMER.search(claim.text):
        return claim
    values = [v for v in extract_values(claim.text) if v.kind != "name"]
    if claim.verdict == "supported" or claim.why in _OPEN:
        told = extract_values(answer)
        made = _without_old(claim, values, told, question, sentences, facts)
        if made is not claim or claim.verdict == "supported":
            return made
    for value in values:
        for change in sentences.amendments.into(value, question):
            text = f"{claim.text[: value.start]}{bare(change.old.text)}{claim.text[value.end :]}"
            again = judge(text)
            if again.verdict == "supported" and again.evidence is not None and _touch(again.evidence, change.place):
                return replace(claim, verdict="supported", why="", detail="", evidence=change.amendment.span)
    return claim


def touched(claim: Claim, answer: str, question: str, sentences: Sentences) -> Claim:
    """A supported claim, unsure where a later sentence of the papers touches the clause that states it, and cannot be read by code."""
    if claim.verdict != "supported" or claim.evidence is None or FORMER.search(claim.text):
        return claim
    stated = [v for v in extract_values(claim.text) if v.kind != "name"]
    later = sentences.amendments.touching(stated, extract_values(answer), claim.evidence, question)
    if later is None:
        return claim
    return replace(claim, verdict="unsure", why="amended", detail="", evidence=later.span)


def _without_old(
    claim: Claim, values: list[Value], told: list[Value], question: str, sentences: Sentences, facts: FactIndex
) -> Claim:
    for value in values:
        change = _change(claim, value, question, sentences, facts)
        if change is None or any(change.new and same_value(change.new, v) for v in told):
            continue
        verdict = "contradicted" if change.plain and claim.verdict == "supported" else "unsure"
        span = change.amendment.span
        return replace(claim, verdict=verdict, why="amended", detail=change.told, evidence=span, change=change)  # type: ignore[arg-type]
    return claim


def _change(
    claim: Claim, value: Value, question: str, sentences: Sentences, facts: FactIndex
) -> Change | None:
    """What changes a value at the sentence that the claim was judged by, or at every place that states it."""
    own = claim.evidence
    if own is not None and holds(sentences.index.text(own), value):
        return sentences.amendments.of(value, own, question)
    places = [facts.index.spans[p] for p in facts.find(value)[:_MAX_PLACES]]
    changes = [sentences.amendments.of(value, place, question) for place in places]
    return changes[0] if changes and all(changes) else None


def settled(claims: Sequence[Claim], changes: Sequence[Change], text: str) -> tuple[Claim, ...]:
    """The claims of an answer that `with_changes` made: each rests on the amendment, or on the place that was changed."""
    made = list(claims)
    for change in changes:
        for at, claim in enumerate(made):
            said = text[claim.start : claim.end]
            if FORMER.search(said) and bare(change.old.text) in said:
                made[at] = replace(claim, verdict="supported", why="", detail="", evidence=change.place)
            elif change.new is not None and bare(change.new.text) in said:
                made[at] = replace(claim, verdict="supported", why="", detail="", evidence=change.amendment.span)
    return tuple(made)


def _touch(one: SourceSpan, two: SourceSpan) -> bool:
    same = (one.doc_index, one.unit_index) == (two.doc_index, two.unit_index)
    return same and one.start < two.end and one.end > two.start


def with_changes(text: str, claims: tuple[Claim, ...], before: str) -> str:
    """An answer with the values that stand now in the place of those that were changed; the same where none was.

    `before` says what stood there ("Before the change: {old}."): it is added behind the answer.
    """
    olds: list[str] = []
    for claim in sorted(claims, key=lambda c: -c.start):
        change = claim.change
        if change is None or change.new is None or claim.verdict != "contradicted" or text[claim.start : claim.end].find(change.old.text) < 0:
            continue
        at = text.index(change.old.text, claim.start)
        old, new = bare(change.old.text), bare(change.new.text)
        since = change.amendment.since
        if since:
            new += f"（{since}）" if not since.isascii() else f" ({since[:1].lower()}{since[1:]})"
        text = f"{text[:at]}{new}{text[at + len(old) :]}"
        olds.insert(0, old)
    if not olds:
        return text
    added = before.format(old=", ".join(dict.fromkeys(olds)))
    stop = "" if text.rstrip()[-1:] in ".。!！?？\"”」" else "。" if not added.isascii() else "."
    glue = " " if added[:1].isascii() else ""
    return f"{text.rstrip()}{stop}{glue}{added}"
