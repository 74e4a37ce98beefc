"""Topics of a talk that opens none in words: the model lists them, and each must be talked about somewhere."""

from __future__ import annotations

from collections.abc import Sequence

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.prompts.library import prompt_text
from tsel_core.sweep.judge import Model
from tsel_core.sweep.merge import overlap
from tsel_core.sweep.sentences import Sentence
from tsel_core.text.language import Lang
from tsel_core.trust.passages import features

WINDOW = 12  # sentences in which most words of a topic must stand
_TOKENS = 160
_MOST = 10
_LEAST = 0.6  # share of a topic's words
_LONGEST = {"en": 70, "ja": 30}  # characters of a topic
_MARK = lazy_pattern(r"^[\s\-*・•]*(?:\d{1,2}[.)．）、:：]\s*)?")


def named_topics(sentences: Sequence[Sentence], lang: Lang, model: Model) -> list[tuple[str, Sentence]]:
    """Topics that the model names, each with the first sentence of the passage about it, in the order of the talk."""
    held = [features(s.text) for s in sentences]
    found: list[tuple[str, Sentence]] = []
    for line in model.list_whole(prompt_text("sweep", "topics", lang), _TOKENS).split("\n"):
        title = _MARK.sub("", line).strip(" .。:：*")
        if not 2 < len(title) <= _LONGEST[lang] or any(overlap(title, known) > 0.7 for known, _ in found):
            continue
        at = _place(features(title), held)
        if at is not None:
            found.append((title, sentences[at]))
    return sorted(found[:_MOST], key=lambda pair: pair[1].index)


def _place(wanted: dict[str, float], held: Sequence[dict[str, float]]) -> int | None:
    """The first sentence of the window that holds most of these words most often; None when none holds enough."""
    total = sum(wanted.values())
    best, place = 0.0, None
    for at in range(len(held)):
        counts = {f: sum(f in words for words in held[at : at + WINDOW]) for f in wanted}
        share = sum(w for f, w in wanted.items() if counts[f]) / total if total else 0.0
        score = share + 0.05 * sum(min(c, 4) for c in counts.values()) / max(1, len(counts))
        if share >= _LEAST and score > best and any(f in held[at] for f in wanted):
            best, place = score, at
    return place
