"""Items that the model names when it is asked about the whole meeting: each is led back to the sentence that says it.

Code finds what is said in the usual words; this is for meetings that decide in others. Nothing of the model's wording
stays: an item is a sentence of the meeting, and it is judged like any other doubtful one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.prompts.library import prompt_text
from tsel_core.sweep.item import Item
from tsel_core.sweep.judge import BY_MODEL, Model
from tsel_core.sweep.meetings.actions import cut_deadline
from tsel_core.sweep.meetings.decisions import decision_words, spoken_clean
from tsel_core.sweep.merge import overlap
from tsel_core.sweep.people import find_people
from tsel_core.sweep.sentences import Sentence
from tsel_core.text.language import Lang
from tsel_core.trust.passages import features

_TOKENS = 256
_MOST_LINES = 16
_LEAST = 0.5  # share of a line's words that its sentence must hold
_SCORE = 0.62  # of such an item: the judge must say yes plainly
_FEW = 3  # plain decisions below which the whole is asked about
_MARK = lazy_pattern(r"^[\s\-*・•]*(?:\d{1,2}[.)．）]\s*)?")


def listed_items(found: Sequence[Item], sentences: Sequence[Sentence], lang: Lang, model: Model) -> list[Item]:
    """Doubtful items for decisions and actions that code did not find; none where it found enough decisions."""
    plain = sum(1 for i in found if i.kind == "decision" and i.score >= 0.9)
    if plain >= _FEW:
        return []
    known = [i for i in found if i.score >= _SCORE]  # what is less sure than a line of the model may be named by it
    people = find_people(sentences)
    held = [features(s.text) for s in sentences]
    made: list[Item] = []
    for kind, name in (("decision", "decisions"), ("action", "actions")):
        for line in _lines(model.list_whole(prompt_text("sweep", name, lang), _TOKENS)):
            sentence = _sentence_of(line, sentences, held)
            if sentence is None or any(sentence.span in i.evidence for i in (*known, *made)):
                continue
            if any(i.kind == kind and overlap(i.what, line) >= _LEAST for i in known):
                continue
            words = spoken_clean(sentence.text) if lang == "en" else sentence.text
            if kind == "decision":
                what = decision_words(words, lang)
                said_by = sentence.speaker
                made.append(Item("decision", what, (sentence.span,), said_by, "", "decided", "", BY_MODEL, _SCORE))
            else:
                rest, when, is_plain = cut_deadline(words, lang)
                named = re.search(people.pattern(), line)
                who = people.resolve(named["name"]) if named else sentence.speaker
                when = when if is_plain else ""
                made.append(Item("action", rest, (sentence.span,), who, when, "asked", "", BY_MODEL, _SCORE))
    return made


def _lines(text: str) -> list[str]:
    """Lines of a list, each once."""
    lines = [_MARK.sub("", line).strip() for line in text.split("\n")]
    return list(dict.fromkeys(line for line in lines if len(line) > 8 and not line.endswith((":", "："))))[:_MOST_LINES]


def _sentence_of(line: str, sentences: Sequence[Sentence], held: Sequence[dict[str, float]]) -> Sentence | None:
    """The sentence that holds most of a line's words; None when none holds half. Of equals the last: it stands."""
    wanted = features(line)
    total = sum(wanted.values())
    best, share = None, 0.0
    for sentence, words in zip(sentences, held, strict=True):
        if len(sentence.text) < 12 or sentence.text.rstrip().endswith(("?", "？")):
            continue
        part = sum(w for f, w in wanted.items() if f in words) / total if total else 0.0
        if part >= share:
            best, share = sentence, part
    return best if share >= _LEAST else None
