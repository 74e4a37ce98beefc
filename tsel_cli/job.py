"""The way every answering command goes: files -> documents -> session -> answer -> stdout, stderr, log, exit code."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from tsel_cli.console import Stderr, is_dumb

if TYPE_CHECKING:
    from tsel_core.answer import Answer
    from tsel_core.config import SelectionConfig
    from tsel_core.document import Document
    from tsel_core.session import Session
    from tsel_core.tasks import Lang, Task


@dataclass(frozen=True)
class JobOptions:
    """The shared options of answering commands, as the command line names them."""

    files: tuple[str, ...]
    model: str | None = None
    device: str = "auto"
    attention: str = "auto"
    budget: int = 2048
    coverage: float = 0.0
    max_new_tokens: int = 512
    temperature: float = 0.0
    seed: int = 0
    offline: bool = False
    no_cache: bool = False
    encoding: str | None = None
    pages: str | None = None
    password: str | None = None
    changes: str = "accept"
    comments: bool = False
    annotations: bool = False
    ocr: bool = False
    lang: str = "auto"
    json: bool = False
    format: str = "text"
    timings: bool = False
    explain: str | None = None
    log_text: bool = False
    quiet: bool = False
    verbose: int = 0
    no_color: bool = False

    @property
    def output(self) -> str:
        """text, markdown or json."""
        return "json" if self.json else self.format

    def console(self) -> Stderr:
        """Where progress and notes go."""
        return Stderr(quiet=self.quiet, verbose=self.verbose, no_color=self.no_color)


def read_files(options: JobOptions, console: Stderr) -> tuple[list[Document], float]:
    """Documents of the files, and the seconds it took; warnings go to stderr."""
    from tsel_cli.ingest import ReadOptions, read_documents

    started = time.perf_counter()
    console.begin("read")
    documents = read_documents(
        list(options.files),
        ReadOptions(
            encoding=options.encoding,
            pages=options.pages,
            password=options.password,
            changes=options.changes,  # type: ignore[arg-type]
            comments=options.comments,
            annotations=options.annotations,
            ocr=options.ocr,
        ),
    )
    console.end()
    for document in documents:
        for warning in document.warnings:
            console.warn(f"{document.path}: {warning}")
    return documents, time.perf_counter() - started


def open_session(options: JobOptions, console: Stderr, read_seconds: float = 0.0) -> Session:
    """The session for these options; fetches the model when it is not there."""
    from tsel_core.config import EngineConfig
    from tsel_core.model import pick_device, resolve_model
    from tsel_core.reading_policy import default_store
    from tsel_core.session import Session

    def fetching(phase: str, done: int, total: int) -> None:
        if done == 0:
            console.begin(phase, total or None, "bytes")
        console.advance(done)
        if total and done >= total:
            console.end()

    info = resolve_model(options.model, offline=options.offline, progress=fetching)
    session = Session(
        info,
        EngineConfig(
            attention=options.attention,  # type: ignore[arg-type]
            max_new_tokens=options.max_new_tokens,
            temperature=options.temperature,
            seed=options.seed,
        ),
        selection_of(options),
        device=pick_device(options.device),
        progress=console,
        reading_store=None if options.no_cache else default_store(console.warn),
    )
    session.timings.add("read", read_seconds)
    # watching where attention looked costs a pass a step: nothing beside a CPU's matrix products, a lot on a GPU
    session.trace_rows = session.device == "cpu" or options.explain is not None
    return session


def selection_of(options: JobOptions) -> SelectionConfig:
    """The selection settings of the options."""
    from tsel_core.config import SelectionConfig

    return SelectionConfig(budget=options.budget, coverage_floor=options.coverage)


def run_job(
    options: JobOptions,
    command: str,
    make_task: Callable[[Sequence[Document]], Task],
    settings: Mapping[str, Any] | None = None,
) -> int:
    """Do the task and print it; returns the exit code. `settings` are the command's own options, for the log."""
    from tsel_cli.chat_state import remember_files
    from tsel_cli.render import answer_json, answer_markdown, print_receipt
    from tsel_cli.render.live import LiveAnswer
    from tsel_core.finish import finish_answer

    console = options.console()
    documents, seconds = read_files(options, console)
    remember_files(options.files)
    task = make_task(documents)
    session = open_session(options, console, seconds)
    live = LiveAnswer(console, enabled=options.output == "text" and sys.stdout.isatty() and not is_dumb())
    answer = session.answer(command, documents, task, live.write)
    assert session.last_prompt is not None
    answer = finish_answer(answer, session.last_prompt)
    if options.explain:
        answer = _explain(answer, options.explain, console)
    if options.output == "json":
        print(answer_json(answer))
    elif options.output == "markdown":
        print(answer_markdown(answer))
    else:
        live.finish(answer)
    sys.stdout.flush()
    print_receipt(answer, console, timings=options.timings)
    _log(answer, {**asdict(options), **(settings or {})}, task, console)
    return answer.exit_code


def _explain(answer: Answer, path: str, console: Stderr) -> Answer:
    """Write the report; a report that cannot be written never loses the answer."""
    from tsel_cli.render.explain import write_explain_report
    from tsel_core.explain_data import explain_data

    try:
        write_explain_report(path, explain_data(answer))
    except OSError as error:
        console.warn(f"the report was not written: {error}")
        return replace(answer, warnings=[*answer.warnings, f"the report was not written: {error}"])
    console.note(f"report    {path}")
    return answer


def _log(answer: Answer, settings: dict[str, Any], task: Task, console: Stderr) -> None:
    """Note the run in the audit log; a log that cannot be written is a warning, never a lost answer."""
    from tsel_core import __version__
    from tsel_core.audit_log import record_run

    log_text = bool(settings.pop("log_text"))
    warning = record_run(answer.as_json(__version__), settings=settings, question=task.question, log_text=log_text)
    if warning:
        console.warn(warning)


def given_lang(options: JobOptions) -> Lang | None:
    """--lang as a language, None for auto."""
    return None if options.lang == "auto" else options.lang  # type: ignore[return-value]


def document_lang(options: JobOptions, documents: Sequence[Document]) -> Lang:
    """--lang, or the language of the documents: Japanese when kana are more than a twentieth of the text."""
    given = given_lang(options)
    if given is not None:
        return given
    sample = "".join(u.text[:200] for d in documents for u in d.units[:60])[:4000]
    kana = sum(1 for c in sample if "\u3040" <= c <= "\u30ff")
    return "ja" if kana > len(sample) / 20 else "en"
