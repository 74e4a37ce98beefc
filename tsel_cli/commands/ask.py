"""tsel ask FILE... "QUESTION" """

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from tsel_cli.i18n import follow
from tsel_cli.job import run_job
from tsel_cli.job_options import JobOptions, answer_lang
from tsel_cli.shared import with_job_options
from tsel_core.errors import UsageError
from tsel_core.text.tongue import tongue_of

if TYPE_CHECKING:
    from tsel_core.document import Document
    from tsel_core.prompts.tasks import Task

_EXAMPLE = 'tsel ask contract.docx "What is the penalty for late delivery?"'


@with_job_options(max_new_tokens=256)
def ask(
    options: JobOptions,
    files_and_question: Annotated[
        list[str] | None,
        typer.Argument(
            metavar='FILE... ["QUESTION"...]',
            help="Files, folders or globs, then the question; several, where each reads as one.",
            show_default=False,
        ),
    ] = None,
    asked: Annotated[
        list[str] | None,
        typer.Option(
            "--question",
            metavar="TEXT",
            help="One more question; may be given again. All from one reading; the worst exit code counts.",
            show_default=False,
        ),
    ] = None,
    questions: Annotated[
        str | None,
        typer.Option("--questions", metavar="FILE", help="Questions, one a line; -: from stdin.", show_default=False),
    ] = None,
    again: Annotated[
        bool, typer.Option("--continue", "-c", help="Ask the last document again; only the question is given.")
    ] = False,
) -> int:
    """Answer questions from the whole document, with checked citations."""
    from tsel_cli.asking import answer_all, questions_of_file
    from tsel_cli.said_to_ask import is_question, is_sentence

    given = list(asked or ()) + (questions_of_file(questions) if questions is not None else [])
    files, positional = list(files_and_question or ()), []
    if not given and files:
        positional.append(files.pop())
    while files and is_question(files[-1]) and (len(files) > 1 or again or is_sentence(files[-1])):
        positional.append(files.pop())
    texts = [*reversed(positional), *given]
    if again and not files:
        from tsel_cli.last import last_files

        files = list(last_files())
    if not files and not given and texts:
        _check_last(files, texts[-1])
    if not files or not texts:
        raise UsageError("ask needs a file and a question", _EXAMPLE)
    if not given:
        _check_last(files, texts[-1])
    if not all(text.strip() for text in texts):
        raise UsageError("the question is empty", _EXAMPLE)
    options = replace(options, files=tuple(files))
    follow(answer_lang(options) or tongue_of(texts[0]))
    if given or len(texts) > 1:
        return answer_all(options, texts)

    def task(_documents: Sequence[Document]) -> Task:
        from tsel_core.prompts.tasks import ask_task

        return ask_task(texts[0], answer_lang(options))

    return run_job(options, "ask", task)


def _check_last(files: Sequence[str], question: str) -> None:
    """The last word is the question. Raises UsageError where it is a file, or one word of a question without quotes."""
    from tsel_cli.said_to_ask import is_document_name

    if os.path.isfile(question):  # pathlib raises on a question that is too long for a name
        raise UsageError(f"{question} is a file, and the question comes last", _EXAMPLE)
    if is_document_name(question):
        raise UsageError(f"{question}: no such file, and the question comes last", _EXAMPLE)
    _check_quoted(files, question)


def _check_quoted(files: Sequence[str], question: str) -> None:
    """A question without quotes arrives as many names of files that are not there. Raises UsageError."""
    first = next((i for i, name in enumerate(files) if not _may_be_file(name)), len(files))
    words = [*files[first:], question]
    plain = not any(_may_be_file(word) or " " in word for word in words)
    if first == 0 and len(files) > 1 and plain:
        raise UsageError(
            f"{files[0]}: no such file; are they all words of the question?",
            f'name the file, and put the question in quotes: tsel ask FILE "{" ".join(words)}"',
        )
    if 0 < first < len(files) and plain:
        raise UsageError(
            f"{files[first]}: no such file; is it a word of the question?",
            f'put the question in quotes: tsel ask {" ".join(files[:first])} "{" ".join(words)}"',
        )


def _may_be_file(name: str) -> bool:
    """Whether a name is one of a file: it is there, or it looks like a path, a glob or a file name."""
    if name == "-" or any(c in name for c in "*[/\\"):
        return True
    stem, dot, suffix = name.rpartition(".")
    return os.path.exists(name) or bool(dot and stem and 1 <= len(suffix) <= 5 and suffix.isalnum())
