"""A Yes or No judged as a claim of its own, and an answer that says its question again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from tsel_core.document import SourceSpan
from tsel_core.text.bare_question import bare_question
from tsel_core.text.same_values import same_value
from tsel_core.text.values import extract_values
from tsel_core.trust.claims.parts.asked import Asked
from tsel_core.trust.claims.parts.claim import JUDGE_SUPPORTS, Claim, ClaimJudge, denies_below
from tsel_core.trust.claims.parts.evidence import Sentence, Sentences
from tsel_core.trust.claims.parts.freely import asked_freely, by_condition
from tsel_core.trust.claims.parts.kinds import YES_NO, says_no
from tsel_core.trust.claims.parts.polarity import denies
from tsel_core.trust.claims.parts.reading import Reading
from tsel_core.trust.claims.parts.roles import parties
from tsel_core.trust.claims.parts.words import is_japanese
from tsel_core.trust.claims.yes_no.by_stance import what_is_asked
from tsel_core.trust.claims.yes_no.differs import other_value
from tsel_core.trust.claims.yes_no.general_rule import rule_words
from tsel_core.trust.claims.yes_no.replied import replied
from tsel_core.trust.claims.yes_no.stance import alternatives
from tsel_core.trust.claims.yes_no.yes_no import decided, quoted_first, read

_OPEN = ("echo", "words", "elsewhere", "yes-no")  # doubts of words alone: what is asked decides instead


def judge_yes_no(
    claim: Claim,
    question: str,
    sentences: Sentences,
    judge: ClaimJudge | None = None,
    quote: str = "",
    vouched: bool | None = None,
) -> Claim:
    """A Yes or No claims what the question asks, or its opposite: by the words quoted behind it and sentences near.

    Supported where a sentence says so and none says the opposite, contradicted the other way round, else unsure.
    `vouched`: the verdict that the second look relies on (evidence.deciding.judged), for what no rule decides.
    """
    no = says_no(claim.text)
    made = _judged(claim, question, sentences, no, quote)
    if made.verdict == "unsure" and vouched is not None and vouched != no:
        return replace(made, verdict="supported", why="")
    if judge is None or made.evidence is None:
        return made
    score = judge(question, sentences.index.text(made.evidence))
    score = 1 - score if no else score
    if made.verdict == "unsure" and (score >= JUDGE_SUPPORTS or score <= denies_below(question)):
        return replace(made, verdict="supported" if score >= JUDGE_SUPPORTS else "contradicted", score=score)
    return replace(made, score=score)


def said_again(claim: Claim, question: str, sentences: Sentences, vouched: bool | None = None) -> Claim:
    """A sentence with a Yes or No in front, or one that only says the question again: judged by what is asked.

    One that says no more than the question does may be vouched for as the bare word is.
    """
    led = YES_NO.match(claim.text) is not None
    if claim.verdict in ("contradicted", "not stated") or not (led or claim.why == "echo"):
        return claim
    no = says_no(claim.text) if led else bool(denies(Asked(bare_question(question)).statement, claim.text))
    made = _judged(claim, question, sentences, no, claim.text)
    lost = not _answers(claim, question, sentences, no) or _valued_otherwise(claim, question, sentences)
    if claim.verdict == "supported" and made.verdict == "unsure" and led and lost:
        return made  # it is near the words of a sentence, but neither what is asked nor what is said stands there
    if claim.verdict == "supported":
        return made if made.verdict == "contradicted" else claim
    if led and made.verdict == "contradicted":
        return made
    if made.verdict == "unsure" and claim.why == "echo" and led and vouched is not None and vouched != no:
        return replace(made, verdict="supported", why="")
    return made if claim.why in _OPEN and made.verdict != "unsure" else claim


def _answers(claim: Claim, question: str, sentences: Sentences, no: bool) -> bool:
    """Whether what is said behind a Yes or No answers what is asked, and a sentence has it in its words."""
    words = YES_NO.sub("", claim.text).lstrip(" ,.、。:：")
    said, asked = Asked(words), Asked(bare_question(question))
    near = sentences.candidates(words, "")
    says = (read(asked, replace(s, text=words)).says for s in near[:1])
    return ("no" if no else "yes") in says and any(read(said, s).says == "yes" for s in near)


def _valued_otherwise(claim: Claim, question: str, sentences: Sentences) -> bool:
    """Whether the sentence behind a Yes does not state or allow the question's values."""
    return claim.evidence is not None and other_value(Asked(question), sentences.index.text(claim.evidence)) is not None


def says_otherwise(answer: str, question: str, value: bool) -> bool:
    """Whether what stands behind the Yes or No of an answer says the opposite of it."""
    words = YES_NO.sub("", answer).lstrip(" ,.、。:：")
    nowhere = Sentence(SourceSpan(0, 0, 0, len(words)), words, "", "", None, _NONE, _NONE, _NONE, 0)
    return read(Asked(question), nowhere).says == ("no" if value else "yes")


_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Said:
    """The sentences that say yes and no to a question with most of its words, with how.

    `nearest` is the first sentence of all that were read, those of a quotation before others.
    """

    yes: tuple[Sentence, Reading] | None
    no: tuple[Sentence, Reading] | None
    nearest: Sentence | None


def said_of(asked: Asked, sentences: Sentences, quote: str = "", near: Sequence[Sentence] | None = None) -> Said:
    """What the documents say to a yes/no question (or a statement), by the sentences that hold its words.

    `near`: the only sentences to look at; None looks for them.
    """
    if near is None:
        near = sentences.candidates(f"{asked.statement} {quote}", asked.question)
        rules = rule_words(asked)
        by_rule = sentences.holding([rules]) if rules else []
        near = list(dict.fromkeys([*near, *sentences.holding(_beginnings(asked)), *by_rule]))
    found = quoted_first(near, quote)
    readings = [r for s in found for r in replied(asked, s, sentences)]
    readings += [_as_changed(asked, s, read(asked, s), sentences) for s in found]
    readings = _free_first(asked, readings)
    return Said(decided(asked, readings, "yes"), decided(asked, readings, "no"), found[0] if found else None)


def _free_first(asked: Asked, readings: list[tuple[Sentence, Reading]]) -> list[tuple[Sentence, Reading]]:
    """Without what another clause says under a condition, where one says of the same party that it may freely."""
    free = asked_freely(asked.question) and parties(asked.statement)
    if not free or not any(r.says == "yes" for _, r in readings):
        return readings
    return [(s, r) for s, r in readings if not (r.says == "no" and by_condition(r))]


def _beginnings(asked: Asked) -> list[tuple[str, ...]]:
    """How the question's words, and such as say the same, begin."""
    if is_japanese(asked.statement):
        return [(word,) for word in asked.beginnings]
    return alternatives(what_is_asked(asked).keys)


def _as_changed(
    asked: Asked, sentence: Sentence, reading: Reading, sentences: Sentences
) -> tuple[Sentence, Reading]:
    """What a sentence says, or the amendment that changes the value it says it with."""
    amendments = sentences.amendments
    if not asked.values or not reading.says or not amendments.found:
        return sentence, reading
    own = extract_values(sentence.text)
    for value in asked.values:
        for here in (v for v in own if v.kind == value.kind):
            change = amendments.of(here, sentence.span, asked.question)
            if change is None or not (same_value(here, value) or reading.why == "number"):
                continue
            if change.new is None:
                return sentence, Reading("", "amended", change.told, reading.share)
            now = same_value(change.new, value)
            if now or reading.says == "yes":
                (other, *_) = sentences.at(change.amendment.span)
                says: Literal["yes", "no"] = "yes" if now else "no"
                return other, Reading(says, "" if now else "amended", change.told, reading.share)
    return sentence, reading


def _judged(claim: Claim, question: str, sentences: Sentences, no: bool, quote: str) -> Claim:
    said = said_of(Asked(bare_question(question)), sentences, quote)
    right, wrong = (said.no, said.yes) if no else (said.yes, said.no)
    made = replace(claim, verdict="unsure", why="yes-no", evidence=said.nearest.span if said.nearest else None)
    if right is not None and wrong is None and (quote or not right[1].narrowed):
        return replace(made, verdict="supported", why="", evidence=right[0].span)
    if wrong is not None and right is None:
        why = wrong[1].why or "negation"
        return replace(made, verdict="contradicted", why=why, detail=wrong[1].detail, evidence=wrong[0].span)
    return made
