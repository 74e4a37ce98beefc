# ruff: noqa: E501 (patterns)
"""A claim that no rule can compare, and that two readings of the document agree on, where its values stand.

Rules compare words; a question in other words than the document's leaves right answers unsure. The model read the whole
document and then the located passages alone, and said the same (tsel_core.evidence.deciding.decide): where a located sentence
also holds every value and name of the claim, and half of its other words, it is what the claim rests on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tsel_core.document import SourceSpan
from tsel_core.text.facts import extract_facts
from tsel_core.text.same_values import same_value
from tsel_core.trust.claims.other_fact.topic_not_there import kind_not_there
from tsel_core.trust.claims.parts.claim import Claim
from tsel_core.trust.claims.parts.echoed import LIGHT, own_words
from tsel_core.trust.claims.parts.evidence import Sentences, key_of
from tsel_core.trust.claims.parts.expected import ASKS_WHY, BECAUSE
from tsel_core.trust.claims.parts.held import holds, names_it, without
from tsel_core.trust.claims.parts.phrase import bare_answer
from tsel_core.trust.claims.parts.words import IRREGULAR, is_japanese
from tsel_core.trust.claims.terms.one_word import one_word_turned
from tsel_core.trust.passages import features

_OPEN = ("words", "elsewhere", "role", "number", "date", "name")  # doubts that are no finding of another value or denial
_HALF, _FEW = 0.5, 2  # of the claim's own words in the sentence; of so few all must be there


def relied_upon(claim: Claim, question: str, sentences: Sentences, spans: Sequence[SourceSpan]) -> Claim:
    """An unsure claim as supported by the first of the located `spans` that states it; else as it is.

    A doubt that names what stands instead ("3 May / 10 May") stays.
    """
    echo = claim.why in ("echo", "words") and claim.verdict in ("unsure", "not stated") and bool(own_words(claim.text, question))
    open_ = claim.verdict == "unsure" and claim.why in _OPEN and (" / " not in claim.detail or claim.why == "role")
    if not echo and not open_:
        return claim
    if ASKS_WHY.search(question) and not BECAUSE.search(claim.text):
        return claim  # that it is so is no reason
    for span in spans:
        whole = sentences.whole(span)
        text = sentences.index.text(whole)
        other = kind_not_there(question, claim.text, text, sentences.index.whole) or one_word_turned(claim.text, "", sentences.at(whole)[0])
        if _states(text, claim.text, question) and not other:
            return replace(claim, verdict="supported", why="", detail="", evidence=whole)
    return claim


def _plain(word: str) -> str:
    """A word of English in its plain form, where its forms share too little with it."""
    return IRREGULAR.get(word.lower(), word)


def _states(text: str, claim: str, question: str) -> bool:
    asked = extract_facts(question)
    own = [f for f in extract_facts(claim) if not any(same_value(f, a) for a in asked) and not names_it(f.text, question)]
    if not all(names_it(f.text, text) if f.kind == "name" else holds(text, f) for f in own):
        return False
    values = [f for f in extract_facts(claim) if f.kind != "name"]
    asks = {key_of(f) for f in features(" ".join(_plain(w) for w in question.split()))} | set(map(key_of, features(question)))
    said = " ".join(w for w in map(_plain, without(bare_answer(claim), values).split()) if w not in LIGHT)
    words = {key_of(f) for f in features(said)} - asks
    there = {key_of(f) for f in features(text)} | {key_of(f) for f in features(" ".join(map(_plain, text.split())))}
    few = len(words) <= _FEW and not is_japanese(claim)
    least = len(words) if few else _HALF * len(words)
    return bool(own or words) and len(words & there) >= least
