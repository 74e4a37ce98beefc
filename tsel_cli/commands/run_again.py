"""Runs a logged run again with its settings (tsel log replay)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, get_args

from tsel_cli.job import open_session, read_files
from tsel_cli.job_options import JobOptions


def run_again(record: Mapping[str, Any], question: str) -> dict[str, Any]:
    """The --json object of a new run; `question` is the question of ask or the focus of summarize."""
    from tsel_core import __version__
    from tsel_core.errors import UsageError
    from tsel_core.prompts.tasks import Style, ask_task, summary_task

    options = replace(logged_options(record["settings"]), quiet=True)
    settings, lang = record["settings"], record["lang"]
    console = options.console()
    documents, seconds = read_files(options, console)
    if record["command"] == "ask":
        task = ask_task(question, lang)
    elif (settings.get("style") or "brief") not in get_args(Style):
        raise UsageError("this run used a style of your own, which may have changed", "run tsel summarize again")
    else:
        task = summary_task(settings.get("style") or "brief", lang, focus=question, length=settings.get("length"))
    session = open_session(options, console, seconds)
    answer = session.answer(record["command"], documents, task)
    session.close()
    return answer.as_json(__version__)


def logged_options(settings: Mapping[str, Any]) -> JobOptions:
    """JobOptions of logged settings; what a later version dropped is left out."""
    known = {f.name for f in fields(JobOptions)}
    kept = {k: v for k, v in settings.items() if k in known and k not in ("json", "explain", "timings")}
    kept.setdefault("effort", "quick")  # what there was before it could be chosen
    return JobOptions(**{**kept, "files": tuple(settings.get("files", ()))})
