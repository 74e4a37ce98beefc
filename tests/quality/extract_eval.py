"""Accuracy of `tsel extract` by field, selecting and with full attention, against the gold answers of contracts.

    python -m tests.quality.extract_eval gold.jsonl --doc NAME --doc NAME --out cells.jsonl [--weights q4] [--seconds 400]
    python -m tests.quality.extract_eval gold.jsonl --out cells.jsonl --table

A line of --out is a cell. Cells that stand there are not asked again, and readings are kept beside the file: the same
command goes on where the last one stopped.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tsel_core.config import EngineConfig
from tsel_core.document import Document
from tsel_core.evaluation.items import Item, load_items
from tsel_core.evaluation.scoring import score
from tsel_core.extract.extractor import Extractor
from tsel_core.extract.fields import Field, FieldKind
from tsel_core.ingest import read_documents
from tsel_core.models.load import pick_device, resolve_model
from tsel_core.models.low_bit.choice import choose_weights
from tsel_core.prefix_cache.format.crypto import master_key
from tsel_core.prefix_cache.store import ReadingStore
from tsel_core.session import Session

SETTINGS = ("select", "full")
_CHUNK = 7  # fields that are asked before the other setting is
_WORDS = {"date": "date", "renewal": "duration", "notice period": "duration"}
OUTCOMES = ("right", "unsure right", "missed", "unsure wrong", "wrong")


def field_of(item: Item) -> Field:
    """The column that asks a gold question."""
    kind: FieldKind = "yesno" if item.match == "yesno" else "text"
    if item.match == "any":
        kind = next((k for word, k in _WORDS.items() if word in item.kind.lower()), "text")  # type: ignore[misc]
    return Field(item.kind, kind, item.question)


def outcome(item: Item, cell: dict[str, Any]) -> str:
    """What a cell is worth. "Not stated" is right where gold says No: the contract has no such clause."""
    if cell["status"] == "not stated":
        return "right" if item.match == "yesno" and item.answers == ("No",) else "missed"
    if item.match == "yesno":
        right = cell["value"] is (item.answers == ("Yes",))
    else:
        right = score(item.match, item.answers, f"{cell['text']} {cell['value']}") >= 0.5
    word = "right" if right else "wrong"
    return word if cell["status"] == "stated" else f"unsure {word}"


def wanted(path: str, names: Sequence[str]) -> Iterator[tuple[str, list[Item]]]:
    """Documents whose name begins so, with their gold questions that code can score."""
    items = [i for i in load_items(path) if i.match != "judge" and i.kind]
    for name in names:
        doc = next(i.doc for i in items if Path(i.doc).name.startswith(name))
        yield doc, [i for i in items if i.doc == doc]


def run(args: argparse.Namespace) -> None:
    """Ask what is missing, as long as there is time."""
    began, out = time.perf_counter(), Path(args.out)
    done = {(c["doc"], c["setting"], c["field"]) for c in cells_of(out)}
    device = pick_device(args.device)
    info = choose_weights(resolve_model(args.model), args.weights, device)
    store = ReadingStore(out.with_suffix(".readings"), key=master_key())
    for doc, items in wanted(args.gold, args.doc):
        documents = read_documents([doc])
        for chunk in range(0, len(items), _CHUNK):
            for setting in SETTINGS:
                left = [i for i in items[chunk : chunk + _CHUNK] if (Path(doc).name, setting, i.kind) not in done]
                if not left:
                    continue
                session = Session(info, EngineConfig(attention=setting, max_new_tokens=128), device=device, reading_store=store)  # type: ignore[arg-type]
                session.effort = "normal"  # as the command
                for item in left:
                    if time.perf_counter() - began > args.seconds:
                        session.close()
                        return
                    told = {"doc": Path(doc).name, "setting": setting, "field": item.kind, **asked(session, documents[0], item)}
                    with out.open("a", encoding="utf-8") as file:
                        file.write(json.dumps(told, ensure_ascii=False) + "\n")
                session.close()


def asked(session: Session, document: Document, item: Item) -> dict[str, Any]:
    """One cell, and what it is worth."""
    started = time.perf_counter()
    row = Extractor(session, [field_of(item)]).row(document, item.lang)
    cell = row.cells[0].as_json()
    told = {"tokens": row.tokens, "gold": item.answers, "match": item.match, "outcome": outcome(item, cell)}
    return {**told, "seconds": round(time.perf_counter() - started, 1), **cell}


def cells_of(out: Path) -> list[dict[str, Any]]:
    """The cells so far."""
    return [json.loads(line) for line in out.read_text("utf-8").splitlines()] if out.exists() else []


def table(cells: Sequence[dict[str, Any]]) -> str:
    """A row a field: outcomes with either setting, and in how many contracts both have the same status and value."""
    both = {s: {(c["doc"], c["field"]): c for c in cells if c["setting"] == s} for s in SETTINGS}
    keys = [k for k in both["select"] if k in both["full"]]
    lines = [f"{'field':<28} {'n':>3}  " + "  ".join(f"{s:<34}" for s in SETTINGS) + "  same"]
    for name in [*dict.fromkeys(f for _, f in keys), "all"]:
        mine = [k for k in keys if name in ("all", k[1])]
        told = []
        for setting in SETTINGS:
            counts = Counter(both[setting][k]["outcome"] for k in mine)
            told.append(", ".join(f"{counts[o]} {o}" for o in OUTCOMES if counts[o]))
        same = sum(all(both["select"][k][p] == both["full"][k][p] for p in ("status", "value")) for k in mine)
        lines.append(f"{name:<28} {len(mine):>3}  " + "  ".join(f"{t:<34}" for t in told) + f"  {same}")
    return "\n".join(lines)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold")
    parser.add_argument("--doc", action="append", default=[])
    parser.add_argument("--out", required=True)
    parser.add_argument("--model")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--weights", default="auto")
    parser.add_argument("--seconds", type=float, default=400.0)
    parser.add_argument("--table", action="store_true")
    args = parser.parse_args()
    if not args.table:
        run(args)
    print(table(cells_of(Path(args.out))))


if __name__ == "__main__":
    main()
