"""Key facts of contracts by code: which of the known values stand in the fact of the right name.

    python -m tests.quality.minutes.facts_eval --gen DIR/gen --dev DIR/dev --seeds 1-20

`--gen` is the folder of ja_docs.py (Japanese services agreements with an amending memorandum), `--dev` the folder with
gold.jsonl (contracts with answers of people).
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tsel_core.document import Document, Unit
from tsel_core.ingest import ReadOptions, read_documents
from tsel_core.sweep.contracts.contract import sweep_contract
from tsel_core.sweep.item import Item
from tsel_core.sweep.sentences import sentences_of
from tsel_core.text.normalize import normalise

Wanted = tuple[str, tuple[str, ...], bool]  # names of the fact that may hold it, values, whether all are needed

# which question of ja_docs.py asks for which fact
_JA = {
    "甲と乙": "parties", "有効期間はいつから": "term", "更新を拒絶": "renewal", "自動更新": "renewal", "分以降の月額": "price", "支払期限": "payment",
    "遅延損害金": "late", "検査は": "acceptance", "契約不適合責任の期間": "warranty", "秘密保持義務": "confidentiality", "漏えいしたとき": "data",
    "競業避止": "noncompete", "損害賠償額の上限": "cap", "補償額": "insurance", "中途解約": "termination", "催告で定める": "termination", "管轄": "disputes",
}  # fmt: skip
_EN = {
    "Who are the parties": "parties", "date of this contract": "date parties", "take effect": "date term parties", "initial term expire": "term", "law governs": "law disputes",
    "renewal term": "renewal term", "stop automatic renewal": "renewal term termination",
}  # fmt: skip


def ja_contracts(gen: Path, seeds: Sequence[int]) -> Iterator[tuple[str, list[Document], list[Wanted]]]:
    """Agreements of ja_docs.py with what they hold."""
    sys.path.insert(0, str(gen))
    import ja_docs  # type: ignore[import-not-found]

    for seed in seeds:
        _, paras, table, questions, _, _ = ja_docs.contract(random.Random(f"{seed}|k|0"))
        lines = [line for p in paras for line in (["\t".join(r) for r in table] if p == "T" else [p])]
        units = tuple(Unit(n, "line", f"line {n + 1}", text) for n, text in enumerate(lines))
        wanted: list[Wanted] = []
        for question, answers, match, span, _ in questions:
            name = next((n for part, n in _JA.items() if part in question), "")
            if not name or match == "abstain":
                continue
            if match == "judge":
                answers, match = [span], "any"
            wanted.append((name, tuple(map(str, answers)), match == "all"))
        yield f"ja_{seed}", [Document(f"{seed}.txt", "0" * 64, "txt", "line", units)], wanted


def dev_contracts(dev: Path) -> Iterator[tuple[str, list[Document], list[Wanted]]]:
    """The contracts of gold.jsonl, each in one form."""
    asked: dict[str, list[Wanted]] = {}
    for line in (dev / "gold.jsonl").read_text("utf-8").splitlines():
        gold = json.loads(line)
        name = next((n for part, n in _EN.items() if part in gold["question"]), "")
        if gold["doc"].startswith("contracts/") and name and gold["match"] in ("any", "all"):
            asked.setdefault(gold["doc"], []).append((name, tuple(gold["answers"]), gold["match"] == "all"))
    for doc, wanted in asked.items():
        yield "en_" + doc, read_documents([str(dev / doc)], ReadOptions()), wanted


def holds(items: Sequence[Item], wanted: Wanted) -> bool:
    """Whether a fact of one of the names holds the value (or all of them)."""
    from tsel_core.text.facts import extract_facts

    names, values, needs_all = wanted
    said = [i.what for i in items if i.name in names.split()]
    plain = normalise(" ".join(said))
    dates = {f.value for text in said for f in extract_facts(text) if f.kind == "date"}

    def there(value: str) -> bool:
        asked = {f.value for f in extract_facts(value) if f.kind == "date"}
        return normalise(value) in plain or bool(asked & dates)

    return all(map(there, values)) if needs_all else any(map(there, values))


def main() -> None:
    """Print recall by group and name."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gen")
    parser.add_argument("--dev")
    parser.add_argument("--seeds", default="1-20")
    parser.add_argument("--out")
    args = parser.parse_args()
    first, _, last = args.seeds.partition("-")
    groups: list[Iterator[tuple[str, list[Document], list[Wanted]]]] = []
    if args.gen:
        groups.append(ja_contracts(Path(args.gen), range(int(first), int(last or first) + 1)))
    if args.dev:
        groups.append(dev_contracts(Path(args.dev)))
    found: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    answers: list[dict[str, Any]] = []
    for name, documents, wanted in (entry for group in groups for entry in group):
        items = sweep_contract(sentences_of(documents))
        missed = [w for w in wanted if not holds(items, w)]
        for entry in wanted:
            key = f"{name[:2]} {entry[0]}"
            asked[key] += 1
            found[key] += entry not in missed
        answers.append({"name": name, "missed": missed, "items": [(i.name, i.what) for i in items]})
        for miss in missed:
            print(f"missed {name} {miss}")
    for key in sorted(asked):
        print(f"{key:<40} {found[key]} of {asked[key]}")
    for group in sorted({k[:2] for k in asked}):
        total = sum(n for k, n in asked.items() if k.startswith(group))
        print(f"{group} all {sum(n for k, n in found.items() if k.startswith(group))} of {total}")
    if args.out:
        Path(args.out).write_text(json.dumps(answers, ensure_ascii=False, indent=1), "utf-8")


if __name__ == "__main__":
    main()
