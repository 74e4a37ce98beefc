"""tsel bench [FILE] --compare full: what selection gains on this machine and file, and what it costs."""

from __future__ import annotations

import json as jsonlib
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tsel_cli.job import JobOptions, open_session, read_files
from tsel_cli.samples import long_sample
from tsel_cli.shared import with_job_options
from tsel_core.errors import UsageError

if TYPE_CHECKING:
    from tsel_core.benchmark import BenchRow

_QUESTION = "Summarize the document: what it is, its main points, decisions, numbers and dates."


@with_job_options(max_new_tokens=64)
def bench(
    options: JobOptions,
    file: Annotated[
        str | None, typer.Argument(help="A file to measure on; without one the long sample is used.")
    ] = None,
    compare: Annotated[
        str, typer.Option("--compare", help="Comma-separated baselines: full, transformers.")
    ] = "full",
) -> int:
    """Measure speed and fidelity of selection against full attention, same weights, same run."""
    baselines = [c.strip() for c in compare.split(",") if c.strip()]
    unknown = sorted(set(baselines) - {"full", "transformers"})
    if unknown or not baselines:
        raise UsageError(f"--compare must name full or transformers, got {compare!r}", "tsel bench --compare full")
    console = options.console()
    chosen = replace(options, files=(file or long_sample(),))
    rows, about = _measure(chosen, baselines, console)
    if options.output == "json":
        print(jsonlib.dumps({**about, "rows": [r.as_json() for r in rows]}, ensure_ascii=False, indent=2))
    else:
        from tsel_cli.render.bench_table import print_bench

        print_bench(rows, about, options)
    return 0


def _measure(options: JobOptions, baselines: list[str], console: Any) -> tuple[list[BenchRow], dict[str, Any]]:
    from tsel_core import __version__
    from tsel_core.benchmark import run_setting, run_transformers, warm_up
    from tsel_core.machine import describe_machine
    from tsel_core.tasks import ask_task

    documents, seconds = read_files(options, console)
    session = open_session(options, console, seconds)
    session.trace_rows = False  # row weights are for citations; they would be timed here
    prompt = session.build(documents, ask_task(_QUESTION, "en"))
    session.check_fit(prompt)
    engine, decode = session.engine, session.tokenizer.decode
    ids, tail, num = prompt.input_ids, prompt.tail_start, options.max_new_tokens
    console.note("warming up")
    warm_up(engine, ids)
    full, logits = run_setting(
        engine, "full", "full", ids, tail, max_new_tokens=num, decode=decode, keep_logits=True, progress=console
    )
    select, _ = run_setting(
        engine,
        "select",
        "select",
        ids,
        tail,
        max_new_tokens=num,
        decode=decode,
        forced_ids=full.answer_ids,
        forced_logits=logits,
        progress=console,
    )
    rows = [full, select]
    if "transformers" in baselines:
        rows.insert(0, run_transformers(engine, ids, max_new_tokens=num, decode=decode))
    about = {
        "schema_version": 1,
        "command": "bench",
        "version": __version__,
        "machine": describe_machine(engine.device),
        "model": session.describe_model(),
        "document": documents[0].path,
        "num_tokens": len(ids),
        "budget": options.budget,
        "max_new_tokens": num,
    }
    return rows, about
