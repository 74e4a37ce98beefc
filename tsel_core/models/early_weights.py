"""Weights that are read onto a GPU before anybody asks for them: while libraries are imported and files are parsed.

Nothing here decides anything: `load_model` takes what was begun for the same files, or reads them itself.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from tsel_core.device.kinds import compute_dtype
from tsel_core.models.checked_files import check_files
from tsel_core.models.families import FAMILIES
from tsel_core.models.info import ModelInfo, weight_files

if TYPE_CHECKING:
    import torch
    from torch import Tensor

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Begun:
    """The digest of a model's files and its weights, as `check_files` and `read_weights` return them."""

    digest: Future[str]
    weights: Future[dict[str, Tensor]]


class EarlyWeights:
    """Those of one model; whoever takes them has them alone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._digest: tuple[Path, Future[str]] | None = None
        self._begun: tuple[Any, Begun] | None = None
        self._asked = False  # a model was loaded: what would begin now comes too late, and nobody would take it

    def begin_files(self, info: ModelInfo) -> None:
        """Hash a model's files: seconds at the first start, which need neither torch nor a device."""
        with self._lock:
            if self._digest is None:
                self._digest = (info.path, _in_a_thread(lambda: check_files(info)))

    def begin(self, info: ModelInfo, device: str) -> None:
        """Read a model of the fast families onto a GPU that has memory for it twice."""
        import torch

        from tsel_core.models.weights import read_weights

        if not pays(info, device):
            return
        self.begin_files(info)
        target, stored = torch.device(device), compute_dtype(device)
        with self._lock:
            hashed = self._digest
            if self._begun is None and hashed is not None and hashed[0] == info.path and not self._asked:
                weights = _in_a_thread(lambda: read_weights(weight_files(info.path), target, stored, None))
                self._begun = (_key(info, target, stored), Begun(hashed[1], weights))

    def has_begun(self, info: ModelInfo) -> bool:
        """Whether weights of this model are on their way: their memory is taken already, and is not asked for again."""
        with self._lock:
            return self._begun is not None and self._digest is not None and self._digest[0] == info.path

    def drop(self) -> tuple[Any, Begun] | None:
        """Give up what was begun: nobody asked for it."""
        with self._lock:
            begun, self._begun, self._digest = self._begun, None, None
        return begun

    def take(self, info: ModelInfo, device: torch.device, stored: torch.dtype) -> Begun | None:
        """What was begun of this model; what was begun of another is given up."""
        self._asked = True
        begun = self.drop()
        return begun[1] if begun is not None and begun[0] == _key(info, device, stored) else None


def pays(info: ModelInfo, device: str) -> bool:
    """Whether weights are begun early: of a fast family, as they are stored, one GPU that holds them twice.

    Where transformers reads the tokenizer the engine is made later (`Reader.begin_loading`): then nothing is begun, or
    the plan of memory would count the weights twice.
    """
    if not device.startswith("cuda") or "," in device or info.form or info.model_type not in FAMILIES:
        return False
    from tsel_core.device.memory import free_memory
    from tsel_core.models.plain_tokenizer import is_known

    return is_known(info.path, info.model_type) and free_memory(device) > 2 * info.loaded_bytes(device)


def _key(info: ModelInfo, device: torch.device, stored: torch.dtype) -> tuple[Any, ...]:
    stamps = [(str(f), f.stat().st_size, f.stat().st_mtime_ns) for f in weight_files(info.path)]
    return stamps, info.form, str(device), stored


def _in_a_thread(work: Callable[[], T]) -> Future[T]:
    """A Future of work in a thread that the end of the program does not wait for."""
    done: Future[T] = Future()

    def run() -> None:
        try:
            done.set_result(work())
        except BaseException as error:  # raised where the result is asked for
            done.set_exception(error)

    threading.Thread(target=run, name="tsel-weights", daemon=True).start()
    return done


_OURS = EarlyWeights()


def early_weights() -> EarlyWeights:
    """Those of this process."""
    return _OURS
