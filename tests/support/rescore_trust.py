"""Recomputes the rates of recorded replies with the checks as they are now; no model is needed.

    python tests/support/rescore_trust.py OUT.json --items ITEMS.jsonl [--lang ja] [--changed] [--json]

OUT.json comes from `tsel eval ITEMS.jsonl --trust --json` or tsel_core.evaluation.trust_experiment; ITEMS.jsonl is the file that
run was given (packed or not). `--changed` lists the replies that are judged otherwise than they were then.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from tsel_cli.ingest import ReadOptions, read_documents
from tsel_core.evaluation.items import load_items
from tsel_core.evaluation.packed import Packed, load_packed
from tsel_core.evaluation.rejudge import Rejudge
from tsel_core.evaluation.trust_rates import TrustRates, from_items, rates_table


def rejudge_of(path: Path) -> Rejudge:
    """A judge for a file of questions, packed with its documents or naming them."""
    if '{"document":' in path.read_text(encoding="utf-8")[:20]:
        packed: Packed = load_packed(path)
        return Rejudge(packed.items, packed.read)
    return Rejudge(load_items(path), lambda name: read_documents([name], ReadOptions()))


def changed(before: TrustRates, after: TrustRates) -> list[str]:
    """A line for each reply whose verdict or number of citations is another."""
    lines = []
    for old, new in zip(before.results, after.results, strict=True):
        if (old.found, old.num_citations) != (new.found, new.num_citations):
            verdicts = f"{old.found}/{old.num_citations} -> {new.found}/{new.num_citations} {new.reason}"
            lines.append(f"{new.asked} right={new.right} {verdicts}\n  {new.question}\n  {new.reply[:200]}")
    return lines


def main() -> None:
    """Print the rates."""
    parser = argparse.ArgumentParser()
    parser.add_argument("recorded", type=Path)
    parser.add_argument("--items", type=Path, required=True)
    parser.add_argument("--lang")
    parser.add_argument("--changed", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    before = from_items(json.loads(options.recorded.read_text(encoding="utf-8"))["items"])
    after = rejudge_of(options.items)(before.results)
    if options.changed:
        print("\n".join(changed(before, after)))
    if options.json:
        print(json.dumps(after.as_json(), ensure_ascii=False, indent=1))
    else:
        print(rates_table(after, options.lang))


if __name__ == "__main__":
    main()
