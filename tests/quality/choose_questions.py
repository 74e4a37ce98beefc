"""Chooses questions for a bounded run of `tsel eval --trust`: short documents, a few questions of each.

    python tests/quality/choose_questions.py FOLDER QUESTIONS.jsonl --part a > part_a.jsonl

Each text is taken once, in one of its formats. The texts are dealt into two parts: one to look at, one to measure
again after a change. Paths become absolute, so that the file can lie anywhere. With --pack the documents are written into
the file as they were read, for tests.quality.trust_experiment on another machine.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from tests.quality.packed import pack
from tsel_core.document import render_documents
from tsel_core.errors import TselError
from tsel_core.evaluation.items import item_of
from tsel_core.ingest import ReadOptions, read_documents

MIN_PER_DOCUMENT = 3  # reading a text for one question is not worth its time


def num_tokens(path: Path) -> int:
    """About how many tokens a file has: a word is 1.4, a Japanese character 0.75."""
    try:
        text = render_documents(read_documents([str(path)], ReadOptions())).text
    except TselError:
        return 10**9
    wide = sum(1 for c in text if ord(c) > 0x2E7F)
    return int(0.75 * wide + (len(text) - wide) / 3.6)


def choose(folder: Path, items: list[dict[str, Any]], max_tokens: int, per_document: int, part: str) -> list[dict[str, Any]]:
    """The items of one part ("a" or "b"), up to `per_document` of a text: every unanswerable one up to a third, then others."""
    texts: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for item in items:
        if item["task"] != "summary":
            texts[str(Path(item["doc"]).parent / Path(item["doc"]).name.split(".")[0])][item["doc"]].append(item)
    chosen = []
    for number, (name, copies) in enumerate(sorted(texts.items())):
        if "ab"[number % 2] != part:
            continue
        rng = random.Random(name)
        doc = rng.choice(sorted(copies))
        if len(copies[doc]) < MIN_PER_DOCUMENT or num_tokens(folder / doc) > max_tokens:
            continue
        absent = [i for i in copies[doc] if i["match"] == "abstain"]
        others = [i for i in copies[doc] if i["match"] != "abstain"]
        absent = rng.sample(absent, min(len(absent), max(1, per_document // 3)))
        chosen += absent + rng.sample(others, min(len(others), per_document - len(absent)))
    return chosen


def main() -> None:
    """Print the chosen lines."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("questions")
    parser.add_argument("--max-tokens", type=int, default=7000)
    parser.add_argument("--per-document", type=int, default=9)
    parser.add_argument("--part", choices=["a", "b"], default="a")
    parser.add_argument("--pack", action="store_true", help="write the documents' text too")
    options = parser.parse_args()
    lines = (options.folder / options.questions).read_text(encoding="utf-8").splitlines()
    items = [json.loads(line) for line in lines if line.strip()]
    chosen = choose(options.folder, items, options.max_tokens, options.per_document, options.part)
    if options.pack:
        parsed = [item_of(item, item["id"], Path()) for item in chosen]
        sys.stdout.write(pack(parsed, lambda name: read_documents([str(options.folder / name)], ReadOptions())))
        return
    for item in chosen:
        print(json.dumps({**item, "doc": str((options.folder / item["doc"]).resolve())}, ensure_ascii=False))


if __name__ == "__main__":
    main()
