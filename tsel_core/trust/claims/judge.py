"""Judging the claims of an answer: each sentence against the whole sentences of the document nearest to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from tsel_core.answer import Citation
from tsel_core.document import SourceSpan
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.normalize import normalise
from tsel_core.text.refusal import is_refusal
from tsel_core.text.same_values import own_values
from tsel_core.text.sentences import split_sentences
from tsel_core.text.values import extract_values
from tsel_core.text.yes_no import NO, YES
from tsel_core.trust.claims.amended import after_changes, touched
from tsel_core.trust.claims.leads import led_in_other_tongue
from tsel_core.trust.claims.on_leave import on_leave
from tsel_core.trust.claims.other_fact.cells import of_another_cell
from tsel_core.trust.claims.other_fact.changed_from import of_before
from tsel_core.trust.claims.other_fact.defined import defined_party
from tsel_core.trust.claims.other_fact.of_another import of_another
from tsel_core.trust.claims.other_fact.opening import opening_stated
from tsel_core.trust.claims.other_fact.signed_by import parties_stated, signer_stated
from tsel_core.trust.claims.parts.asked import Asked, asks_yes_no
from tsel_core.trust.claims.parts.both_ways import says_both_ways
from tsel_core.trust.claims.parts.claim import JUDGE_SUPPORTS, Claim, ClaimJudge, Verdict, denies_below
from tsel_core.trust.claims.parts.evidence import Sentence, Sentences
from tsel_core.trust.claims.parts.expected import off_kind
from tsel_core.trust.claims.parts.finding import SUPPORTED, Finding
from tsel_core.trust.claims.parts.firm_forms import with_forms_of
from tsel_core.trust.claims.parts.kinds import (
    LEAST_QUOTED,
    MARKS,
    is_bare_yes_no,
    is_list_mark,
    says_something,
    unnumbered,
)
from tsel_core.trust.claims.parts.modality import FORMER
from tsel_core.trust.claims.parts.phrase import asks_who, completed
from tsel_core.trust.claims.parts.roles import is_party
from tsel_core.trust.claims.parts.titles import title_stated
from tsel_core.trust.claims.said_later import said_later
from tsel_core.trust.claims.support.comparison import Comparison
from tsel_core.trust.claims.support.relied import relied_upon
from tsel_core.trust.claims.support.whole_list import whole_list
from tsel_core.trust.claims.terms.clauses import held_to_clause
from tsel_core.trust.claims.terms.hold import held_to_terms
from tsel_core.trust.claims.told_with_old import as_it_stands
from tsel_core.trust.claims.verdicts import judge_yes_no, said_again, said_of
from tsel_core.trust.fact_tracing import FactIndex
from tsel_core.trust.passages import PassageIndex
from tsel_core.trust.places import names_place
from tsel_core.trust.question_match import same_script

RESCUE, SAME_RANK = 0.9, 0.98  # another sentence so near to the best one may support the claim instead
_TOLD_BY = 8  # sentences that a claim is read against as what is asked
MAX_PLACES = 8  # that state a value of the claim
_QUOTES = "\"“”「」『』"
# a Yes or No before a quotation, or "No." before other words ("No. 3" is none)
_LED = lazy_pattern(
    r"((?:Yes|No\.|No(?=\s[\"“])|はい|いいえ)(?:\s?\[\d{1,3}\])*)\s*(?=[\"“「])"
    r"|(No\.(?:\s?\[\d{1,3}\])*)\s+(?=[A-Z])"
)
_MARK = lazy_pattern(r"\s?\[\d{1,3}\]")
_NO_MORE = r"no (?:less|fewer|more|later|earlier|sooner|longer|shorter|higher|lower|greater|one|other)\b"
_LEAD = lazy_pattern(
    rf"^(?!{_NO_MORE})(?:{YES}|{NO})\s*[,.、。:：，]?\s*|^Before the change:\s*|^変更前は"
    r"|^(?:according to [^,]{3,40},|the (?:document|agreement|contract|text) (?:states|says) that)\s*",
    re.I,
)


def judge_claims(
    text: str,
    question: str,
    facts: FactIndex,
    citations: Sequence[Citation] = (),
    judge: ClaimJudge | None = None,
    vouched: bool | None = None,
    relied: Sequence[SourceSpan] = (),
) -> tuple[Claim, ...]:
    """A verdict for each sentence of an answer that states something: no heading, mark of a list or refusal does.

    `vouched`: the Yes (or No) of a second look that may be relied on; None for any other answer. `relied`: the
    sentences that two agreeing readings rest on (claims/support/relied.py).
    """
    sentences = Sentences(facts.index)
    claims = []
    for number, start, end in _parts(text):
        words = _MARK.sub("", text[start:end]).strip()
        following = text[end:].strip()
        bare = _is_bare(words, question)
        cited = [c for c in citations if number in c.sentences]
        claim = Claim(words, start, end, number, "unsure", citations=tuple(c.id for c in cited))
        led = led_in_other_tongue(claim, question, following) if bare else None
        if led is not None:
            claims.append(led)
            continue
        if bare and says_something(following) and not asks_yes_no(question):
            continue  # what follows says what is meant
        lone_mark = is_list_mark(words) and words != text.strip()
        if lone_mark or not words or not says_something(words) or (is_refusal(words) and len(words) < 160):
            continue
        if names_place(words, facts.index.documents):
            continue  # of what is quoted below it
        if bare and _comparable(question, facts.index):
            quote = _MARK.sub("", following).strip(MARKS)
            told = held_to_clause(judge_yes_no(claim, question, sentences, judge, quote, vouched), question, sentences)
            claims.append(on_leave(told, question, sentences, following))
            continue
        spans_cited = [c.span for c in cited if c.role == "answer"]
        judged = _judge(claim, question, sentences, facts, spans_cited, judge)
        if asks_yes_no(question) and _stands_whole(words, sentences.candidates(words, "")) is None:
            judged = said_again(judged, question, sentences, vouched)
        judged = on_leave(judged, question, sentences)

        def as_written(words: str, claim: Claim = claim, cited: Sequence[SourceSpan] = spans_cited) -> Claim:
            return _judge(replace(claim, text=words), question, sentences, facts, cited, None)

        judged = after_changes(judged, text, question, sentences, facts, as_written)
        judged = relied_upon(judged, question, sentences, relied)
        stated = _LEAD.sub("", words).strip() or words
        judged = of_before(judged, stated, question, sentences.index.text(judged.evidence) if judged.evidence else "")
        judged = said_later(judged, stated, question, sentences)
        judged = of_another_cell(judged, stated, completed(stated, question), question, facts.index.documents)
        judged = of_another(judged, stated, text, question, sentences)
        judged = touched(judged, text, question, sentences)
        judged = _both_ways(judged, stated, sentences)
        judged = held_to_terms(judged, stated, text, question, sentences)
        now = as_it_stands(words, question, sentences) if judged.verdict == "contradicted" else words
        if now != words:  # who tells the old value, too, says no other one
            again = after_changes(as_written(now), text, question, sentences, facts, as_written)
            if again.verdict == "supported":
                judged = replace(judged, verdict="unsure", why="amended", detail="")
        claims.append(led_in_other_tongue(judged, question) or judged)
    claims = list(whole_list(claims, text, question, sentences))
    # a true sentence, and no answer
    if off_kind(_MARK.sub("", text), question) and not _names_speaker(text, question, sentences):
        return tuple(replace(c, verdict="unsure", why="kind") if c.verdict == "supported" else c for c in claims)
    return tuple(claims)


def _both_ways(claim: Claim, stated: str, sentences: Sentences) -> Claim:
    """A supported claim that says a thing and denies it, unsure where its sentence does not."""
    both = says_both_ways(stated) if claim.verdict == "supported" else ""
    if not both or (claim.evidence and says_both_ways(sentences.index.text(claim.evidence)) == both):
        return claim
    return replace(claim, verdict="unsure", why="negation", detail=both)


def _names_speaker(text: str, question: str, sentences: Sentences) -> bool:
    """Whether an answer to "who" begins with one who speaks in the document: "Tess pays it"."""
    first = re.match(r"\s*([A-Z][\w'’-]+)", text)
    return asks_who(question) and first is not None and first[1] in sentences.speakers and first[1] not in question


def _parts(text: str) -> Iterator[tuple[int, int, int]]:
    """(number of the sentence, start, end) of each claim; a Yes or No right before a quotation is one of its own."""
    for number, (start, end) in enumerate(split_sentences(text)):
        lead = _LED.match(text[start:end])
        if lead is not None:
            yield number, start, start + len(lead[1] or lead[2])
            start += len(lead[0])
        yield number, start, end


def _judge(
    claim: Claim,
    question: str,
    sentences: Sentences,
    facts: FactIndex,
    cited: Sequence[SourceSpan],
    judge: ClaimJudge | None,
) -> Claim:
    index = sentences.index
    if not _comparable(claim.text, index) or (question and not _comparable(question, index)):
        return _asked(replace(claim, why="other-language"), question, claim.text, judge, sentences)
    if _is_bare(claim.text, question):
        return judge_yes_no(claim, question, sentences, judge)
    stated = with_forms_of(_LEAD.sub("", claim.text).strip() or claim.text, sentences.units)
    title = title_stated(stated, index)
    if title is not None:
        return replace(claim, verdict="supported", evidence=title)
    opening = opening_stated(stated, question, index)
    if opening is not None and opening.other:
        detail = f"{_own_date(stated)} / {opening.other}"
        return replace(claim, verdict="unsure", why="date", detail=detail, evidence=opening.span)
    if opening is not None:
        return replace(claim, verdict="supported", evidence=opening.span)
    party = signer_stated(stated, question, index) or parties_stated(stated, question, index)
    party = party or defined_party(stated, question, index)
    if party is not None and party.other:
        given: Verdict = "contradicted" if party.of_another else "unsure"
        return replace(claim, verdict=given, why="role", detail=party.other, evidence=party.span)
    if party is not None:
        return replace(claim, verdict="supported", evidence=party.span)
    full = completed(stated, question)
    places = [facts.index.spans[p] for value in extract_values(stated) for p in facts.find(value)[:MAX_PLACES]]
    found = sentences.candidates(stated, question, [*cited, *places])
    comparison = Comparison(stated, full, question, index, found, sentences.party_names)
    ranked = sorted(found, key=comparison.rank, reverse=True)
    if not ranked:
        return _asked(replace(claim, verdict="not stated", why="no-evidence"), question, full, judge, sentences)
    best, finding = ranked[0], comparison.finding(ranked[0])
    top = comparison.rank(best)
    for other in ranked[1:4]:
        near = SAME_RANK if finding.verdict == "contradicted" else RESCUE
        if finding.verdict == "supported" or comparison.rank(other) < near * top:
            break
        again = comparison.finding(other)
        if again.verdict == "supported" and (finding.verdict != "contradicted" or comparison.says_as_much(other, best)):
            best, finding = other, again
    best, finding = _where_it_stands(comparison, ranked, best, finding)
    made = replace(claim, verdict=finding.verdict, why=finding.why, detail=finding.detail, evidence=best.span)
    former = best.speaker and FORMER.search(best.text) and not FORMER.search(f"{stated} {question}")
    if made.verdict == "supported" and former:
        made = replace(made, verdict="unsure", why="elsewhere")  # how it was, not how it is
    if made.verdict == "unsure" and made.why in ("words", "rival") and full == stated:
        told = said_of(Asked(stated), sentences, near=ranked[:_TOLD_BY])
        if told.yes is not None and told.no is None and not told.yes[1].narrowed:
            made = replace(made, verdict="supported", why="", detail="", evidence=told.yes[0].span)
    turned = finding.verdict == "contradicted" or finding.why == "echo"
    said_whole = claim.text.strip()[:1] in _QUOTES or claim.text.strip().rstrip(".")[-1:] in _QUOTES
    own = _stands_whole(stated, found) if turned or (said_whole and made.verdict == "unsure") else None
    if own is not None:  # no other sentence of the document contradicts what one says word for word
        made = replace(claim, verdict="supported", why="", evidence=own)
    return _asked(made, question, full, judge, sentences)


def _is_bare(words: str, question: str) -> bool:
    """Whether a sentence is a Yes or No with next to nothing behind it: no value that the question does not give."""
    return is_bare_yes_no(words) and not (question and own_values(words, question))


def _own_date(stated: str) -> str:
    return next(v.text for v in extract_values(stated) if v.kind == "date")


def _where_it_stands(
    comparison: Comparison, ranked: Sequence[Sentence], best: Sentence, finding: Finding
) -> tuple[Sentence, Finding]:
    """A sentence that lacks the claim's own date, amount or name is not the one to judge by where another states it.

    "The agreement ends on December 31" stands in "Termination Date: December 31", whatever else ends elsewhere: it is
    supported if the sentence says what is asked for, in these words or others; else nobody knows.
    """
    if finding.verdict not in ("contradicted", "not stated") or finding.why not in ("date", "number", "name"):
        return best, finding
    holding = [s for s in ranked if comparison.holds_all(s)]
    if "/" in finding.detail and best in holding:
        return best, finding  # it has the value, and says it of another month, tonne or day
    if "/" in finding.detail and any(comparison.stands_as_near(s, best) for s in holding):
        return best, replace(finding, verdict="unsure", why="elsewhere")  # a row of a table says it, or another clause
    if "/" in finding.detail or comparison.holds_all(best) or is_party(finding.detail.lower()):
        return best, finding  # it states another value, or says it of another party
    for other in (s for s in holding if not s.text.rstrip().endswith(("?", "？"))):
        again = comparison.finding(other)
        if (again.verdict == "supported" or again.why == "words") and comparison.says_otherwise(other):
            return other, SUPPORTED
    return best, replace(finding, verdict="unsure") if holding else finding


def _stands_whole(stated: str, found: Sequence[Sentence]) -> SourceSpan | None:
    """The sentence whose words a claim is, from the first to the last, quoted or not; None for any other claim."""
    words = normalise(stated.strip(MARKS))
    if len(words) < LEAST_QUOTED:
        return None
    for sentence in found:
        text = sentence.text.strip(MARKS)
        if words in (normalise(text), normalise(unnumbered(text))):
            return sentence.span
    return None


def _asked(claim: Claim, question: str, full: str, judge: ClaimJudge | None, sentences: Sentences) -> Claim:
    """The model's judgement where the rules are not sure, and against them where it is sure of the opposite."""
    if judge is None or claim.evidence is None or claim.verdict in ("contradicted", "not stated"):
        return claim
    score = judge(full, sentences.index.text(claim.evidence))
    if claim.verdict == "unsure" and score >= JUDGE_SUPPORTS and claim.why in ("words", "yes-no", "other-language"):
        return replace(claim, verdict="supported", why="", detail="", score=score)
    if claim.verdict == "supported" and score <= denies_below(claim.text):
        return replace(claim, verdict="unsure", why="judge", score=score)
    return replace(claim, score=score)


def _comparable(text: str, index: PassageIndex) -> bool:
    return sum(c.isalpha() for c in text) < 4 or same_script(text, index)
