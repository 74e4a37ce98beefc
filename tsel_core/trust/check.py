"""Everything that is checked about one answer, in one call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tsel_core.answer import Citation
from tsel_core.document import Document, RenderedText, SourceSpan
from tsel_core.prompts.library import prompt_text
from tsel_core.text.asked_clause import asked_clause
from tsel_core.trust.amendments.changed import Change
from tsel_core.trust.citations import CitationFinder, UnitWeights
from tsel_core.trust.claims.amended import settled, with_changes
from tsel_core.trust.claims.judge import judge_claims
from tsel_core.trust.claims.on_leave import says_so
from tsel_core.trust.claims.parts.claim import Claim, ClaimJudge
from tsel_core.trust.claims.parts.held import holds
from tsel_core.trust.claims.parts.kinds import YES_NO
from tsel_core.trust.fact_tracing import TracedFact, trace_facts
from tsel_core.trust.marks import mark_citations
from tsel_core.trust.orders.detect import OrderMark
from tsel_core.trust.orders.doubt import doubted_citations, doubted_claims, without_orders
from tsel_core.trust.passages import PassageIndex, features
from tsel_core.trust.quotes import rewrite_quotes
from tsel_core.trust.support import Passage, Support, judge_support, unread_evidence


@dataclass(frozen=True)
class Trust:
    """`text` is the answer with honest quotation marks, `marked` the same with [1][2] behind cited sentences."""

    text: str
    marked: str
    citations: tuple[Citation, ...]
    facts: tuple[TracedFact, ...]
    support: Support
    num_invented_quotes: int
    unread: tuple[Passage, ...] = ()
    claims: tuple[Claim, ...] = ()

    @property
    def unsupported(self) -> list[str]:
        """Numbers, dates and names of the answer that stand neither in the document nor in the question."""
        return [t.fact.text for t in self.facts if t.status == "unsupported"]


def check_answer(
    answer: str,
    question: str,
    rendered: RenderedText,
    documents: Sequence[Document],
    *,
    lang: str = "en",
    selected: Sequence[UnitWeights] | None = None,
    selected_units: set[tuple[int, int]] | None = None,
    index: PassageIndex | None = None,
    is_summary: bool = False,
    judge: ClaimJudge | None = None,
    orders: Sequence[OrderMark] = (),
    looked_at: Sequence[SourceSpan] = (),
    vouched: bool | None = None,
    relied: Sequence[SourceSpan] = (),
    seen: Sequence[SourceSpan] = (),
    changes: Sequence[Change] | None = None,
) -> Trust:
    """Find and check citations, make quotes honest, trace facts, decide whether the document supports the answer.

    `selected` belongs to the sentences of `answer`; `selected_units` are the units that were picked at least once
    (None: everything was read with full attention, no alarm). `orders` are passages that nothing may rest on alone,
    `looked_at` places that the retrieval heads name, `vouched` the Yes or No that a second look relies on,
    `relied` the sentences that its two agreeing answers rest on, `seen` those that nearly all heads look at. A value
    that another passage plainly changes gives way to what stands there now; `changes` are those that `answer` has so.
    """
    index = index or PassageIndex.build(documents)
    finder = CitationFinder(index)
    text, num_invented = rewrite_quotes(answer, lambda words: _checked(finder, words), lang)
    citations = doubted_citations(finder.find(text, question, selected), orders)
    facts = trace_facts(text, question, finder.facts, [c.span for c in citations])
    support = judge_support(question, text, citations, facts, rendered, documents=documents, index=index)
    if is_summary and support.reason not in ("empty", "refusal"):
        # a summary has no question that could go unanswered
        support = replace(support, found=True, nearest=(), weak="", question=None)
    asked = "" if is_summary else question
    claims = judge_claims(text, asked, finder.facts, citations, judge, vouched, relied)
    if changes is None and not is_summary and not asked_clause(question)[0]:  # a quotation stays one
        now = with_changes(text, claims, prompt_text("judge", "before", "ja" if lang == "ja" else "en"))
        if now != text:
            return check_answer(
                now, question, rendered, documents, lang=lang, selected=selected, selected_units=selected_units,
                index=index, is_summary=is_summary, judge=judge, orders=orders, looked_at=looked_at, seen=seen,
                changes=[change for c in claims if c.verdict == "contradicted" for change in c.changes],
            )  # fmt: skip
    elif changes is not None:
        claims = settled(claims, changes, text)
        for claim in claims:
            if claim.evidence is not None and claim.verdict == "supported":
                citations = finder.placed(citations, claim.sentence_index, claim.evidence)
    if not is_summary:
        for claim in claims:
            if claim.evidence is not None and (claim.verdict, claim.why) == ("unsure", "amended"):
                citations = finder.placed(citations, claim.sentence_index, claim.evidence, alone=False)
        citations = _where_it_says_so(finder, claims, citations, question)
        claims = _numbered(claims, citations)

    def elsewhere() -> tuple[Claim, ...]:
        rest = CitationFinder(PassageIndex.build(without_orders(documents, orders)))
        return judge_claims(text, asked, rest.facts, rest.find(text, question, selected), judge)

    claims = doubted_claims(claims, citations, orders, elsewhere)
    if not is_summary:
        support = _with_claims(support, claims, facts)
        if not support.found and _is_seen(support, text, question, facts, [index.text(s) for s in seen]):
            support = replace(support, found=True, reason="supported", nearest=(), weak="question-apart")
    if not support.found:
        citations = []
        claims = tuple(replace(claim, citations=()) for claim in claims)
    unread: tuple[Passage, ...] = (
        ()
        if selected_units is None
        else tuple(unread_evidence(question, rendered, documents, selected_units, index=index, looked_at=looked_at))
    )
    marked = mark_citations(text, citations)
    return Trust(text, marked, tuple(citations), tuple(facts), support, num_invented, unread, claims)


def _where_it_says_so(
    finder: CitationFinder, claims: Sequence[Claim], citations: list[Citation], question: str
) -> list[Citation]:
    """The citations, a supported Yes or No with the clause that says so, not with what is near the question."""
    for claim in claims:
        own = [c for c in citations if claim.sentence_index in c.sentences]
        if claim.evidence is None or claim.verdict != "supported" or not YES_NO.match(claim.text):
            continue
        if not any(c.role == "answer" for c in own) and says_so(claim, question, finder.sentences):
            citations = finder.placed(citations, claim.sentence_index, claim.evidence)
    return citations


def _numbered(claims: Sequence[Claim], citations: Sequence[Citation]) -> tuple[Claim, ...]:
    """The claims with the numbers of their sentences' citations."""
    cited = {n: tuple(c.id for c in citations if n in c.sentences) for n in {c.sentence_index for c in claims}}
    return tuple(replace(c, citations=cited[c.sentence_index]) for c in claims)


def _with_claims(support: Support, claims: Sequence[Claim], facts: Sequence[TracedFact]) -> Support:
    """The decision as the judged sentences leave it: weak when one of them is not supported, and only then."""
    if not claims:
        return support
    stands = all(claim.verdict == "supported" for claim in claims)
    plain = support.reason == "unknown-subject" and not support.detail
    nowhere = [t.fact.kind for t in facts if t.status == "unsupported" and t.fact.kind != "name"]
    composed = support.reason == "unsupported-facts" and set(nowhere) == {"date"}
    if stands and (plain or composed):  # 16 June of "2 June ... now the sixteenth"
        # few words of the question stand together, yet a sentence says what the answer does
        return replace(support, found=True, reason="supported", nearest=(), weak="")
    if not support.found:
        return support
    return replace(support, weak="" if stands else support.weak or "claims")


def _is_seen(support: Support, text: str, question: str, facts: Sequence[TracedFact], seen: Sequence[str]) -> bool:
    """Whether only words are missing, and a sentence that the heads look at holds the values or the words of a text."""
    if support.reason == "no-passage":
        own = features(text).keys() - features(question).keys()
        return bool(own) and any(2 * len(own & features(there).keys()) >= len(own) for there in seen)
    if support.reason != "unknown-subject" or support.detail:
        return False
    told = [t.fact for t in facts if t.fact.kind != "name"]
    return bool(told) and any(all(holds(there, value) for value in told) for there in seen)


def _checked(finder: CitationFinder, words: str):  # type: ignore[no-untyped-def]
    check, span = finder.check(words)
    return check, finder.index.text(span) if span else ""
