"""A sentence that holds every word of a question: what it says is shown where the model finds no answer."""

from __future__ import annotations

from tsel_core.evidence.heads.sentence import Sentence
from tsel_core.evidence.locating.kind import QuestionKind
from tsel_core.evidence.locating.locate import Located, Locator
from tsel_core.text.values import extract_values
from tsel_core.trust.claims.parts.expected import off_kind, unexpected
from tsel_core.trust.question_match import content_words, same_script

_LEAST = 2  # words of a question that are to stand there
_WHOLE = 0.999  # of their weight
_ASKS_BACK = ("?", "？", "か。")


def told_whole(question: str, kind: QuestionKind, locator: Locator, located: Located) -> Sentence | None:
    """The one located sentence that says all that a question says, and could answer it; None for none or several."""
    matter = kind.matter
    if kind.judged or kind.about_document or not same_script(question, locator.index):
        return None
    if len(content_words(matter)) < _LEAST:
        return None
    wording = locator.word(matter)
    found = []
    for sentence in located.ranked:
        text = locator.index.text(sentence.span)
        if wording.share_of(text) < _WHOLE or text.rstrip().endswith(_ASKS_BACK):
            continue
        if not off_kind(text, question) and not unexpected(text, extract_values(text), question):
            found.append(sentence)
    return found[0] if len(found) == 1 else None
