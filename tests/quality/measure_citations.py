"""Measures citations and the not-found decision on questions with reference answers, without a model.

    python tests/quality/measure_citations.py FOLDER QUESTIONS.jsonl [a|b]

The reference answer stands for a model that is right: does it get a citation, does the cited unit hold the evidence, is it
taken for "not found" by mistake, or marked as weak? Then for models that are wrong:

* moved: the answer put to another document of the same language whose questions are others,
* borrowed: the same question, answered with the words of the document that are nearest to it,
* other_value: the answer of one document to the same question on another, where it is a different one.

With a or b only the documents of that half (tests/quality/choose_questions.py). Prints one JSON object.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from tsel_core.document import render_documents
from tsel_core.errors import TselError
from tsel_core.ingest import ReadOptions, read_documents
from tsel_core.text.normalize import normalise
from tsel_core.trust.check import Trust, check_answer
from tsel_core.trust.passages import PassageIndex

MAX_MOVED = 300


class Library:
    """Documents of a folder with their indexes, read once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[str, PassageIndex | None] = {}

    def index(self, name: str) -> PassageIndex | None:
        """Index of a document, None when it cannot be read."""
        if name not in self._read:
            try:
                self._read[name] = PassageIndex.build(read_documents([str(self.folder / name)], ReadOptions()))
            except TselError:
                self._read[name] = None
        return self._read[name]

    def check(self, item: dict[str, Any], name: str, answer: str | None = None) -> Trust | None:
        """The item's reference answer, or another one, checked against a document."""
        index = self.index(name)
        if index is None:
            return None
        answers = item["answers"] if item["match"] == "all" else item["answers"][:1]
        text = ", ".join(answers) + "." if item["lang"] == "en" else "、".join(answers) + "です。"
        rendered = render_documents(index.documents)
        return check_answer(answer or text, item["question"], rendered, index.documents, lang=item["lang"], index=index)

    def nearest(self, question: str, name: str) -> str:
        """The passage of a document that is nearest to a question."""
        index = self.index(name)
        hits = index.search(question, 1) if index else []
        return index.text(hits[0].span) if index and hits else ""


def evidence_is_cited(item: dict[str, Any], trust: Trust, index: PassageIndex) -> bool:
    """Whether a cited unit holds one of the evidence spans (its first 60 characters, normalised)."""
    wanted = [normalise(e["span"]) for e in item["evidence"] if "span" in e]
    units = [normalise(index.unit_text(c.doc_index, c.unit_index)) for c in trust.citations]
    return any(w[:60] in unit or normalise(c.quote) in w for w in wanted for unit, c in zip(units, trust.citations, strict=True))


def measure(folder: Path, items: list[dict[str, Any]]) -> dict[str, Any]:
    """Counts by match and language, then the moved answers."""
    library, counts, started = Library(folder), defaultdict(Counter), time.perf_counter()
    usable = [i for i in items if i["task"] != "summary" and i["match"] not in ("abstain", "choice", "keypoints")]
    for item in usable:
        trust, index = library.check(item, item["doc"]), library.index(item["doc"])
        if trust is None or index is None:
            continue
        row = counts[f"{item['match']} {item['lang']}"]
        row.update(answers=1, false_refusals=not trust.support.found, weak=trust.support.verdict == "weak")
        row.update(cited=bool(trust.citations))
        row.update(invented_quotes=trust.num_invented_quotes)
        if trust.citations and any("span" in e for e in item["evidence"]):
            row.update(with_evidence=1, right_unit=evidence_is_cited(item, trust, index))
    total: Counter[str] = sum(counts.values(), Counter())
    return {"by": {k: dict(v) for k, v in counts.items()}, "total": dict(total), "moved": _moved(library, usable)} | {
        "seconds": round(time.perf_counter() - started, 1)
    }


def _moved(library: Library, items: list[dict[str, Any]]) -> dict[str, dict[str, int]]:
    """Verdicts on wrong answers, by how they came about."""
    rng, counts = random.Random(0), defaultdict(Counter)
    texts = defaultdict(set)
    for item in items:
        texts[normalise(item["question"])].add(_stem(item["doc"]))
    pool = [i for i in items if i["match"] == "any"]
    for item in rng.sample(pool, min(MAX_MOVED, len(pool))):
        asked_of = texts[normalise(item["question"])]
        others = [i for i in pool if i["lang"] == item["lang"] and _stem(i["doc"]) != _stem(item["doc"])]
        apart = [i["doc"] for i in others if _stem(i["doc"]) not in asked_of and _kind(i["doc"]) != _kind(item["doc"])]
        same = [i for i in others if i["question"] == item["question"] and not set(i["answers"]) & set(item["answers"])]
        if apart:
            doc = rng.choice(apart)
            _count(counts["moved"], library.check(item, doc))
            _count(counts["borrowed"], library.check(item, doc, library.nearest(item["question"], doc)))
        if same:
            _count(counts["other_value"], library.check(item, rng.choice(same)["doc"]))
    return {name: dict(row) for name, row in counts.items()}


def _count(row: Counter[str], trust: Trust | None) -> None:
    if trust is not None:
        row.update({"answers": 1, trust.support.verdict: 1})


def _stem(doc: str) -> str:
    return Path(doc).name.split(".")[0]


def _kind(doc: str) -> str:
    """Documents of one series (a form with other values, meetings of one project) answer each other's questions."""
    return _stem(doc).rstrip("0123456789").rsplit("_", 1)[0]


def part_of(items: list[dict[str, Any]], part: str) -> list[dict[str, Any]]:
    """The questions of one half of the texts, dealt as choose_questions deals them."""
    texts = sorted({str(Path(i["doc"]).parent / _stem(i["doc"])) for i in items if i["task"] != "summary"})
    chosen = {name for number, name in enumerate(texts) if "ab"[number % 2] == part}
    return [i for i in items if str(Path(i["doc"]).parent / _stem(i["doc"])) in chosen]


if __name__ == "__main__":
    chosen = Path(sys.argv[1])
    lines = [json.loads(x) for x in (chosen / sys.argv[2]).read_text(encoding="utf-8").splitlines()]
    wanted = part_of(lines, sys.argv[3]) if len(sys.argv) > 3 else lines
    print(json.dumps(measure(chosen, wanted), ensure_ascii=False, indent=1))
