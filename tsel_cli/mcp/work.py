"""What the tools do: each is a command of tsel for a program, with its row in the audit log before anybody sees it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from tsel_cli.console import Stderr
from tsel_cli.job import open_session, read_files, summary_lang
from tsel_cli.job_log import log_answer, log_command
from tsel_cli.job_options import JobOptions
from tsel_cli.mcp.elsewhere import Elsewhere
from tsel_cli.mcp.folders import Folders
from tsel_cli.remembered import WhileHeld
from tsel_core.errors import TselError, UsageError

if TYPE_CHECKING:
    from tsel_core.answer import Answer
    from tsel_core.document import Document
    from tsel_core.prompts.tasks import Task
    from tsel_core.session import Session

STYLES = ("brief", "minutes", "report")


@dataclass
class Work:
    """One model for all calls: the resident engine's, or one of this process; those that are done here wait in line."""

    folders: Folders
    options: JobOptions
    console: Stderr
    lock: threading.Lock = field(default_factory=threading.Lock)
    elsewhere: Elsewhere | None = None  # asked first, as long as no model was loaded here
    _session: Session | None = None
    _texts: WhileHeld = field(default_factory=WhileHeld)  # those of a call's documents, no longer than the call

    def do(self, tool: str, *given: Any) -> dict[str, Any]:
        """What a tool gives: of the resident engine, else of this process."""
        found = None
        if self.elsewhere is not None and self._session is None:
            found = self.elsewhere.call(tool, given)
        return self._here(tool, given) if found is None else found

    def called(self, call: str) -> str:
        """A call of another process (elsewhere.py): the JSON of what it gives, or of its error."""
        tool, *given = json.loads(call)
        try:
            return json.dumps({"result": self._here(tool, given)})
        except TselError as error:
            return json.dumps({"error": [error.message, error.hint]})

    def _here(self, tool: str, given: Sequence[Any]) -> dict[str, Any]:
        tools: dict[str, Callable[..., dict[str, Any]]] = {
            "ask": self.ask, "summarize": self.summarize, "extract": self.extract, "list": self.list_all,
        }  # fmt: skip
        return tools[tool](*given)

    def ask(self, files: Sequence[str], question: str) -> dict[str, Any]:
        """The object of `tsel ask --json`."""
        from tsel_core.prompts.tasks import ask_task

        if not question.strip():
            raise UsageError("the question is empty", "ask a question")
        return self._answer("ask", files, lambda documents: ask_task(question))

    def summarize(self, files: Sequence[str], style: str) -> dict[str, Any]:
        """The object of `tsel summarize --json`."""
        from tsel_core.prompts.tasks import summary_task

        if style not in STYLES:
            raise UsageError(f"{style} is no style", f"one of {', '.join(STYLES)}")
        return self._answer(
            "summarize", files, lambda d: summary_task(style, summary_lang(self.options, d))  # type: ignore[arg-type]
        )

    def compare(self, old: str, new: str) -> dict[str, Any]:
        """The object of `tsel compare --no-model --json`, without what stayed the same."""
        from tsel_core.compare.comparison import compare_documents

        with self.lock:
            documents = self._read((old, new))
            if len(documents) != 2:
                names = "name the older file, then the newer one"
                raise UsageError(f"compare takes two files, got {len(documents)}", names)
            content = {"command": "compare", **compare_documents(documents[0], documents[1]).as_json()}
            content["changes"] = [c for c in content["changes"] if c["kind"] != "same"]
            self._note({**content, "exit_code": 0})
            return content

    def extract(self, files: Sequence[str], fields: str) -> dict[str, Any]:
        """Rows of `tsel extract --json`."""
        from tsel_core.extract.extractor import Extractor
        from tsel_core.extract.fields import read_words

        wanted = read_words(fields)
        with self.lock:
            documents = self._read(files)
            extractor = Extractor(self._open(), wanted)
            rows = [extractor.row(d, summary_lang(self.options, [d])).as_json() for d in documents]
            paths = [{"path": d.path, "sha256": d.sha256} for d in documents]
            content = {"command": "extract", "documents": paths, "rows": rows}
            self._note({**content, "exit_code": 0})
            return content

    def list_all(self, files: Sequence[str], what: str) -> dict[str, Any]:
        """The object of `tsel list --json`, with the receipts of units that hold nothing left out: they are counted."""
        from tsel_core.extract.lists import list_documents
        from tsel_core.listing.wish import Wish
        from tsel_core.sweep.other_tongues import not_looked_for

        wish = Wish.of(what)
        with self.lock:
            documents = self._read(files)
            listing = list_documents(self._open(), documents, wish)
            paths = [{"path": d.path, "sha256": d.sha256} for d in documents]
            content = {"command": "list", "documents": paths, **listing.as_json()}
            content["warnings"] = not_looked_for(documents)
            content["units"] = [u for u in content["units"] if u["status"] != "nothing found"]
            self._note({**content, "exit_code": 0})
            return content

    def inspect(self, files: Sequence[str]) -> dict[str, Any]:
        """What is read of files: units, warnings, and the text that the model would see."""
        from tsel_core.document import render_documents

        with self.lock:
            documents = self._read(files)
        told = [{"path": d.path, "kind": d.kind, "units": d.num_units, "warnings": list(d.warnings)} for d in documents]
        return {"documents": told, "text": render_documents(documents).text}

    def _answer(self, command: str, files: Sequence[str], make_task: Any) -> dict[str, Any]:
        from tsel_core import __version__

        with self.lock:
            documents = self._read(files)
            task: Task = make_task(documents)
            answer: Answer = self._open().answer(command, documents, task)
            if not self.options.no_trace:
                log_answer(answer, {**asdict(self.options), "client": "mcp"}, task, self.console)
            return dict(answer.as_json(__version__))

    def _note(self, record: dict[str, Any]) -> None:
        if not self.options.no_trace:
            log_command(record, {**asdict(self.options), "client": "mcp"}, self.console)

    def _read(self, files: Sequence[str]) -> list[Document]:
        options = replace(self.options, files=self.folders.checked(files))
        documents = read_files(options, self.console, one_of_many=True)[0]
        self._texts.note(documents)
        return documents

    def _open(self) -> Session:
        if self._session is None:
            self._session = open_session(self.options, self.console)
        return self._session

    def close(self) -> None:
        """Write what is kept."""
        if self._session is not None:
            self._session.close()
