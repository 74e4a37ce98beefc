"""Recall and precision of the minutes of made meetings: by code alone, or with the model on top.

    python -m tests.quality.minutes.minutes_eval --half measure --seeds 100-119            (code alone, a CPU, seconds)
    python -m tests.quality.minutes.minutes_eval --half measure --model qwen2.5-coder-1.5b --device cuda --out minutes.json

`--gen DIR` adds the meetings of ja_docs.py in that folder. Half "build" is for writing rules, "measure" for figures.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from pathlib import Path
from typing import Any

from tests.quality.minutes.hand_meetings import HAND, hand_meetings
from tests.quality.minutes.made_meetings import Gold, Meeting, make_meeting
from tests.quality.minutes.made_talks import make_talk
from tests.quality.minutes.model import ReplayedModel
from tests.quality.minutes.scoring import Score, score_items
from tsel_core.document import Document, Unit


def as_documents(meeting: Meeting, name: str) -> list[Document]:
    """The meeting as the reader gives its caption file: what a speaker says in a row is one turn."""
    said: list[tuple[str, list[str]]] = []
    for who, words in meeting.turns:
        if said and said[-1][0] == who:
            said[-1][1].append(words)
        else:
            said.append((who, [words]))
    space = "" if meeting.lang == "ja" else " "
    units = tuple(
        Unit(n, "turn", f"{who} 00:00:{n:02}", f"{who}: {space.join(words)}", speaker=who, start_s=float(n))
        for n, (who, words) in enumerate(said)
    )
    return [Document(f"{name}.vtt", "0" * 64, "vtt", "turn", units)]


def generated_ja(gen: Path, seed: int) -> Meeting:
    """A meeting of ja_docs.py."""
    sys.path.insert(0, str(gen))
    import ja_docs  # type: ignore[import-not-found]

    title, turns, _, key = ja_docs.meeting(random.Random(f"{seed}|m|0"), 2, 6)
    del title
    meeting = Meeting("ja", list(turns))
    topics = {t[0]: t[1] for t in ja_docs.TOPICS}
    for line in key:
        if line.endswith("に決定"):
            topic = next(t for t in topics if line.startswith(t))
            value = line.removeprefix(f"{topic}は").removesuffix("に決定")
            meeting.gold.append(Gold("decision", 0, (value,), (topic,)))
        else:
            who, rest = line.split("が", 1)
            task, due = rest.removesuffix("までに行う").rsplit("を", 1)
            meeting.gold.append(Gold("action", 0, (task.split("について")[1], task.split("について")[0]), (), who, due))
    return meeting


def meetings(args: argparse.Namespace) -> list[tuple[str, Meeting]]:
    """Every meeting of the run with its name."""
    if args.half in HAND:
        return [
            (f"{lang}_{name}", made) for lang in args.lang.split(",") for name, made in hand_meetings(lang, args.half)
        ]
    first, _, last = args.seeds.partition("-")
    seeds = range(int(first), int(last or first) + 1)
    made = [
        (
            f"{lang}_{seed}",
            make_talk(seed, lang, args.half, topics=args.topics)
            if args.half in ("talk", "held")
            else make_meeting(seed, lang, args.half, topics=args.topics, chatter=args.chatter),
        )
        for lang in args.lang.split(",")
        for seed in seeds
    ]
    if args.gen:
        made += [(f"gen_{seed}", generated_ja(Path(args.gen), seed)) for seed in seeds]
    return made


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Sweep every meeting; returns scores by group and every answer."""
    from tsel_core.sweep.run import sweep_documents

    asker = open_model(args) if args.model else None
    replies = replayed(args.replay) if args.replay else {}
    scores: dict[str, Score] = {}
    answers = []
    end = time.monotonic() + args.limit_s
    for name, meeting in meetings(args):
        if time.monotonic() > end:
            print(f"time is up before {name}", file=sys.stderr)
            break
        documents = as_documents(meeting, name)
        started = time.monotonic()
        model = asker(documents, meeting.lang) if asker else None
        if replies:
            model = ReplayedModel(replies[f"{args.half}_{name}"])
        swept = sweep_documents(documents, meeting.lang, "meeting", model=model)
        seconds = time.monotonic() - started
        score = score_items(swept.items, meeting.gold, meeting.may)
        scores.setdefault(name.split("_")[0], Score()).add(score)
        answers.append(
            {
                "name": name,
                "seconds": round(seconds, 3),
                "items": [i.as_json(tuple(documents), None) for i in swept.items],
                "notes": score.notes,
                "asked": model.asked if model is not None else [],
                "missing": getattr(model, "missing", 0),
            }
        )
    return {
        "scores": {g: {k: s.row(k) for k in ("decision", "action", "open")} for g, s in scores.items()},
        "ways": {g: s.ways() for g, s in scores.items()},
        "answers": answers,
    }


def replayed(path: str) -> dict[str, Any]:
    """The replies of a run of summaries_run, by the name of the meeting."""
    answers = json.loads(Path(path).read_text(encoding="utf-8"))["answers"]
    return {a["name"]: a["replies"] for a in answers}


def open_model(args: argparse.Namespace) -> Any:
    """A function that gives the sweep's model for documents."""
    from tests.quality.minutes.model import session_model

    return session_model(args.model, args.device)


def main() -> None:
    """Run, print the table, write the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--half",
        choices=("build", "measure", "fresh", "later-build", "later-measure", "talk", "held", *HAND),
        default="build",
    )
    parser.add_argument("--seeds", default="1-20")
    parser.add_argument("--lang", default="en,ja")
    parser.add_argument("--topics", type=int, default=4)
    parser.add_argument("--chatter", type=int, default=1)
    parser.add_argument("--gen", help="folder of ja_docs.py")
    parser.add_argument("--model", help="with the model; without it code alone")
    parser.add_argument("--replay", help="with the replies of a run of summaries_run (its seeds, its half)")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--limit-s", type=float, default=540.0)
    parser.add_argument("--out")
    parser.add_argument("--notes", action="store_true", help="print what was missed and what was too much")
    args = parser.parse_args()
    result = run(args)
    for group, kinds in result["scores"].items():
        for kind, row in kinds.items():
            if row["gold"] or row["items"]:
                print(
                    f"{group:<4} {kind:<9} recall {row['recall']:.2f} of {row['gold']:<4} precision {row['precision']:.2f} of {row['items']}"
                )
        print("     " + ", ".join(f"{how} {found}/{gold}" for how, (found, gold) in result["ways"][group].items()))
    missing = sum(a["missing"] for a in result["answers"])
    if missing:
        print(f"{missing} questions to the model were not in the file")
    if args.notes:
        for answer in result["answers"]:
            for note in answer["notes"]:
                print(answer["name"], note)
    if args.out:
        Path(args.out).write_text(json.dumps(result, ensure_ascii=False, indent=1), "utf-8")


if __name__ == "__main__":
    main()
