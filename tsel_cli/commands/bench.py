"""tsel bench [FILE] --compare full: what selection gains on this machine and file, and what it costs."""

from __future__ import annotations

import json as jsonlib
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tsel_cli.console import Stderr
from tsel_cli.job import open_session, read_files
from tsel_cli.job_options import JobOptions, memory_limit_of, selection_of
from tsel_cli.ranks import give_up
from tsel_cli.samples import long_sample
from tsel_cli.shared import with_job_options
from tsel_core.errors import UsageError

if TYPE_CHECKING:
    from tsel_core.bench.rows import BenchRow
    from tsel_core.engine.engine import Engine

_QUESTION = "Summarize the document: what it is, its main points, decisions, numbers and dates."
_BASELINES = ("full", "transformers", "transformers-cudnn", "none")


@with_job_options(max_new_tokens=64)
def bench(
    options: JobOptions,
    file: Annotated[
        str | None, typer.Argument(metavar="FILE", help="A file to measure on; without one the long sample is used.")
    ] = None,
    compare: Annotated[
        str, typer.Option("--compare", help="Baselines: full, transformers, transformers-cudnn, comma-separated; none.")
    ] = "full",
    lengths: Annotated[
        str | None, typer.Option("--lengths", help="Token counts such as 8k,32k: the text is repeated or shortened.")
    ] = None,
    random_weights: Annotated[
        str | None,
        typer.Option(
            "--random-weights", help="qwen2-7b, qwen2.5-14b or llama3-8b: speed of a shape without its weights."
        ),
    ] = None,
    writing: Annotated[
        str | None,
        typer.Option(
            "--writing",
            help="Compare writing alone: read (each length is read once, or its kept reading is loaded) or random "
            "(the cache holds random rows).",
        ),
    ] = None,
    html: Annotated[str | None, typer.Option("--html", metavar="FILE.html", help="Write a report with plots.")] = None,
) -> int:
    """Measure speed and fidelity of selection against full attention, same weights, same run."""
    baselines = tuple(c.strip() for c in compare.split(",") if c.strip())
    if not baselines or set(baselines) - set(_BASELINES):
        raise UsageError(f"--compare must name {', '.join(_BASELINES)}, got {compare!r}", "tsel bench --compare full")
    if "," in options.device and set(baselines) - {"full"}:
        raise UsageError("transformers' baseline runs on one device", "--compare full, or one --device")
    if writing not in (None, "read", "random"):
        raise UsageError(f"--writing must be read or random, got {writing!r}", "tsel bench --writing read")
    console = options.console()
    if random_weights:
        groups, about = _random(options, random_weights, lengths or "32k", baselines, writing, console)
    else:
        groups, about = _document(
            replace(options, files=(file or long_sample(),)), lengths, baselines, writing, console
        )
    from tsel_cli.render.bench.table import print_bench

    if options.output == "json":
        rows = [r.as_json() for group in groups for r in group]
        print(jsonlib.dumps({**about, "rows": rows}, ensure_ascii=False, indent=2))
    else:
        print_bench(groups, about, no_color=options.no_color)
    if html:
        from tsel_cli.render.bench.html import write_bench_html

        write_bench_html(html, groups, about)
    return 0


def _document(
    options: JobOptions, lengths: str | None, baselines: tuple[str, ...], writing: str | None, console: Stderr
) -> tuple[list[list[BenchRow]], dict[str, Any]]:
    from tsel_core.bench.plan import BenchPlan, cut_prompts, parse_lengths, run_plan
    from tsel_core.prompts.tasks import ask_task

    wanted = parse_lengths(lengths) if lengths else []
    documents, seconds = read_files(options, console)
    session = open_session(options, console, seconds)
    session.trace_rows = False  # row weights are for citations; they would be timed here
    prompt = session.build(documents, ask_task(_QUESTION, "en"))
    prompts = (
        cut_prompts(prompt.input_ids, prompt.tail_start, wanted) if wanted else [(prompt.input_ids, prompt.tail_start)]
    )
    session.check_fit(prompt, longest=max(len(ids) for ids, _ in prompts))
    plan = BenchPlan(baselines, options.max_new_tokens, writing=writing, store=session.reading_store)
    console.note("warming up")
    groups = list(run_plan(session.engine, plan, prompts, session.tokenizer.decode, console))
    about = _about(session.engine, {**session.describe_model()}, documents[0].path, options)
    pages = len(documents[0].units) if documents[0].unit_kind == "page" else None
    return groups, about | _conclusions(session.engine, groups, (documents[0].path, prompt.num_tokens, pages))


def _random(
    options: JobOptions, shape: str, lengths: str, baselines: tuple[str, ...], writing: str | None, console: Stderr
) -> tuple[list[list[BenchRow]], dict[str, Any]]:
    from tsel_core.bench.plan import BenchPlan, hold_random, parse_lengths, random_prompts, run_plan
    from tsel_core.config import EngineConfig
    from tsel_core.models.load import pick_device
    from tsel_core.models.random import check_shape
    from tsel_core.parallel.open import open_engine

    wanted, device = parse_lengths(lengths), pick_device(options.device)
    config = EngineConfig(
        kv=options.kv,  # type: ignore[arg-type]
        weights=options.weights,  # type: ignore[arg-type]
        memory_limit=memory_limit_of(options),
    )
    console.note(f"making random weights of {shape}")
    engine = open_engine(check_shape(shape), device, config, selection_of(options), give_up)
    loaded = engine.loaded
    fit = hold_random(engine, max(wanted) + options.max_new_tokens + 1)
    plan = BenchPlan(baselines, options.max_new_tokens, fidelity=False, writing=writing)
    prompts = random_prompts(loaded.info.vocab_size, wanted)
    groups = []
    for group in run_plan(engine, plan, prompts, lambda ids: "", console):
        groups.append(group)
        for row in group:
            console.note(
                f"{row.num_tokens:,} {row.setting}: first token {row.prefill_s or 0:.2f} s, "
                f"{row.decode_tokens_per_s or 0:.2f} tokens/s"
            )
    model = {"name": loaded.info.name, "dtype": str(loaded.dtype).removeprefix("torch."), "device": device}
    about = _about(engine, model, "random token ids", options) | {"memory": fit.as_json()}
    return groups, about | _conclusions(engine, groups, ("random token ids", wanted[-1], None))


def _conclusions(
    engine: Engine, groups: list[list[BenchRow]], document: tuple[str, int, int | None]
) -> dict[str, Any]:
    from tsel_core.bench.report import conclusions

    return conclusions(engine, groups, document)


def _about(engine: Engine, model: dict[str, Any], document: str, options: JobOptions) -> dict[str, Any]:
    """What the figures were measured on and with."""
    from dataclasses import asdict

    from tsel_core import __version__
    from tsel_core.device.machine import describe_machine

    return {
        "schema_version": 1,
        "command": "bench",
        "version": __version__,
        "machine": describe_machine(engine.device),
        "model": model,
        "document": document,
        "selection": asdict(engine.selection),
        "chunk_size": engine.chunk_size,
        "max_new_tokens": options.max_new_tokens,
    }
