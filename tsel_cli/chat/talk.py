"""The conversation of `tsel chat`: questions from a terminal or a pipe, answers to stdout, commands with a slash."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from tsel_cli import prefetch
from tsel_cli.chat.changed import Watched
from tsel_cli.chat.commands import COMMANDS, Talk
from tsel_cli.console import print_error
from tsel_cli.job import open_session, read_files
from tsel_cli.job_log import begun
from tsel_cli.job_options import JobOptions, answer_lang
from tsel_cli.last import remember_files
from tsel_core.errors import TselError, UsageError
from tsel_core.prefix_cache.format.crypto import KEY_VARIABLE, NO_KEY
from tsel_core.text.safe import clean_for_terminal
from tsel_core.text.tongue import tongue_of

if TYPE_CHECKING:
    from tsel_cli.console import Stderr
    from tsel_core.answer import Answer
    from tsel_core.document import Document

LEAVING = ("exit", "quit", "終了")  # alone on a line
_MARKS = " .!。！\u3000"


def run_chat(options: JobOptions, saved: dict[str, Any] | None) -> int:
    """Talk until the questions end; returns the exit code: in a pipe that of the first question that failed."""
    from tsel_core.conversation import Conversation

    if options.output == "markdown":
        raise UsageError("chat prints text or JSON", "leave out --format, or use /save for Markdown")
    console = options.console()
    prefetch.begin(options.device, options.files, options.as_stored)
    watched = Watched.of(options.files)  # before they are read: what changes meanwhile is told too
    documents, seconds = read_files(options, console)
    session = open_session(options, console, seconds)
    documents = _quarantined(documents, session.quarantine, console)
    conversation = Conversation(session, documents, answer_lang(options))
    talk = Talk(options, console, conversation, saved.get("model") if saved else options.model, watched=watched)
    if saved is not None:
        _restore(talk, saved)
    remember_files(options.files)
    interactive = sys.stdin.isatty()
    console.note(f"chat      {_names(documents)}; model {session.info.name}")
    worst = 0
    for line in _questions(interactive, options):
        code = _one(talk, line)
        if code is None:
            break
        worst = worst or code
    session.close()
    return 0 if interactive else worst


def _one(talk: Talk, line: str) -> int | None:
    """Do one line; its exit code, None to leave. An error is shown and the conversation goes on."""
    if line.strip().strip(_MARKS).lower() in LEAVING:
        return None
    try:
        if line.startswith("/"):
            return _command(talk, line)
        return _answer(talk, line)
    except KeyboardInterrupt:
        talk.console.note("interrupted; the conversation goes on")
        return 130
    except TselError as error:
        talk.console.pause()
        print_error(error.message, error.hint)
        return error.exit_code
    except OSError as error:
        print_error(str(error), "")
        return 1


def _command(talk: Talk, line: str) -> int | None:
    name, _, rest = line.partition(" ")
    if name in ("/exit", "/quit"):
        return None
    command = COMMANDS.get(name)
    if command is None:
        raise UsageError(f"there is no {name}", "see /help")
    command(talk, rest.strip())
    return 0


def _answer(talk: Talk, question: str) -> int:
    """Answer one question and print it."""
    from tsel_cli.render import answer_json, print_receipt
    from tsel_cli.render.live import LiveAnswer
    from tsel_cli.render.receipt import receipt_lines

    as_json = talk.options.output == "json"
    if not as_json and not sys.stdin.isatty():  # nobody sees a piped question beside its answer
        begin = "\n" if talk.answers else ""
        print(f"{begin}{len(talk.answers) + 1}. {clean_for_terminal(question)}", flush=True)
    for name in talk.watched.changed():
        talk.console.warn(f"{name} was changed since it was read; answers are about what was read")
    live = LiveAnswer(talk.console, enabled=not as_json and sys.stdout.isatty())
    if live.enabled and not talk.options.no_trace:
        begun("chat", talk.conversation.documents, question, talk.console)
    talk.console.follow(answer_lang(talk.options) or tongue_of(question))
    answer = talk.conversation.ask(question, live.write)
    talk.answers.append((question, answer))
    _note(talk, question, answer)  # before anybody sees the answer
    if as_json:
        print(" ".join(answer_json(answer).split("\n")))
    else:
        live.finish(answer)
        if answer.extra.get("meant"):
            talk.console.note(f"read as   {clean_for_terminal(answer.extra['meant'])}")
    sys.stdout.flush()
    if talk.options.timings:
        print_receipt(answer, talk.console, timings=True)
    elif not as_json:
        for line in receipt_lines(answer):
            if line.startswith("note"):  # an answer that stopped early is never taken for a whole one
                talk.console.note(line)
        _say_orders(talk, answer)
    if answer.stop_reason == "error":
        print_error(**answer.extra["error"])
    return answer.exit_code


def _quarantined(documents: Sequence[Document], quarantine: str, console: Stderr) -> list[Document]:
    """The documents; with --quarantine always without the passages that give orders, which is said."""
    from tsel_core.trust.orders.detect import find_orders
    from tsel_core.trust.orders.doubt import without_orders

    marks = find_orders(documents) if quarantine == "always" else ()
    if not marks:
        return list(documents)
    places = ", ".join(m.label for m in marks[:3]) + (f" (+{len(marks) - 3})" if len(marks) > 3 else "")
    console.warn(f"passages that give orders are not read (--quarantine always): {places}")
    return without_orders(documents, marks)


def _say_orders(talk: Talk, answer: Answer) -> None:
    """Passages that give orders, with the first answer; an answer that may be ordered, each time."""
    from tsel_cli.render.receipt import order_lines
    from tsel_core.evidence.deciding.apart import needs_second

    told = answer.extra.get("quarantine")
    if len(talk.answers) == 1 or told:
        for line in order_lines(answer):
            talk.console.note(line)
    if talk.options.quarantine != "off" and not told and needs_second(answer):
        talk.console.warn("the answer may follow a passage that gives orders; tsel ask asks again without it")


def _names(documents: Sequence[Document]) -> str:
    """The files a conversation is about: three by name, the others by number."""
    from tsel_core.document import file_name

    names = [file_name(document) for document in documents]
    return ", ".join(names[:3]) + (f" (+{len(names) - 3})" if len(names) > 3 else "")


def _note(talk: Talk, question: str, answer: Answer) -> None:
    """Keep the conversation for -c, and the run in the audit log."""
    from tsel_core import __version__
    from tsel_core.audit.log import record_run

    talk.keep()
    if talk.options.no_trace:
        return
    warning = record_run(answer.as_json(__version__), question=question, log_text=talk.options.log_text)
    if warning:
        talk.console.warn(warning)


def _restore(talk: Talk, saved: dict[str, Any]) -> None:
    """Put back the turns of a saved conversation, unless the documents are other ones by now."""
    from tsel_core.conversation import Turn

    conversation = talk.conversation
    if [d.sha256 for d in conversation.documents] != saved.get("sha256"):
        talk.console.warn("the documents have changed since; the conversation begins anew")
        return
    try:
        turns = [
            Turn(t["instruction"], t["question"], t["answer"], tuple(t["answer_ids"]), t.get("meant", ""))
            for t in saved["turns"]
        ]
    except (KeyError, TypeError):
        talk.console.warn("the saved conversation cannot be read; it begins anew")
        return
    if not turns:
        return
    conversation.turns, conversation.system = turns, str(saved.get("system", ""))
    talk.earlier = [(t.question, t.answer) for t in turns]
    talk.console.note(f"{len(turns)} earlier questions; /reset forgets them")


def _questions(interactive: bool, options: JobOptions) -> Iterator[str]:
    """Lines that say something, from the terminal's prompt or from a pipe."""
    if interactive:
        from tsel_cli.chat.prompt import terminal_lines

        keep = not options.no_cache and os.environ.get(KEY_VARIABLE) == NO_KEY  # the history has no sealed form
        lines = terminal_lines(list(COMMANDS), keep)
    else:
        lines = iter(sys.stdin)
    for line in lines:
        if line.strip():
            yield line.strip()
