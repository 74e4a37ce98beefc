"""A document longer than the window, read in parts: its answers beside those of the same pages within the window.

    python tests/quality/parts_eval.py --model M --items PACKED --filler TEXT [TEXT ...] --tokens 48000 96000 --out OUT.json --seconds 150

Each document of the packed file is asked as it is, and then with other texts before and behind it, up to the lengths
named, as `tsel ask` reads such a file: in overlapping parts, answered from the evidence of all of them. Every answer
is in OUT.json; a table is printed. Questions about the document as a whole (its title, its parties) are left out: the
longer text has others. A developer's tool.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

if __name__ == "__main__":  # started by its path: the repository's root is where the imports below are found
    sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parents[2] / "kernels")]

from tests.quality.experiment import join_parts
from tests.quality.packed import load_packed
from tsel_core.config import EngineConfig
from tsel_core.device.machine import describe_machine
from tsel_core.document import Document, Unit
from tsel_core.evaluation.items import Item, group_by_document
from tsel_core.evaluation.runner import text_document
from tsel_core.evaluation.scoring import score
from tsel_core.evidence.asking.asker import Asker
from tsel_core.evidence.calibration.watching import LOOK_ROOM
from tsel_core.evidence.heads.head_table import find_heads
from tsel_core.evidence.locating.kind import question_kind
from tsel_core.evidence.locating.locate import Locator
from tsel_core.evidence.locating.looked import Looked
from tsel_core.evidence.look import Looker
from tsel_core.evidence.parts import SPARE, PartsReader, split_parts
from tsel_core.models.load import resolve_model
from tsel_core.prompts.build import build_prompt
from tsel_core.prompts.tasks import Task, ask_task
from tsel_core.session import Session
from tsel_core.trust.passages import PassageIndex

_PARAGRAPH = 800  # characters


class TimeIsUp(Exception):
    """The seconds of the run are over."""


class PartsRun:
    """Asks the same questions within the window and beyond it."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        info = resolve_model(str(join_parts(Path(options.model))) if Path(options.model).exists() else options.model)
        self.session = Session(info, EngineConfig(max_new_tokens=96), device=options.device, trace_rows=False)
        self.heads = find_heads(info.sha256)
        self.filler = [unit for path in options.filler for unit in filler_units(Path(path))]
        self.results: list[dict[str, Any]] = []
        self.started = time.perf_counter()

    def go(self) -> None:
        """Every document at every length, the questions of a kind alike for all."""
        packed = load_packed(self.options.items)
        groups = group_by_document([i for i in packed.items if not question_kind(i.question).about_document and (i.match != "judge" or i.lang == "ja")])
        for number, group in enumerate(groups):
            document = packed.documents_of(group[0])[0]
            items = random.Random(self.options.seed).sample(group, min(self.options.per_document, len(group)))
            for tokens in (0, *self.options.tokens):
                self.document(self.longer(document, tokens, number), items, tokens)

    def longer(self, document: Document, tokens: int, number: int) -> Document:
        """The document amid other texts, so many tokens long; every other one stands before them all."""
        count = self.tokens_of(document.units)
        before: list[Unit] = []
        behind: list[Unit] = []
        for place, unit in enumerate(self.filler):
            if count >= tokens:
                break
            (before if number % 2 and place % 2 else behind).append(unit)
            count += self.tokens_of([unit])
        units = [*before, *document.units, *behind]
        return replace(document, units=tuple(replace(u, index=n) for n, u in enumerate(units)))

    def tokens_of(self, units: Sequence[Unit]) -> int:
        """Tokens of units, about."""
        return len(self.session.tokenizer("\n\n".join(u.text for u in units), add_special_tokens=False)["input_ids"])

    def document(self, document: Document, items: Sequence[Item], tokens: int) -> None:
        """One document at one length, every question."""
        tasks = [ask_task(i.question, i.lang) for i in items]
        prompt = build_prompt([document], tasks[0], self.session.tokenizer)
        window = self.session.info.trained_window
        found = self.within([document], tasks) if prompt.num_tokens + LOOK_ROOM < window else self.in_parts([document], tasks)
        for item, (looked, parts, seconds) in zip(items, found, strict=False):
            self.keep(item, tokens, prompt.num_tokens, looked, parts, seconds)
        self.save()

    def within(self, documents: Sequence[Document], tasks: Sequence[Task]) -> Iterator[tuple[Looked, int, float]]:
        """Each answer of a document that fits into the window."""
        session = self.session
        prompt = build_prompt(documents, tasks[0], session.tokenizer)
        reading, locator = session.read(prompt, room=LOOK_ROOM), Locator(PassageIndex.build(documents))
        with Asker(session.engine, session.tokenizer, prompt, reading) as asker:
            for task in tasks:
                begun = time.perf_counter()
                first = asker.ask(task.instruction, task.question, max_new_tokens=96).text
                yield Looker(asker, locator, self.heads).look(task, first), 1, time.perf_counter() - begun
        session.engine.let_go(reading)

    def in_parts(self, documents: Sequence[Document], tasks: Sequence[Task]) -> Iterator[tuple[Looked, int, float]]:
        """Each answer of a longer one: every part is read once and asked everything, as one question asks it."""
        session = self.session
        prompt = build_prompt(documents, tasks[0], session.tokenizer)
        around = prompt.num_tokens - prompt.num_document_tokens + SPARE
        parts = split_parts(prompt, session.info.trained_window - LOOK_ROOM - around)
        readers = [PartsReader(prompt.documents, task, self.heads) for task in tasks]
        for number, part in enumerate(parts):
            self.check_time()
            piece = build_prompt(part, tasks[0], session.tokenizer)
            reading, locator = session.read(piece, room=LOOK_ROOM), Locator(PassageIndex.build(part))
            with Asker(session.engine, session.tokenizer, piece, reading) as asker:
                for reader in readers:
                    reader.take(asker, 96, locator)
                if number + 1 == len(parts):
                    whole = Locator(PassageIndex.build(documents))
                    for reader in readers:
                        begun = time.perf_counter()
                        yield reader.answer(asker, "normal", 96, whole), len(parts), time.perf_counter() - begun
            session.engine.let_go(reading)

    def check_time(self) -> None:
        """Raises TimeIsUp."""
        if self.options.seconds and time.perf_counter() - self.started > self.options.seconds:
            raise TimeIsUp

    def keep(self, item: Item, tokens: int, length: int, looked: Looked, parts: int, seconds: float) -> None:
        """One answer, noted and said."""
        right = score(item.match, item.answers, looked.text)
        self.results.append(
            {
                "id": item.id, "doc": item.doc, "asked_for": tokens, "tokens": length, "parts": parts, "question": item.question,
                "kind": looked.kind.kind, "match": item.match, "answers": list(item.answers), "text": looked.text, "score": right,
                "confidence": looked.confidence, "evidence": list(looked.located.texts), "seconds": round(seconds, 2), **looked.as_json(),
            }
        )  # fmt: skip
        print(f"{time.perf_counter() - self.started:5.0f}s {length:7,} {parts} part(s) {right:.0f} {looked.confidence:<9} {item.id[-44:]}", flush=True)
        self.check_time()

    def save(self) -> None:
        """Rewrite the file."""
        content = {"machine": describe_machine(self.session.engine.device), "model": self.session.describe_model(), "results": self.results}
        Path(self.options.out).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def filler_units(path: Path) -> list[Unit]:
    """A text file as paragraphs of at most some hundred words."""
    text = path.read_text(encoding="utf-8")
    cut = [text[at : at + _PARAGRAPH] for at in range(0, len(text), _PARAGRAPH)]
    return [replace(u, text=piece) for piece in cut for u in text_document(path.name, piece).units[:1]]


def table(results: Sequence[dict[str, Any]]) -> str:
    """Right, confident, confident and right by length; of the same questions within the window, and the ratio."""
    lines = [f"{'length':>9}{'n':>5}{'right':>8}{'in window':>11}{'ratio':>7}{'confident':>11}{'of these right':>16}{'wrong unmarked':>16}"]
    base = {r["id"]: r["score"] >= 0.5 for r in results if r["asked_for"] == 0}
    for asked in sorted({r["asked_for"] for r in results}):
        mine = [r for r in results if r["asked_for"] == asked and r["id"] in base]
        right, within = ([bool(x) for x in found] for found in ([r["score"] >= 0.5 for r in mine], [base[r["id"]] for r in mine]))
        sure = [r["score"] >= 0.5 for r in mine if r["confidence"] == "confident"]
        share = sum(right) / max(1, len(mine))
        lines.append(
            f"{asked:>9}{len(mine):>5}{share:8.3f}{sum(within) / max(1, len(mine)):11.3f}{sum(right) / max(1, sum(within)):7.2f}"
            f"{len(sure) / max(1, len(mine)):11.3f}{sum(sure) / max(1, len(sure)):16.3f}{(len(sure) - sum(sure)) / max(1, len(mine)):16.3f}"
        )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the command line describes."""
    parser = argparse.ArgumentParser(prog="parts_eval", description=__doc__)
    parser.add_argument("--model", default="default")
    parser.add_argument("--items", required=True)
    parser.add_argument("--filler", nargs="+", default=())
    parser.add_argument("--tokens", type=int, nargs="+", default=(48000, 96000))
    parser.add_argument("--per-document", type=int, default=10)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--out", default="parts.json")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=0.0)
    run = PartsRun(parser.parse_args(arguments))
    try:
        run.go()
    except TimeIsUp:
        print("time is up", flush=True)
    run.save()
    print(table(run.results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
