"""tsel warmup: everything that is made once on a machine, made now and not while somebody waits for an answer."""

from __future__ import annotations

import json as jsonlib
import random
import time
from collections.abc import Callable
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from tsel_cli.console import Stderr, print_out, progress_for
from tsel_cli.options import Device, Json, Model, Offline, Quiet

if TYPE_CHECKING:
    from tsel_core.document import Document
    from tsel_core.session import Session

_SHORT, _LONG = 20, 160  # made paragraphs: about 3 thousand tokens, and as many as selecting kernels need
_NEW_TOKENS = 48
_AT_ONCE = 4
T = TypeVar("T")


class Steps:
    """Seconds of what was done, by name; each is printed when it is over, if it is to be told."""

    def __init__(self, told: bool) -> None:
        self.told, self.seconds = told, dict[str, float]()

    def timed(self, name: str, work: Callable[[], T]) -> T:
        """Do it; what it gave."""
        began = time.perf_counter()
        made = work()
        self.seconds[name] = round(time.perf_counter() - began, 2)
        if self.told:
            print_out(f"{name}: {self.seconds[name]:.1f} s")
        return made


def warmup(
    model: Model = None,
    device: Device = "auto",
    offline: Offline = False,
    quiet: Quiet = False,
    json: Json = False,
) -> int:
    """Make now what is made once on a machine: model, compiled kernels, measured lengths, retrieval heads."""
    console, steps = Stderr(quiet=quiet), Steps(told=not json)
    session = _session(model, device, offline, console, steps)
    steps.timed("weights", lambda: session.engine)
    steps.timed("retrieval heads", lambda: _heads(session, console))
    for name, count in (("a short document", _SHORT), ("a long document", _LONG if _selects(session) else 0)):
        if count:
            steps.timed(name, partial(_ask, session, made_document(count)))
    if _selects(session):
        steps.timed("several texts", lambda: _together(session))
    session.close()
    if json:
        told = {"schema_version": 1, "command": "warmup", "model": session.info.name, "seconds": steps.seconds}
        print(jsonlib.dumps(told, ensure_ascii=False))
    return 0


def made_document(num_paragraphs: int) -> Document:
    """A document of made sentences; the same at every call."""
    from tsel_core.document import Document, Unit
    from tsel_core.evaluation.filler import paragraphs

    texts = islice(paragraphs("en", random.Random("warmup")), num_paragraphs)
    units = tuple(Unit(i, "paragraph", str(i + 1), text) for i, text in enumerate(texts))
    return Document("warmup.txt", "0" * 64, "txt", "paragraph", units)


def _session(model: str | None, device: str, offline: bool, console: Stderr, steps: Steps) -> Session:
    """A session that keeps no reading of the made documents."""
    from tsel_core.config import EngineConfig
    from tsel_core.models.load import pick_device, resolve_model
    from tsel_core.models.low_bit.choice import choose_weights
    from tsel_core.session import Session

    picked = pick_device(device)
    info = steps.timed("model", lambda: resolve_model(model, offline=offline, progress=progress_for(console)))
    info = choose_weights(info, "auto", picked)
    return Session(info, EngineConfig(max_new_tokens=_NEW_TOKENS), device=picked, progress=console)


def _heads(session: Session, console: Stderr) -> None:
    from tsel_core.evidence.calibration.watching import known_heads

    known_heads(session.engine, session.tokenizer, console, make=True)


def _selects(session: Session) -> bool:
    """Whether a long document is worth its time: kernels that only selection uses are compiled by it."""
    return session.device.startswith("cuda")


def _ask(session: Session, document: Document) -> None:
    from tsel_core.prompts.tasks import ask_task

    session.answer("warmup", [document], ask_task("When does the work begin?", "en"))


def _together(session: Session) -> None:
    """Answers about several documents at once: their steps are other kernels, captured by the number of places."""
    from tsel_core.engine.together.crew import Crew, SharedEngine

    def ask(engine: SharedEngine, document: Document) -> None:
        _ask(session.beside(engine), document)

    if Crew.takes(session.engine):
        documents = [made_document(_SHORT)] * _AT_ONCE
        Crew.of(session.engine).each(ask, documents, _AT_ONCE)
