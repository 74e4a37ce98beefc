"""Decides again on the stored answers of tests.quality.evidence_eval, with the rules as they are now.

python -m tests.quality.evidence_again OUT.json [MORE.json] [--wrong]
No model is needed: the answers, signs and judgements are in the file. What a rule would ask anew (a third answer, an
answer without a way out) is taken from it too. `--wrong` lists the answers that are wrong and not marked.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tsel_core.evaluation.scoring import score
from tsel_core.evidence.deciding.decide import Decision, decide_answer
from tsel_core.evidence.deciding.judge import Judgement
from tsel_core.evidence.deciding.judged import no_evidence, verdict_of
from tsel_core.evidence.deciding.verdict import Heard, decide_truth, decide_yesno
from tsel_core.evidence.locating.kind import question_kind
from tsel_core.evidence.locating.signs import Signs
from tsel_core.evidence.locating.typed import values_told
from tsel_core.prompts.tasks import NOT_FOUND, ask_task
from tsel_core.text.refusal import is_refusal

Result = dict[str, Any]
_SPEAKER = re.compile(r"(?:^|[\s。])([^\s:：。、]{1,8})[:：]")
# asked of another contract these have an answer there
_ANY_CONTRACT = frozenset(
    ("Document Name", "Effective Date", "Agreement Date", "Governing Law", "Expiration Date", "Parties", "Renewal Term",
     "Notice Period To Terminate Renewal")
)  # fmt: skip


def decide(result: Result, mass_absent: float) -> tuple[str, Decision]:
    """The text and the decision of one stored question."""
    said, lang = {name: r["text"] for name, r in result["replies"].items()}, result["lang"]
    way = "alone/both" if "alone/both" in said else "alone/words"
    first, alone, found = said["one"], said[way], result["signs"]
    mass = found["mass"] / mass_absent if "mass" in found else None
    signs = Signs(found["words_share"], mass, found.get("heads_agree"), found["holds_alone"], worded_share(result))
    if result["judged"]:
        return decide_judged(result, first, mass_absent)
    decision = decide_answer(first, alone, signs, result["question"], people_of(result), found.get("stands"))
    text = {"first": first, "evidence": alone, "ask": said.get("bound", alone)}.get(decision.take, NOT_FOUND[lang])
    return text, decision


def worded_share(result: Result) -> float | None:
    """The words' share, words that say the same among them; None where the question is about the document itself."""
    return None if question_kind(result["question"]).about_document else result["signs"].get("worded")


def decide_judged(result: Result, first: str, mass_absent: float) -> tuple[str, Decision]:
    """A verdict and, for its clause, the first passage: which clause the product quotes is not decided again."""
    kind, judged = question_kind(result["question"]), result["judged"]
    judgement = Judgement(("",) * len(judged["alone"]), tuple(judged["alone"]), tuple(judged["prior"]))
    found = result["signs"]
    worded, seen = found.get("worded", found["words_share"]), found.get("mass", 0.0) / mass_absent
    share = Signs(found["words_share"], seen, worded=worded).share or 0.0
    decide_it = decide_truth if kind.kind == "truth" else decide_yesno
    verdict = decide_it(verdict_of(first), judgement, share, kind.matter, heard_again(result))
    if verdict.value is None:
        sure = verdict.sure and not values_told(kind.matter)  # with another value it may well be there
        return no_evidence(ask_task(result["question"]), kind), Decision("none", sure, "judged")
    words = {"truth": ("True", "False"), "yesno": ("Yes", "No")}[kind.kind]
    words = {"en": words, "ja": {"True": ("正しい", "誤り"), "Yes": ("はい", "いいえ")}[words[0]]}[result["lang"]]
    clause = next(iter(result["located"].values()))["texts"][:1]
    return " ".join([f"{words[0 if verdict.value else 1]}.", *clause]), Decision("evidence", verdict.sure, "judged")


def heard_again(result: Result) -> Heard:
    """What code found of a judged question."""
    found = result["signs"]
    return Heard(found.get("checked"), found.get("told"), bool(found.get("denied")))


def people_of(result: Result) -> set[str]:
    """Speakers that stand before a colon in the located passages."""
    texts = [t for place in result["located"].values() for t in place["texts"]]
    found = {m.group(1) for t in texts for m in _SPEAKER.finditer(t)}
    return {name for name in found if not name.isascii() or name[:1].isupper()}


def counts(results: Sequence[Result]) -> bool:
    """Whether the scorer can tell: free answers in English are not compared by words, and some moved questions fit."""
    if result_is_absent := results[0]["asked"] == "moved":
        return results[0]["kind"] not in _ANY_CONTRACT
    return result_is_absent or not (results[0]["match"] == "judge" and results[0]["lang"] == "en")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table by kind of question."""
    parser = argparse.ArgumentParser(prog="evidence_again", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--mass-absent", type=float, default=0.0809, help="of the model's table of heads")
    parser.add_argument("--wrong", action="store_true")
    options = parser.parse_args(arguments)
    rows: dict[str, list[tuple[bool, bool, bool, bool, bool]]] = {}
    for result in [r for file in options.files for r in json.loads(file.read_text(encoding="utf-8"))["results"]]:
        if not counts([result]):
            continue
        text, decision = decide(result, options.mass_absent)
        absent = result["asked"] == "moved" or result["match"] == "abstain"
        right = is_refusal(text) if result["asked"] == "moved" else score(result["match"], result["answers"], text) >= 0.5
        before = result["replies"]["one"]["score"] >= 0.5
        kind = result["question_kind"] if result["question_kind"] in ("yesno", "truth") else "answer"
        refused = is_refusal(text) and not absent
        for key in (f"{kind} {result['lang']}", "absent" if absent else "present", "all"):
            rows.setdefault(key, []).append((before, right, decision.sure, absent, refused))
        if options.wrong and decision.sure and not right:
            print(f"{result['asked']} {decision.why}: {result['question'][:90]} | {text[:90]} | {result['answers'][:2]}")
    print(f"{'':<12}{'n':>5}{'one pass':>10}{'now':>8}{'sure':>8}{'of these right':>16}{'wrong unmarked':>16}{'false refusals':>16}")
    for key, found in sorted(rows.items()):
        sure = [f for f in found if f[2]]
        present = [f for f in found if not f[3]]
        print(
            f"{key:<12}{len(found):5}{_mean([f[0] for f in found]):10.3f}{_mean([f[1] for f in found]):8.3f}"
            f"{len(sure) / len(found):8.3f}{_mean([f[1] for f in sure]):16.3f}"
            f"{sum(not f[1] for f in sure) / len(found):16.3f}{_mean([f[4] for f in present]):16.3f}"
        )
    return 0


def _mean(values: Sequence[bool]) -> float:
    return sum(values) / len(values) if values else float("nan")


if __name__ == "__main__":
    raise SystemExit(main())
