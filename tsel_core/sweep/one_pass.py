"""A summary that the model wrote in one go: what loops is cut where it begins again, and no sentence is left half."""

from __future__ import annotations

from dataclasses import replace

from tsel_core.answer import Draft
from tsel_core.sweep.guards import whole_sentences, without_loop, wrong_language

MORE = 3  # times the limit of tokens by which a summary that is not at its end goes on
LOOPED = "the model began to repeat itself and was stopped there"
UNFINISHED = "the summary was not at its end when its tokens were used up; the last half sentence was left out"
OTHER_LANGUAGE = "the summary is not in the language that was asked for"


def mended(draft: Draft) -> Draft:
    """The draft without repetitions and half sentences; what was done is a warning."""
    text, warnings = without_loop(draft.text), list(draft.warnings)
    if text != draft.text:
        warnings.append(LOOPED)
    elif draft.stop_reason == "length":
        text = whole_sentences(text)
        warnings.append(UNFINISHED)
    if wrong_language(text, draft.lang):
        warnings.append(OTHER_LANGUAGE)
    return replace(draft, text=text.rstrip(), warnings=warnings)
