"""Questions answered once with the model, and the same answers made again without it, by the rules as they are now.

    python -m tests.quality.recorded --record OUT.pkl --items QUESTIONS.tsv --papers FOLDER --device cuda [--seconds N]
    python -m tests.quality.recorded --replay OUT.pkl [--show right|wrong|marked|all] [--kind KIND]

QUESTIONS.tsv has the columns paper, kind, question, gold; FOLDER the papers as PAPER.txt. Gold is yes, no or open of the kind
yesno; for others the words of a right answer (" | " between alternatives, " & " between parts that all must be
there), or open where the paper does not say. Every reply of the model and what its heads saw are kept; what a changed rule
asks anew is not there, and such a question is counted as not replayable. The file is a pickle of our own: load no other.
"""

from __future__ import annotations

import argparse
import pickle
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import numpy as np

from tsel_core.answer import Answer, Draft
from tsel_core.api import read_documents
from tsel_core.config import EngineConfig
from tsel_core.evaluation.items import load_items
from tsel_core.evaluation.office import is_marked
from tsel_core.evaluation.scoring import score
from tsel_core.evidence import second
from tsel_core.evidence.asking.asker import Asker
from tsel_core.evidence.asking.reply import Reply
from tsel_core.evidence.deciding.judge import judge
from tsel_core.evidence.heads.masses import HeadMasses
from tsel_core.evidence.locating.kind import question_kind
from tsel_core.evidence.locating.locate import Locator
from tsel_core.evidence.look import Looker
from tsel_core.models.load import resolve_model
from tsel_core.prompts.build import Prompt
from tsel_core.prompts.library import prompt_in
from tsel_core.prompts.tasks import Task, ask_task
from tsel_core.session import Session
from tsel_core.text.refusal import is_refusal
from tsel_core.trust.finish import finish_answer
from tsel_core.trust.passages import PassageIndex

_HALF, _BETWEEN = 0.5, " | "
_NOTHING = 1e-5  # of a head's mass on a token, that is not kept


@dataclass(frozen=True)
class Question:
    """A question about a paper and what is right."""

    paper: str
    kind: str
    question: str
    gold: str
    match: str = ""  # of a JSONL of gold answers (tsel_core.evaluation.scoring); "" for a line of a table


@dataclass
class Recorded:
    """What the model said to one question, and what its heads saw. `calls`: replies by what was asked."""

    question: Question
    draft: Draft | None = None
    task: Task | None = None
    prompt: Prompt | None = None
    heads: Any = None
    masses: HeadMasses | None = None
    calls: dict[str, Any] = field(default_factory=dict)
    answer: Answer | None = None
    more: dict[str, Any] = field(default_factory=dict)  # replies to other ways of asking (`--more`)
    seconds: float = 0.0


class NotRecorded(Exception):
    """A rule asks what it did not ask when the answers were recorded."""


def questions(file: Path) -> list[Question]:
    """The lines of a table of questions."""
    if file.suffix == ".jsonl":
        items = load_items(file)
        kinds = {"abstain": "absent", "yesno": "yesno", "choice": "choice"}
        return [Question(i.doc, kinds.get(i.match, "exact"), i.question, _BETWEEN.join(i.answers), i.match) for i in items]
    lines = file.read_text(encoding="utf-8").splitlines()
    names = lines[0].split("\t")
    rows = [dict(zip(names, line.split("\t"), strict=False)) for line in lines[1:] if line.strip()]
    return [Question(r["paper"], r.get("kind", "yesno"), r["question"], r["gold"]) for r in rows]


def right(question: Question, answer: Answer) -> bool:
    """Whether an answer is what the gold says; of what the paper does not say: that nothing was found."""
    refused = not answer.found or is_refusal(answer.text) or score("abstain", ("not mention",), answer.text) > 0
    if question.match:
        return score(question.match, tuple(question.gold.split(_BETWEEN)), answer.text) >= _HALF
    if question.gold == "open":
        return refused
    if question.kind == "yesno" and refused:
        return False  # "No passage says so" is no No
    if question.kind == "yesno":
        return score("yesno", (question.gold,), answer.text) > 0
    if " & " in question.gold:
        return score("all", tuple(question.gold.split(" & ")), answer.text) > 0
    return score("any", tuple(question.gold.split(" | ")), answer.text) > 0


class _Watched(Asker):
    """An asker whose replies are kept."""

    kept: dict[str, Any]

    def ask(self, *args: Any, **named: Any) -> Any:
        return self._keep("ask", super().ask(*args, **named), args, named)

    def weigh(self, *args: Any, **named: Any) -> Any:
        return self._keep("weigh", super().weigh(*args, **named), args, named)

    def masses(self, *args: Any, **named: Any) -> Any:
        return self._keep("masses", super().masses(*args, **named), args, named)

    def _keep(self, name: str, reply: Any, args: Any, named: Any) -> Any:
        self.kept[_key(name, args, named)] = _thinned(reply) if isinstance(reply, HeadMasses) else reply
        return reply


def _thinned(masses: HeadMasses) -> HeadMasses:
    """Without what rounds to nothing, in half the bytes."""
    rows = np.where(masses.rows < _NOTHING, 0, masses.rows).astype(np.float16)
    return replace(masses, rows=rows)


class _Replayed(Asker):
    """An asker that says what was recorded."""

    def __init__(self, prompt: Prompt, calls: dict[str, Any]) -> None:
        timings = SimpleNamespace(get=lambda name: 0.0)
        info = SimpleNamespace(trained_window=32768)
        self.engine: Any = SimpleNamespace(
            runtime=SimpleNamespace(timings=timings), config=EngineConfig(), loaded=SimpleNamespace(info=info)
        )
        self.reading: Any = SimpleNamespace(beyond=None, cache=SimpleNamespace(offset=0))
        self.prompt, self.calls, self._saved = prompt, calls, None
        self._template: Any = SimpleNamespace(tail=lambda *words: [])

    def ask(self, *args: Any, **named: Any) -> Any:
        return self._said("ask", args, named)

    def weigh(self, *args: Any, **named: Any) -> Any:
        return self._said("weigh", args, named)

    def masses(self, *args: Any, **named: Any) -> Any:
        return self._said("masses", args, named)

    def _said(self, name: str, args: Any, named: Any) -> Any:
        key = _key(name, args, named)
        if key not in self.calls:
            raise NotRecorded(key)
        return self.calls[key]


def _key(name: str, args: Any, named: Any) -> str:
    args = [list(a) if isinstance(a, tuple) else a for a in args]
    return repr((name, args, sorted((k, list(v) if isinstance(v, tuple) else v) for k, v in named.items() if v)))


_WHICH = "Two answers were given to the question below. Which one is right by these passages? A: {a} B: {b} Reply with A or B.\n\n"
_QUOTE = {
    "en": "Quote the sentence of the passages that answers the question word by word. Then, on a new line, say Yes or No.\n\n",
    "ja": "質問に答える一文を、上の抜粋からそのまま引用してください。次の行で「はい」か「いいえ」と答えてください。\n\n",
}


def other_ways(asker: Asker, task: Task, heads: Any, masses: Any, first: str, alone: str) -> dict[str, Any]:
    """What the model says when it is asked in other ways: passages last, fewer of them, one answer against the other."""
    looker = Looker(asker, Locator(PassageIndex.build(asker.prompt.documents)), heads)
    kind = question_kind(task.question)
    located, _ = looker.evidence(task, kind, masses)
    lang = "ja" if task.answer_lang == "ja" else "en"
    if not located.texts:
        return {}
    if kind.judged:
        quoted = asker.ask(_QUOTE[lang], task.question, located.texts, 128, alone=True, scored=False).text
        return {"quoted": quoted, "judged in view": judge(asker, kind, located.texts, alone=False).shares}
    few = looker.fewer(located).texts
    found: dict[str, Any] = {"last": asker.ask(task.instruction, task.question, located.texts, 128, scored=False).text}
    found["few"] = asker.ask(prompt_in("look", "answer", lang), task.question, few, 128, alone=True, scored=False).text
    for name, a, b in (("ab", first, alone), ("ba", alone, first)):
        words = _WHICH.format(a=a[:300], b=b[:300])
        found[name] = asker.choose(words, ("A", "B"), located.texts, task.question, alone=True, once=True, by_first=True)
    return found


def record(
    asked: Sequence[Question], papers: Path, model: str, device: str, out: Path, seconds: float, more: bool = False
) -> None:
    """Answer every question as `tsel ask` does, and keep what was said; the file is written as it goes on."""
    config = EngineConfig(max_new_tokens=128)
    session = Session(resolve_model(model), config, device=device, trace_rows=False)
    session.effort, session.keeps_live = "normal", True
    made: list[Recorded] = []
    began, now, look_again = time.monotonic(), Recorded(asked[0]), second.look_again

    def look(draft: Draft, task: Task, asker: Asker, heads: Any, effort: Any, masses: Any = None, limit: Any = None) -> Draft:
        watched = _Watched(asker.engine, asker.tokenizer, asker.prompt, asker.reading)
        watched.kept = now.calls
        now.draft, now.task, now.prompt, now.heads = draft, task, asker.prompt, heads
        now.masses = None if masses is None else _thinned(masses)
        made_of = look_again(draft, task, watched, heads, effort, masses, limit)
        if more:
            with Asker(asker.engine, asker.tokenizer, asker.prompt, asker.reading) as plain:
                answers = made_of.extra["looks"].get("answers") or {}
                now.more = other_ways(plain, task, heads, masses, draft.text, str(answers.get("evidence", "")))
        return made_of

    with mock.patch.object(second, "look_again", look):
        for paper in dict.fromkeys(q.paper for q in asked):
            file = papers / paper
            documents = read_documents([file if file.suffix else file.with_suffix(".txt")])
            session.live = None
            for question in (q for q in asked if q.paper == paper):
                if time.monotonic() - began > seconds:
                    break
                now, start = Recorded(question), time.monotonic()
                now.answer = session.answer("ask", documents, ask_task(question.question))
                now.seconds = time.monotonic() - start
                made.append(now)
            out.write_bytes(pickle.dumps(made))
    print(f"{len(made)} of {len(asked)} questions in {time.monotonic() - began:.0f} s")


def again(one: Recorded) -> Answer:
    """The answer as the rules make it now. Raises NotRecorded."""
    assert one.draft is not None
    assert one.task is not None
    assert one.prompt is not None
    asker = _Replayed(one.prompt, dict(one.calls))
    if "few" in one.more:  # as the look asks for it
        looker = Looker(asker, Locator(PassageIndex.build(one.prompt.documents)), one.heads)
        few = looker.fewer(looker.evidence(one.task, question_kind(one.task.question), one.masses)[0]).texts
        asked = (prompt_in("look", "answer", one.task.answer_lang), one.task.question, few, 128)
        asker.calls.setdefault(_key("ask", asked, {"alone": True, "scored": False}), Reply(one.more["few"], ()))
    draft = second.look_again(one.draft, one.task, asker, one.heads, "normal", one.masses)
    return finish_answer(draft, one.prompt)


def main() -> None:
    """Record or replay."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--record", type=Path)
    parser.add_argument("--replay", type=Path, nargs="*", default=[])
    parser.add_argument("--items", type=Path)
    parser.add_argument("--papers", type=Path)
    parser.add_argument("--model", default="default")
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--show", default="", choices=("", "right", "wrong", "marked", "unmarked", "all"))
    parser.add_argument("--more", action="store_true", help="record other ways of asking too")
    parser.add_argument("--kind", default="")
    options = parser.parse_args()
    if options.record:
        record(questions(options.items), options.papers, options.model, options.device, options.record, options.seconds, options.more)
    count: Counter[tuple[str, str]] = Counter()
    for file in [options.record] if options.record else options.replay:
        for one in pickle.loads(file.read_bytes()):
            _told(one, count, options)
    for kind in sorted({k for k, _ in count}):
        print(kind, {how: n for (k, how), n in sorted(count.items()) if k == kind})


def _told(one: Recorded, count: Counter[tuple[str, str]], options: argparse.Namespace) -> None:
    question = one.question
    try:
        answer = again(one) if one.draft is not None else one.answer
    except NotRecorded:
        count[question.kind, "not replayable"] += 1
        return
    assert answer is not None
    is_right, doubted = right(question, answer), is_marked(answer)
    how = f"{'right' if is_right else 'wrong'}{', marked' if doubted else ''}"
    count[question.kind, how] += 1
    count["all", how] += 1
    shown = options.show in ("all", "right" if is_right else "wrong", "marked" if doubted else "unmarked")
    if shown and options.kind in ("", question.kind):
        print(f"--- {how} | {question.paper} | {question.kind} | {question.question} | gold: {question.gold}")
        print(f"    {answer.text!r}  {answer.extra.get('confidence')} {(answer.extra.get('looks') or {}).get('why')}")
        for claim in answer.extra.get("claims") or ():
            print(f"    {claim['verdict']}: {claim['why']} {claim['detail']} | {claim['text'][:90]}")


if __name__ == "__main__":
    from tests.quality import recorded  # what is kept belongs to the module, not to the program

    recorded.main()
