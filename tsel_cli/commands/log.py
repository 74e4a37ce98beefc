"""tsel log: list, show, export, purge, verify, stats, replay."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tsel_cli import completion
from tsel_cli.console import print_out
from tsel_cli.i18n import say
from tsel_cli.options import Json, LogText
from tsel_cli.render.wrap import padded

if TYPE_CHECKING:
    from tsel_core.audit.replay import RunAgain

SCHEMA_VERSION = 1

app = typer.Typer(help="The audit log: what was run, without a word of the documents.", no_args_is_help=True)

Number = Annotated[
    int,
    typer.Argument(
        metavar="ID", help="Number of the run (tsel log list).", show_default=False, autocompletion=completion.runs
    ),
]
Days = Annotated[float | None, typer.Option("--days", help="Only the last N days.", min=0)]


@app.command("list")
def list_runs(
    limit: Annotated[int, typer.Option("--limit", "-n", help="How many, newest first.", min=1)] = 20,
    days: Days = None,
    as_json: Json = False,
) -> None:
    """List runs, newest first."""
    from tsel_core.audit.advice import list_advice
    from tsel_core.audit.log import is_enabled, log_path, runs

    found = list(runs(since=_since(days), limit=limit, newest_first=True))
    rows, advice = [_row(run) for run in found], list_advice(found)
    if as_json:
        _print_json(
            {"command": "log list", "path": str(log_path()), "enabled": is_enabled(), "runs": rows}
            | {"recommendation": advice}
        )
        return
    if not rows:
        print_out(f"no runs in {log_path()}" + ("" if is_enabled() else " (switched off: TSEL_LOG)"))
    for row in rows:
        files = _safe(", ".join(Path(p.replace("\\", "/")).name for p in row["files"]))
        coverage = f"{100 * row['coverage']:.1f} %" if row["coverage"] is not None else _word("full")
        citations = say(f"{row['citations_ok']}/{row['citations']} cited")
        tokens, ended = say(f"{row['prompt_tokens'] or 0:,} tokens"), say(f"exit {row['exit_code']}")
        typer.echo(
            f"{row['id']:>5}  {row['time']}  {row['command']:<9} {ended}  {row['model'] or '-':<20} "
            f"{padded(tokens, 15)}  {padded(coverage, 7)}  {citations}  {files}"
        )
    if advice:
        print_out(advice)


@app.command("show")
def show_run(number: Number) -> None:
    """Show all that was logged of one run, as JSON."""
    from tsel_core.audit.log import get_run

    run = get_run(number)
    _print_json({"command": "log show", "id": run["id"], "time": _utc(run["time"]), "run": run["record"]})


@app.command("export")
def export_runs(days: Days = None) -> None:
    """Write runs to stdout, one JSON object a line, oldest first."""
    from tsel_core.audit.log import runs
    from tsel_core.text.safe import terminal_json

    for run in runs(since=_since(days)):
        typer.echo(terminal_json({"id": run["id"], "time": _utc(run["time"]), **run["record"]}))


@app.command("purge")
def purge(
    days: Annotated[float | None, typer.Option("--older-than", help="Keep the last N days.", min=0)] = None,
    everything: Annotated[bool, typer.Option("--all", help="Delete every run.")] = False,
    as_json: Json = False,
) -> None:
    """Delete runs for good."""
    from tsel_core.audit.log import purge_runs
    from tsel_core.errors import UsageError

    if (days is None) != everything:
        raise UsageError("say what to delete", "--older-than DAYS, or --all")
    num_deleted = purge_runs(older_than_days=days)
    if as_json:
        _print_json({"command": "log purge", "deleted": num_deleted})
    else:
        print_out(f"{num_deleted} runs deleted")


@app.command("verify")
def verify(as_json: Json = False) -> None:
    """Say whether every run stands as it was written and none is missing (exit 1 if not)."""
    from tsel_core.audit.log import verify_log

    found = verify_log()
    if as_json:
        told = {"command": "log verify", "runs": found.num_rows, "before_chain": found.num_before}
        _print_json(told | {"deleted": found.num_deleted, "head": found.head, "problems": list(found.problems)})
    else:
        whole = f"{found.num_rows:,} rows stand as they were written"
        print_out("THE LOG WAS CHANGED" if found.problems else whole)
        for problem in found.problems:
            print_out(problem)
        if found.num_before:
            print_out(f"{found.num_before:,} rows are older than the chain and cannot be told")
        if found.num_deleted:
            print_out(f"{found.num_deleted:,} runs were deleted on purpose, and noted")
        if found.head:
            print_out(f"last hash {found.head}")
    if found.problems:
        raise typer.Exit(1)


@app.command("stats")
def stats(
    days: Days = None,
    form: Annotated[str, typer.Option("--format", help="text, json or prometheus.")] = "text",
    as_json: Json = False,
) -> None:
    """Coverage, refusals, weak answers, failed citations and speed over time."""
    from tsel_core.audit.advice import stats_advice
    from tsel_core.audit.log import runs
    from tsel_core.audit.stats import Tally, prometheus, tally_by_day
    from tsel_core.errors import UsageError

    if form not in ("text", "json", "prometheus"):
        raise UsageError(f"--format must be one of text, json, prometheus, got {form}", "see tsel log stats --help")
    found = list(runs(since=_since(days)))
    if form == "prometheus":
        typer.echo(prometheus(found), nl=False)
        return
    by_day, total = tally_by_day(found), Tally()
    for run in found:
        total.add(run["record"])
    if as_json or form == "json":
        rows = {day: tally.as_json() for day, tally in by_day.items()}
        _print_json(
            {"command": "log stats", "days": rows, "total": total.as_json()} | {"recommendation": stats_advice(total)}
        )
        return
    print_out("day          runs  not found   weak  failed quotes  coverage  read tok/s  write tok/s")
    for day, tally in [*by_day.items(), (_word("total"), total)]:
        coverage = tally.mean("coverage")
        typer.echo(
            f"{padded(day, 11)} {tally.num_runs:>5} {tally.num_refusals:>10} {tally.num_weak:>6} "
            f"{tally.num_failed_citations:>14} {'-' if coverage is None else f'{100 * coverage:.1f} %':>9} "
            f"{_figure(tally.mean('prefill_tokens_per_s')):>11} {_figure(tally.mean('decode_tokens_per_s')):>12}"
        )
    if total.num_runs:
        print_out(stats_advice(total))


@app.command("replay")
def replay_run(
    number: Number,
    question: Annotated[
        str | None, typer.Option("--question", help="The question, if the log does not hold it.", show_default=False)
    ] = None,
    log_text: LogText = False,
    as_json: Json = False,
) -> None:
    """Run again with the same settings, and say whether the answer is the same (exit 1 if a greedy one is not)."""
    from tsel_cli.console import Stderr
    from tsel_core.audit.log import get_run, record_run
    from tsel_core.audit.replay import replay

    logged = get_run(number)["record"]
    result = replay(logged, _run_again(), question)
    asked = question if question is not None else str(logged.get("question", ""))
    again = {**result.record, "state": "replay"}
    keeps = log_text or "question" in logged  # the run was logged with its words
    # before the answer is shown
    warning = record_run(again, settings=logged["settings"], question=asked, log_text=keeps)
    if warning:
        Stderr().warn(warning)
    if as_json:
        new = result.record
        _print_json(
            {"command": "log replay", "id": number, "same": result.same, "expected": result.expected}
            | {"changed": list(result.changed), "answer": new["answer"]}
        )
    else:
        print_out("the same answer" if result.same else "another answer")
        for name in result.changed:
            print_out(f"changed since: {name}")
        if not result.same:
            typer.echo(_safe(str(result.record["answer"])))
    if result.expected and not result.same:
        raise typer.Exit(1)


def _word(text: str) -> str:
    """A word of the tables in the language of messages; by itself it may be part of any message."""
    return say(f"log: {text}").removeprefix("log: ")


def _run_again() -> RunAgain:
    """What runs a record again; a test puts its own in place."""
    from tsel_cli.commands.run_again import run_again

    return run_again


def _row(run: dict[str, Any]) -> dict[str, Any]:
    record = run["record"]
    checks = [c.get("check") for c in record.get("citations", ())]
    return {
        "id": run["id"],
        "time": _utc(run["time"]),
        "command": record.get("command") or "",
        "exit_code": record.get("exit_code"),
        "model": (record.get("model") or {}).get("name"),
        "files": [d.get("path") or "" for d in record.get("documents", ())],
        "prompt_tokens": (record.get("usage") or {}).get("prompt_tokens"),
        "coverage": (record.get("attention") or {}).get("coverage_mean"),
        "citations": len(checks),
        "citations_ok": sum(1 for c in checks if c != "missing"),
        "found": record.get("found"),
    }


def _since(days: float | None) -> float | None:
    return None if days is None else time.time() - 86400 * days


def _utc(at: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:,.1f}"


def _safe(text: str) -> str:
    from tsel_core.text.safe import clean_for_terminal

    return clean_for_terminal(text)


def _print_json(payload: dict[str, Any]) -> None:
    from tsel_core.text.safe import terminal_json

    typer.echo(terminal_json({"schema_version": SCHEMA_VERSION, **payload}, indent=2))
