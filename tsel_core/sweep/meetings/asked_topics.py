"""What was decided about a topic, asked of the talk about it: the model names it, and a sentence must say it.

For topics in which the words say nothing plainly. Nothing of the model's wording stays: an item is a sentence of the
talk, the last that holds what the model named, and it is marked as unsure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.prompts.library import prompt_list, prompt_text
from tsel_core.sweep.item import Item
from tsel_core.sweep.judge import BY_MODEL, LEAST_SCORE, PLAIN, Model, write_all
from tsel_core.sweep.meetings.decisions import decision_words
from tsel_core.sweep.meetings.talk import stretches
from tsel_core.sweep.sentences import Sentence
from tsel_core.text.language import Lang
from tsel_core.text.normalize import normalise
from tsel_core.text.same_values import same_value
from tsel_core.text.values import extract_values
from tsel_core.trust.passages import features

NAMED = 0.76  # score of a sentence that the model named: given, and marked
_AGREED = 0.12  # what it adds to a candidate of the code
_TOKENS = 32
_SPOKEN = lazy_pattern(r"^[A-Z\u3400-\u9fff][\w .\u3400-\u9fff]{0,24}[:：]\s*")  # a speaker before the words
_LONGEST, _SHOWN = 60, 40  # sentences of a topic that are shown; of one that the model named
_LEAST = 0.6  # share of what the model named that a sentence must hold


def topic_items(
    found: Sequence[Item],
    sentences: Sequence[Sentence],
    topics: Sequence[str],
    named: Sequence[tuple[str, Sentence]],
    lang: Lang,
    model: Model,
) -> list[Item]:
    """The candidates, with those of topics without a plain decision; `named` are topics of the model's own."""
    plain = {i.section for i in found if i.kind == "decision" and i.score >= PLAIN}
    likely = {i.section for i in found if i.kind == "decision" and i.score >= LEAST_SCORE}
    items = list(found)
    parts = [(t, i) for t, i in stretches(topics) if t and 3 < len(i) <= _LONGEST]
    parts += [(t, range(s.index, min(len(sentences), s.index + _SHOWN))) for t, s in named]
    asked = [(t, [sentences[n] for n in indices]) for t, indices in parts if t not in plain]
    for (topic, shown), told in zip(asked, ask_topics(model, asked, lang), strict=True):
        sentence = sentence_of(told, topic, shown) if told else None
        if sentence is not None:
            items = _with(items, sentence, topic, lang, likely=topic in likely)
    return items


def ask_topics(model: Model, asked: Sequence[tuple[str, Sequence[Sentence]]], lang: Lang) -> list[str]:
    """What the model says was decided about each topic in the talk about it; "" for nothing."""
    told = prompt_text("sweep", "topic", lang)
    passages = ["\n".join(f"{s.speaker}: {s.text}" if s.speaker else s.text for s in shown) for _, shown in asked]
    questions = [(passage, told.format(topic=topic)) for passage, (topic, _) in zip(passages, asked, strict=True)]
    return [_named(reply, lang) for reply in write_all(model, questions, _TOKENS)]


def _named(reply: str, lang: Lang) -> str:
    first = re.sub(r"^(?:[-*・>]\s*|\d{1,2}[.)]\s+)+", "", reply.strip().split("\n")[0]).strip(' .。「」"')
    nothing = any(normalise(n) in normalise(first) for n in prompt_list("sweep", "nothing", lang))
    return "" if nothing else first


def sentence_of(told: str, topic: str, shown: Sequence[Sentence]) -> Sentence | None:
    """The last statement of a talk that holds what was named, the topic's own name left out."""
    told = _SPOKEN.sub("", told)
    wanted = {f: w for f, w in features(told).items() if f not in features(topic)}
    total = sum(wanted.values())
    values = extract_values(told)
    for sentence in reversed(shown):
        held = features(sentence.text)
        share = sum(w for f, w in wanted.items() if f in held) / total if total else 0.0
        if values and all(any(same_value(v, o) for o in extract_values(sentence.text)) for v in values):
            share = 1.0  # "8 to 4" is said as "eight to four"
        if share >= _LEAST and not sentence.text.rstrip().endswith(("?", "？", "か。")):
            return sentence
    return None


def _with(items: Sequence[Item], sentence: Sentence, topic: str, lang: Lang, *, likely: bool) -> list[Item]:
    """The items with a sentence that was named: one that is there already is surer.

    Where something else is likely by the order of the talk (`likely`), that stands.
    """
    for number, item in enumerate(items):
        if sentence.span in item.evidence:
            if item.kind == "decision":
                surer = replace(item, score=min(PLAIN, max(item.score, NAMED) + _AGREED))
                return [*items[:number], surer, *items[number + 1 :]]
            if item.score >= NAMED:
                return list(items)
    if likely:
        return list(items)
    words = decision_words(sentence.text, lang)
    named = Item("decision", words, (sentence.span,), sentence.speaker, "", "decided", topic, BY_MODEL, NAMED)
    return [*items, named]
