"""Measures citations and the not-found decision on questions with reference answers, without a model.

    python tests/support/measure_citations.py FOLDER QUESTIONS.jsonl

The reference answer stands for a model that is right: does it get a citation, does the cited unit hold the evidence, is it
taken for "not found" by mistake? Then each answer is put to another document of the same language ("moved"): how often is it
still taken for found? Prints one JSON object.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from tsel_cli.ingest import ReadOptions, read_documents
from tsel_core.document import render_documents
from tsel_core.errors import TselError
from tsel_core.normalize import normalise
from tsel_core.passages import PassageIndex
from tsel_core.trust import Trust, check_answer

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

    def check(self, item: dict[str, Any], name: str) -> Trust | None:
        """The item's reference answer, checked against a document."""
        index = self.index(name)
        if index is None:
            return None
        answers = item["answers"] if item["match"] == "all" else item["answers"][:1]
        text = ", ".join(answers) + "." if item["lang"] == "en" else "、".join(answers) + "です。"
        rendered = render_documents(index.documents)
        return check_answer(text, item["question"], rendered, index.documents, lang=item["lang"], index=index)


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
        row.update(answers=1, false_refusals=not trust.support.found, cited=bool(trust.citations))
        row.update(invented_quotes=trust.num_invented_quotes)
        if trust.citations and any("span" in e for e in item["evidence"]):
            row.update(with_evidence=1, right_unit=evidence_is_cited(item, trust, index))
    total: Counter[str] = sum(counts.values(), Counter())
    return {"by": {k: dict(v) for k, v in counts.items()}, "total": dict(total), "moved": _moved(library, usable)} | {
        "seconds": round(time.perf_counter() - started, 1)
    }


def _moved(library: Library, items: list[dict[str, Any]]) -> dict[str, int]:
    rng, counts = random.Random(0), Counter(answers=0, taken_for_found=0)
    pool = [i for i in items if i["match"] == "any"]
    for item in rng.sample(pool, min(MAX_MOVED, len(pool))):
        stem = Path(item["doc"]).name.split(".")[0]
        others = [i["doc"] for i in pool if i["lang"] == item["lang"] and Path(i["doc"]).name.split(".")[0] != stem]
        trust = library.check(item, rng.choice(others)) if others else None
        if trust is not None:
            counts.update(answers=1, taken_for_found=trust.support.found)
    return dict(counts)


if __name__ == "__main__":
    chosen = Path(sys.argv[1])
    lines = (chosen / sys.argv[2]).read_text(encoding="utf-8").splitlines()
    print(json.dumps(measure(chosen, [json.loads(line) for line in lines]), ensure_ascii=False, indent=1))
