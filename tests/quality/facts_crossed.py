"""The clause of one fact given as the answer to a question for another: how often the checks call it supported.

    python -m tests.quality.facts_crossed [NAMES]

Contracts and gold are those of facts_written.py; the clauses are what the sweep finds for each kind, and sure. A clause that
holds gold words of the fact that is asked for counts as right. No model.
"""

from __future__ import annotations

import json
import sys
from collections import Counter

from tests.quality.facts_written import HERE
from tsel_core.document import render_documents
from tsel_core.ingest import ReadOptions, read_documents
from tsel_core.sweep.contracts.contract import sweep_contract
from tsel_core.sweep.sentences import sentences_of
from tsel_core.trust.check import check_answer
from tsel_core.trust.passages import PassageIndex

# as `tsel extract` asks for a field, and as people do
ASKED = {
    "en": {
        "parties": "Who are the parties?", "date": "What is the date of this agreement?", "term": "What is the Term?", "renewal": "What is the Renewal?",
        "cap": "What is the Liability cap?", "termination": "What is the Termination notice?", "law": "What is the Governing law?",
        "disputes": "What is the Jurisdiction?", "payment": "What are the Payment terms?", "late": "What is the interest on late payment?",
        "warranty": "What is the Warranty period?", "insurance": "What is the Insurance cover?", "confidentiality": "What is the Confidentiality period?",
        "price": "What is the price?",
    },
    "ja": {
        "parties": "当事者は誰ですか。", "date": "契約日はいつですか。", "term": "契約期間は何ですか。", "renewal": "更新は何ですか。", "cap": "賠償の上限は何ですか。",
        "termination": "解約の予告期間は何ですか。", "law": "準拠法は何ですか。", "disputes": "管轄裁判所はどこですか。", "payment": "支払条件は何ですか。",
        "late": "遅延損害金は何ですか。", "warranty": "保証期間は何ですか。", "insurance": "保険は何ですか。",
        "confidentiality": "秘密保持義務の期間は何ですか。", "price": "対価はいくらですか。",
    },
}  # fmt: skip


def main() -> None:
    """Print the pairs that are called supported and wrong, the right ones that are not, and the sums."""
    gold: dict[str, dict[str, list[str]]] = json.loads((HERE / "gold.json").read_text("utf-8"))
    counts: Counter[tuple[str, str]] = Counter()
    for name in sys.argv[1:] or gold:
        path = HERE / f"{name}.txt"
        lang = "en" if sum(map(str.isascii, path.read_text("utf-8"))) > path.stat().st_size / 2 else "ja"
        documents = read_documents([str(path)], ReadOptions())
        index, rendered = PassageIndex.build(documents), render_documents(documents)
        clauses = [i for i in sweep_contract(sentences_of(documents)) if i.verdict == "supported" and i.status != "changed"]
        for fact, question in ASKED[lang].items():
            for clause in clauses if gold[name].get(fact) else ():
                right = any(words in clause.what for words in gold[name][fact])
                trust = check_answer(clause.what, question, rendered, documents, lang=lang, index=index)
                found = trust.support.found and bool(trust.claims)
                verdict = "supported" if found and all(c.verdict == "supported" for c in trust.claims) else "marked"
                counts["right" if right else "wrong", verdict] += 1
                if not right and verdict == "supported":
                    print(f"WRONG {name} {fact} <- {clause.name}: {clause.what[:100]}")
                elif right and verdict != "supported" and clause.name == fact:
                    print(f"marked {name} {fact}: {clause.what[:100]}")
    print(dict(counts))


if __name__ == "__main__":
    main()
