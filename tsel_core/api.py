"""The library's face: open a model, ask files, get checked answers. `import tsel_core as tsel` shows it.

Nothing heavy is imported before a model is opened; every error is a subclass of `tsel_core.errors.TselError`.
"""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

from tsel_core.config import (
    DEFAULT_BUDGET,
    DEFAULT_NEW_TOKENS,
    AttentionMode,
    EngineConfig,
    WeightsChoice,
    check_one_of,
)

if TYPE_CHECKING:
    from tsel_core.answer import Answer
    from tsel_core.document import Document
    from tsel_core.evidence.look import Effort
    from tsel_core.ingest.options import ReadOptions
    from tsel_core.prompts.tasks import Style, Task
    from tsel_core.session import Session

Files = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]
OnProgress = Callable[[str, int, int], None]


def open(
    model: str | None = None,
    *,
    device: str = "auto",
    attention: AttentionMode = "auto",
    weights: WeightsChoice = "auto",
    budget: int = DEFAULT_BUDGET,
    max_new_tokens: int = DEFAULT_NEW_TOKENS,
    effort: Effort = "normal",
    extrapolate: bool | None = None,
    keep: bool = False,
    offline: bool = False,
    on_fetch: OnProgress | None = None,
) -> Model:
    """A model by name (`tsel models list`), Hugging Face id, folder or .gguf file; None is the default model.

    It is fetched when it is not on this machine (`on_fetch` is told phase, bytes done, bytes in all), unless `offline`.
    Weights are loaded at the first answer. `effort` is that of answering: "quick" is one pass, "normal" a second look
    at the evidence, "high" a third answer. `weights`: "full" as stored, "fp8", "q8", "q4", as the command line's
    option. `extrapolate`: whether documents longer than the model's trained window are read in one context; None: up to
    a quarter longer in one pass ("quick"), else a question is answered from parts. `keep`: readings are kept on disk
    for the next question, as the command line does.

    Raises ModelError for a model that is unknown or cannot be had, UsageError for a wrong setting.
    """
    from tsel_core.evidence.locating.looked import Effort as Efforts
    from tsel_core.models.load import pick_device, resolve_model
    from tsel_core.models.low_bit.choice import choose_weights
    from tsel_core.prefix_cache.policy import default_store
    from tsel_core.session import Session
    from tsel_core.settings import DEFAULT_PROFILE

    check_one_of("effort", effort, get_args(Efforts))
    check_one_of("weights", weights, get_args(WeightsChoice))
    config = EngineConfig(attention=attention, max_new_tokens=max_new_tokens, extrapolate=extrapolate)
    chosen = pick_device(device)
    info = choose_weights(resolve_model(model, offline=offline, progress=on_fetch), weights, chosen)
    session = Session(
        info,
        config,
        replace(DEFAULT_PROFILE.selection, budget=budget),
        device=chosen,
        reading_store=default_store(lambda _: None) if keep else None,
        effort=effort,
    )
    return Model(session)


def read_documents(files: Files, **options: Any) -> list[Document]:
    """The documents of files, folders or globs; `options` are the fields of ReadOptions (pages, password, ...).

    Raises DocumentError, UnreadableDocument, UsageError.
    """
    from tsel_core.ingest import ReadOptions
    from tsel_core.ingest import read_documents as read

    return read(_paths(files), ReadOptions(**options))


def ask(files: Files, question: str, **settings: Any) -> Answer:
    """One question with the default model; `settings` are those of `open`."""
    with open(**settings) as model:
        return model.ask(files, question)


def summarize(files: Files, style: Style = "brief", **settings: Any) -> Answer:
    """One summary with the default model; `settings` are those of `open`."""
    with open(**settings) as model:
        return model.summarize(files, style)


@dataclass
class Model:
    """An opened model. One question at a time; use it in a `with`, or call `close`."""

    session: Session
    read_options: ReadOptions | None = None  # how files are read; None: the defaults
    _read: dict[tuple[str, ...], list[Document]] = field(default_factory=dict, repr=False)

    def __enter__(self) -> Model:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def name(self) -> str:
        """The model's name."""
        return self.session.info.name

    def ask(
        self,
        files: Files | Sequence[Document],
        question: str,
        *,
        lang: str | None = None,
        on_text: Callable[[str], None] | None = None,
    ) -> Answer:
        """The checked answer to a question about files (or documents that were read); see docs/python-api.md.

        `lang` is the code of the answer's language (any, such as "de"), by default the question's; `on_text` is given
        the text as it is written, or in one piece at the end where a second look may change it (`open`'s `effort`).
        Raises DoesNotFit when the files do not fit, DocumentError and UnreadableDocument for files, UsageError for a
        question without words.
        """
        from tsel_core.errors import UsageError
        from tsel_core.prompts.tasks import ask_task

        if not question.strip():
            raise UsageError("the question is empty", "ask a question")
        return self._answer("ask", files, lambda _: ask_task(question, lang), on_text)

    def summarize(
        self,
        files: Files | Sequence[Document],
        style: Style = "brief",
        *,
        focus: str = "",
        length: int | None = None,
        lang: str | None = None,
        on_text: Callable[[str], None] | None = None,
    ) -> Answer:
        """A checked summary: brief, minutes or report. `length` in words (English) or characters (Japanese)."""
        from tsel_core.prompts.tasks import summary_task
        from tsel_core.sweep.other_tongues import summary_lang

        def task(documents: Sequence[Document]) -> Task:
            return summary_task(style, lang or summary_lang(documents), focus=focus, length=length)

        return self._answer("summarize", files, task, on_text)

    def stream(self, files: Files | Sequence[Document], question: str, *, lang: str | None = None) -> Stream:
        """The answer of one pass (quick) as it is written: iterate for pieces of text, then take `stream.answer`."""

        def run(on_text: Callable[[str], None]) -> Answer:
            before, self.session.effort = self.session.effort, "quick"
            try:
                return self.ask(files, question, lang=lang, on_text=on_text)
            finally:
                self.session.effort = before

        return Stream(run)

    def inspect(self, files: Files) -> list[Document]:
        """What is read of files: units with labels and text, and warnings. Needs no weights."""
        return self._documents(files)

    def count_tokens(self, text: str) -> int:
        """Tokens of a text for this model."""
        return len(self.session.tokenizer(text, add_special_tokens=False)["input_ids"])

    def close(self) -> None:
        """Finish writing what is kept, and let the weights go."""
        self.session.close()

    def _answer(
        self,
        command: Literal["ask", "summarize"],
        files: Files | Sequence[Document],
        task: Callable[[Sequence[Document]], Task],
        on_text: Callable[[str], None] | None,
    ) -> Answer:
        from tsel_core.device.timings import Timings

        documents = self._documents(files)
        self.session.timings = Timings()
        heard = False

        def hear(piece: str) -> None:
            nonlocal heard
            heard = True
            if on_text is not None:
                on_text(piece)

        answer = self.session.answer(command, documents, task(documents), None if on_text is None else hear)
        if on_text is not None and not heard:  # looked at again, or made of items: then it comes as a whole
            on_text(answer.text)
        return answer

    def _documents(self, files: Files | Sequence[Document]) -> list[Document]:
        from tsel_core.document import Document
        from tsel_core.ingest import read_documents as read

        if isinstance(files, Sequence) and not isinstance(files, str) and files and isinstance(files[0], Document):
            return list(cast("Sequence[Document]", files))
        return read(_paths(cast("Files", files)), self.read_options)


class Stream:
    """Pieces of an answer's text while it is written in a thread of its own; `answer` is the checked one."""

    def __init__(self, run: Callable[[Callable[[str], None]], Answer]) -> None:
        self._pieces: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._answer: Answer | None = None
        self._error: BaseException | None = None
        self._heard = False
        self._thread = threading.Thread(target=self._run, args=(run,), name="tsel-stream", daemon=True)
        self._thread.start()

    def __iter__(self) -> Iterator[str]:
        while (piece := self._pieces.get()) is not None:
            yield piece

    @property
    def answer(self) -> Answer:
        """The checked answer; waits for it. Raises what went wrong."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        assert self._answer is not None
        return self._answer

    def _put(self, piece: str) -> None:
        self._heard = True
        self._pieces.put(piece)

    def _run(self, run: Callable[[Callable[[str], None]], Answer]) -> None:
        try:
            self._answer = run(self._put)
            if not self._heard:  # a second look may change an answer: then it comes as a whole
                self._put(self._answer.text)
        except BaseException as error:
            self._error = error
        finally:
            self._pieces.put(None)


def _paths(files: Files) -> list[str]:
    several = [files] if isinstance(files, str | os.PathLike) else list(files)
    return [os.fspath(f) for f in several]
