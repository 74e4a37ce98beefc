"""What a sentence says in plain words of what is judged: yes or no. It decides, whatever the model leans to.

The model leans to Yes, also beside "is not required to"; and it finds nothing where the answer is No. Code reads such
sentences as strictly as it judges a Yes or No afterwards (tsel_core.trust.claims.yes_no.yes_no).
"""

from __future__ import annotations

from dataclasses import dataclass

from tsel_core.document import SourceSpan
from tsel_core.evidence.heads.sentence import Sentence
from tsel_core.evidence.locating.kind import QuestionKind
from tsel_core.evidence.locating.locate import Locator
from tsel_core.trust.claims.parts.asked import Asked
from tsel_core.trust.claims.parts.denial import says_no_to
from tsel_core.trust.claims.verdicts import said_of
from tsel_core.trust.claims.yes_no.general_rule import forbids_it, is_rule_for, rule_words, ruled_on
from tsel_core.trust.question_match import same_script

_NEAR, _AS_NEAR = 0.5, 0.85  # share of a question's weight in a sentence that may answer it; of the best one's share


@dataclass(frozen=True, slots=True)
class Plainly:
    """A sentence that says yes (or no) to what is asked."""

    says: bool
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Ruled:
    """A sentence that rules on what is asked; `says`: yes or no, None where it does so of another thing or place."""

    sentence: Sentence
    says: bool | None


def told_plainly(kind: QuestionKind, locator: Locator) -> Plainly | None:
    """The sentence that answers a yes/no question or decides a statement; None where none does, or two disagree."""
    index = locator.index
    if not kind.judged or not same_script(kind.matter, index):
        return None
    if kind.tongue:
        return _denied_plainly(kind, locator)
    said = said_of(Asked(kind.matter), locator.read)
    if (said.yes is None) == (said.no is None):
        return None
    found = said.yes or said.no
    assert found is not None
    sentence = _placed(found[0].span, locator)
    return None if sentence is None else Plainly(said.yes is not None, sentence)


def ruled_near(kind: QuestionKind, locator: Locator) -> Ruled | None:
    """The sentence that forbids (or allows) what a question asks leave for, at whatever place or on whatever condition.

    It may not answer; but that no passage speaks of it is not true.
    """
    if kind.kind != "yesno" or kind.tongue or not same_script(kind.matter, locator.index):
        return None
    asked = Asked(kind.matter)
    words = rule_words(asked)
    holding = locator.read.holding([words]) if words else []
    near = sorted(holding, key=lambda s: -asked.share(s.text))
    for found in near:
        rule = ruled_on(asked, found)
        sentence = _placed(found.span, locator) if rule else None
        if sentence is not None:
            return Ruled(sentence, (rule > 0) != asked.banned if is_rule_for(asked, found) else None)
    for found in near:
        sentence = _placed(found.span, locator) if forbids_it(asked, found) else None
        if sentence is not None:
            return Ruled(sentence, None)
    return None


def _placed(span: SourceSpan, locator: Locator) -> Sentence | None:
    """The sentence of the evidence that a span touches."""
    for number in locator.index.by_unit.get((span.doc_index, span.unit_index), ()):
        sentence = locator.sentences[locator.of_passage[number]]
        if sentence.span.start < span.end and sentence.span.end > span.start:
            return sentence
    return None


def _denied_plainly(kind: QuestionKind, locator: Locator) -> Plainly | None:
    """The same in a language of which rules read denials alone: a plain No."""
    wording = locator.word(kind.matter)
    shares = {s.number: wording.share_of(locator.index.text(s.span)) for s in locator.sentences}
    best = max(shares.values(), default=0.0)
    near = [s for s in locator.sentences if shares[s.number] >= max(_NEAR, _AS_NEAR * best)]
    if not near or not all(says_no_to(kind.matter, locator.index.text(s.span), kind.tongue) for s in near):
        return None
    return Plainly(False, max(near, key=lambda s: shares[s.number]))
