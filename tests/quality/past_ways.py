"""Ways to read a document past the trained window, on RULER's items: compact positions, YaRN by 2 and by 4, windows.

python -m tests.quality.past_ways --model FOLDER --device cuda --lengths 40000,64000 --part 0/3 --seconds 200

"compact": in one context with the model's own rotary (`--extrapolate --effort quick`), "look": the same with the second
look that `tsel ask` takes; "yarn2", "yarn4": full attention under the scaling that the model's card names, written into a copy
of config.json, without a second look; "windows": in overlapping parts, which is always with one. Every item is answered in
every way before the next begins, so that a run that is cut off has compared what it has. A developer's tool.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path
from typing import Any

from tsel_core.config import EngineConfig, SelectionConfig
from tsel_core.document import Document
from tsel_core.engine.engine import Engine
from tsel_core.evaluation.items import Item
from tsel_core.evaluation.runner import task_of, text_document
from tsel_core.evaluation.scoring import score
from tsel_core.evaluation.suites.ruler import make_ruler
from tsel_core.evidence.locating.looked import Effort
from tsel_core.models.load import load_model, resolve_model
from tsel_core.session import Session

WAYS = ("compact", "look", "yarn2", "yarn4", "windows")
TASKS = ("niah_single_2", "niah_multikey_1", "niah_multivalue", "vt", "qa_1", "qa_2", "niah_single_3", "niah_multiquery")
_ANSWER = 96  # tokens
_PROMPT = 300  # tokens of template and question around a text
_LINES = 8  # of a text that is one paragraph: so many make a unit, as no part of a document is larger


@dataclass(frozen=True)
class Found:
    """One question answered in one way; seconds are those of all that the way does."""

    way: str
    length: int
    task: str
    item: str
    score: float
    seconds: float
    num_tokens: int
    reply: str


def with_yarn(folder: Path, factor: float, into: Path) -> Path:
    """A folder of the same files whose config.json scales the rotary by YaRN."""
    into.mkdir(parents=True)
    for file in folder.iterdir():
        if file.name not in ("config.json", "tsel.json"):
            (into / file.name).symlink_to(file)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    window = int(config["max_position_embeddings"])
    yarn = {"rope_type": "yarn", "factor": factor, "original_max_position_embeddings": window}
    (into / "config.json").write_text(json.dumps({**config, "rope_scaling": yarn}), encoding="utf-8")
    return into


def sessions(model: str, device: str, ways: Sequence[str], scratch: Path) -> dict[str, Session]:
    """A session for each way; those that are not scaled share their weights."""
    info = resolve_model(model, offline=True)
    made, own = {}, None
    for way in ways:
        if way.startswith("yarn"):
            stretched = resolve_model(str(with_yarn(Path(info.path), float(way[4:]), scratch / way)), offline=True)
            config = EngineConfig(attention="full", max_new_tokens=_ANSWER)
            made[way] = Session(stretched, config, device=device, trace_rows=False, quarantine="off")
            continue
        config = EngineConfig(max_new_tokens=_ANSWER, extrapolate=way != "windows")
        effort: Effort = "quick" if way == "compact" else "normal"
        session = Session(info, config, device=device, trace_rows=False, quarantine="off", effort=effort)
        own = own or load_model(info, device=device)
        session.adopt(Engine(own, config, SelectionConfig()))
        made[way] = session
    return made


def document_of(item: Item) -> Document:
    """The text of an item in units that fit into a part."""
    text = item.text or ""
    if "\n\n" not in text:
        lines = text.split("\n")
        text = "\n\n".join("\n".join(lines[i : i + _LINES]) for i in range(0, len(lines), _LINES))
    return text_document(item.doc, text)


def ask(session: Session, item: Item, way: str) -> Found:
    """An item answered in one way."""
    began, length = time.perf_counter(), int(item.doc.split("-")[-2]) + _PROMPT
    answer = session.answer("ask", [document_of(item)], task_of(item))
    text = re.sub(r"\[\d+\]", "", answer.text)  # of citations
    got, took = score(item.match, item.answers, text), time.perf_counter() - began
    session.engine.let_go()
    return Found(way, length, item.kind, item.id, got, took, answer.prompt_tokens, text)


def table(results: Sequence[Found]) -> str:
    """Mean score, items and seconds by length and way, with the score of each task."""
    rows: dict[tuple[int, str], list[Found]] = defaultdict(list)
    for r in sorted(results, key=lambda r: (r.length, WAYS.index(r.way))):
        rows[r.length, r.way].append(r)
    tasks = [t for t in TASKS if any(r.task == t for r in results)]
    lines = [f"| tokens | way | items | score | seconds | {' | '.join(tasks)} |", "|---" * (len(tasks) + 5) + "|"]
    for (length, way), some in rows.items():
        mean = sum(r.score for r in some) / len(some)
        cells = []
        for task in tasks:
            own = [r.score for r in some if r.task == task]
            cells.append(f"{sum(own) / len(own):.2f}" if own else "-")
        took = sorted(r.seconds for r in some)[len(some) // 2]
        lines.append(f"| {length:,} | {way} | {len(some)} | {mean:.3f} | {took:.1f} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it, or with --join put the results of several runs in one table."""
    parser = argparse.ArgumentParser(prog="past_ways", description=__doc__)
    parser.add_argument("--model", default="qwen2.5-coder-1.5b")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--lengths", default="40000,64000")
    parser.add_argument("--ways", default=",".join(WAYS))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--part", default="0/1", help="which of how many processes this is")
    parser.add_argument("--seconds", type=float, default=1e9, help="no item is begun after so many")
    parser.add_argument("--out", type=Path, help="JSON lines, one an answer")
    parser.add_argument("--join", type=Path, nargs="+", help="print the table of what --out of several runs holds")
    options = parser.parse_args(arguments)
    if options.join:
        lines = [line for file in options.join for line in file.read_text(encoding="utf-8").splitlines()]
        print(table([Found(**json.loads(line)) for line in lines]))
        return 0
    began, (part, parts) = time.perf_counter(), (int(n) for n in options.part.split("/"))
    with tempfile.TemporaryDirectory() as scratch:
        made = sessions(options.model, options.device, options.ways.split(","), Path(scratch))
        run(options, made, part, parts, began)
    return 0


def run(options: Any, made: dict[str, Session], part: int, parts: int, began: float) -> None:
    """Every item of this part in every way, as long as there is time; prints the table."""
    tokenizer = next(iter(made.values())).tokenizer
    count = lambda text: len(tokenizer(text, add_special_tokens=False)["input_ids"])  # noqa: E731
    lengths = [int(n) for n in options.lengths.split(",")]
    wanted = [*product(range(options.seeds), TASKS, lengths, ("en", "ja"))]
    results: list[Found] = []
    for seed, task, length, lang in wanted[part::parts]:
        if time.perf_counter() - began > options.seconds:
            break
        item = make_ruler(length - _PROMPT, count, seed=seed, lang=lang, tasks=[task])[0]  # of this part alone
        for way, session in made.items():
            found = ask(session, item, way)
            results.append(found)
            line = json.dumps(asdict(found), ensure_ascii=False)
            print(f"{time.perf_counter() - began:6.1f}s {way:<8} {item.id:<32} {found.score:.2f} {found.seconds:5.1f}s {found.reply[:60]!r}")
            sys.stdout.flush()
            if options.out:
                with options.out.open("a", encoding="utf-8") as file:
                    file.write(line + "\n")
    print(table(results))


if __name__ == "__main__":
    sys.exit(main())
