"""Recomputes the rates of recorded replies with the checks as they are now; no model is needed.

    python tests/quality/rescore_trust.py OUT.json --items ITEMS.jsonl [--lang ja] [--changed] [--signals] [--json]

OUT.json comes from `tsel eval ITEMS.jsonl --trust --json` or tests.quality.trust_experiment; ITEMS.jsonl is the file that
run was given (packed or not). `--changed` lists the replies that are judged otherwise than they were then.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from tests.quality.packed import Packed, load_packed
from tests.quality.rejudge import Rejudge
from tsel_core.evaluation.items import load_items
from tsel_core.evaluation.trust_rates import TrustRates, TrustResult, from_items, rates_table
from tsel_core.ingest import ReadOptions, read_documents


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
        if (old.found, old.weak, old.num_citations) != (new.found, new.weak, new.num_citations):
            verdicts = f"{_verdict(old)} -> {_verdict(new)}"
            lines.append(f"{new.asked} right={new.right} {verdicts}\n  {new.question}\n  {new.reply[:200]}")
    return lines


def _verdict(result: TrustResult) -> str:
    verdict = (f"weak ({result.weak})" if result.weak else "found") if result.found else f"not found ({result.reason})"
    return f"{verdict}, {result.num_citations} cited"


def signal_table(rates: TrustRates) -> list[str]:
    """How well each recorded signal tells right answers from false ones: the share of pairs in order (0.5 is chance).

    Only answers that the checks let through unmarked. Beside it, at the threshold that keeps 97 % of the right answers, how many
    false ones stay.
    """
    open_ones = [r for r in rates.results if r.found and not r.weak and r.signals]
    right = [_differences(r) for r in open_ones if r.asked == "answerable" and r.right]
    false = [_differences(r) for r in open_ones if r.asked in ("absent", "moved")]
    lines = [f"signals: {len(right)} right, {len(false)} false answers"]
    for name in right[0] if right and false else ():
        good, bad = sorted(r[name] for r in right), [r[name] for r in false]
        pairs = sum((g > b) + 0.5 * (g == b) for g in good for b in bad) / (len(good) * len(bad))
        low = good[int(0.03 * len(good))]
        lines.append(f"  {name:<22} {pairs:.3f}  at {low:8.3f}: {sum(b >= low for b in bad)} false ones stay")
    return lines


def _differences(result: TrustResult) -> dict[str, float]:
    s = result.signals
    return {
        **{name: value if name.startswith("reply") else -value for name, value in s.items()},
        "first over refusal": s["reply_first"] - s["refusal_first"],
        "mean over refusal": s["reply_mean"] - s["refusal_mean"],
    }


def main() -> None:
    """Print the rates."""
    parser = argparse.ArgumentParser()
    parser.add_argument("recorded", type=Path)
    parser.add_argument("--items", type=Path, required=True)
    parser.add_argument("--lang")
    parser.add_argument("--changed", action="store_true")
    parser.add_argument("--signals", action="store_true", help="how well the model's own doubts tell right from false")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    before = from_items(json.loads(options.recorded.read_text(encoding="utf-8"))["items"])
    after = rejudge_of(options.items)(before.results)
    if options.changed:
        print("\n".join(changed(before, after)))
    if options.signals:
        print("\n".join(signal_table(after)))
    if options.json:
        print(json.dumps(after.as_json(), ensure_ascii=False, indent=1))
    else:
        print(rates_table(after, options.lang))


if __name__ == "__main__":
    main()
