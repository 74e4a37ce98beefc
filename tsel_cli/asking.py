"""Several questions on the same files: those of a list, and their answers in order, each with its number."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict
from importlib import import_module
from typing import TYPE_CHECKING, Any

from tsel_cli import prefetch
from tsel_cli.clock import since_start
from tsel_cli.console import Stderr, is_dumb, print_error
from tsel_cli.job import check_again, open_session, read_files, strip_lines, tell_of_engine, tell_of_kernels
from tsel_cli.job_log import log_answer
from tsel_cli.job_options import JobOptions, answer_lang
from tsel_core.errors import TselError, UsageError

if TYPE_CHECKING:
    from tsel_core.answer import Answer
    from tsel_core.questions import Replied

_BETTER = (0, 3, 4)  # exit codes of answers, the best first; all others are worse


def questions_of_file(path: str) -> list[str]:
    """The questions of a text file ("-": of stdin), one a line. Raises UsageError."""
    from tsel_core.ingest.encoding.encodings import decode

    try:
        if path == "-":
            data = sys.stdin.buffer.read()
        else:
            with open(path, "rb") as file:
                data = file.read()
    except OSError as error:
        hint = "name a text file with a question a line"
        raise UsageError(f"{path}: cannot be read: {error.strerror}", hint) from error
    found = [line.strip() for line in decode(data, name=path).text.splitlines()]
    questions = [line for line in found if line]
    if not questions:
        raise UsageError(f"{path}: holds no question", "write one question a line")
    return questions


def worst_code(codes: Sequence[int]) -> int:
    """The exit code of several: the first of an error, else 4, 3 or 0."""
    wrong = [code for code in codes if code not in _BETTER]
    return wrong[0] if wrong else max(codes, key=_BETTER.index, default=0)


def answer_all(options: JobOptions, questions: Sequence[str]) -> int:
    """Read the files once, answer every question, print each answer when it is there; the worst exit code."""
    console, started = options.console(), since_start()
    if options.explain:
        raise UsageError("--explain makes a report of one question", "ask that question alone")
    prefetch.begin(options.device, options.files, options.as_stored)
    documents, seconds = read_files(options, console)
    from tsel_cli.first_model import first_model
    from tsel_cli.last import remember_files
    from tsel_core.prompts.tasks import ask_task

    options = first_model(options, documents, console)
    if not options.no_trace:
        remember_files(options.files)
    began = since_start()
    answer_questions = import_module("tsel_core.questions").answer_questions
    libraries = since_start() - began
    session = open_session(options, console, seconds)
    shown = _Shown(options, console, len(questions))
    tasks = [ask_task(question, answer_lang(options)) for question in questions]
    try:
        with closing(answer_questions(session, documents, tasks)) as found:
            # a second answer of --verify may not begin before all first ones are there
            replies: Iterator[Replied] = iter(list(found)) if options.verify or options.recheck else found
            for reply in replies:
                if isinstance(reply.answer, TselError):
                    shown.refused(reply.task.question, reply.answer)
                    continue
                answer = check_again(reply.answer, options, session, documents, reply.task, reply.trace)
                if not options.no_trace:  # before anybody sees the answer
                    log_answer(answer, asdict(options), reply.task, console)
                shown.answered(reply.task.question, answer)
    finally:
        console.pause()
        shown.end()
    if options.timings:
        console.note(
            f"waited    {since_start():.1f} s for {len(questions):,} questions: start {started:.1f}, "
            f"libraries {libraries:.1f}"
        )
    tell_of_engine(console)
    if options.verbose:
        tell_of_kernels(session, console)
    session.close()
    return 130 if shown.interrupted else worst_code(shown.codes)


class _Shown:
    """What is printed of the answers: text as they come, one list of JSON at the end, whatever ended them."""

    def __init__(self, options: JobOptions, console: Stderr, count: int) -> None:
        self.options, self.console, self.count = options, console, count
        self.codes: list[int] = []
        self.objects: list[dict[str, Any]] = []
        self.interrupted = False
        self.said: set[str] = set()  # lines of receipts

    def answered(self, question: str, answer: Answer) -> None:
        """Print an answer, and its receipt."""
        from tsel_cli.render import answer_markdown, print_receipt
        from tsel_core import __version__

        self.interrupted = self.interrupted or answer.stop_reason == "interrupted"
        self.console.follow(answer.lang)
        number = self._next(question, answer.exit_code)
        if self.options.output == "json":
            self.objects.append({"question": question, **answer.as_json(__version__)})
        elif self.options.output == "markdown":
            print(answer_markdown(answer))
        else:
            self._text(answer)
        sys.stdout.flush()
        head = f"question  {number:,} of {self.count:,}"
        print_receipt(answer, self.console, timings=self.options.timings, head=head, said=self.said)
        if self.options.verbose:
            strip_lines(answer, self.console)
        if answer.stop_reason == "error":
            print_error(**answer.extra["error"])

    def refused(self, question: str, error: TselError) -> None:
        """Say why a question has no answer."""
        self._next(question, error.exit_code)
        told = {"error": error.message, "hint": error.hint, "exit_code": error.exit_code}
        self.objects.append({"question": question, **told})
        print_error(error.message, error.hint)

    def end(self) -> None:
        """Print the list of the JSON."""
        if self.options.output == "json" and self.objects:
            from tsel_core.text.safe import terminal_json

            print(terminal_json(self.objects, indent=2))
            sys.stdout.flush()

    def _next(self, question: str, code: int) -> int:
        """The number of a question, which is printed before what became of it."""
        from tsel_core.text.safe import clean_for_terminal, safe_markdown

        self.codes.append(code)
        number = len(self.codes)
        self.console.pause()
        head = clean_for_terminal(" ".join(question.split()))
        between = "\n" if number > 1 else ""
        if self.options.output == "markdown":
            print(f"{between}## {number}. {safe_markdown(head)}\n")
        elif self.options.output == "text":
            print(f"{between}{number}. {head}")
        return number

    def _text(self, answer: Answer) -> None:
        from tsel_cli.render.live import LiveAnswer

        LiveAnswer(self.console, enabled=sys.stdout.isatty() and not is_dumb()).finish(answer)

