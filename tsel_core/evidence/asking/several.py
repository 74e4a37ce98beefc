"""Replies to several questions about passages alone, written together: every weight is read once for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tsel_core.engine.together.crew import AT_ONCE, Crew, SharedEngine
from tsel_core.evidence.asking.asker import Asker
from tsel_core.evidence.asking.borrow import borrowed
from tsel_core.evidence.asking.reply import Reply

_OF_MANY = 4  # questions at once about one of several documents


@dataclass(frozen=True)
class Question:
    """An instruction about a passage."""

    instruction: str
    passage: str


def ask_together(asker: Asker, questions: Sequence[Question], max_new_tokens: int) -> list[Reply]:
    """What `asker.ask` replies to each of the questions `alone`, in their order.

    Each is read by itself, and its greedy text is the one that it would be alone, but for near ties where the sums of a
    product over several rows are rounded in another order (not with int8 rows on a CPU).
    """
    engine, asked = asker.engine, list(questions)

    def reply(own: Asker, question: Question) -> Reply:
        return own.ask(question.instruction, "", [question.passage], max_new_tokens, alone=True, scored=False)

    if len(asked) < 2 or not Crew.takes(engine):
        return [reply(asker, question) for question in asked]
    template = asker.template  # made once, before there are several who would
    twins: dict[int, Asker] = {}

    def by(own: SharedEngine, question: Question) -> Reply:
        twin = twins.setdefault(id(own), replace(asker, engine=own, _saved=None, _short=None, _template=template))
        return reply(twin, question)

    most = _OF_MANY if isinstance(engine, SharedEngine) else AT_ONCE.get(engine.device.type, 1)
    with borrowed(engine):
        return Crew.of(engine).each(by, asked, most)
