"""Needles in documents longer than the trained window: how many are found, by the way positions are given.

python -m tests.quality.length_experiment --model smollm2-135m --lengths 16384,32768 --ways true,grouped,clamped
Ways: "true" full attention at true positions, also past the window (the baseline), a distance rule of
tsel_core.kv.rope_distances with selection at compact positions, "all-RULE" every row by that rule without selection;
after a colon settings of the selection as `tsel eval --setting` takes them: grouped:budget=4096. `--window` treats
the model as one of a smaller window (a stand-in where its own is too long for this machine; "true" is then the upper
bound). A folder whose config.json sets YaRN gives that baseline with the way "true". A developer's tool.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from tsel_core.config import EngineConfig
from tsel_core.device.machine import describe_machine
from tsel_core.engine.engine import Engine
from tsel_core.evaluation.filler import paragraphs
from tsel_core.evaluation.items import Item, group_by_document
from tsel_core.evaluation.needles import CountTokens, make_needles
from tsel_core.evaluation.runner import task_of, text_document, use_setting
from tsel_core.evaluation.scoring import score
from tsel_core.models.load import load_model, resolve_model
from tsel_core.prompts.build import Prompt, build_prompt
from tsel_core.settings import Setting, parse_setting

_ANSWER = 24  # tokens
_NAMES = ("copper lantern", "quiet meadow", "amber kettle", "silver thicket", "paper harbor", "velvet orchard")
_FACTS = (  # one of each stands in a document of the kind "singles", so that six questions share a reading
    ("The registration code of {name} is {code}.", "What is the registration code of {name}?"),
    ("The pass key is {code}. Remember it.", "What is the pass key?"),
    ("The locker of {name} has the number {code}.", "What number does the locker of {name} have?"),
    ("The invoice for {name} came to {code} euros.", "How many euros did the invoice for {name} come to?"),
    ("The phone number of {name} is {code}.", "What is the phone number of {name}?"),
    ("The archive keeps {name} under shelf mark {code}.", "Under which shelf mark does the archive keep {name}?"),
)


def single_facts(length: int, seed: int, count: CountTokens) -> list[Item]:
    """Six different facts, one question each, in English prose of about `length` tokens."""
    draw = random.Random(f"singles {length} {seed}")
    source, size = paragraphs("en", draw), 0
    parts: list[str] = []
    while size < length or len(parts) < len(_FACTS):
        parts.append(next(source))
        size += count(parts[-1]) + 1
    names, codes = draw.sample(_NAMES, len(_FACTS)), [str(draw.randint(1_000_000, 9_999_999)) for _ in _FACTS]
    facts = [(f.format(name=n, code=c), a.format(name=n), c) for (f, a), n, c in zip(_FACTS, names, codes, strict=True)]
    # one in every sixth of the document, in a random order, at a random place there
    draw.shuffle(facts)
    for at, (fact, _, _) in enumerate(facts):
        spot = draw.randrange(len(parts) * at // len(facts), len(parts) * (at + 1) // len(facts))
        parts[spot] += " " + fact
    name, text = f"singles-en-{length}-{seed}", "\n\n".join(parts)
    return [
        Item(f"{name}-{i}", name, question, (code,), "any", "retrieval", "en", f"part {i + 1} of 6", text)
        for i, (_, question, code) in enumerate(facts)
    ]


@dataclass(frozen=True)
class Found:
    """One question answered in one way; seconds are those of the reading, shared by its questions."""

    way: str
    length: int
    kind: str
    doc: str
    score: float
    reply: str
    num_tokens: int
    prefill_s: float
    coverage: float | None


def parse_way(text: str) -> tuple[Setting, bool]:
    """(setting, whether it reads past the window by a rule) of a way. Raises UsageError."""
    name, _, rest = text.partition(":")
    if name == "true":
        return Setting(text, "full", "full"), False
    rule = name.removeprefix("all-")
    pairs = ",".join(p.replace("=", ":") for p in [f"distance_rule={rule}", *rest.split("+")] if p)
    mode = "full" if name != rule else "select"
    return replace(parse_setting(f"{rule}={pairs}"), name=text, prefill=mode, decode=mode), True  # type: ignore[arg-type]


def ask_all(engine: Engine, tokenizer: Any, group: Sequence[Item], way: str) -> list[Found]:
    """Read a document once in one way and ask its questions."""
    setting, extrapolate = parse_way(way)
    engine.config = replace(engine.config, extrapolate=extrapolate)
    use_setting(engine, setting)
    document = text_document(group[0].doc, group[0].text or "")
    prompts: list[Prompt] = [build_prompt([document], task_of(item), tokenizer) for item in group]
    end = prompts[0].doc_end
    room = max(p.num_tokens for p in prompts) - end + _ANSWER + 2
    reading = engine.read(prompts[0].input_ids[:end], end, room=room)
    trace, seconds = engine.runtime.trace, engine.runtime.timings.seconds["prefill"]
    cover = trace.coverage_of(trace.prefill_coverage)
    found = []
    for item, prompt in zip(group, prompts, strict=True):
        engine.extend(reading, prompt.input_ids[end:])
        ids = [step.token_id for step in engine.write(reading, _ANSWER)]
        reply = tokenizer.decode(ids, skip_special_tokens=True)
        got = score(item.match, item.answers, reply)
        length = int(item.doc.split("-")[-2])
        found.append(
            Found(way, length, item.kind, item.doc, got, reply, prompt.num_tokens, seconds, cover[0] if cover else None)
        )
        engine.crop(reading, end)
    return found


def table(results: Sequence[Found]) -> str:
    """Found of asked by length, way and kind, with seconds of a reading."""
    rows: dict[tuple[int, str], list[Found]] = defaultdict(list)
    for r in results:
        rows[r.length, r.way].append(r)
    kinds = list(dict.fromkeys(r.kind for r in results))
    lines = [f"| tokens | way | {' | '.join(kinds)} | all | read s | coverage |", "|---" * (len(kinds) + 5) + "|"]
    for (length, way), some in rows.items():
        cells = []
        for kind in (*kinds, None):
            scores = [r.score for r in some if kind in (None, r.kind)]
            cells.append(f"{sum(scores):g} of {len(scores)}")
        seconds = list({r.doc: r.prefill_s for r in some}.values())
        cover = [r.coverage for r in some if r.coverage is not None]
        cells += [f"{sum(seconds) / len(seconds):.0f}", f"{sum(cover) / len(cover):.3f}" if cover else "-"]
        lines.append(f"| {length:,} | {way} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it; prints a line an answer, then the table."""
    parser = argparse.ArgumentParser(prog="length_experiment", description=__doc__)
    parser.add_argument("--model", required=True)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--window", type=int, help="treat this as the trained window (tokens)")
    parser.add_argument("--lengths", default="16384")
    parser.add_argument("--kinds", default="singles", help="singles, or kinds of tsel_core.evaluation.needles")
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--questions", type=int, default=4)
    parser.add_argument("--ways", default="true,grouped")
    parser.add_argument("--out", help="JSON file, rewritten after every reading")
    options = parser.parse_args(arguments)
    info = resolve_model(options.model)
    info = replace(info, trained_window=options.window or info.trained_window)
    loaded = load_model(info, device=options.device)
    engine = Engine(loaded, EngineConfig(max_new_tokens=_ANSWER))
    count = lambda text: len(loaded.tokenizer(text, add_special_tokens=False)["input_ids"])  # noqa: E731
    lengths, kinds, seeds = [int(n) for n in options.lengths.split(",")], options.kinds.split(","), range(options.seeds)
    if kinds == ["singles"]:
        items = [item for length in lengths for seed in seeds for item in single_facts(length, seed, count)]
    else:
        items = make_needles(lengths, count, seeds=seeds, kinds=kinds, langs=["en"], num_questions=options.questions)
    results: list[Found] = []
    for group in group_by_document(items):
        for way in options.ways.split(","):
            started = time.perf_counter()
            for found in ask_all(engine, loaded.tokenizer, group, way):
                results.append(found)
                seconds = f"{time.perf_counter() - started:6.1f}s"
                print(f"{seconds} {way:<24} {found.doc:<28} {found.score:.2f} {found.reply[:60]!r}")
            sys.stdout.flush()
            if options.out:
                about = {"machine": describe_machine(engine.device), "arguments": vars(options), "model": info.name}
                with open(options.out, "w", encoding="utf-8") as file:
                    json.dump({**about, "results": [asdict(r) for r in results]}, file, ensure_ascii=False, indent=1)
    print(table(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
