"""Words of our own prompt in an answer: a model that repeats its instructions says nothing of the document."""

from __future__ import annotations

from rapidfuzz import fuzz

from tsel_core.prompts.build import Prompt
from tsel_core.prompts.tasks import NOT_FOUND
from tsel_core.text.normalize import normalise
from tsel_core.text.sentences import split_sentences

_LEAST = {True: 28, False: 12}  # normalised characters of a sentence that can be told from chance: ASCII, Japanese
_ALIKE = 92  # of 100: how much of a sentence stands in the prompt


def leaked(text: str, prompt: Prompt) -> list[tuple[int, int]]:
    """Spans of an answer's sentences that are our words, and neither the document's nor the question's.

    The refusal that the prompt asks for is an answer; a fragment counts where it goes on from a leak.
    """
    said = normalise(prompt.task.system + "\n" + prompt.task.instruction)
    asked, refusal = normalise(prompt.task.question), normalise(NOT_FOUND[prompt.task.answer_lang])
    document = ""
    found: list[tuple[int, int]] = []
    before = False
    for start, end in split_sentences(text):
        wanted = normalise(text[start:end])
        short = len(wanted) < _LEAST[wanted.isascii()]
        ours = wanted in said if short else wanted in said or fuzz.partial_ratio(wanted, said) >= _ALIKE
        before = ours and wanted.strip('"') != refusal and wanted not in asked and (before or not short)
        if before:
            document = document or normalise(prompt.rendered.text)
            before = wanted not in document
        if before:
            found.append((start, end))
    return found


def without_leaks(text: str, prompt: Prompt) -> tuple[str, list[int]]:
    """The answer without such sentences, and the numbers of the sentences that stay."""
    spans = leaked(text, prompt)
    kept = [i for i, span in enumerate(split_sentences(text)) if span not in spans]
    for start, end in reversed(spans):
        text = text[:start].rstrip(" ") + text[end:]
    return text.strip(), kept
