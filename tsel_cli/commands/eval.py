"""tsel eval [QUESTIONS.jsonl]: what a setting keeps of what full attention finds."""

from __future__ import annotations

import json as jsonlib
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tsel_cli.commands.eval_suite import EXAMPLE, SuiteOptions
from tsel_cli.job import open_session, reader_of
from tsel_cli.job_log import log_evaluation
from tsel_cli.job_options import JobOptions
from tsel_cli.shared import with_job_options
from tsel_core.errors import UsageError
from tsel_core.text.faults import why_not

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tsel_core.evaluation.items import Item
    from tsel_core.evaluation.kept_run import KeptRun
    from tsel_core.evaluation.results import Results
    from tsel_core.evaluation.runner import Evaluator
    from tsel_core.session import Session
    from tsel_core.settings import Setting


_ANSWER = 48  # tokens


@with_job_options(max_new_tokens=_ANSWER)
def evaluate(
    options: JobOptions,
    questions: Annotated[
        str | None,
        typer.Argument(
            metavar="QUESTIONS.jsonl", help="Questions with known answers, one JSON a line; a folder for --office."
        ),
    ] = None,
    suite: Annotated[
        str | None, typer.Option("--suite", help="Instead of a file: needles, ruler, longbench, infinitebench.")
    ] = None,
    lengths: Annotated[
        str | None,
        typer.Option("--lengths", help="Tokens of the suite's documents: 4k,8k (4k); of longbench's, at most so many."),
    ] = None,
    kinds: Annotated[
        str | None,
        typer.Option(
            "--kinds",
            help="Kinds of needles, comma-separated: single, multikey, multivalue, tracking, passkey, mixed; or tasks.",
        ),
    ] = None,
    seeds: Annotated[int, typer.Option("--seeds", min=1, help="Documents of each kind and length.")] = 1,
    setting: Annotated[
        list[str] | None,
        typer.Option("--setting", "-s", help="A profile, or name=key:value,...; may be given again."),
    ] = None,
    bench: Annotated[
        str | None, typer.Option("--bench", help="Folder with minilongbench.jsonl, for --suite longbench.")
    ] = None,
    seconds: Annotated[
        float, typer.Option("--seconds", min=0.0, help="Begin no further document after so many seconds (0: no limit).")
    ] = 0.0,
    limit: Annotated[int, typer.Option("--limit", min=0, help="Answer the first N questions only (0: all).")] = 0,
    resume: Annotated[
        str | None,
        typer.Option(
            "--resume", help="Keep results in this file after every document; a run that was stopped goes on from it."
        ),
    ] = None,
    html: Annotated[str | None, typer.Option("--html", help="Write a report with plots to this file.")] = None,
    baseline: Annotated[
        str | None, typer.Option("--baseline", help="An earlier --json; exit 1 when something got worse.")
    ] = None,
    tolerance: Annotated[
        float, typer.Option("--tolerance", min=0.0, help="Accuracy that may be lost before it is a regression.")
    ] = 0.02,
    office: Annotated[
        bool,
        typer.Option(
            "--office",
            help="Ask about made contracts and meetings, or a folder of yours (with questions.jsonl); say in plain "
            "words what to expect; exit 1 when an earlier version did better.",
        ),
    ] = False,
    trust: Annotated[
        bool, typer.Option("--trust", help="Measure citations, refusals and injected orders instead of settings.")
    ] = False,
) -> int:
    """Measure accuracy, fidelity, coverage and time of attention settings against full attention."""
    from tsel_core.evaluation.compare import regressions
    from tsel_core.settings import parse_setting

    if office:
        if suite or trust or setting or baseline or html or resume:
            raise UsageError("--office takes no other questions and no settings", "tsel eval --office --json")
        from tsel_cli.commands.eval_office import evaluate_office

        return evaluate_office(questions, options, seeds=seeds, limit=limit, tolerance=tolerance)
    if (questions is None) == (suite is None):
        raise UsageError("eval needs a file of questions, or --suite needles (not both)", EXAMPLE)
    if trust and (setting or baseline or html or resume):
        raise UsageError(
            "--trust takes no --setting, --baseline, --html or --resume", "tsel eval questions.jsonl --trust --json"
        )
    made = SuiteOptions(suite, lengths, kinds, seeds, bench) if suite is not None else None
    if made is not None:
        made.check()  # before a model is fetched for a call that is refused
    usual = made.settings() if made is not None else ("careful", "fast")
    settings = [parse_setting(s) for s in setting or usual]
    earlier = _load_baseline(baseline)
    asked = None if questions is None else _load_questions(questions)
    console = options.console()
    session = open_session(options, console)
    session.trace_rows = trust
    items = made.items(session) if made is not None else asked or []
    if options.max_new_tokens != _ANSWER:  # asked for: it counts for a benchmark too
        items = [replace(item, limit=0) for item in items]
    items = items[:limit] if limit else items
    if trust:
        from tsel_cli.commands.eval_trust import evaluate_trust

        return evaluate_trust(session, items, options)
    evaluation = Evaluation(options, seconds, resume)
    content, results = evaluation.run(session, items, settings)
    if not results.items:
        console.warn("no document was finished: there is nothing to show")
        return 130 if evaluation.interrupted else 1
    log_evaluation(content, [i.doc for i in items], options)
    worse = regressions(content, earlier, tolerance) if earlier is not None else []
    content["regressions"] = worse
    _show(content, results, html, options)
    for sentence in worse:
        console.warn(f"regression: {sentence}")
    if evaluation.interrupted:
        return 130
    return 1 if worse else 0


def _show(content: dict[str, Any], results: Results, html: str | None, options: JobOptions) -> None:
    """The report, and JSON or the answers with their table."""
    if html:
        from tsel_cli.render.eval.report import write_eval_report

        write_eval_report(html, content)
        options.console().note(f"report    {html}")
    if options.output == "json":
        from tsel_core.text.safe import terminal_json

        print(terminal_json(content, indent=2))
        return
    from tsel_cli.render.eval.answers import print_answers
    from tsel_cli.render.eval.table import print_eval

    print_answers(results.items)
    print_eval(content, options)


@dataclass
class Evaluation:
    """A run of `tsel eval`. After `seconds` no further document is begun (0: no limit); `resume`: the file of --resume.

    `interrupted`: Ctrl-C ended it; the results are those of the documents that all settings had read.
    """

    options: JobOptions
    seconds: float = 0.0
    resume: str | None = None
    interrupted: bool = False

    def run(
        self, session: Session, items: Sequence[Item], settings: Sequence[Setting]
    ) -> tuple[dict[str, Any], Results]:
        """Evaluate and return the object of --json, and the results it was made of."""
        from tsel_core import __version__
        from tsel_core.device.machine import describe_machine
        from tsel_core.evaluation.advice import settings_advice

        console = self.options.console()
        evaluator = make_evaluator(session, self.options)
        evaluator.deadline = time.perf_counter() + self.seconds if self.seconds else None
        evaluator.kept = self._kept(session, settings)
        try:
            evaluator.run(items, settings)
        except KeyboardInterrupt:
            self.interrupted = True
        measured = evaluator.results.as_json()
        asked = len({i["item_id"] for i in measured["items"]})
        if asked < len(items):
            why = "stopped" if self.interrupted else "out of time"
            console.warn(f"{why}: {len(items) - asked} of {len(items)} questions were not asked")
            if self.resume:
                console.note("the same command goes on from there")
        content = {
            "schema_version": 1,
            "command": "eval",
            "version": __version__,
            "machine": describe_machine(session.engine.device),
            "model": session.describe_model(),
            "configs": [s.as_json() for s in settings],
            **measured,
            "recommendation": settings_advice(measured["settings"]),
        }
        return content, evaluator.results

    def _kept(self, session: Session, settings: Sequence[Setting]) -> KeptRun | None:
        """The results of the run before, where it was made with the same."""
        from tsel_core import __version__
        from tsel_core.evaluation.kept_run import KeptRun

        if self.resume is None:
            return None
        options = self.options
        made_with = {
            "version": __version__,
            "model": session.info.sha256,
            "settings": [s.as_json() for s in settings],
            "max_new_tokens": options.max_new_tokens,
            "device": session.engine.device.type,
            "kv": options.kv,
            "weights": options.weights,
        }
        return KeptRun(self.resume, made_with)


def make_evaluator(session: Session, options: JobOptions) -> Evaluator:
    """An evaluator that reads documents as the other commands do and says on stderr what it has done."""
    from tsel_core.evaluation.results import ItemResult, ReadingResult
    from tsel_core.evaluation.runner import Evaluator

    console = options.console()

    began: list[tuple[float, int]] = []  # when the first document was done, and how many were then

    def say(result: ItemResult | ReadingResult) -> None:
        if isinstance(result, ItemResult):
            console.note(f"{result.setting:<16} {result.item_id:<40} {result.score:.2f}")

    def count(done: int, total: int) -> None:
        now = time.perf_counter()
        began[:] = began or [(now, done)]
        since, first = began[0]
        left = (now - since) / (done - first) * (total - done) if done > first else 0.0
        if done and left > 90:
            console.note(f"document {done} of {total} done, about {left / 60:.0f} min left")
        elif done:
            console.note(f"document {done} of {total} done")

    return Evaluator(
        session.engine,
        session.tokenizer,
        reader_of(options),
        options.max_new_tokens,
        on_result=say,
        on_document=count,
    )


def _load_questions(questions: str) -> list[Item]:
    from tsel_core.evaluation.items import load_items

    return load_items(questions)


def _load_baseline(path: str | None) -> dict[str, Any] | None:
    if path is None:
        return None
    try:
        found = jsonlib.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: cannot be read: {why_not(error)}", "pass a file of tsel eval --json") from error
    if not isinstance(found, dict):
        raise UsageError(f"{path}: not an evaluation", "pass a file of tsel eval --json")
    return found
