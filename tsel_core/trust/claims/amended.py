# ruff: noqa: E501 (conditions)
"""Claims whose value a later sentence of the papers changes: the old one does not stand, the new one does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from tsel_core.document import SourceSpan
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.normalize import normalise
from tsel_core.text.same_values import same_value
from tsel_core.text.values import Value, extract_values
from tsel_core.trust.amendments.changed import Change, bare
from tsel_core.trust.amendments.words import FORMER
from tsel_core.trust.claims.parts.claim import Claim, Verdict
from tsel_core.trust.claims.parts.evidence import Sentences, key_of
from tsel_core.trust.claims.parts.held import holds
from tsel_core.trust.claims.parts.polarity import has_denial
from tsel_core.trust.claims.parts.roles import named_parties, parties
from tsel_core.trust.fact_tracing import FactIndex
from tsel_core.trust.passages import features
from tsel_core.trust.question_match import content_words

_MAX_PLACES = 8  # that state a value
_COUNTED = lazy_pattern(r"(?:営業)?(?:日|週|か月|年|人|名|回|件|台|個|枚|部|本|冊)(?:間)?(?:前|以内|以上|以下)?|\s(?:days?|weeks?|months?|years?|keys?|people|persons|times|kilograms?|units?|pieces?|copies|hours?)\b")  # behind a number
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
    if claim.verdict == "supported":
        changes = [c for value in values for c in sentences.amendments.into(value, question)]
        if changes and all(_told_of_another(c, claim.text, question, sentences) for c in changes):
            return replace(claim, verdict="unsure", why="amended")  # the new value of one thing, told of another
    if claim.verdict == "supported" or claim.why in _OPEN:
        told = extract_values(answer)
        made = _without_old(claim, values, told, question, sentences, facts)
        if made is not claim or claim.verdict == "supported":
            return made
    made = _as_changed(claim, values, question, sentences, judge)
    if made.verdict == "contradicted" and made.why in ("number", "date") and _is_put_in(made, values, sentences):
        return replace(made, verdict="unsure", why="amended")
    return made


def _is_put_in(claim: Claim, values: Sequence[Value], sentences: Sentences) -> bool:
    """Whether a sentence of any paper puts a value of a claim in the place of one that the sentence against it states."""
    there = extract_values(sentences.index.text(claim.evidence)) if claim.evidence is not None else []
    return any(
        any(same_value(n, v) for n in amendment.new for v in values if n.kind == v.kind)
        and any(same_value(o, v) for o in amendment.old for v in there if o.kind == v.kind)
        for amendment in sentences.amendments.found
    )


def _told_of_another(change: Change, text: str, question: str, sentences: Sentences) -> bool:
    """Whether a text tells the new value of something else: of another sentence of the clause, or of another party than the one it binds."""
    if sentences.amendments.is_of_another(change, text, question):
        return True
    asked, bound = parties(named_parties(question)), parties(sentences.index.text(change.place))
    return bool(asked and bound) and asked.isdisjoint(bound)


def _as_changed(
    claim: Claim, values: Sequence[Value], question: str, sentences: Sentences, judge: Callable[[str], Claim]
) -> Claim:
    """A claim with values that stand there now: supported where the old ones in their place are, and no other is old.

    First one value alone, then all that something was changed into.
    """
    into = [(value, change) for value in values for change in sentences.amendments.into(value, question)]
    all_of = list({value.start: (value, change) for value, change in reversed(into)}.values())
    for pairs in [[pair] for pair in into] + ([all_of] if len(all_of) > 1 else []):
        text = claim.text
        for value, change in sorted(pairs, key=lambda pair: -pair[0].start):
            text = f"{text[: value.start]}{bare(change.old.text)}{text[value.end :]}"
        again, change = judge(text), pairs[0][1]
        if again.verdict != "supported" or again.evidence is None:
            continue
        if not again.evidence.touches(change.place) and not _is_same(again.evidence, change.place, sentences):
            continue
        if not sentences.amendments.is_nearest(change, claim.text, question):
            continue
        if sentences.amendments.is_said_elsewhere(change, claim.text, question):
            return replace(claim, verdict="unsure", why="amended", detail="", evidence=change.amendment.span)
        made = replace(claim, verdict="supported", why="", detail="", evidence=change.amendment.span)
        rest = [v for v in values if all(v is not value for value, _ in pairs)]
        others = [c for v in rest if (c := sentences.amendments.of(v, change.place, question)) is not None]
        return _out_of_date(made, others) if others else made
    return _maybe_changed(claim, values, question, sentences)


def _is_same(one: SourceSpan, other: SourceSpan, sentences: Sentences) -> bool:
    """Whether two papers have one sentence, word for word."""
    apart = one.doc_index != other.doc_index
    return apart and normalise(sentences.index.text(one)) == normalise(sentences.index.text(other))


def _maybe_changed(claim: Claim, values: Sequence[Value], question: str, sentences: Sentences) -> Claim:
    """A claim that a clause contradicts is unsure where another paper may have changed that clause into what it says."""
    if claim.verdict != "contradicted" or claim.evidence is None:
        return claim
    for value in values:
        amendment = sentences.amendments.may_become(claim.evidence, value, question)
        if amendment is not None:
            return replace(claim, verdict="unsure", why="amended", detail="", evidence=amendment.span)
    return claim


def _out_of_date(claim: Claim, changes: Sequence[Change]) -> Claim:
    """A claim with values that were changed since: contradicted where code can say of all what stands there now."""
    plain = all(change.plain for change in changes) and claim.verdict == "supported"
    told, span = changes[0].told, changes[0].amendment.span
    verdict: Verdict = "contradicted" if plain else "unsure"
    return replace(claim, verdict=verdict, why="amended", detail=told, evidence=span, changes=tuple(changes))


def touched(claim: Claim, answer: str, question: str, sentences: Sentences) -> Claim:
    """A supported claim, unsure where a later sentence of the papers touches the clause that states it, and cannot be read by code."""
    if claim.verdict != "supported" or claim.evidence is None or FORMER.search(claim.text):
        return claim
    stated = [v for v in extract_values(claim.text) if v.kind != "name"]
    told = extract_values(answer)
    later = sentences.amendments.touching(stated, told, claim.evidence, question)
    asked = [] if stated else list(_of_what_is_asked(claim, question, sentences))
    for place in asked:
        own = sentences.amendments.touching(stated, told, place, question)
        if own is not None:
            return replace(claim, verdict="unsure", why="amended", detail="", evidence=own.span)
    if later is None:
        return claim
    if asked and not _telling(claim, question, sentences) & set(map(key_of, features(later.text))):
        return replace(claim, evidence=asked[0])
    return replace(claim, verdict="unsure", why="amended", detail="", evidence=later.span)


def _of_what_is_asked(claim: Claim, question: str, sentences: Sentences) -> Iterator[SourceSpan]:
    """The sentences of the same parties that speak of what a question asks, where a claim's own evidence does not.

    "The Customer pays for the audit" is near "The Customer pays a fee", and speaks of no fee.
    """
    telling, who = _telling(claim, question, sentences), parties(claim.text)
    for sentence in sentences.candidates(claim.text, question) if telling and who else ():
        if telling <= sentence.held and who <= parties(sentence.text) and not has_denial(sentence.text):
            yield sentence.span


def _telling(claim: Claim, question: str, sentences: Sentences) -> set[str]:
    """The words of a question and a claim that the claim's evidence does not have."""
    own = sentences.at(claim.evidence) if claim.evidence is not None else []
    around = {word for s in own for word in s.held}
    return {key_of(w) for w in content_words(question)} & set(map(key_of, features(claim.text))) - around


def _without_old(
    claim: Claim, values: list[Value], told: list[Value], question: str, sentences: Sentences, facts: FactIndex
) -> Claim:
    found = (_change(claim, value, question, sentences, facts) for value in values)
    changes = [c for c in found if c and not any(c.new and same_value(c.new, v) for v in told)]
    return _out_of_date(claim, changes) if changes else claim


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


def with_changes(text: str, claims: tuple[Claim, ...], before: str) -> str:
    """An answer with the values that stand now in the place of those that were changed; the same where none was.

    `before` says what stood there ("Before the change: {old}."): it is added behind the answer.
    """
    olds: list[str] = []
    for claim in sorted(claims, key=lambda c: -c.start):
        if claim.verdict != "contradicted":
            continue
        for change in sorted(claim.changes, key=lambda c: -text.find(c.old.text, claim.start, claim.end)):
            at = text.find(change.old.text, claim.start, claim.end)
            if change.new is None or at < 0:
                continue
            old, new = bare(change.old.text), bare(change.new.text)
            since = change.amendment.since
            if since:
                new += f"（{since}）" if not since.isascii() else f" ({since[:1].lower()}{since[1:]})"
            counted = _COUNTED.match(text, at + len(old))
            text = f"{text[:at]}{new}{text[at + len(old) :]}"
            olds.insert(0, old + (counted.group() if counted else ""))
    if not olds:
        return text
    added = before.format(old=", ".join(dict.fromkeys(olds)))
    stop = "" if text.rstrip()[-1:] in ".。!！?？\"”」" else "。" if not added.isascii() else "."
    glue = " " if added[:1].isascii() else ""
    return f"{text.rstrip()}{stop}{glue}{added}"
