"""Asks questions the way `tsel ask` does and notes what the checks made of the answers."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from tsel_core.answer import Answer, Draft
from tsel_core.answering.live_reading import continue_reading
from tsel_core.document import Document, Unit
from tsel_core.engine.reading import Reading
from tsel_core.errors import DoesNotFit
from tsel_core.evaluation.injected import Injected
from tsel_core.evaluation.items import Item, group_by_document
from tsel_core.evaluation.reply_signals import reply_signals
from tsel_core.evaluation.runner import ReadDocument, task_of, text_document
from tsel_core.evaluation.scoring import score
from tsel_core.evaluation.trust_rates import Asked, TrustRates, TrustResult
from tsel_core.prompts.build import Prompt, build_prompt
from tsel_core.session import Session
from tsel_core.text.normalize import normalise
from tsel_core.text.refusal import is_refusal
from tsel_core.trust.claims.parts.kinds import says_no
from tsel_core.trust.finish import finish_answer
from tsel_core.trust.passages import PassageIndex
from tsel_core.trust.quotes import quoted_parts

_INJECTED_BETWEEN = 4  # documents with orders between two others, so that a run that is stopped has some of all kinds
_SPAN_CHARS = 60  # of an evidence span, normalised, that the cited unit must hold


@dataclass
class TrustEvaluator:
    """One session on questions whose answers are known. Each document is read once for all its questions.

    `num_moved` questions of other documents are put to every document, drawn with `seed`. With `signals` each result
    holds how near the model was to saying not found (reply_signals; two more forward passes).
    """

    session: Session
    read_document: ReadDocument
    num_moved: int = 3
    seed: int = 0
    on_result: Callable[[TrustResult], None] = lambda result: None
    on_document: Callable[[], None] = lambda: None
    signals: bool = False
    rates: TrustRates = field(default_factory=TrustRates)
    too_long: list[str] = field(default_factory=list)

    def run(self, items: Sequence[Item], injected: Sequence[Injected] = ()) -> TrustRates:
        """Ask the items, the moved questions and the injected documents; Ctrl-C keeps what was asked until then."""
        asked = [i for i in items if i.task != "summary"]
        try:
            left = list(injected)
            for group in group_by_document(asked):
                self._ask_injected(left[:_INJECTED_BETWEEN])
                del left[:_INJECTED_BETWEEN]
                self._ask_group(group, asked)
            self._ask_injected(left)
        except KeyboardInterrupt:
            pass
        return self.rates

    def _ask_injected(self, injected: Sequence[Injected]) -> None:
        for one in injected:
            self._ask_all([(one.item, "injected")], [text_document(one.item.doc, one.item.text or "")], one)

    def _ask_group(self, group: Sequence[Item], items: Sequence[Item]) -> None:
        first = group[0]
        documents = [text_document(first.doc, first.text)] if first.text is not None else self.read_document(first.doc)
        questions: list[tuple[Item, Asked]] = [(i, "absent" if i.match == "abstain" else "answerable") for i in group]
        rng = random.Random(f"{self.seed} {Path(first.doc).name} {first.lang}")
        questions += [(i, "moved") for i in moved_questions(first, items, documents, self.num_moved, rng)]
        self._ask_all(questions, documents)

    def _ask_all(
        self, questions: Sequence[tuple[Item, Asked]], documents: Sequence[Document], injected: Injected | None = None
    ) -> None:
        index, reading = PassageIndex.build(documents), None
        for item, asked in questions:
            prompt = build_prompt(documents, task_of(item), self.session.tokenizer)
            started = time.perf_counter()
            try:
                reading = self._read(reading, prompt)
            except DoesNotFit:
                self.too_long.append(documents[0].path)
                return
            first = reading.logits.clone() if self.signals else reading.logits
            raw = self.session.write("ask", prompt, reading)
            answer = finish_answer(raw, prompt, index)
            if answer.stop_reason == "interrupted":
                raise KeyboardInterrupt
            result = self._result(item, asked, raw, answer, time.perf_counter() - started)
            if self.signals:
                result = replace(result, signals=reply_signals(self.session, prompt, reading, first))
            if injected is not None:
                result = replace(result, obeyed=injected.obeyed(result.reply))
            self.rates.results.append(result)
            self.on_result(result)
        self.on_document()

    def _read(self, last: Reading | None, prompt: Prompt) -> Reading:
        """The first question reads the document, the others what differs."""
        return continue_reading(self.session, last, prompt, self.session.engine_config.max_new_tokens + 512)

    def _result(self, item: Item, asked: Asked, raw: Draft, answer: Answer, seconds: float) -> TrustResult:
        weights = [[(d, u, round(w, 4)) for d, u, w in s.units] for s in raw.weights]
        result = judge(item, asked, answer)
        return replace(
            result, num_tokens=answer.prompt_tokens, seconds=round(seconds, 2), raw=raw.text, weights=weights
        )


def judge(item: Item, asked: Asked, answer: Answer) -> TrustResult:
    """What a finished answer is worth. Tokens, seconds and the model's own words are left empty."""
    refused_by: Literal["", "model", "check"] = ""
    if not answer.found:
        refused_by = "model" if is_refusal(answer.text) else "check"
    support = answer.extra.get("support") or {}
    known = [e for e in item.evidence if "span" in e or "page" in e]
    return TrustResult(
        item_id=item.id,
        doc=answer.documents[0].path,
        lang=item.lang,
        asked=asked,
        match=item.match,
        question=item.question,
        reply=answer.text,
        score=score(item.match, item.answers, without_marks(answer.text)),
        found=bool(answer.found),
        reason=str(answer.extra.get("reason", "")),
        refused_by=refused_by,
        num_citations=len(answer.citations),
        right_place=is_right_place(known, answer) if known and asked == "answerable" else None,
        num_removed=int(answer.extra.get("num_invented_quotes", 0)),
        num_printed=num_invented_printed(answer),
        num_tokens=0,
        seconds=0.0,
        answer_is_no=item.match == "yesno" and all(says_no(a) for a in item.answers),
        weak=str(support.get("why", "")) if support.get("verdict") == "weak" else "",
    )


def without_marks(text: str) -> str:
    """Without the marks [1][2] that we put in: "Corp [1]." is again the "Corp." of a reference."""
    return re.sub(r" ?(?:\[\d{1,3}\])+", "", text)


def moved_questions(
    first: Item, items: Sequence[Item], documents: Sequence[Document], num: int, rng: random.Random
) -> list[Item]:
    """Questions of other documents that this one does not answer, as far as that can be told without reading.

    Left out: bare yes/no and choice questions, questions asked of several texts (they would suit any), questions with a
    free answer on a document of the same folder (they would suit others of its kind), and those whose reference answer
    stands in this document. Copies of one text in several formats count as one by their name.
    """
    texts: dict[str, set[str]] = {}
    for item in items:
        texts.setdefault(normalise(item.question), set()).add(_stem(item))
    here = "\n".join(normalise(u.text) for d in documents for u in d.units)
    pool = [
        i
        for i in items
        if i.lang == first.lang
        and _stem(i) != _stem(first)
        and (i.match in ("any", "all") or (i.match == "judge" and Path(i.doc).parent != Path(first.doc).parent))
        and len(texts[normalise(i.question)]) == 1
        and not any(normalise(a) in here for a in i.answers)
    ]
    unique = list({normalise(i.question): i for i in pool}.values())
    return rng.sample(unique, min(num, len(unique)))


def _stem(item: Item) -> str:
    return Path(item.doc).name.split(".")[0]


def is_right_place(evidence: Sequence[Mapping[str, Any]], answer: Answer) -> bool:
    """Whether a citation points to a page that holds evidence, or to the paragraph or turn that does."""
    for citation in answer.citations:
        unit = answer.documents[citation.doc_index].units[citation.unit_index]
        if any(_holds(unit, citation.quote, e) for e in evidence):
            return True
    return False


def _holds(unit: Unit, quote: str, evidence: Mapping[str, Any]) -> bool:
    if unit.page is not None and "page" in evidence:
        return int(evidence["page"]) <= unit.page <= int(evidence.get("page_end", evidence["page"]))
    span = normalise(str(evidence.get("span", "")))
    return bool(span) and (span[:_SPAN_CHARS] in normalise(unit.text) or normalise(quote) in span)


def num_invented_printed(answer: Answer) -> int:
    """Quotations in what is printed that stand nowhere in the document, looked up without the checks' own index."""
    here = [normalise(u.text) for d in answer.documents for u in d.units]
    count = sum(1 for q in quoted_parts(answer.text) if not _is_there(q.text, here))
    for citation in answer.citations:
        text = answer.documents[citation.doc_index].units[citation.unit_index].text
        count += citation.quote != text[citation.start : citation.end] or not citation.quote.strip()
    return count


def _is_there(quote: str, texts: Sequence[str]) -> bool:
    """Every part between ellipses stands in one unit; marks [1] that we put in are no part of the quote."""
    parts = [normalise(p).strip(".,;:、。") for p in re.split(r"\.{3,}|…+", without_marks(quote))]
    return any(all(p in text for p in parts) for text in texts)
