"""tsel eval --office: what answers about office papers are worth with this model on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tsel_cli.i18n import say as in_own_words
from tsel_cli.job_log import log_evaluation
from tsel_cli.job_options import JobOptions

if TYPE_CHECKING:
    from tsel_core.evaluation.office import OfficeResult
    from tsel_core.session import Session


def evaluate_office(session: Session, seeds: int, options: JobOptions) -> int:
    """Ask about made contracts and meetings in both languages, and say in plain words what to expect."""
    from tsel_core import __version__
    from tsel_core.device.machine import describe_machine
    from tsel_core.evaluation.office import ask_office
    from tsel_core.evaluation.office_papers import papers
    from tsel_core.text.safe import clean_for_terminal, terminal_json

    console = options.console()

    def say(result: OfficeResult) -> None:
        verdict = "right" if result.right else "wrong"
        state = "marked" if result.flagged else "unmarked"
        console.note(f"{result.kind:<8} {verdict:<5} {state:<8} {result.seconds:6.1f} s  {result.item_id}")

    rates = ask_office(session, [paper for seed in range(seeds) for paper in papers(seed)], say)
    content = {
        "schema_version": 1,
        "command": "eval --office",
        "version": __version__,
        "machine": describe_machine(session.engine.device),
        "model": session.describe_model(),
        **rates.as_json(),
    }
    log_evaluation(content, (), options)
    if options.output == "json":
        print(terminal_json(content, indent=2))
        return 0
    for result in rates.results:
        mark = "" if result.right else " (wrong)"
        print(clean_for_terminal(f"{result.question}\n  {' '.join(result.reply.split())[:160]}{mark}"))
    print()
    for line in rates.conclusions():
        print(in_own_words(line))
    return 0
