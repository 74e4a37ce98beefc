"""tsel eval --office: what answers about office papers are worth with this model on this machine."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tsel_cli.i18n import say as in_own_words
from tsel_cli.job import open_session, reader_of
from tsel_cli.job_log import log_evaluation
from tsel_cli.job_options import JobOptions
from tsel_core.text.faults import why_not

if TYPE_CHECKING:
    from tsel_cli.console import Stderr
    from tsel_core.evaluation.office import AskedPaper
    from tsel_core.evaluation.office_rates import OfficeRates, OfficeResult
    from tsel_core.evaluation.wanted import ItemsFound
    from tsel_core.session import Session

_ROOM = 256  # tokens that a clause to be quoted may have
MADE, OWN = "made papers", "your own papers"


def evaluate_office(folder: str | None, options: JobOptions, *, seeds: int, limit: int, tolerance: float) -> int:
    """Ask about papers, say in plain words what to expect, keep it; 1 where an earlier version did better."""
    from tsel_core import __version__
    from tsel_core.device.machine import describe_machine
    from tsel_core.evaluation.office import ask_office, first_questions
    from tsel_core.text.safe import terminal_json

    console = options.console()
    options = replace(options, max_new_tokens=max(options.max_new_tokens, _ROOM))
    asked = first_questions(_papers(folder, seeds, options), limit)
    session = open_session(options, console)
    rates = ask_office(session, asked, lambda result: console.note(_line(result)))
    machine = describe_machine(session.engine.device)
    content: dict[str, Any] = {
        "schema_version": 1,
        "command": "eval --office",
        "version": __version__,
        "machine": machine,
        "model": session.describe_model(),
        "papers": MADE if folder is None else OWN,
        **rates.as_json(),
        **_compared(session, asked, rates, options, console, tolerance, MADE if folder is None else OWN),
    }
    log_evaluation(content, [] if folder is None else [d.path for p in asked for d in p.documents], options)
    if options.output == "json":
        print(terminal_json(content, indent=2))
    else:
        _print(rates, content)
    for sentence in content["regressions"]:
        console.warn(f"regression: {sentence}")
    return 1 if content["regressions"] else 0


def _papers(folder: str | None, seeds: int, options: JobOptions) -> list[AskedPaper]:
    if folder is None:
        from tsel_core.evaluation.office import made_papers

        return made_papers(seeds)
    from tsel_core.evaluation.office_folder import folder_papers

    return folder_papers(folder, reader_of(options))


def _compared(
    session: Session,
    asked: list[AskedPaper],
    rates: OfficeRates,
    options: JobOptions,
    console: Stderr,
    tolerance: float,
    what: str,
) -> dict[str, Any]:
    """Against the kept result of an earlier version; this one is kept in its turn, counts alone."""
    from tsel_core import __version__
    from tsel_core.device.machine import describe_machine
    from tsel_core.evaluation.office import suite_id
    from tsel_core.evaluation.office_kept import earlier, keep, made_now
    from tsel_core.evaluation.office_rates import worse

    suite = suite_id(asked, f"{options.effort} {options.attention} {options.max_new_tokens} {options.quarantine}")
    measures, sha256 = rates.measures(), session.info.sha256
    before = earlier(sha256, suite, __version__)
    found = worse(measures, before.measures, before.version, tolerance) if before is not None else []
    if rates.complete and measures and not options.no_trace:
        machine = describe_machine(session.engine.device)
        where = str(machine.get("gpu") or machine["cpu"])
        try:
            keep(sha256, made_now(__version__, suite, what, where, rates.seconds, measures))
        except OSError as error:
            console.warn(f"the result was not kept: {why_not(error)}")
    return {"suite": suite, "earlier_version": before.version if before is not None else None, "regressions": found}


def _line(result: OfficeResult | ItemsFound) -> str:
    """A line a result while it goes on."""
    from tsel_core.evaluation.wanted import ItemsFound

    if isinstance(result, ItemsFound):
        counts = f"{result.num_found} of {result.num_wanted} found"
        return f"{result.kind:<8} {counts:<14} {result.seconds:6.1f} s  {result.item_id}"
    verdict = "right" if result.right else "wrong"
    state = "marked" if result.flagged else "unmarked"
    return f"{result.kind:<8} {verdict:<5} {state:<8} {result.seconds:6.1f} s  {result.item_id}"


def _print(rates: OfficeRates, content: dict[str, Any]) -> None:
    from tsel_core.text.safe import clean_for_terminal

    for result in rates.results:
        marks = [word for word, holds in (("wrong", not result.right), ("marked", result.flagged)) if holds]
        state = f" ({in_own_words(', '.join(marks))})" if marks else ""
        print(clean_for_terminal(f"{result.question}\n  {' '.join(result.reply.split())[:160]}{state}"))
    for found in rates.summaries:
        print(clean_for_terminal(found.item_id))
        for words in found.given:
            print(clean_for_terminal(f"  {' '.join(words.split())[:160]}"))
        for words in found.missed:
            print(f"  {in_own_words(f'not found: {clean_for_terminal(words)}')}")
    print()
    for line in content["conclusions"]:
        print(in_own_words(line))
    if content["earlier_version"] and not content["regressions"]:
        print(in_own_words(f"no worse than version {content['earlier_version']}"))
    if content["recommendation"]:
        print(in_own_words(content["recommendation"]))
