"""When selection cannot be trusted: what the coverage floor did, and answering twice to compare the facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.facts import extract_facts
from tsel_core.text.same_values import same_value
from tsel_core.text.tokens import words
from tsel_core.text.values import Value

if TYPE_CHECKING:
    from tsel_core.answer import Answer
    from tsel_core.config import AttentionMode
    from tsel_core.document import Document
    from tsel_core.layers.trace import Trace
    from tsel_core.prompts.tasks import Task
    from tsel_core.session import Session

_MARK = lazy_pattern(r" ?\[\d{1,3}\]")
_SAME_WORDS = 0.6  # F1 of words above which two answers without numbers or names say the same


def coverage_warning(trace: Trace, floor: float) -> str | None:
    """A sentence for the receipt when a layer's mean coverage stayed under `floor`; None when all is well."""
    if floor <= 0:
        return None
    found = [c for c in (trace.coverage_of(trace.prefill_coverage), trace.coverage_of(trace.decode_coverage)) if c]
    lowest = min((c[1] for c in found), default=1.0)
    if lowest >= floor:
        return None
    return (
        f"coverage of the weakest layer is {lowest:.1%}, under the floor of {floor:.1%}: "
        "read it again with --attention full before you rely on it"
    )


@dataclass(frozen=True, slots=True)
class Verification:
    """Two answers to one task. `only_first` and `only_second` are numbers and names that just one of them holds."""

    agree: bool
    first: str
    second: str
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]
    how: str

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "agree": self.agree,
            "second_answer": self.second,
            "only_first": list(self.only_first),
            "only_second": list(self.only_second),
            "how": self.how,
        }


def compare_answers(first: str, second: str, how: str) -> Verification:
    """Whether two answers hold the same values, and the same names or else nearly the same words.

    Marks of citations [1] in either are no part of it.
    """
    first, second = _MARK.sub("", first), _MARK.sub("", second)
    ours, theirs = extract_facts(first), extract_facts(second)
    only_first, only_second = _apart(ours, theirs), _apart(theirs, ours)
    differing = [f for f in (*only_first, *only_second) if f.kind != "name"]
    alike = _overlap(first, second) >= _SAME_WORDS
    agree = not differing and (alike or (bool(ours) and not only_first and not only_second))
    return Verification(agree, first, second, _texts(only_first), _texts(only_second), how)


def _apart(facts: Sequence[Value], others: Sequence[Value]) -> list[Value]:
    return [f for f in facts if not any(same_value(f, other) for other in others)]


def _texts(facts: Sequence[Value]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f.text for f in facts))


def _overlap(first: str, second: str) -> float:
    a, b = words(first), words(second)
    if not a or not b:
        return float(a == b)
    shared = sum(min(a.count(w), b.count(w)) for w in set(a))
    return 2 * shared / (len(a) + len(b))


def verify(session: Session, answer: Answer, documents: Sequence[Document], task: Task) -> Verification:
    """Answer the same task once more in another way and compare the facts.

    After a selecting answer with full attention; after a full one with selection (where the text is long enough to
    select; a shorter text gives the same computation again, which is said in `how`). Costs a second reading.
    """
    selected = "select" in (answer.attention.prefill, answer.attention.decode)
    other: AttentionMode = "full" if selected else "select"
    engine, before = session.engine, session.engine_config
    config, store = engine.config, getattr(session, "reading_store", None)
    try:
        session.engine_config = replace(before, attention=other)
        engine.config = replace(config, attention=other)
        if store is not None:
            session.reading_store = None  # a kept reading would repeat the first one's computation
        second = session.answer(answer.command, documents, task)
    finally:
        session.engine_config, engine.config = before, config
        if store is not None:
            session.reading_store = store
    how = f"answered again with {other} attention"
    if not selected and second.attention.decode_coverage is None and second.attention.prefill_coverage is None:
        how += "; the text is too short for selection to differ from full attention"
    return compare_answers(answer.text, second.text, how)
