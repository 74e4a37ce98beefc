"""Doubtful candidates are judged by the model: it chooses among answers, it does not write."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from tsel_core.sweep.item import Item
from tsel_core.sweep.sentences import Sentence

LEAST_SCORE = 0.75  # of a candidate that is kept
PLAIN = 0.9  # from here on nobody is asked
_SAY = 0.6  # how far the model moves a score from surely no to surely yes
_BEFORE, _AFTER = 3, 1  # sentences shown around the one in question
_MARK = ">> "

_QUESTIONS = {
    ("decision", "en"): (
        "Above is a part of a meeting. Does the sentence marked >> take or confirm a decision of this meeting? "
        "A proposal, a question, a remark, or something decided before this meeting is no decision. Answer Yes or No."
    ),
    ("decision", "ja"): (
        "上は会議の一部です。>> の付いた文は、この会議での決定（または決定の確認）ですか。提案、質問、感想、"
        "以前の決定の紹介は決定ではありません。「はい」か「いいえ」で答えてください。"
    ),
    ("action", "en"): (
        "Above is a part of a meeting. Does the sentence marked >> give somebody a task to do after the meeting, or "
        "does the speaker promise to do one? Answer Yes or No."
    ),
    ("action", "ja"): (
        "上は会議の一部です。>> の付いた文は、会議の後に誰かが行う作業を依頼または約束していますか。"
        "「はい」か「いいえ」で答えてください。"
    ),
    ("open", "en"): (
        "Above is a part of a meeting. Does the sentence marked >> leave a question of the meeting open, to be "
        "settled later? Answer Yes or No."
    ),
    ("open", "ja"): (
        "上は会議の一部です。>> の付いた文は、この会議で結論が出ず、後で決める事柄を述べていますか。"
        "「はい」か「いいえ」で答えてください。"
    ),
}
_OPTIONS = {"en": ("Yes", "No"), "ja": ("はい", "いいえ")}


class Model(Protocol):
    """What the sweep asks of a model that has read the document."""

    def choose(self, passage: str, instruction: str, options: Sequence[str]) -> Sequence[float]:
        """Probability of each option as the reply to an instruction about a passage; they sum to 1."""
        ...

    def write(self, passage: str, instruction: str, max_new_tokens: int) -> str:
        """The reply to an instruction about a passage, whole sentences only."""
        ...


def plain_items(items: Sequence[Item]) -> list[Item]:
    """Candidates that stand without a judge; those that are not plain are marked unsure."""
    return [_marked(i) for i in items if i.score >= LEAST_SCORE]


def judge_items(
    items: Sequence[Item],
    sentences: Sequence[Sentence],
    lang: str,
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
        if LEAST_SCORE - _SAY / 2 < item.score < PLAIN and (item.kind, lang) in _QUESTIONS and item.place in by_place:
            yes = ask_yes(model, item, sentences, by_place[item.place], lang)
            judged = replace(item, score=min(1.0, item.score + _SAY * (yes - 0.5)))
        if judged.score >= LEAST_SCORE:
            kept.append(_marked(judged))
        advance(number + 1)
    return kept


def ask_yes(model: Model, item: Item, sentences: Sequence[Sentence], at: int, lang: str) -> float:
    """Probability that the sentence of a candidate is what it seems."""
    passage = excerpt(sentences, at)
    return float(model.choose(passage, _QUESTIONS[item.kind, lang], _OPTIONS[lang])[0])


def excerpt(sentences: Sequence[Sentence], at: int) -> str:
    """The sentences around one, each with its speaker, that one marked."""
    lines: list[str] = []
    for number in range(max(0, at - _BEFORE), min(len(sentences), at + _AFTER + 1)):
        sentence = sentences[number]
        lead = f"{sentence.speaker}: " if sentence.speaker else ""
        lines.append(f"{_MARK if number == at else ''}{lead}{sentence.text}")
    return "\n".join(lines)


def _marked(item: Item) -> Item:
    return replace(item, verdict="supported" if item.score >= 0.85 else "unsure")
