# ruff: noqa: E501
"""The last look at a supported claim: what stands beside its values must be what its sentence has beside them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tsel_core.trust.amendments.words import FORMER
from tsel_core.trust.claims.parts.claim import Claim, Why
from tsel_core.trust.claims.parts.evidence import Sentence, Sentences
from tsel_core.trust.claims.parts.firm_forms import with_forms_of
from tsel_core.trust.claims.parts.polarity import has_denial
from tsel_core.trust.claims.terms.belonging import of_the_part_beside
from tsel_core.trust.claims.terms.clauses import decides_otherwise
from tsel_core.trust.claims.terms.conditions import condition_dropped
from tsel_core.trust.claims.terms.counted_from import counted_otherwise
from tsel_core.trust.claims.terms.limits import other_limit
from tsel_core.trust.claims.terms.measures import other_measure
from tsel_core.trust.claims.terms.narrowed import told_of_the_whole
from tsel_core.trust.claims.terms.one_for import for_one_not_asked, for_one_of_another
from tsel_core.trust.claims.terms.one_word import one_word_turned
from tsel_core.trust.claims.terms.raised import change_left_out, turned_change
from tsel_core.trust.claims.terms.rows import of_another_row
from tsel_core.trust.claims.terms.told_twice import told_elsewhere, told_of_both
from tsel_core.trust.claims.terms.who_asked import other_doer

_CHECKS: tuple[tuple[Callable[[str, str], str], Why, bool], ...] = (
    (other_measure, "number", True), (other_limit, "quantifier", False), (counted_otherwise, "elsewhere", False),
    (for_one_of_another, "number", False), (turned_change, "opposite", True),
)  # fmt: skip


def held_to_terms(claim: Claim, stated: str, whole: str, question: str, sentences: Sentences) -> Claim:
    """A supported claim, unsure or contradicted where its value has another small word beside it than its sentence."""
    if claim.verdict != "supported" or claim.evidence is None or FORMER.search(stated):
        return claim
    said = sentences.index.text(claim.evidence)
    for check, why, plain in _CHECKS:
        found = check(stated, said)
        if found:
            return replace(claim, verdict="contradicted" if plain else "unsure", why=why, detail=found)
    if decides_otherwise(stated, has_denial(stated), said):
        return replace(claim, verdict="unsure", why="negation", detail="")
    sentence = sentences.at(claim.evidence)[0]
    found = for_one_not_asked(stated, question, said) or change_left_out(stated, question, said)
    found = found or condition_dropped(stated, whole, question, said) or of_the_part_beside(stated, question, sentence)
    found = found or of_another_row(stated, whole, question, claim.evidence, sentences.index.documents)
    found = found or told_of_both(stated, sentence, sentences)
    found = found or other_doer(question, sentence.text, sentences.party_names)
    if not any(amendment.span.touches(claim.evidence) for amendment in sentences.amendments.found):  # its words are its clause's
        found = found or told_elsewhere(stated, question, sentence, sentences)
        found = found or told_of_the_whole(stated, question, *_near(sentence, sentences), sentences.index.whole)
    found = found or one_word_turned(with_forms_of(stated, sentences.units), question, sentence)
    return replace(claim, verdict="unsure", why="elsewhere", detail=found) if found else claim


def _near(sentence: Sentence, sentences: Sentences) -> tuple[str, str]:
    """A sentence with its headings, those beside it and all of its unit (the row of a table, a paragraph); and with what leads to it alone."""
    unit = sentences.index.unit_text(sentence.span.doc_index, sentence.span.unit_index)
    own = "\n".join((sentence.headings, sentence.before, sentence.text, sentence.speaker or ""))
    return "\n".join((own, sentence.around, sentence.behind, unit)), own
