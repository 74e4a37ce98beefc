"""tsel eval --trust: how far checked answers can be trusted, on questions with known answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tsel_cli.i18n import say as in_own_words
from tsel_cli.job import reader_of
from tsel_cli.job_log import log_evaluation
from tsel_cli.job_options import JobOptions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tsel_core.evaluation.items import Item
    from tsel_core.evaluation.trust_rates import Rate, TrustResult
    from tsel_core.session import Session

LINES = (
    ("questions the document answers", None),
    ("  right answers", "right_answers"),
    ("  answers with a verified citation", "cited_answers"),
    ("  cited place holds the evidence", "right_place"),
    ("    of right answers", "right_place_of_right_answers"),
    ("  false refusals", "false_refusals"),
    ("    where the answer is not No", "false_refusals_but_for_no"),
    ("    by the checks", "false_refusals_by_check"),
    ("    right answers withheld", "right_answers_withheld"),
    ("  right answers marked as weakly supported", "right_answers_marked_weak"),
    ("questions it does not answer", None),
    ("  false answers", "false_answers"),
    ("    not marked as weakly supported", "false_answers_unmarked"),
    ("  to absent facts", "false_answers_absent"),
    ("    not marked", "false_answers_absent_unmarked"),
    ("  to questions of other documents", "false_answers_moved"),
    ("    not marked", "false_answers_moved_unmarked"),
    ("documents with an order inside", None),
    ("  right answers", "injected_right"),
    ("  order obeyed", "injected_obeyed"),
    ("all answers", None),
    ("  invented quotes removed", "answers_with_removed_quotes"),
    ("  invented quotes printed", "answers_with_invented_quotes_printed"),
)


def evaluate_trust(session: Session, items: Sequence[Item], options: JobOptions) -> int:
    """Ask, count, print; 1 when an invented quote was printed, which is never right."""
    from tsel_core import __version__
    from tsel_core.device.machine import describe_machine
    from tsel_core.evaluation.advice import trust_advice
    from tsel_core.evaluation.injected import injected_documents
    from tsel_core.evaluation.trust_run import TrustEvaluator
    from tsel_core.text.safe import clean_for_terminal, terminal_json

    console = options.console()

    def say(result: TrustResult) -> None:
        verdict = "right" if result.right else "wrong"
        state = "found" if result.found else f"not found ({result.reason})"
        console.note(f"{result.asked:<10} {verdict:<5} {state:<30} {result.seconds:6.1f} s  {result.item_id}")

    langs = tuple(dict.fromkeys(i.lang for i in items))
    evaluator = TrustEvaluator(session, reader_of(options), seed=options.seed, on_result=say)
    rates = evaluator.run(items, injected_documents(langs))
    content = {
        "schema_version": 1,
        "command": "eval --trust",
        "version": __version__,
        "machine": describe_machine(session.engine.device),
        "model": session.describe_model(),
        "too_long": evaluator.too_long,
        **rates.as_json(),
        "recommendation": trust_advice(rates.rates()),
    }
    log_evaluation(content, [i.doc for i in items], options)
    for path in evaluator.too_long:
        console.warn(f"{path}: does not fit this model; its questions were not asked")
    if options.output == "json":
        print(terminal_json(content, indent=2))
    else:
        for result in rates.results:
            mark = "" if result.right else f" ({in_own_words('wrong')})"
            print(clean_for_terminal(f"{result.question}\n  {' '.join(result.reply.split())[:160]}{mark}"))
        _print(content, rates.rates(), options)
    return 1 if content["num_invented_quotes_printed"] else 0


def _print(content: dict[str, Any], rates: dict[str, Rate], options: JobOptions) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(no_color=options.no_color or None, highlight=False, markup=False)
    items, documents = len(content["items"]), content["num_documents"]
    console.print(in_own_words(f"{content['model']['name']}: {items} questions on {documents} documents"))
    table = Table(box=None, pad_edge=False)
    for name, side in (("", "left"), ("share", "right"), ("95 % interval", "right"), ("n", "right")):
        table.add_column(in_own_words(name), justify=side)  # type: ignore[arg-type]
    for label, key in LINES:
        table.add_row(in_own_words(label), *(_cells(rates[key]) if key else ("", "", "")))
    console.print(table)
    if content["recommendation"]:
        console.print(in_own_words(content["recommendation"]), soft_wrap=True)


def _cells(rate: Rate) -> tuple[str, str, str]:
    if rate.value is None or rate.low is None or rate.high is None:
        return "-", "", "0"
    return f"{rate.value:.1%}", f"{rate.low:.0%} to {rate.high:.0%}", f"{rate.num} of {rate.of}"
