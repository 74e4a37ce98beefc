"""The way every answering command goes: files -> documents -> session -> answer -> stdout, stderr, log, exit code."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from tsel_cli.clock import since_start
from tsel_cli.console import Stderr, is_dumb, print_error
from tsel_cli.ranks import give_up
from tsel_cli.resident.keep_alive import check_keep_alive
from tsel_cli.resident.shelf import lend
from tsel_core.config import DEFAULT_BUDGET, DEFAULT_NEW_TOKENS

if TYPE_CHECKING:
    from tsel_core.answer import Answer
    from tsel_core.config import SelectionConfig
    from tsel_core.document import Document
    from tsel_core.layers.trace import Trace
    from tsel_core.prompts.tasks import Task
    from tsel_core.session import Session
    from tsel_core.text.language import Lang


THOUGHT = 1_024  # tokens a model may think before its answer, beside --max-new-tokens


@dataclass(frozen=True)
class JobOptions:
    """The shared options of answering commands, as the command line names them."""

    files: tuple[str, ...]
    model: str | None = None
    device: str = "auto"
    kv: str = "auto"
    memory_limit: str | None = None
    attention: str = "auto"
    budget: int = DEFAULT_BUDGET
    coverage: float = 0.0
    profile: str | None = None
    extrapolate: bool = False
    effort: str = "normal"
    quarantine: str = "auto"
    think: bool = False
    max_new_tokens: int = DEFAULT_NEW_TOKENS
    temperature: float = 0.0
    seed: int = 0
    offline: bool = False
    no_cache: bool = False
    no_trace: bool = False  # it means no_cache too
    keep_alive: str | None = None
    encoding: str | None = None
    pages: str | None = None
    password: str | None = None
    changes: str = "accept"
    comments: bool = False
    annotations: bool = False
    hidden: bool = False
    time_stamps: float = 60.0
    ocr: bool = False
    lang: str = "auto"
    json: bool = False
    format: str = "text"
    timings: bool = False
    verify: bool = False
    recheck: bool = False
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
    from tsel_core.ingest import ReadOptions, read_documents

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
            hidden=options.hidden,
            time_stamps_s=options.time_stamps,
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
    from tsel_core.models.load import pick_device, resolve_model
    from tsel_core.prefix_cache.policy import default_store
    from tsel_core.session import Session

    def fetching(phase: str, done: int, total: int) -> None:
        if done == 0:
            console.begin(phase, total or None, "bytes")
        console.advance(done)
        if total and done >= total:
            console.end()

    check_keep_alive(options.keep_alive)
    device = pick_device(options.device)  # a wrong name is said before a gigabyte is fetched
    info = resolve_model(options.model, offline=options.offline, progress=fetching)
    if options.profile is not None:
        from tsel_core.settings import changed_since, find_profile, tokenizer_sha256

        changed = changed_since(find_profile(options.profile), info.sha256, tokenizer_sha256(info.path))
        if changed:
            console.warn(changed)
    session = Session(
        info,
        EngineConfig(
            attention=attention_of(options),  # type: ignore[arg-type]
            max_new_tokens=options.max_new_tokens + (THOUGHT if options.think else 0),
            temperature=options.temperature,
            seed=options.seed,
            kv=options.kv,  # type: ignore[arg-type]
            memory_limit=memory_limit_of(options),
            extrapolate=options.extrapolate,
        ),
        selection_of(options),
        device=device,
        progress=console,
        reading_store=None if options.no_cache else default_store(console.warn),
        on_stuck=give_up,
    )
    session.effort = options.effort  # type: ignore[assignment]
    session.think = THOUGHT if options.think else 0
    session.quarantine = options.quarantine  # type: ignore[assignment]
    session.timings.add("read", read_seconds)
    # watching where attention looked costs a pass a step: nothing beside a CPU's matrix products, a lot on a GPU
    session.trace_rows = session.device.startswith("cpu") or options.explain is not None
    lend(session)
    return session


def memory_limit_of(options: JobOptions) -> int | None:
    """--memory-limit in bytes. Raises UsageError."""
    from tsel_core.prefix_cache.policy import parse_size

    return None if options.memory_limit is None else parse_size(options.memory_limit, "--memory-limit")


def selection_of(options: JobOptions) -> SelectionConfig:
    """The selection settings: a profile's, or those of the options; --coverage counts in both."""
    from tsel_core.config import SelectionConfig

    if options.profile is None:
        return SelectionConfig(budget=options.budget, coverage_floor=options.coverage)
    from tsel_core.settings import find_profile

    selection = find_profile(options.profile).selection
    return replace(selection, coverage_floor=options.coverage or selection.coverage_floor)


def attention_of(options: JobOptions) -> str:
    """--attention; a profile that never selects means full, any other leaves "auto" its choice by length."""
    if options.profile is None or options.attention != "auto":
        return options.attention
    from tsel_core.settings import find_profile

    profile = find_profile(options.profile)
    return "full" if profile.prefill == profile.decode == "full" else "auto"


def run_job(
    options: JobOptions,
    command: str,
    make_task: Callable[[Sequence[Document]], Task],
    settings: Mapping[str, Any] | None = None,
) -> int:
    """Do the task and print it; returns the exit code. `settings` are the command's own options, for the log."""
    console, started = options.console(), since_start()
    documents, seconds = read_files(options, console)  # a file that cannot be read is said before torch is imported
    from tsel_cli.last import remember_files
    from tsel_cli.render import answer_json, answer_markdown, print_receipt
    from tsel_cli.render.live import LiveAnswer
    from tsel_cli.render.receipt import wall_line

    if not options.no_trace:
        remember_files(options.files)
    task = make_task(documents)
    session = open_session(options, console, seconds)
    streams = options.output == "text" and sys.stdout.isatty() and not is_dumb()
    live = LiveAnswer(console, enabled=streams and not session.looks_again(task))
    if live.enabled and not options.no_trace:
        begun(command, documents, task.question, console)
    answer = session.answer(command, documents, task, live.write)
    trace = session.engine.runtime.trace  # a second answer of --verify gets its own
    answer = check_again(answer, options, session, documents, task)
    if options.explain:
        answer = _explain(answer, task, trace, options.explain, console)
    if not options.no_trace:  # before anybody sees the answer
        _log(answer, {**asdict(options), **(settings or {})}, task, console)
    if options.output == "json":
        print(answer_json(answer))
    elif options.output == "markdown":
        print(answer_markdown(answer))
    else:
        live.finish(answer)
    sys.stdout.flush()
    print_receipt(answer, console, timings=options.timings)
    if options.timings:
        console.note(wall_line(answer, started, since_start()))
    if options.verbose:
        _strip(answer, console)
        thought = answer.extra.get("thought")
        if thought:
            console.note(f"thought in {thought['tokens']:,} tokens:\n{thought['text']}")
    if answer.stop_reason == "error":
        print_error(**answer.extra["error"])
    session.close()
    return answer.exit_code


def _strip(answer: Answer, console: Stderr) -> None:
    """One line a sentence: where in the document attention was while it was written."""
    from tsel_core.report.build import strip

    counts = [len(d.units) for d in answer.documents]
    for sentence in answer.weights:
        row = [0.0] * sum(counts)
        for doc_index, unit_index, share in sentence.units:
            row[sum(counts[:doc_index]) + unit_index] += share
        if any(row):
            console.note(f"looked at |{strip(row, 60, ascii_only=not _shows_blocks())}| {sentence.text[:50]}")


def _shows_blocks() -> bool:
    """Whether stderr can show block characters (a cp932 console cannot)."""
    try:
        "\u2581\u2588".encode(sys.stderr.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def check_again(
    answer: Answer, options: JobOptions, session: Session, documents: Sequence[Document], task: Task
) -> Answer:
    """Coverage floor, --verify and --recheck: what fails is a warning, and exit code 4 unless there is a worse one."""
    from tsel_core.failsafe import coverage_warning, verify

    warnings, extra, failed = list(answer.warnings), dict(answer.extra), False
    low = coverage_warning(session.engine.runtime.trace, options.coverage)
    if low:
        warnings, failed = [*warnings, low], True
    unread = extra.get("unread") or ()
    if options.verify or (options.recheck and unread):
        found = verify(session, answer, documents, task)
        extra["verify"] = found.as_json()
        failed = failed or not found.agree
    code = answer.exit_code or (4 if failed else 0)
    return replace(answer, warnings=warnings, extra=extra, exit_code=code)


def _explain(answer: Answer, task: Task, trace: Trace, path: str, console: Stderr) -> Answer:
    """Write the report; a report that cannot be written never loses the answer."""
    from tsel_cli.render.explain.page import write_explain_report
    from tsel_core import __version__
    from tsel_core.report.data import explain_data

    data = explain_data(answer, question=task.question, trace=trace, version=__version__)
    try:
        write_explain_report(path, data)
    except OSError as error:
        console.warn(f"the report was not written: {error}")
        return replace(answer, warnings=[*answer.warnings, f"the report was not written: {error}"])
    console.note(f"report    {path}")
    return answer


def _log(answer: Answer, settings: dict[str, Any], task: Task, console: Stderr) -> None:
    """Note the run in the audit log; a log that cannot be written is a warning, never a lost answer."""
    from tsel_core import __version__
    from tsel_core.audit.log import record_run

    log_text = bool(settings.pop("log_text"))
    warning = record_run(answer.as_json(__version__), settings=settings, question=task.question, log_text=log_text)
    if warning:
        console.warn(warning)


def begun(command: str, documents: Sequence[Document], question: str, console: Stderr) -> None:
    """Note a run whose answer is shown while it is written; the row of the whole answer follows."""
    from tsel_core.answer import document_json
    from tsel_core.audit.log import record_run

    record = {"command": command, "state": "begun", "documents": [document_json(d) for d in documents]}
    warning = record_run(record, question=question)
    if warning:
        console.warn(warning)


def log_evaluation(content: dict[str, Any], names: Sequence[str], options: JobOptions) -> None:
    """Note the run in the audit log, before its results are shown."""
    from tsel_core.audit.log import record_run

    if options.no_trace:
        return
    documents = [{"path": name} for name in dict.fromkeys(names)]
    record = {k: content[k] for k in ("command", "version", "model")} | {"documents": documents, "exit_code": 0}
    settings = {k: v for k, v in asdict(options).items() if k != "log_text"}
    warning = record_run(record, settings=settings)
    if warning:
        options.console().warn(warning)


def given_lang(options: JobOptions) -> Lang | None:
    """--lang as a language, None for auto."""
    return None if options.lang == "auto" else options.lang  # type: ignore[return-value]


def document_lang(options: JobOptions, documents: Sequence[Document]) -> Lang:
    """--lang, or the language of the documents: Japanese when kana are more than a twentieth of the text."""
    given = given_lang(options)
    if given is not None:
        return given
    from tsel_core.text import language

    return language.document_lang((u.text for u in d.units) for d in documents)
