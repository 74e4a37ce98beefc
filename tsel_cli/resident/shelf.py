"""The engine that stays loaded between the jobs of the resident process: one, as a second model wants its memory."""

from __future__ import annotations

import gc
import sys
from contextvars import ContextVar
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from tsel_cli.remembered import forget_texts
from tsel_core.ingest.kept import KeptDocuments

if TYPE_CHECKING:
    from tsel_core.engine.engine import Engine
    from tsel_core.session import Session

_SAMPLING = ("max_new_tokens", "temperature", "top_p", "seed")
Key = tuple[Any, ...]


@dataclass
class Shelf:
    """The engine of the last job and the session that used it."""

    engine: Engine | None = None
    key: Key = ()
    name: str = ""  # of the model
    device: str = ""
    documents: KeptDocuments = field(default_factory=lambda: KeptDocuments(forget_texts))
    _session: Session | None = None
    _traceless: bool = False

    def leave_no_trace(self) -> None:
        """Nothing of the documents of this job stays, parsed or otherwise."""
        self._traceless = True

    def lend(self, session: Session) -> None:
        """Give a new session the engine when it would load the very same; otherwise make room for the one it loads."""
        from tsel_core.models.load import device_list

        self._session = session
        if self.engine is None or self.key != _key(session) or len(device_list(session.device)) > 1:
            self.clear()
            self.name, self.device = session.info.name, session.device  # that it is being loaded is told, too
            return
        engine = self.engine
        if _other_settings(engine, session):
            engine.let_go()
        session.adopt(engine)

    def take_back(self, sound: bool) -> None:
        """After a job: keep its engine, without a row of the document. `sound`: nothing unexpected happened.

        The texts of this job stay for the next question about them, unless it was to leave no trace; those of the job
        before go when another document is read.
        """
        from tsel_core.models.load import device_list

        session, self._session = self._session, None
        keep, self._traceless = sound and not self._traceless, False
        self.documents.end(keep)
        if not len(self.documents):
            forget_texts()
        _drop_weights()
        engine = None if session is None else session.loaded_engine
        if session is None or engine is None:
            if self.engine is None:
                self.name = self.device = ""
            return
        if not sound or len(device_list(session.device)) > 1:
            self.clear()
            return
        self.key, self.engine = _key(session), (engine := engine.base)
        self.name, self.device = session.info.name, session.device
        session.close()  # what is kept of the document is copied from the cache that is emptied now
        engine.rest()
        engine.reset()
        gc.collect()

    def forget(self) -> None:
        """Let the documents of the last job go."""
        self.documents.end(keep=False)
        forget_texts()

    def clear(self) -> None:
        """Give the model's memory back."""
        self.name = self.device = ""
        if self.engine is None:
            return
        cuda = self.engine.device.type == "cuda"
        self.engine, self.key = None, ()
        gc.collect()
        if cuda:
            import torch

            torch.cuda.empty_cache()
        _trim()


current: ContextVar[Shelf | None] = ContextVar("shelf of the resident process", default=None)
"""Set in the resident process alone."""


def leave_no_trace() -> None:
    """In the resident process: this command's documents are forgotten when it ends."""
    shelf = current.get()
    if shelf is not None:
        shelf.leave_no_trace()


def lend(session: Session) -> None:
    """In the resident process: use the engine that is loaded, if it is the right one."""
    shelf = current.get()
    if shelf is not None:
        shelf.lend(session)


def _key(session: Session) -> Key:
    """What makes two engines the same: the weights as they lie on the disk, and where they are."""
    from tsel_core.models.info import weight_files

    info = session.info
    names = [info.path / n for n in ("config.json", "tokenizer.json", "tokenizer_config.json")]
    stats = [(str(p), p.stat()) for p in (*weight_files(info.path), *names) if p.exists()]
    files = [(path, found.st_mtime_ns, found.st_size) for path, found in stats]
    return (info.sha256, info.form, session.device, tuple(files))


def _other_settings(engine: Engine, session: Session) -> bool:
    """Whether anything but how tokens are drawn is different: what was prepared for the old settings is let go."""
    ours, theirs = asdict(engine.config), asdict(session.engine_config)
    changed = {name for name in theirs if ours.get(name) != theirs[name]} - set(_SAMPLING)
    return bool(changed) or engine.selection != session.selection


def _drop_weights() -> None:
    """Weights that were begun for a job which never asked for them, as its document could not be read."""
    module = sys.modules.get("tsel_core.models.early_weights")
    if module is not None:
        module.early_weights().drop()


def _trim() -> None:
    """Ask the C library to give freed memory back to the system, where it can be asked."""
    import ctypes

    try:
        ctypes.CDLL("libc.so.6").malloc_trim(0)
    except (OSError, AttributeError):
        return
