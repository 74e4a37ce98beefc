"""tsel compare OLD NEW"""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tsel_cli import prefetch
from tsel_cli.commands.model_rows import on_this_machine
from tsel_cli.console import Stderr
from tsel_cli.job import document_lang, open_session, read_files
from tsel_cli.job_log import log_command
from tsel_cli.job_options import JobOptions, check_spoken
from tsel_cli.places import check_new_file, write_file
from tsel_cli.shared import with_job_options
from tsel_core import __version__
from tsel_core.document import all_of
from tsel_core.errors import UsageError

if TYPE_CHECKING:
    from tsel_core.answer_json import ModelJson
    from tsel_core.compare.comparison import Comparison
    from tsel_core.document import Document

SCHEMA_VERSION = 1
FORMS = (".docx", ".html", ".json")


@with_job_options(max_new_tokens=256)
def compare(
    old: Annotated[str, typer.Argument(metavar="OLD", help="The older file.", show_default=False)],
    new: Annotated[
        str, typer.Argument(metavar="NEW", help="The newer file; it may be of another kind.", show_default=False)
    ],
    options: JobOptions,
    out: Annotated[
        str | None,
        typer.Option("--out", "-o", metavar="FILE", help="Write .docx (tracked changes), .html or .json."),
    ] = None,
    playbook: Annotated[
        str | None, typer.Option("--playbook", metavar="FILE.toml", help="Rules: words whose changes are pointed at.")
    ] = None,
    no_model: Annotated[
        bool, typer.Option("--no-model", help="Differences alone: no model says what they mean.")
    ] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Let --out replace a file that is there.")] = False,
    every: Annotated[bool, typer.Option("--all", help="Show what stayed the same too.")] = False,
) -> int:
    """Compare two versions of a document, clause by clause; every piece of both is accounted for."""
    from tsel_core.compare.comparison import compare_documents
    from tsel_core.compare.playbook import read_playbook

    check_spoken("compare")
    if Path(old).is_file() and Path(new).is_file() and Path(old).samefile(new):
        raise UsageError(f"compare: {old} and {new} are the same file", "name the older file, then the newer one")
    if out is not None:
        if Path(out).suffix.lower() not in FORMS:
            raise UsageError(f"--out {out}: compare writes .docx, .html or .json", "name a file that ends so")
        check_new_file(out, overwrite)
    rules = read_playbook(playbook) if playbook is not None else ()
    console = options.console()
    if not no_model:  # its weights only where words differ
        prefetch.begin(options.device, (old, new))
    documents, seconds = read_files(replace(options, files=(old, new)), console)
    if len(documents) != 2:
        raise UsageError(f"compare takes two files, got {len(documents)}", "name the older file, then the newer one")
    console.begin("compare")
    made = compare_documents(documents[0], documents[1], rules)
    console.end()
    model = None
    if not no_model:
        made, model = _with_meanings(made, options, documents, console, seconds)
    content = {
        "schema_version": SCHEMA_VERSION,
        "command": "compare",
        "version": __version__,
        "model": model,
        **made.as_json(),
        "exit_code": 0,
    }
    if not options.no_trace:  # before anybody sees it
        log_command(content, {**asdict(options), "files": [old, new]}, console)
    _show(made, content, options, every)
    if out is not None:
        write_file(Path(out), _content(Path(out).suffix.lower(), made, content), overwrite)
        console.note(f"written   {out}")
    _receipt(made, console)
    return 0


def _with_meanings(
    made: Comparison, options: JobOptions, documents: list[Document], console: Stderr, seconds: float
) -> tuple[Comparison, ModelJson | None]:
    """The comparison with what its changes mean, and what the JSON says of the model, where one was asked."""
    from tsel_core.compare.meaning import explained, left_to_model, told_by_rule
    from tsel_core.models.catalog import find_entry
    from tsel_core.prompts.tasks import ask_task

    lang = document_lang(options, documents)
    made = told_by_rule(made, lang)
    if not any(map(left_to_model, made.changes)):
        if options.model is not None:
            on_this_machine(options.model, find_entry(options.model))  # a name that is none is said all the same
        return made, None
    session = open_session(replace(options, no_cache=True), console, seconds)
    session.begin_loading()
    prompt = session.build((), ask_task("", lang))
    asker = session.asker(prompt, session.read(prompt))

    def heard(done: int, total: int) -> None:
        if done == 0:
            console.begin("look", total, "changes")
        console.advance(done)

    with asker:
        made = explained(made, asker, lang, heard)
    console.end()
    described = session.describe_model()
    session.close()
    return made, described


def _show(made: Comparison, content: dict[str, object], options: JobOptions, every: bool) -> None:
    from tsel_cli.render.compare.text import comparison_lines
    from tsel_core.text.safe import terminal_json

    if options.output == "json":
        typer.echo(terminal_json(content, indent=2))
        return
    for line in comparison_lines(made, options.console(), every=every):
        typer.echo(line)


def _content(ending: str, made: Comparison, content: dict[str, object]) -> bytes:
    """The bytes of the file that --out names."""
    if ending == ".json":
        from tsel_core.text.safe import terminal_json

        return terminal_json(content, indent=2).encode("utf-8")
    if ending == ".html":
        from tsel_cli.render.compare.page import comparison_page

        return comparison_page(made).encode("utf-8")
    from tsel_cli.render.compare.word import comparison_docx

    return comparison_docx(made)


def _receipt(made: Comparison, console: Stderr) -> None:
    """Counts that add up, said as such."""
    counts = made.counts
    shown = ", ".join(console.say(f"{count:,} {kind}") for kind, count in counts.items() if count)
    old, new = made.sides
    whole = console.say(all_of([made.old, made.new]) if made.complete else "PIECES ARE MISSING")
    by = console.say("by sentence" if made.by == "sentence" else "by clause")
    console.note(f"compared  {by}: {shown}")
    console.note(f"pieces    old {made.num_old:,} of {old:,}, new {made.num_new:,} of {new:,}; {whole}")
