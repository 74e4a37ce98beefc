"""What a line with a slash does in `tsel chat`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tsel_cli.chat.changed import Watched
from tsel_cli.console import Stderr, print_out
from tsel_cli.job_options import JobOptions
from tsel_cli.render.labels import label_in, words_lang
from tsel_core.errors import UsageError
from tsel_core.text.safe import clean_for_terminal, safe_markdown

if TYPE_CHECKING:
    from tsel_core.answer import Answer
    from tsel_core.conversation import Conversation


@dataclass
class Talk:
    """A conversation and what was answered in it; `model` is the name it was opened with.

    `earlier` are the questions and answers of a conversation that is continued, without their citations.
    """

    options: JobOptions
    console: Stderr
    conversation: Conversation
    model: str | None = None
    answers: list[tuple[str, Answer]] = field(default_factory=list)
    earlier: list[tuple[str, str]] = field(default_factory=list)
    watched: Watched = field(default_factory=Watched)

    def keep(self) -> None:
        """Note the conversation for -c; with --no-cache nothing is kept, and an older conversation is not the last."""
        from dataclasses import asdict

        from tsel_cli.last import forget_conversation, save_conversation

        if self.options.no_cache:
            forget_conversation()
            return
        conversation = self.conversation
        save_conversation(
            {
                "files": [d.path for d in conversation.documents],
                "sha256": [d.sha256 for d in conversation.documents],
                "model": self.model,
                "system": conversation.system,
                "turns": [asdict(t) for t in conversation.turns],
            }
        )

    def last(self) -> Answer:
        """The last answer. Raises UsageError before the first one."""
        if not self.answers:
            raise UsageError("nothing was answered yet", "ask a question first")
        return self.answers[-1][1]


def cite(talk: Talk, _rest: str) -> None:
    """/cite - the citations of the last answer, with the whole quote"""
    from tsel_cli.render.forms import check_words

    answer = talk.last()
    if not answer.citations:
        print_out("no citations")
    for citation in answer.citations:
        lang = words_lang(answer.lang)
        place, check = label_in(citation.label, lang), check_words(citation.check, lang)
        quoted = f"[{citation.id}] {citation.file}, {place} ({check})\n    {citation.quote}"
        print(clean_for_terminal(quoted), flush=True)  # the words of a document are no message


def explain(talk: Talk, rest: str) -> None:
    """/explain [FILE.html] - a report of what the last answer rests on"""
    from tsel_cli.render.explain.page import write_explain_report
    from tsel_core import __version__
    from tsel_core.report.data import explain_data

    path = rest or "explain.html"
    answer = talk.last()
    trace = talk.conversation.session.engine.runtime.trace  # of the last answer
    write_explain_report(path, explain_data(answer, question=talk.answers[-1][0], trace=trace, version=__version__))
    print_out(f"report    {path}")


def timings(talk: Talk, _rest: str) -> None:
    """/timings - what the last answer read and where the time went"""
    from tsel_cli.render.receipt import receipt_lines, time_line

    answer = talk.last()
    reused = (answer.extra.get("reading") or {}).get("reused_tokens", 0)
    for line in receipt_lines(answer):
        print_out(line)
    print_out(f"kept      {reused:,} of {answer.prompt_tokens:,} tokens were not read again")
    print_out(f"time      {time_line(answer)}")


def save(talk: Talk, rest: str) -> None:
    """/save FILE - the questions and answers so far, as Markdown; an existing file is left alone"""
    from tsel_cli.render import answer_markdown

    if not rest:
        raise UsageError("/save needs a file", "/save talk.md")
    if not talk.earlier:
        talk.last()
    parts = [f"## {safe_markdown(question)}\n\n{safe_markdown(text)}" for question, text in talk.earlier]
    parts += [f"## {safe_markdown(question)}\n\n{answer_markdown(answer)}" for question, answer in talk.answers]
    try:
        with Path(rest).expanduser().open("x", encoding="utf-8") as file:
            file.write("\n\n".join(parts) + "\n")
    except FileExistsError as error:
        raise UsageError(f"{rest} exists", "name another file") from error
    print_out(f"saved     {rest}")


def reset(talk: Talk, _rest: str) -> None:
    """/reset - forget the questions and answers; the documents stay read"""
    talk.conversation.reset()
    talk.answers.clear()
    talk.earlier.clear()
    talk.keep()
    print_out("forgotten; the documents are still read")


def files(talk: Talk, _rest: str) -> None:
    """/files - the documents"""
    for document in talk.conversation.documents:
        print_out(f"{document.path}: {document.num_units:,} {document.unit_kind}s")


def model(talk: Talk, _rest: str) -> None:
    """/model - the model, its window and how much of it is used"""
    session, reading = talk.conversation.session, talk.conversation.reading
    used = len(reading.ids) if reading is not None else 0
    print_out(f"{session.info.name} on {session.device}, {used:,} of {session.info.trained_window:,} tokens used")


def help_(_talk: Talk, _rest: str) -> None:
    """/help - this list"""
    for command in COMMANDS.values():
        print_out((command.__doc__ or "").strip())
    keys = "Enter sends, Esc then Enter begins a new line, Ctrl-C stops an answer."
    print_out(f"/exit - leave (also exit, quit, 終了 alone, Ctrl-D). {keys}")


COMMANDS: dict[str, Callable[[Talk, str], None]] = {
    "/cite": cite,
    "/explain": explain,
    "/timings": timings,
    "/save": save,
    "/reset": reset,
    "/files": files,
    "/model": model,
    "/help": help_,
}
