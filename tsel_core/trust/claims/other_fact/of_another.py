"""A claim whose sentence speaks of another thing than what is asked, and one whose clause states just that."""

from __future__ import annotations

from dataclasses import replace

from tsel_core.text.normalize import normalise
from tsel_core.text.same_values import same_value
from tsel_core.text.values import extract_values
from tsel_core.trust.claims.other_fact.contrast import told_of_contrast
from tsel_core.trust.claims.other_fact.defined import defined_party
from tsel_core.trust.claims.other_fact.delegated import delegated
from tsel_core.trust.claims.other_fact.distributed import of_another_thing
from tsel_core.trust.claims.other_fact.first_last import is_the_other_day
from tsel_core.trust.claims.other_fact.holders import handed_over, held_before, was_it
from tsel_core.trust.claims.other_fact.in_a_row import of_another_label, of_another_part
from tsel_core.trust.claims.other_fact.labelled_number import told_of_another_number
from tsel_core.trust.claims.other_fact.law_or_courts import courts_for_law
from tsel_core.trust.claims.other_fact.left_out import left_out
from tsel_core.trust.claims.other_fact.moved_on import moved_on
from tsel_core.trust.claims.other_fact.near_things import told_of_something_near
from tsel_core.trust.claims.other_fact.off_subject import off_subject
from tsel_core.trust.claims.other_fact.only_asked import only_asked
from tsel_core.trust.claims.other_fact.only_refused import only_refused
from tsel_core.trust.claims.other_fact.opening import asks_parties, opening_stated
from tsel_core.trust.claims.other_fact.options import not_chosen
from tsel_core.trust.claims.other_fact.owner_of_each import of_the_other_owner
from tsel_core.trust.claims.other_fact.paired import exchanged, of_the_one_beside
from tsel_core.trust.claims.other_fact.pointing import points_elsewhere
from tsel_core.trust.claims.other_fact.role_named import other_role
from tsel_core.trust.claims.other_fact.rows_left_out import rows_left_out
from tsel_core.trust.claims.other_fact.sibling import told_of_sibling
from tsel_core.trust.claims.other_fact.signed_by import parties_stated
from tsel_core.trust.claims.other_fact.spoken_by import spoken_by
from tsel_core.trust.claims.other_fact.time_asked import told_of_another_time
from tsel_core.trust.claims.other_fact.topic_not_there import kind_not_there, topic_not_there
from tsel_core.trust.claims.other_fact.two_things import of_the_other
from tsel_core.trust.claims.parts.asked import asks_yes_no
from tsel_core.trust.claims.parts.claim import Claim
from tsel_core.trust.claims.parts.evidence import Sentence, Sentences
from tsel_core.trust.claims.parts.fact_asked import speaks_of_the_fact, states_another_fact, states_the_fact
from tsel_core.trust.claims.parts.kinds import LEAST_QUOTED, MARKS, unnumbered
from tsel_core.trust.claims.parts.party_letters import by_letters
from tsel_core.trust.passages import PassageIndex

_VALUED = ("date", "money", "duration", "percent")
_NEAR_UNIT = 1500  # characters of a paragraph that is about one thing
_TITLE = 60  # characters of a line that may be the heading of the sentence behind it


def of_another(claim: Claim, stated: str, whole: str, question: str, sentences: Sentences) -> Claim:
    """A supported claim, unsure where its sentence speaks of another thing than what is asked, or of more than it.

    An unsure one is supported where its clause states the fact that is asked for. `stated` is the claim without its
    lead, `whole` the answer of which it is a sentence.
    """
    if claim.why in ("elsewhere", "rival") and claim.verdict == "unsure" and claim.evidence is not None:
        return _stated_whole(claim, question, sentences)
    if claim.evidence is None or (claim.verdict != "supported" and claim.why != "role"):
        return claim
    sentence = sentences.at(claim.evidence)[0]
    if points_elsewhere(stated, question, sentence):
        return replace(claim, verdict="unsure", why="elsewhere", detail="")
    if claim.verdict != "supported":
        return claim
    said_by = spoken_by(stated, sentence.text, sentence.speaker)
    if said_by:
        return replace(claim, verdict="unsure", why="role", detail=said_by)
    if parties_stated(stated, question, sentences.index) is not None:
        return claim
    crossed = exchanged(stated, question, sentence, sentences)
    if crossed:
        return replace(claim, verdict="unsure", why="elsewhere", detail=crossed)
    if not question or asks_yes_no(question):
        return claim
    index = sentences.index
    words, headings = index.text(claim.evidence), _headings(sentence)
    unit = index.unit_text(claim.evidence.doc_index, claim.evidence.unit_index)
    near = f"{sentence.headings}\n{sentence.around}\n{unit if len(unit) <= _NEAR_UNIT else ''}"
    detail = told_of_sibling(question, words, index.whole, near)
    if detail and states_the_fact(question, unnumbered(words), headings) and sentences.in_contract(claim.evidence):
        detail = ""  # 有効期間 is the 契約期間 of a contract
    detail = detail or courts_for_law(question, f"{words}\n{headings}", contract=sentences.in_contract(claim.evidence))
    detail = detail or told_of_another_number(stated, question, words)
    detail = detail or told_of_contrast(question, words, sentence.headings)
    detail = detail or told_of_something_near(stated, question, sentence, sentences)
    detail = detail or of_the_other_owner(stated, question, words)
    detail = detail or of_the_other(stated, question, words) or of_another_label(stated, question, words)
    detail = detail or of_another_thing(stated, question, words)
    detail = detail or of_another_part(stated, by_letters(question, sentences.called), words)
    detail = detail or not_chosen(stated, question, sentence, sentences)
    detail = detail or only_refused(stated, question, words, sentences.texts)
    detail = detail or other_role(stated, question, sentences.units)
    detail = detail or delegated(stated, question, sentence)
    detail = detail or held_before(stated, question, words) or handed_over(stated, question, words, sentences.texts)
    detail = detail or was_it(stated, question, words, sentence.behind)
    detail = detail or told_of_another_time(question, words, f"{sentence.around}\n{sentence.headings}")
    detail = detail or moved_on(question, stated, sentence, sentences) or left_out(whole, question, words)
    detail = detail or topic_not_there(claim.text, question, f"{words}\n{headings}", index.whole)
    detail = detail or kind_not_there(question, stated, f"{words}\n{headings}", index.whole)
    detail = detail or rows_left_out(whole, question, sentence, sentences)
    detail = detail or of_the_one_beside(stated, question, sentence, sentences)
    off = bool(detail) or is_the_other_day(claim.text, question, words)
    off = off or only_asked(sentence)
    if not off and off_subject(claim.text, question, sentence, index.postings, sentences.lead(sentence)):
        off = not speaks_of_the_fact(question, words, headings) or not sentences.in_contract(claim.evidence)
    off = off or (asks_parties(question) and not _names_parties(stated, question, index))
    if not off and states_another_fact(question, words, headings):
        off = sentences.in_contract(claim.evidence)
    return replace(claim, verdict="unsure", why="elsewhere", detail=detail) if off else claim


def _names_parties(stated: str, question: str, index: PassageIndex) -> bool:
    """Whether the contract's opening or its definitions say it; another one may say who is which."""
    if opening_stated(stated, question, index) is not None:
        return True
    party = parties_stated(stated, question, index) or defined_party(stated, question, index)
    return party is not None and not party.other


def _headings(sentence: Sentence) -> str:
    return f"{sentence.headings}\n{sentence.before if len(sentence.before) < _TITLE else ''}"


def _stated_whole(claim: Claim, question: str, sentences: Sentences) -> Claim:
    """An unsure claim, supported where its words stand whole in a clause that states the fact that is asked for."""
    if claim.evidence is None:
        return claim
    said, sentence = sentences.index.text(claim.evidence), sentences.at(claim.evidence)[0]
    if not _is_all_of(claim, said) or is_the_other_day(claim.text, question, said):
        return claim
    stated = states_the_fact(question, unnumbered(said), _headings(sentence))
    if not stated or not sentences.in_contract(claim.evidence):
        return claim
    asked = (claim.text, question, sentence, sentences)
    if of_the_one_beside(*asked) or exchanged(*asked):
        return claim
    return replace(claim, verdict="supported", why="", detail="")


def _is_all_of(claim: Claim, said: str) -> bool:
    """Whether a claim gives all values of its kinds that a sentence has, in order; without any, if it has its words."""
    given = [v for v in extract_values(claim.text) if v.kind in _VALUED]
    words = normalise(claim.text.strip(MARKS))
    if not given:
        least = LEAST_QUOTED // 2 if words.isascii() else LEAST_QUOTED // 4
        return claim.why == "elsewhere" and len(words) >= least and words in normalise(said)
    there = [v for v in extract_values(said) if v.kind in {g.kind for g in given}]
    if claim.why == "rival" and len(given) < 2:
        return False  # another sentence has another value, and may be the one that is asked for
    return len(there) == len(given) and all(same_value(v, g) for v, g in zip(there, given, strict=True))
