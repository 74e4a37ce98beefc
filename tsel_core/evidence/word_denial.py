"""A sentence that denies in plain words what a yes/no question asks: "not required to provide" denies "is provided".

The model leans to Yes, also beside such a sentence. What is denied must be what the question asks about, its
verb and not one of its nouns ("Neither party may assign without consent" denies no consent), and the sentence must hold
most of the question's words, more than any that does not deny it.
"""

from __future__ import annotations

from tsel_core.evidence.clause import is_statement
from tsel_core.evidence.kind import QuestionKind
from tsel_core.evidence.locate import Located, Locator
from tsel_core.evidence.sentence import Sentence
from tsel_core.trust.claims.polarity import denied, denies

_LEAST = 0.6  # share of the question's words


def word_denial(kind: QuestionKind, located: Located, locator: Locator) -> Sentence | None:
    """The sentence shown to the model that denies what a yes/no question asks; None where none does, or one affirms."""
    if kind.kind != "yesno":
        return None
    wording = locator.word(kind.matter)
    found, most, affirmed = None, 0.0, 0.0
    for sentence in located.ranked:
        text = locator.index.text(sentence.span)
        if not is_statement(text):
            continue
        share = wording.share_of(text)
        if denied(kind.matter, text):
            found, most = (sentence, share) if share > most else (found, most)
        elif not denies(kind.matter, text):
            affirmed = max(affirmed, share)
    return found if found is not None and most >= _LEAST and most > affirmed else None
