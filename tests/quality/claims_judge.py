"""Does the model's own judgement tell right claims from wrong ones? (claim, evidence) pairs of the labelled set.

    python -m tests.quality.claims_judge --model qwen2.5-coder-1.5b [--device cuda] [--limit 400] [--seconds 300] --json OUT.json

Each pair is a claim of tests/quality/claims_set.py with the sentence that the rules compared it with; the model sees that
sentence alone. Printed: the area under the curve by language and kind, and what thresholds would flag. The file holds every
pair with its score; it is rewritten as the run goes, so a run may be cut off.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from pathlib import Path
from typing import Any

from tests.quality.claims_set import generate
from tsel_core.document import render_documents
from tsel_core.evidence.asking.asker import Asker
from tsel_core.evidence.deciding.claim_judge import claim_judge
from tsel_core.prompts.tasks import ask_task
from tsel_core.trust.check import check_answer
from tsel_core.trust.passages import PassageIndex


def pairs(seeds: int) -> list[dict[str, Any]]:
    """Claims with their evidence, right and wrong ones alike in number for each language."""
    found: list[dict[str, Any]] = []
    for seed in range(seeds):
        for document, cases in generate(seed):
            index = PassageIndex.build([document])
            rendered = render_documents([document])
            for case in cases:
                asked: list[tuple[str, str]] = []
                check_answer(case.answer, case.question, rendered, [document], lang=case.lang, index=index, judge=_noting(asked))
                claims = check_answer(case.answer, case.question, rendered, [document], lang=case.lang, index=index).claims
                if claims and claims[0].evidence:
                    evidence = index.text(claims[0].evidence)
                    claim = asked[0][0] if asked else f"{case.question} {case.answer}"
                    verdict = claims[0].verdict
                    found.append({"lang": case.lang, "kind": case.kind, "right": case.right, "claim": claim, "evidence": evidence, "rules": verdict})
    draw = random.Random(0)
    right, wrong = ([p for p in found if p["right"] is side] for side in (True, False))
    chosen = right + draw.sample(wrong, min(len(wrong), len(right)))
    draw.shuffle(chosen)
    return chosen


def _noting(asked: list[tuple[str, str]]) -> Any:
    def note(claim: str, evidence: str) -> float:
        asked.append((claim, evidence))
        return 0.3

    return note


def area(right: list[float], wrong: list[float]) -> float:
    """Share of pairs in order; 0.5 is chance."""
    return sum((r > w) + 0.5 * (r == w) for r in right for w in wrong) / (len(right) * len(wrong))


def table(judged: list[dict[str, Any]]) -> str:
    """Areas, and the rates of some thresholds."""
    lines = []
    for lang in ("en", "ja"):
        right = [p["score"] for p in judged if p["right"] and p["lang"] == lang]
        wrong = [p["score"] for p in judged if not p["right"] and p["lang"] == lang]
        if right and wrong:
            lines.append(f"{lang}  {len(right)} right, {len(wrong)} wrong, area {area(right, wrong):.3f}")
        for kind in sorted({p["kind"] for p in judged if not p["right"] and p["lang"] == lang}):
            some = [p["score"] for p in judged if p["kind"] == kind and p["lang"] == lang]
            if right:
                lines.append(f"    {kind:<12} {len(some):>4}  area {area(right, some):.3f}")
        for threshold in (0.02, 0.1, 0.3, 0.5, 0.7, 0.9):
            if right and wrong:
                a, b = (sum(s < threshold for s in side) / len(side) for side in (right, wrong))
                lines.append(f"    below {threshold}: {a:.3f} of the right, {b:.3f} of the wrong")
    return "\n".join(lines)


def main() -> None:
    """Ask, and print the table."""
    import tsel_core as tsel
    from tsel_core.session import Session

    parser = argparse.ArgumentParser()
    parser.add_argument("--model")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--limit", type=int, default=400)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--json", type=Path, required=True)
    options = parser.parse_args()
    chosen = pairs(options.seeds)[: options.limit]
    session: Session = tsel.open(options.model, device=options.device).session
    document = next(iter(generate(0)))[0]
    prompt = session.build([document], ask_task("What is this?"))
    reading = session.read(prompt, 256)
    started, judged = time.perf_counter(), []
    with Asker(session.engine, session.tokenizer, prompt, reading) as asker:
        judge = claim_judge(asker)
        for pair in chosen:
            judged.append({**pair, "score": judge(pair["claim"], pair["evidence"])})
            if time.perf_counter() - started > options.seconds:
                break
    seconds = (time.perf_counter() - started) / len(judged)
    options.json.write_text(json.dumps({"seconds_a_pair": seconds, "pairs": judged}, ensure_ascii=False, indent=1), encoding="utf-8")
    print(f"{len(judged)} pairs, {seconds:.2f} s each")
    print(table(judged))


if __name__ == "__main__":
    main()
