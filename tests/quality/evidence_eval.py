"""Answers from located evidence, measured on questions packed with their documents, on any device.

python tests/quality/evidence_eval.py --model NAME --items ITEMS.jsonl --device cuda --out OUT.json --seconds 330
Every question is answered once from the document, once from the located passages alone, and as the product does;
yes/no and true/false questions are judged by logits. Questions of documents of another kind are asked as well
(`--moved`): their right answer is that nothing is found. `--ways` adds other ways of answering (passages last, found
by words or heads alone, with the title, ...) and other judgements. `--seen NAME` marks documents that rules were
chosen on: they have tables of their own.
OUT.json holds every answer and every sign and is rewritten after each document; `--table OUT.json` prints the tables
of a saved run again. A developer's tool: it needs torch, transformers and rapidfuzz only.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

if __name__ == "__main__":  # started by its path: the repository's root is where the imports below are found
    sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parents[2] / "kernels")]

from tests.quality.evidence_table import tables
from tests.quality.experiment import join_parts
from tests.quality.packed import Packed, load_packed
from tsel_core.config import EngineConfig
from tsel_core.device.machine import describe_machine
from tsel_core.document import Document
from tsel_core.errors import TselError
from tsel_core.evaluation.items import Item, group_by_document
from tsel_core.evaluation.scoring import score
from tsel_core.evidence.asking.asker import Asker
from tsel_core.evidence.asking.reply import Reply
from tsel_core.evidence.calibration.calibrate import calibrate
from tsel_core.evidence.deciding.judge import holds_answer, judge, judge_clauses
from tsel_core.evidence.deciding.judged import heard_of
from tsel_core.evidence.deciding.verdict import UNHEARD
from tsel_core.evidence.heads.head_table import HeadTable, find_heads
from tsel_core.evidence.heads.masses import HeadMasses
from tsel_core.evidence.locating.agree import agree
from tsel_core.evidence.locating.kind import QuestionKind, question_kind
from tsel_core.evidence.locating.locate import Located, Locator
from tsel_core.evidence.locating.typed import value_stands
from tsel_core.evidence.look import Looker
from tsel_core.models.load import resolve_model
from tsel_core.prompts.build import build_prompt
from tsel_core.prompts.library import prompt_text
from tsel_core.prompts.tasks import Task, ask_task
from tsel_core.session import Session
from tsel_core.text.normalize import normalise
from tsel_core.text.refusal import is_refusal
from tsel_core.trust.passages import PassageIndex
from tsel_core.trust.question_match import match_question

# other words for a judgement: (instruction, options); each is asked of all passages, of none, and of each of the first
JUDGEMENTS = {
    "says": ("Do these passages say that the following statement is true? Answer with one word, Yes or No.\n\nStatement: ", ("Yes", "No")),
    "letters": (
        "Judge the following statement by these passages.\nA: the passages say so\nB: the passages say the opposite\n"
        "C: the passages do not speak of it\nAnswer with one letter.\n\nStatement: ",
        ("A", "B", "C"),
    ),
    "contract": ("These passages are from a contract. Do they say so? Answer with one word, Yes or No.\n\nQuestion: ", ("Yes", "No")),
    "no": ("Does this passage answer the following question with no? Answer with one word, Yes or No.\n\nQuestion: ", ("Yes", "No")),
    "no-ja": ("上の抜粋によれば、次の質問の答えは「いいえ」ですか。「はい」か「いいえ」の一語で答えてください。\n\n質問: ", ("はい", "いいえ")),
}  # fmt: skip


class Run:
    """Asks and keeps what came out; stops (by KeyboardInterrupt) when its seconds are over."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        info = resolve_model(str(join_parts(Path(options.model))) if Path(options.model).exists() else options.model)
        config = EngineConfig(attention=options.attention, max_new_tokens=options.max_new_tokens)
        self.session = Session(info, config, device=options.device, trace_rows=False)
        self.packed: Packed = load_packed(options.items)
        self.started = time.perf_counter()
        self.results: list[dict[str, Any]] = []
        self.heads: HeadTable | None = None
        self.calibration_s = 0.0
        self.too_long: list[str] = []

    def go(self) -> None:
        """Calibrate, then every document."""
        begun = time.perf_counter()
        engine = self.session.engine
        if self.options.calibrate:
            self.heads = calibrate(engine, self.session.tokenizer, count=self.options.calibrate)
        else:
            self.heads = find_heads(self.session.info.sha256)
        self.calibration_s = time.perf_counter() - begun
        print(f"heads: {self.heads} ({self.calibration_s:.1f} s)", flush=True)
        items = [i for i in self.packed.items if i.task != "summary"]
        groups = group_by_document(items)
        rng = random.Random(self.options.seed)
        rng.shuffle(groups)  # a run that is cut off has seen every kind of document
        for group in groups:
            others = [i for i in items if i.lang == group[0].lang and moves(i, group[0])]
            moved = rng.sample(others, min(self.options.moved, len(others)))
            try:
                self.document(self.packed.documents_of(group[0]), group, moved)
            except TselError as error:
                self.too_long.append(f"{group[0].doc}: {error.message}")
                print(self.too_long[-1], flush=True)
            self.save()

    def document(self, documents: Sequence[Document], items: Sequence[Item], moved: Sequence[Item]) -> None:
        """Read once, ask everything."""
        session, first = self.session, items[0]
        prompt = build_prompt(documents, ask_task(first.question, first.lang), session.tokenizer)
        reading = session.read(prompt, room=2048)
        locator = Locator(PassageIndex.build(documents))
        with Asker(session.engine, session.tokenizer, prompt, reading) as asker:
            for item, asked in [*((i, "own") for i in items), *((i, "moved") for i in moved)]:
                result = self.question(asker, locator, item, asked)
                self.results.append(result)
                self.say(result)
                if self.options.seconds and time.perf_counter() - self.started > self.options.seconds:
                    raise KeyboardInterrupt
        session.engine.let_go(reading)

    def question(self, asker: Asker, locator: Locator, item: Item, asked: str) -> dict[str, Any]:
        """Every way of one question."""
        task, kind = ask_task(item.question, item.lang), question_kind(item.question)
        limit, clock = self.options.max_new_tokens, Clock()
        answers: dict[str, Reply] = {}
        answers["one"] = clock("one", lambda: asker.ask(task.instruction, task.question, max_new_tokens=limit))
        masses: HeadMasses | None = None
        if self.heads is not None:
            heads = self.heads.heads
            masses = clock("heads", lambda: asker.masses(task.question, heads, task.instruction))
        places: dict[str, Located] = {"words": locator.locate(kind.matter, opening=kind.about_document)}
        if masses is not None:
            places["heads"] = locator.locate(kind.matter, masses, words=False)
            places["both"] = locator.locate(kind.matter, masses, opening=kind.about_document, judged=kind.judged)
        best = places.get("both", places["words"])
        alone = prompt_text("look", "answer", item.lang)
        answers["alone/both"] = clock("alone", lambda: asker.ask(alone, task.question, best.texts, limit, alone=True))
        if self.options.ways:
            answers |= self.other_ways(asker, locator, task, places, best)
        signs = self.signs(asker, locator, item, masses, best)
        signs["stands"] = value_stands(answers["one"].text, task.question, best.texts, locator.word(task.question))
        heard = heard_of(kind, best, locator) if kind.judged else UNHEARD
        signs |= {"checked": heard.checked, "told": heard.told, "denied": heard.denied}
        judged: dict[str, Any] = {}
        if kind.judged and best.texts:
            found = judge(asker, kind, best.texts, alone=True, prior=True)
            judged = {"alone": found.shares, "prior": found.prior}
            if self.options.judgements:
                wide = locator.shown(list(dict.fromkeys([*best.by_heads[:8], *best.by_words[:6]])), room=2)
                judged |= {"wide": judge(asker, kind, wide.texts, alone=True).shares, "wide_found": gold_found(item, wide)}
                judged |= more_judgements(asker, kind, best)
            judged["clauses"] = judge_clauses(asker, kind, [locator.text(s.span) for s in best.ranked])
        chosen = clock("chosen", lambda: Looker(asker, locator, self.heads).look(task, answers["one"].text))
        return {
            "id": item.id, "doc": item.doc, "lang": item.lang, "match": item.match, "kind": item.kind,
            "asked": asked, "asked_of": locator.index.documents[0].path, "question": item.question, "answers": list(item.answers),
            "question_kind": kind.kind, "quotes": kind.quotes, "seen": any(n in item.doc for n in self.options.seen),
            "replies": {
                name: {
                    "text": r.text, "logprob": sum(r.token_logprobs), "tokens": len(r.token_ids),
                    "score": self.scored(item, asked, r.text), "refused": is_refusal(r.text),
                }
                for name, r in answers.items()
            },
            "agree": {name: agree(answers["one"].text, r.text, item.question) for name, r in answers.items()},
            "chosen": {
                "text": chosen.text, "confidence": chosen.confidence, **chosen.as_json(),
                "score": self.scored(item, asked, chosen.text),
            },
            "located": {
                name: {"texts": list(p.texts), "found": gold_found(item, p), "rank": gold_rank(item, p, locator)}
                for name, p in places.items()
            },
            "signs": signs, "judged": judged, "seconds": clock.seconds,
        }  # fmt: skip

    def other_ways(
        self, asker: Asker, locator: Locator, task: Task, places: dict[str, Located], best: Located
    ) -> dict[str, Reply]:
        """Ways that the product does not take."""
        limit, lang, question = self.options.max_new_tokens, task.lang, task.question
        alone, bound = (prompt_text("look", n, lang) for n in ("answer", "answer_bound"))
        answers = {}
        for name, place in places.items():
            answers[f"last/{name}"] = asker.ask(task.instruction, question, place.texts, limit)
            if name != "both":
                answers[f"alone/{name}"] = asker.ask(alone, question, place.texts, limit, alone=True)
        titled = (locator.opening(), *best.texts)
        answers["alone/titled"] = asker.ask(alone, question, titled, limit, alone=True)
        wide = locator.shown(list(dict.fromkeys([*best.by_heads[:8], *best.by_words[:4]])))
        answers["alone/wide"] = asker.ask(alone, question, wide.texts, limit, alone=True)
        answers["bound"] = asker.ask(bound, question, best.texts, limit, alone=True)
        return answers

    def scored(self, item: Item, asked: str, text: str) -> float:
        """Score of an answer; a moved question is right when nothing is found."""
        if asked == "moved":
            return float(is_refusal(text))
        return score(item.match, item.answers, text)

    def signs(
        self, asker: Asker, locator: Locator, item: Item, masses: HeadMasses | None, best: Located
    ) -> dict[str, Any]:
        """What speaks for the document's holding an answer."""
        share = match_question(item.question, locator.index).share
        found = {"words_share": share, "holds_alone": holds_answer(asker, item.question, item.lang, best.texts)}
        found["worded"] = locator.word(question_kind(item.question).matter).share()
        if masses is not None:
            found["mass"] = masses.best_mass(locator.sentences)
            found["heads_agree"] = masses.num_agreeing(locator.sentences)
        return found

    def say(self, result: dict[str, Any]) -> None:
        """One line a question."""
        scores = " ".join(f"{n}={r['score']:.0f}" for n, r in result["replies"].items())
        print(
            f"{time.perf_counter() - self.started:6.0f}s {result['asked']:<5} {result['question_kind']:<5} {scores} "
            f"chosen={result['chosen']['score']:.0f} {result['chosen']['confidence']} {result['id'][-36:]}",
            flush=True,
        )

    def save(self) -> None:
        """Rewrite the file."""
        content = {
            "schema_version": 1,
            "command": "evidence_eval",
            "machine": describe_machine(self.session.engine.device),
            "model": self.session.describe_model(),
            "heads": None if self.heads is None else [[h.layer, h.head, h.which] for h in self.heads.heads],
            "calibration_s": round(self.calibration_s, 1),
            "too_long": self.too_long,
            "wall_s": round(time.perf_counter() - self.started, 1),
            "results": self.results,
        }
        Path(self.options.out).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def moves(item: Item, other: Item) -> bool:
    """Whether an item's question may be put to the document of `other`, where nothing answers it.

    A document of the same kind may: two contracts both have a date. So it goes to another kind only.
    """
    kinds = [re.split(r"[_\d.]", Path(i.doc).name)[0] for i in (item, other)]
    return kinds[0] != kinds[1] and item.match != "abstain" and "absent" not in item.id


def more_judgements(asker: Asker, kind: QuestionKind, best: Located) -> dict[str, Any]:
    """The same judged in other words: of all passages, of none, and of each by itself."""
    nothing = [prompt_text("judge", "nothing", kind.lang)]
    found: dict[str, Any] = {"clauses-prior": judge_clauses(asker, kind, nothing)}
    names = {"truth en": ("says", "letters"), "yesno en": ("contract", "no"), "yesno ja": ("no-ja",)}
    for name in names.get(f"{kind.kind} {kind.lang}", ()):
        instruction, options = JUDGEMENTS[name]
        found[f"{name}-prior"] = asker.choose(instruction, options, nothing, kind.matter, alone=True)
        found[name] = asker.choose(instruction, options, best.texts, kind.matter, alone=True)
        each = [asker.choose(instruction, options, [t], kind.matter, alone=True) for t in best.texts[:5]]
        found[f"{name}-each"] = each
    return found


class Clock:
    """Seconds of the steps of one question."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def __call__(self, name: str, step: Any) -> Any:
        """Do a step and note its time."""
        begun = time.perf_counter()
        found = step()
        self.seconds[name] = round(time.perf_counter() - begun, 3)
        return found


def gold_spans(item: Item) -> list[str]:
    """The words of the gold evidence, made comparable."""
    return [normalise(str(e["span"]))[:80] for e in item.evidence if e.get("span")]


def gold_found(item: Item, place: Located) -> bool | None:
    """Whether the shown evidence holds a gold span; None where the item has none."""
    spans = gold_spans(item)
    shown = [normalise(t) for t in place.texts]
    return any(s in t for s in spans for t in shown) if spans else None


def gold_rank(item: Item, place: Located, locator: Locator) -> int | None:
    """Rank (from 0) of the first located sentence that touches a gold span; None where there is none."""
    spans = gold_spans(item)
    for rank, number in enumerate(place.by_heads or place.by_words):
        text = normalise(locator.index.text(locator.sentences[number].span))
        if any(s in text or text in s for s in spans):
            return rank
    return None


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the experiment that the command line describes."""
    options = _parser().parse_args(arguments)
    if options.table:
        print(tables(json.loads(Path(options.table).read_text(encoding="utf-8"))))
        return 0
    run = Run(options)
    try:
        run.go()
    except KeyboardInterrupt:
        print("time is up", flush=True)
    run.save()
    print(tables(json.loads(Path(options.out).read_text(encoding="utf-8"))))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="evidence_eval", description=__doc__)
    parser.add_argument("--model", default="default", help="catalogue name, or folder with config.json and safetensors")
    parser.add_argument("--items", help="JSONL of choose_questions.py --pack, or items with inline text")
    parser.add_argument("--out", default="evidence.json", help="JSON file, rewritten after every document")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--attention", default="auto", choices=("auto", "full", "select"))
    parser.add_argument("--max-new-tokens", type=int, default=96)
    parser.add_argument("--calibrate", type=int, default=0, help="choose heads anew, on 4 * N made documents")
    parser.add_argument("--moved", type=int, default=2, help="questions of other documents put to each document")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=0.0, help="stop asking after this many seconds")
    parser.add_argument("--ways", action="store_true", help="other ways of answering too: three times as long")
    parser.add_argument("--judgements", action="store_true", help="judgements in other words too")
    parser.add_argument("--seen", nargs="*", default=(), help="parts of the names of documents that rules were chosen on")
    parser.add_argument("--table", help="print the tables of this saved run and stop")
    return parser


if __name__ == "__main__":
    sys.exit(main())
