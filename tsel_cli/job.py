"""The way every answering command goes: files -> documents -> session -> answer -> stdout, stderr, log, exit code."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from tsel_cli import prefetch
from tsel_cli.clock import since_start
from tsel_cli.console import Stderr, is_dumb, print_error, progress_for
from tsel_cli.job_log import begun, log_answer
from tsel_cli.job_options import (
    THOUGHT,
    JobOptions,
    answer_lang,
    attention_of,
    given_lang,
    memory_limit_of,
    selection_of,
)
from tsel_cli.places import check_writable
from tsel_cli.ranks import give_up
from tsel_cli.resident.shelf import leave_no_trace, lend
from tsel_core.text.faults import why_not

if TYPE_CHECKING:
    from tsel_core.answer import Answer
    from tsel_core.document import Document
    from tsel_core.layers.trace import Trace
    from tsel_core.prompts.tasks import Task
    from tsel_core.session import Session
    from tsel_core.text.language import Lang


def read_files(options: JobOptions, console: Stderr, *, one_of_many: bool = False) -> tuple[list[Document], float]:
    """Documents of the files, and the seconds it took; warnings go to stderr.

    Messages follow their language from here on, where no question told one before, nor `one_of_many` is read.
    """
    from tsel_cli.speech import written_down
    from tsel_core.ingest import ReadOptions, read_documents
    from tsel_core.ingest.safety.files import tells_of_folder

    started = time.perf_counter()
    if options.no_trace or options.no_cache:
        leave_no_trace()
    how = ReadOptions(
        encoding=options.encoding,
        pages=options.pages,
        password=options.password,
        changes=options.changes,  # type: ignore[arg-type]
        comments=options.comments,
        annotations=options.annotations,
        hidden=options.hidden,
        time_stamps_s=options.time_stamps,
        ocr=options.ocr,
    )
    with written_down(options, console) as recordings:
        console.begin("read")
        documents = recordings.named(read_documents(list(recordings.files), how))
    console.end()
    if not one_of_many:
        console.follow(document_lang(options, documents), first=True)
    for document in documents:
        for warning in document.warnings:
            said = console.say(warning)
            console.warn(said if tells_of_folder(warning) else f"{document.path}: {said}")
    return documents, time.perf_counter() - started


def reader_of(options: JobOptions) -> Callable[[str], Sequence[Document]]:
    """What reads the documents of an evaluation, one by one."""
    from tsel_core.ingest import ReadOptions, read_documents

    return lambda path: read_documents([path], ReadOptions(encoding=options.encoding, changes=options.changes))  # type: ignore[arg-type]


def open_session(options: JobOptions, console: Stderr, read_seconds: float = 0.0) -> Session:
    """The session for these options; fetches the model when it is not there."""
    from tsel_core.config import EngineConfig
    from tsel_core.models.load import pick_device, resolve_model
    from tsel_core.models.low_bit.choice import choose_weights
    from tsel_core.prefix_cache.policy import default_store
    from tsel_core.session import Session

    device = pick_device(options.device)  # a wrong name is said before a gigabyte is fetched
    info = resolve_model(options.model, offline=options.offline, progress=progress_for(console))
    info = choose_weights(info, options.weights, device)  # type: ignore[arg-type]
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
    session.trace_sentences = options.explain is not None
    lend(session)
    return session


def _opened(options: JobOptions, console: Stderr, read_seconds: float) -> tuple[Session, float]:
    """The session, and the seconds that its libraries took to import beside reading the files."""
    began = time.perf_counter()
    import_module("tsel_core.session")

    seconds = time.perf_counter() - began
    return open_session(options, console, read_seconds), seconds


def run_job(
    options: JobOptions,
    command: str,
    make_task: Callable[[Sequence[Document]], Task],
    settings: Mapping[str, Any] | None = None,
    file: Callable[[Answer, Stderr], Answer] | None = None,
) -> int:
    """Do the task and print it; returns the exit code. `settings` are the command's own options, for the log.

    `file` writes the answer to a file of its own beside stdout.
    """
    console, started = options.console(), since_start()
    if options.explain:
        check_writable(options.explain, "--explain")
    prefetch.begin(options.device, options.files, options.as_stored)
    documents, seconds = read_files(options, console)  # a file that cannot be read is said before torch is imported
    from tsel_cli.first_model import first_model
    from tsel_cli.last import remember_files
    from tsel_cli.render import answer_json, answer_markdown, print_receipt
    from tsel_cli.render.live import LiveAnswer
    from tsel_cli.render.receipt import wall_line

    options = first_model(options, documents, console)
    if not options.no_trace:
        remember_files(options.files)
    task = make_task(documents)
    console.follow(task.answer_lang)
    session, libraries = _opened(options, console, seconds)
    streams = options.output == "text" and sys.stdout.isatty() and not is_dumb()
    live = LiveAnswer(console, enabled=streams and not session.looks_again(task))
    if live.enabled and not options.no_trace:
        begun(command, documents, task.question, console)
    answer = session.answer(command, documents, task, live.write)
    trace = session.engine.runtime.trace  # a second answer of --verify gets its own
    answer = check_again(answer, options, session, documents, task, trace)
    if options.explain:
        answer = _explain(answer, task, trace, options.explain, console)
    if file is not None:
        answer = file(answer, console)
    if not options.no_trace:  # before anybody sees the answer
        log_answer(answer, {**asdict(options), **(settings or {})}, task, console)
    if options.output == "json":
        print(answer_json(answer))
    elif options.output == "markdown":
        print(answer_markdown(answer))
    else:
        live.finish(answer)
    sys.stdout.flush()
    print_receipt(answer, console, timings=options.timings)
    if options.timings:
        console.note(wall_line(answer, started, libraries, since_start(), live.first_word))
    tell_of_engine(console)
    if options.verbose:
        tell_of_kernels(session, console)
        strip_lines(answer, console)
        thought = answer.extra.get("thought")
        if thought:
            console.note(f"thought in {thought['tokens']:,} tokens:\n{thought['text']}")
    if answer.stop_reason == "error":
        print_error(**answer.extra["error"])
    session.close()
    return answer.exit_code


def tell_of_engine(console: Stderr) -> None:
    """Why no engine stays with the model for the next command, where one was wanted and may not listen."""
    from tsel_cli.resident.client import why_alone

    why = why_alone()
    if why:
        console.note(f"the model is loaded anew by every command: {why}")


def tell_of_kernels(session: Session, console: Stderr) -> None:
    """With --verbose: why a GPU's kernels were not compiled ahead, if they should have been."""
    if session.device.startswith("cuda"):
        import torch

        from tsel_core.models.load import device_list
        from tsel_kernels.ahead import trouble

        why = trouble(torch.cuda.get_device_capability(device_list(session.device)[0]))
        if why:
            console.note(f"kernels were not compiled ahead, each is at its first use: {why}")


def strip_lines(answer: Answer, console: Stderr) -> None:
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
    answer: Answer, options: JobOptions, session: Session, documents: Sequence[Document], task: Task, trace: Trace
) -> Answer:
    """Coverage floor, --verify and --recheck: what fails is a warning, and exit code 4 unless there is a worse one.

    `trace` is what was noted while the answer was written.
    """
    from tsel_core.failsafe import coverage_warning, verify

    warnings, extra, failed = list(answer.warnings), dict(answer.extra), False
    low = coverage_warning(trace, options.coverage)
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
        console.warn(f"the report was not written: {why_not(error)}")
        told = [*answer.warnings, f"the report was not written: {why_not(error)}"]
        return replace(answer, warnings=told, exit_code=answer.exit_code or 1)
    console.note(f"report    {path}")
    return answer


def summary_lang(options: JobOptions, documents: Sequence[Document]) -> str:
    """--lang, any code, or the language of the documents: what a summary's headings are in."""
    from tsel_core.sweep import other_tongues

    return answer_lang(options) or other_tongues.summary_lang(documents)


def document_lang(options: JobOptions, documents: Sequence[Document]) -> Lang:
    """--lang, or the language of the documents: Japanese when kana are more than a twentieth of the text."""
    given = given_lang(options)
    if given is not None:
        return given
    from tsel_core.text import language

    return language.document_lang((u.text for u in d.units) for d in documents)
