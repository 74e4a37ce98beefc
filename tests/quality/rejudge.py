"""Recorded replies judged again with the checks as they are now; no model is loaded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from tsel_core.answer import AttentionReport, Draft, Receipt
from tsel_core.document import Document, render_documents
from tsel_core.evaluation.injected import injected_documents
from tsel_core.evaluation.items import Item
from tsel_core.evaluation.runner import task_of, text_document
from tsel_core.evaluation.trust_rates import TrustRates, TrustResult
from tsel_core.evaluation.trust_run import judge
from tsel_core.prompts.build import Prompt
from tsel_core.prompts.units import SentenceWeights
from tsel_core.text.sentences import split_sentences
from tsel_core.trust.finish import finish_answer
from tsel_core.trust.passages import PassageIndex

_NOT_MEASURED = AttentionReport("full", "full", "recorded", 0, 0, 0, "", None, None, None)


class Rejudge:
    """Judges results of a run of `tsel eval --trust` or trust_experiment; each document is indexed once."""

    def __init__(self, items: Iterable[Item], read_document: Callable[[str], Sequence[Document]]) -> None:
        self.items = {i.id: i for i in items}
        self.injected = {one.item.id: one for one in injected_documents()}
        self._read_document = read_document
        self._indexes: dict[str, PassageIndex] = {}

    def __call__(self, results: Iterable[TrustResult]) -> TrustRates:
        """The results with what the checks say now."""
        return TrustRates([self.judge(r) for r in results])

    def judge(self, result: TrustResult) -> TrustResult:
        """One of them. A reply recorded without the model's own words is taken as it was printed."""
        injected = self.injected.get(result.item_id)
        item = injected.item if injected else self.items[result.item_id]
        answer = finish_answer(*self._recorded(item, result), self._index(result.doc, item))
        found = judge(item, result.asked, answer)
        kept = ("doc", "num_tokens", "seconds", "raw", "weights", "signals", "obeyed")
        return replace(found, **{name: getattr(result, name) for name in kept})

    def _index(self, name: str, item: Item) -> PassageIndex:
        if name not in self._indexes:
            own = item.text is not None and name == item.doc
            documents = [text_document(name, item.text or "")] if own else self._read_document(name)
            self._indexes[name] = PassageIndex.build(documents)
        return self._indexes[name]

    def _recorded(self, item: Item, result: TrustResult) -> tuple[Draft, Prompt]:
        documents = self._index(result.doc, item).documents
        text, nothing = result.raw or result.reply, np.zeros(0, np.int64)
        spans = split_sentences(text)
        weights = [
            SentenceWeights(start, end, text[start:end], tuple((int(d), int(u), float(w)) for d, u, w in units))
            for (start, end), units in zip(spans, result.weights, strict=False)
        ]
        task = task_of(item)
        prompt = Prompt([], 0, 0, render_documents(documents), documents, task, nothing, nothing)
        told: dict[str, Any] = {"signals": result.signals} if result.signals else {}
        draft = Draft(
            "ask", text, task.lang, documents, {}, Receipt(0, 0, 0, 0), _NOT_MEASURED, {}, 0, 0, "end",
            weights=weights, extra=told,
        )  # fmt: skip
        return draft, prompt
