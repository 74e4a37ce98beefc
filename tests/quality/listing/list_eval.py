"""Recall and precision of `tsel list` beside asking once and beside top-k retrieval, on made and on labelled documents.

    python -m tests.quality.listing.list_eval --model MODEL --out answers.json [--dev listed.jsonl --folder DOCUMENTS] [--seconds 140]

A line of --dev: {"name", "lang", "wish", "gold": [beginnings of sentences], "optional": [...]} with the "document": {...} itself or
"doc": its path in --folder (and "pages"); dev_labels.jsonl is one. Wishes are asked as long as there is time; the table says how
many were. Every answer stands in the JSON, also which of the gold sentences no list has.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz

from tests.quality.listing.made_contracts import Asked, made_wishes
from tests.quality.packed import document_of
from tsel_core.config import EngineConfig
from tsel_core.document import Document, SourceSpan
from tsel_core.evidence.deciding.judge import log_odds
from tsel_core.ingest import ReadOptions, read_document
from tsel_core.listing.judging import AskedJudge
from tsel_core.listing.run import Listing, list_all
from tsel_core.listing.wish import Wish
from tsel_core.models.load import pick_device, resolve_model
from tsel_core.prompts.library import prompt_text
from tsel_core.prompts.tasks import ask_task
from tsel_core.session import Session
from tsel_core.sweep.sentences import Sentence, sentences_of
from tsel_core.trust.passages import PassageIndex

TOP_K = 10
_ALIKE, _LEAST = 85, 15  # of a quoted line and a sentence; characters of a line that quotes something
WAYS = ("words", "kept", "alone", "once", "top-k")


@dataclass
class Score:
    """Sentences that belong in a list, those found among them (with unsure ones too), those given and right."""

    gold: int = 0
    found: int = 0
    found_unsure: int = 0
    given: int = 0
    right: int = 0
    unsure: int = 0
    seconds: float = 0.0
    asked: int = 0

    def add(self, other: Score) -> None:
        for name, value in asdict(other).items():
            setattr(self, name, getattr(self, name) + value)

    def row(self) -> str:
        recall, both = self.found / max(1, self.gold), self.found_unsure / max(1, self.gold)
        precision = self.right / max(1, self.given)
        counts = f"{self.gold:>5} {self.given:>6} {self.unsure:>7}"
        return f"{recall:>7.2f} {both:>12.2f} {precision:>10.2f} {counts} {self.asked:>6} {self.seconds:>7.1f}"


@dataclass
class RecordingJudge:
    """A judge whose every answer is written down."""

    judge: AskedJudge
    told: list[dict[str, Any]] = field(default_factory=list)

    def sentence(self, unit: Sequence[Sentence], at: int, above: str) -> float:
        return self._note("sentence", unit[at].text, self.judge.sentence(unit, at, above))

    def unit(self, text: str, above: str) -> float:
        return self._note("unit", text, self.judge.unit(text, above))

    def nothing(self) -> float:
        return self._note("nothing", "", self.judge.nothing())

    def _note(self, kind: str, text: str, share: float) -> float:
        self.told.append({"of": kind, "text": text[:90], "share": round(share, 4), "odds": round(log_odds(share), 3)})
        return share


def score(asked: Asked, cited: Iterable[SourceSpan], unsure: Iterable[SourceSpan] = ()) -> Score:
    """Compare by overlap; what touches an optional sentence counts neither for nor against."""
    def kept(spans: Iterable[SourceSpan]) -> list[SourceSpan]:
        return [s for s in dict.fromkeys(spans) if not any(_touch(s, o) for o in asked.optional)]

    sure, maybe = kept(cited), kept(unsure)
    return Score(
        gold=len(asked.gold),
        found=sum(any(_touch(g, s) for s in sure) for g in asked.gold),
        found_unsure=sum(any(_touch(g, s) for s in (*sure, *maybe)) for g in asked.gold),
        given=len(sure),
        right=sum(any(_touch(g, s) for g in asked.gold) for s in sure),
        unsure=len(maybe),
    )


def _touch(one: SourceSpan, two: SourceSpan) -> bool:
    same = (one.doc_index, one.unit_index) == (two.doc_index, two.unit_index)
    return same and one.start < two.end and two.start < one.end


def _words(asked: Asked, span: SourceSpan) -> str:
    return asked.document.units[span.unit_index].text[span.start : span.end]


def quoted(answer: str, sentences: Sequence[Sentence]) -> list[SourceSpan]:
    """The sentences that the lines of an answer quote or say again; a line that is none of them is a span of nowhere."""
    spans = []
    for number, line in enumerate(answer.split("\n")):
        words = line.strip(" -*•・>\"“”「」0123456789.[]")
        if len(words) < _LEAST and not (words and not words.isascii()):
            continue
        near = max(sentences, key=lambda s: fuzz.partial_ratio(words, s.text), default=None)
        if near is not None and fuzz.partial_ratio(words, near.text) >= _ALIKE:
            spans.append(near.span)
        else:
            spans.append(SourceSpan(-1, number, 0, 1))
    return spans


class Runner:
    """One session; each wish is asked in every way, on one reading of its document."""

    def __init__(self, model: str, device: str, ways: Sequence[str]) -> None:
        self.chosen = ways
        self.with_model = bool(set(ways) - {"words", "top-k"})
        if self.with_model:
            self.session = Session(resolve_model(model), EngineConfig(max_new_tokens=512), device=pick_device(device))
            self.session.trace_rows = False

    def ways(self, asked: Asked) -> Iterator[tuple[str, Score, dict[str, Any]]]:
        documents, wish = [asked.document], Wish.of(asked.wish, asked.lang)
        if "words" in self.chosen:
            yield "words", *self._listed(asked, list_all(documents, wish), 0, time.perf_counter(), ())
        if self.with_model:
            yield from self._asked(asked, wish)
        if "top-k" in self.chosen:
            index = PassageIndex.build(documents)
            hits = [index.spans[h.passage_idx] for h in index.search(asked.wish, TOP_K)]
            yield "top-k", score(asked, hits), {"hits": [index.text(h)[:90] for h in hits]}

    def _asked(self, asked: Asked, wish: Wish) -> Iterator[tuple[str, Score, dict[str, Any]]]:
        documents = [asked.document]
        task = ask_task(prompt_text("list", "ask", asked.lang).format(wish=asked.wish), asked.lang)
        prompt = self.session.build(documents, task)
        reading = self.session.read(prompt, 1024)
        for way in ("kept", "alone"):
            if way in self.chosen:
                with self.session.asker(prompt, reading) as asker:
                    judge = RecordingJudge(AskedJudge(asker, wish, alone=way == "alone"))
                    started = time.perf_counter()
                    listing = list_all(documents, wish, judge)
                    yield way, *self._listed(asked, listing, judge.judge.num_asked, started, judge.told)
        if "once" in self.chosen:
            started = time.perf_counter()
            text = self.session.write("ask", prompt, reading).text
            once = score(asked, quoted(text, sentences_of(documents)))
            once.seconds = time.perf_counter() - started
            yield "once", once, {"answer": text}

    def _listed(
        self, asked: Asked, listing: Listing, num_asked: int, started: float, told: Sequence[dict[str, Any]]
    ) -> tuple[Score, dict[str, Any]]:
        assert listing.adds_up
        sure = [i.span for i in listing.items if i.verdict == "cited"]
        found = score(asked, sure, [i.span for i in listing.items if i.verdict == "unsure"])
        found.seconds, found.asked = time.perf_counter() - started, num_asked
        items = [{"quote": i["quote"], "verdict": i["verdict"], "by": i["by"]} for i in listing.as_json()["items"]]
        listed = [i.span for i in listing.items]
        missed = [_words(asked, g)[:90] for g in asked.gold if not any(_touch(g, s) for s in listed)]
        return found, {"items": items, "missed": missed, "units": listing.counts(), "told": list(told)}


def dev_wishes(path: str, folder: str) -> list[Asked]:
    """Wishes about documents that people labelled."""
    found = []
    for line in Path(path).read_text("utf-8").splitlines():
        told = json.loads(line)
        if "doc" in told:
            document = read_document(str(Path(folder) / told["doc"]), ReadOptions(pages=told.get("pages")))
        else:
            document = document_of(told["document"])
        gold, optional = (_labelled(document, told[key]) for key in ("gold", "optional"))
        found.append(Asked(told["name"], told["lang"], document, told["wish"], gold, optional))
    return found


def _labelled(document: Document, beginnings: Sequence[str]) -> tuple[SourceSpan, ...]:
    sentences = sentences_of([document])
    spans = []
    for begin in beginnings:
        match = next((s for s in sentences if " ".join(s.text.split()).startswith(begin)), None)
        assert match is not None, begin
        spans.append(match.span)
    return tuple(spans)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="default")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--dev")
    parser.add_argument("--folder", default=".", help="where the documents of --dev are")
    parser.add_argument("--ways", nargs="+", default=WAYS, choices=WAYS, help="words alone need no model")
    parser.add_argument("--half", default="measure", choices=("build", "measure"))
    parser.add_argument("--seeds", type=int, default=6)
    parser.add_argument("--seconds", type=float, default=140.0)
    parser.add_argument("--out")
    args = parser.parse_args()
    began = time.perf_counter()
    wishes = [*(dev_wishes(args.dev, args.folder) if args.dev else ()), *(w for seed in range(args.seeds) for w in made_wishes(seed, args.half))]
    runner, totals, answers = Runner(args.model, args.device, args.ways), {}, []  # type: ignore[var-annotated]
    num = 0
    for asked in wishes:
        if time.perf_counter() - began > args.seconds:
            break
        num += 1
        group = "dev" if asked.name.startswith("dev") else f"made {asked.lang}"
        for way, found, told in runner.ways(asked):
            for name in (group, "all"):
                totals.setdefault((name, way), Score()).add(found)
            totals.setdefault((f"wish {asked.name[-1]}" if group != "dev" else asked.name, way), Score()).add(found)
            answers.append({"name": asked.name, "wish": asked.wish, "way": way, **asdict(found), **told})
        if args.out:
            Path(args.out).write_text(json.dumps(answers, ensure_ascii=False, indent=1), "utf-8")
    print(f"{num} of {len(wishes)} wishes, {time.perf_counter() - began:.0f} s; wish 0: duties, 1: rights, 2: a topic")
    print(f"{'':<22} {'way':<6} {'recall':>7} {'with unsure':>12} {'precision':>10} {'gold':>5} {'given':>6} {'unsure':>7} {'asked':>6} {'seconds':>7}")
    for (group, way), found in sorted(totals.items(), key=lambda p: (p[0][0], WAYS.index(p[0][1]))):
        print(f"{group:<22} {way:<6} {found.row()}")


if __name__ == "__main__":
    main()
