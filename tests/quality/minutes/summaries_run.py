"""Summaries of made meetings and of packed documents with the real model, every question and reply kept in one JSON.

    python -m tests.quality.minutes.summaries_run --packed documents.jsonl --model qwen2.5-coder-1.5b --device cuda --out FILE

`--pack FILES... --out documents.jsonl` makes the packed file (tests/quality/packed.py) on a machine that reads them.
What the sweep did not need to ask is asked as well (every candidate, every topic), so that rules above the model can be
tried again from the file alone: minutes_eval --replay FILE.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.quality.minutes.made_meetings import Half, make_meeting
from tests.quality.minutes.minutes_eval import as_documents
from tests.quality.minutes.model import RecordedModel, session_model
from tests.quality.minutes.scoring import Score, score_items
from tests.quality.packed import load_packed, pack
from tsel_core.document import Document
from tsel_core.errors import TselError
from tsel_core.evaluation.items import Item as Question
from tsel_core.prompts.library import prompt_text
from tsel_core.prompts.tasks import Style
from tsel_core.sweep.judge import ask_yes
from tsel_core.sweep.meetings.about import about
from tsel_core.sweep.meetings.asked_topics import ask_topics
from tsel_core.sweep.meetings.meeting import sweep_meeting
from tsel_core.sweep.meetings.talk import stretches
from tsel_core.sweep.meetings.topics import topics_of
from tsel_core.sweep.run import Sweep, sweep_documents
from tsel_core.sweep.sentences import Sentence
from tsel_core.sweep.summary import write_summary
from tsel_core.text.language import Lang, document_lang

SETS: tuple[Half, ...] = ("later-build", "later-measure", "fresh", "measure")
_MOST = 60  # sentences of a topic that is asked about


@dataclass
class Run:
    """What was made so far."""

    model_for: Any
    end: float
    scores: dict[str, Score] = field(default_factory=dict)
    answers: list[dict[str, Any]] = field(default_factory=list)

    @property
    def is_late(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() > self.end

    def take(self, name: str, documents: Sequence[Document], lang: Lang, style: Style, gold: Any = None) -> None:
        """Summarize one, score it where the truth is known, keep every reply."""
        started = time.monotonic()
        model: RecordedModel = self.model_for(documents, lang)
        swept = sweep_documents(documents, lang, "meeting" if gold is not None else None, style=style, model=model)
        seconds = time.monotonic() - started
        if swept.kind == "meeting":
            _ask_the_rest(swept.sentences, lang, model)
        text, _, _ = write_summary(swept, style, lang).linked(documents)
        made: dict[str, Any] = {"name": name, "lang": lang, "style": style, "kind": swept.kind, "text": text}
        made |= {"seconds": round(seconds, 2), "seconds_all": round(time.monotonic() - started, 2)}
        made |= {
            "items": [i.as_json(tuple(documents), None) for i in swept.items],
            "topics": _topics(swept, documents, lang),
        }
        made |= {"replies": model.replies, "asked": model.asked}
        if gold is not None:
            score = score_items(swept.items, gold)
            self.scores.setdefault(name.rsplit("_", 1)[0], Score()).add(score)
            made["notes"] = score.notes
        self.answers.append(made)


def _topics(swept: Sweep, documents: Sequence[Document], lang: Lang) -> list[dict[str, str]]:
    told = about(documents, swept.sentences, lang, meeting=swept.kind == "meeting", named=swept.topics)
    topics: list[dict[str, str]] = told.as_json(documents)["topics"]
    return topics


def _ask_the_rest(sentences: Sequence[Sentence], lang: Lang, model: RecordedModel) -> None:
    """Every doubtful candidate judged, every topic asked about, the whole listed."""
    by_place = {s.span: s.index for s in sentences}
    for item in sweep_meeting(sentences, lang)[:150]:
        if item.score < 0.95 and item.place in by_place:
            ask_yes(model, item, sentences, by_place[item.place], lang)
    parts = [(t, i) for t, i in stretches(topics_of(sentences, lang)) if t and 3 < len(i) <= _MOST]
    for topic, indices in parts[:12]:
        shown = [sentences[n] for n in indices]
        ask_topics(model, [(topic, shown)], lang)
        passage = "\n".join(f"{s.speaker}: {s.text}" for s in shown)
        model.write(passage, prompt_text("sweep", "tasks", lang), 96)
    for name in ("topics", "decisions", "actions"):
        model.list_whole(prompt_text("sweep", name, lang), 160 if name == "topics" else 256)


def packed_documents(path: str) -> Iterator[tuple[str, Document]]:
    """(name, document) of a packed file."""
    yield from sorted(load_packed(path).documents.items())


def main() -> None:
    """Run in the order of worth until the time is up, print the table, write the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packed")
    parser.add_argument("--pack", nargs="+", help="make the packed file of these")
    parser.add_argument("--seeds", type=int, default=10, help="meetings of a set and language")
    parser.add_argument("--model", default="qwen2.5-coder-1.5b")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--limit-s", type=float, default=210.0)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    if args.pack:
        Path(args.out).write_text(packed(args.pack), encoding="utf-8")
        return
    run = Run(session_model(args.model, args.device), time.monotonic() + args.limit_s)
    done = 0
    for half in SETS[:2]:
        done += made(run, half, args.seeds)
    for name, document in packed_documents(args.packed) if args.packed else ():
        lang = document_lang([[u.text for u in document.units]])
        styles: tuple[Style, ...] = ("minutes", "brief") if any(u.speaker for u in document.units) else ("brief",)
        for style in styles:
            try:
                if not run.is_late:
                    run.take(f"{name}_{style}", [document], lang, style)
            except TselError as error:  # longer than the model's window, say
                print(f"{name} {style}: {error}", file=sys.stderr)
    for half in SETS[2:]:
        done += made(run, half, args.seeds)
    scores = {g: {k: s.row(k) for k in ("decision", "action", "open")} for g, s in run.scores.items()}
    for group, kinds in scores.items():
        for kind, row in kinds.items():
            print(
                f"{group:<20} {kind:<9} recall {row['recall']:.2f} of {row['gold']:<4} precision {row['precision']:.2f} of {row['items']}"
            )
    Path(args.out).write_text(
        json.dumps({"scores": scores, "answers": run.answers}, ensure_ascii=False), encoding="utf-8"
    )


def made(run: Run, half: Half, seeds: int) -> int:
    """The made meetings of a set, both languages in turn."""
    done = 0
    languages: tuple[Lang, ...] = ("en", "ja")
    for seed in range(500, 500 + seeds):
        for lang in languages:
            if run.is_late:
                print(f"time is up before {half} {lang} {seed}", file=sys.stderr)
                return done
            meeting = make_meeting(seed, lang, half)
            run.take(f"{half}_{lang}_{seed}", as_documents(meeting, f"{lang}_{seed}"), lang, "minutes", meeting.gold)
            done += 1
    return done


def packed(files: Sequence[str]) -> str:
    """The lines of a packed file of these files."""
    from tsel_core.ingest import ReadOptions, read_documents

    documents = {Path(f).name: read_documents([f], ReadOptions()) for f in files}
    questions = [Question(id=n, doc=n, question="Summarize.", answers=("-",), match="any") for n in documents]
    return pack(questions, lambda name: documents[name])


if __name__ == "__main__":
    main()
