"""Key facts of contracts written by hand (tests/quality/contracts_written): which are found, and what is sure and wrong.

    python -m tests.quality.facts_written [NAMES]

`gold.json` names for each contract and fact the words that a clause of it holds; a fact without words is one that the
contract does not state. A fact that is given as sure and holds none of its words is wrong.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tsel_core.ingest import ReadOptions, read_documents
from tsel_core.sweep.contracts.contract import sweep_contract
from tsel_core.sweep.kind import kind_of
from tsel_core.sweep.sentences import sentences_of

HERE = Path(__file__).parent / "contracts_written"
KEY = frozenset({"parties", "date", "term", "renewal", "price", "cap", "termination", "law"})


def main() -> None:
    """Print what is missed, unsure and wrong, and the sums."""
    gold: dict[str, dict[str, list[str]]] = json.loads((HERE / "gold.json").read_text("utf-8"))
    counts = {"wanted": 0, "found": 0, "sure": 0, "key wanted": 0, "key found": 0, "key sure": 0, "wrong and sure": 0, "not in gold": 0}
    for name in sys.argv[1:] or gold:
        sentences = sentences_of(read_documents([str(HERE / f"{name}.txt")], ReadOptions()))
        items = sweep_contract(sentences)
        if kind_of(sentences) != "contract":
            print(f"{name}: read as {kind_of(sentences)}")
        for fact, words in gold[name].items():
            own = [i for i in items if i.name == fact]
            if fact == "date" and not own:  # the sentence of the parties says it
                own = [i for i in items if i.name == "parties"]
            right = [i for i in own if any(w in i.what for w in words)]
            for key in ("", "key ") if fact in KEY else ("",):
                counts[f"{key}wanted"] += bool(words)
                counts[f"{key}found"] += bool(right)
                counts[f"{key}sure"] += any(i.verdict == "supported" for i in right)
            if words and not right:
                print(f"{name} {fact}: missed")
            elif words and all(i.verdict == "unsure" for i in right):
                print(f"{name} {fact}: unsure: {right[0].what[:90]}")
            for item in own:
                if item not in right:
                    counts["wrong and sure"] += item.verdict == "supported"
                    print(f"{name} {fact}: WRONG {item.verdict}: {item.what[:120]}")
        for item in items:
            if item.name not in gold[name]:
                counts["not in gold"] += item.verdict == "supported"
                print(f"{name} {item.name}: not in gold, {item.verdict}: {item.what[:120]}")
    print(counts)


if __name__ == "__main__":
    main()
