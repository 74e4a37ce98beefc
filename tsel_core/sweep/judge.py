"""Doubtful candidates are judged by the model: it chooses among answers, it does not write."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol, runtime_checkable

from tsel_core.prompts.library import prompt_list, prompt_text
from tsel_core.sweep.item import Item
from tsel_core.sweep.sentences import Sentence
from tsel_core.text.language import Lang

LEAST_SCORE = 0.75  # of a candidate that is kept
PLAIN = 0.9  # from here on nobody is asked
_SURELY = 0.95  # yes that lifts what the code alone would leave out (the 1.5B says yes too easily)
_LIKELY = 0.85  # of an item that needs no mark
_SAY = 0.7  # how far the model moves a score from surely no to surely yes
_BEFORE, _AFTER = 3, 1  # sentences shown around the one in question
_MARK = ">> "

BY_MODEL = "asked"  # name of a candidate that nothing but the model speaks for: it stays marked
_ASKED = ("decision", "action", "open")


class Model(Protocol):
    """What the sweep asks of a model that has read the document."""

    def choose(self, passage: str, instruction: str, options: Sequence[str]) -> Sequence[float]:
        """Probability of each option as the reply to an instruction about a passage; they sum to 1."""
        ...

    def write(self, passage: str, instruction: str, max_new_tokens: int) -> str:
        """The reply to an instruction about a passage, whole sentences only."""
        ...

    def list_whole(self, instruction: str, max_new_tokens: int) -> str:
        """The reply to an instruction about the whole document, line by line; "" where the whole was not read."""
        ...


@runtime_checkable
class WritesTogether(Protocol):
    """A model that replies to several questions at once."""

    def write_all(self, asked: Sequence[tuple[str, str]], max_new_tokens: int) -> list[str]:
        """`Model.write` of several (passage, instruction)."""
        ...


def write_all(model: Model, asked: Sequence[tuple[str, str]], max_new_tokens: int) -> list[str]:
    """Replies to several (passage, instruction), which do not depend on one another: together where the model can."""
    if isinstance(model, WritesTogether):
        return model.write_all(asked, max_new_tokens)
    return [model.write(passage, instruction, max_new_tokens) for passage, instruction in asked]


def plain_items(items: Sequence[Item]) -> list[Item]:
    """Candidates that stand without a judge; those that are not plain are marked unsure."""
    return [_marked(i) for i in items if i.score >= LEAST_SCORE]


def judge_items(
    items: Sequence[Item],
    sentences: Sequence[Sentence],
    lang: Lang,
    model: Model,
    advance: Callable[[int], None] = lambda _done: None,
) -> list[Item]:
    """Candidates that stand: plain ones, and those whose words and the model together say so.

    The model's probability of Yes moves a candidate's score; what it could not lift over the bar is not asked about.
    """
    by_place = {s.span: s.index for s in sentences}
    kept: list[Item] = []
    for number, item in enumerate(items):
        judged = item
        if LEAST_SCORE - _SAY / 2 < item.score < PLAIN and item.kind in _ASKED and item.place in by_place:
            yes = ask_yes(model, item, sentences, by_place[item.place], lang)
            moved = min(1.0, item.score + _SAY * (yes - 0.5))
            if item.score >= LEAST_SCORE:
                moved = max(moved, LEAST_SCORE)
            elif yes < _SURELY:
                moved = min(moved, item.score)
            judged = replace(item, score=moved)
        if judged.score >= LEAST_SCORE:
            kept.append(_marked(judged, item.score))
        advance(number + 1)
    return kept


def ask_yes(model: Model, item: Item, sentences: Sequence[Sentence], at: int, lang: Lang) -> float:
    """Probability that the sentence of a candidate is what it seems."""
    options = prompt_list("sweep", "options", lang)
    return float(model.choose(excerpt(sentences, at), prompt_text("sweep", item.kind, lang), options)[0])


def excerpt(sentences: Sequence[Sentence], at: int) -> str:
    """The sentences around one, each with its speaker, that one marked."""
    lines: list[str] = []
    for number in range(max(0, at - _BEFORE), min(len(sentences), at + _AFTER + 1)):
        sentence = sentences[number]
        lead = f"{sentence.speaker}: " if sentence.speaker else ""
        lines.append(f"{_MARK if number == at else ''}{lead}{sentence.text}")
    return "\n".join(lines)


def _marked(item: Item, own: float = 1.0) -> Item:
    """The item, marked unless it is likely by its words too (`own`): the 1.5B says yes to any remark."""
    plain = min(item.score, own) >= _LIKELY and item.name != BY_MODEL
    return replace(item, verdict="supported" if plain else "unsure")
