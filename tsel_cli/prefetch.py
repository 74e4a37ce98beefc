"""What an answer needs, imported and begun in a thread while files are read: a person waits for the longer of the two.

Nothing here decides anything: whoever needs a module imports it again and says what is wrong with it. A command that
ends early does not wait for the thread (`app._leave`).
"""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from typing import Any

from tsel_cli.preload import begin_context
from tsel_core.device.control_group import address_limit
from tsel_core.errors import OutOfMemory

_BEFORE = ("numpy", "tokenizers", "tsel_core.prompts.build")
"""Without torch: imported while a GPU's context is made (preload.py)."""
_FIRST = ("tsel_core.answering.reader", "tsel_core.session", "jinja2.ext", "jinja2.sandbox")
_LATER = (
    "tsel_core.text.values", "tsel_core.trust.check", "tsel_core.evidence.second", "tsel_core.trust.finish",
    "tsel_core.evidence.deciding.apart", "tsel_cli.render.live", "tsel_core.audit.log",
)  # fmt: skip
"""Of checking an answer: imported while the document is read by the model."""


_LEAST_ADDRESSES = 1_400_000_000


def begin(device: str, files: Sequence[str], weights: tuple[str | None] | None = None) -> None:
    """Start the thread, unless the libraries are there (a resident engine), or a file is not, which is said at once.

    `weights`: the name of a model whose weights will be asked for as they are stored (None: the default one's).
    Raises OutOfMemory where the address space is too small for the libraries: a thread that cannot be born there is
    waited for without an end.
    """
    bound = address_limit()
    if bound is not None and bound < _LEAST_ADDRESSES:
        why = f"this program may take {bound / 1e9:.1f} GB of address space, its libraries alone take more"
        raise OutOfMemory(f"the model cannot be loaded: {why}", "raise the limit (ulimit -v unlimited)")
    if "torch" not in sys.modules and all(map(os.path.exists, files)):
        _thread("tsel-prefetch", _run, device, weights)


def _thread(name: str, work: Callable[..., None], *arguments: object) -> None:
    threading.Thread(target=work, args=arguments, name=name, daemon=True).start()


def _run(device: str, weights: tuple[str | None] | None) -> None:
    gc.disable()  # a million objects that stay are looked at again and again while they are made: a tenth of the time
    try:
        with suppress(Exception):
            if device == "auto" or (device.startswith("cuda") and "," not in device):
                _thread("tsel-device", _begin_device, device, weights)
            for name in (*_BEFORE, "torch", "tsel_core.models.load"):
                import_module(name)
            if weights is not None:
                _begin_weights(weights[0], device)
            for name in (*_FIRST, *_LATER):
                import_module(name)
    finally:
        gc.freeze()
        gc.enable()


def _begin_device(device: str, weights: tuple[str | None] | None) -> None:
    """A GPU's context and its matrix library, and what only a GPU asks for.

    Seconds in which the system reads libraries from the disk and Python can go on.
    """

    def found(capability: tuple[int, int]) -> None:
        _thread("tsel-ahead", _compile_ahead, capability)
        _thread("tsel-compiler", _name_compiler)
        if weights is not None:
            _thread("tsel-files", _begin_files, weights[0])

    begin_context(device, found)
    with suppress(Exception):
        import torch

        if not torch.cuda.is_available():
            return
        small = torch.ones(8, 8, device="cuda:0" if device == "auto" else device, dtype=torch.bfloat16)
        torch.mm(small, small)
        import_module("tsel_kernels.triton_backend")
        import_module("triton.runtime").driver.active.get_current_target()


def _compile_ahead(capability: tuple[int, int]) -> None:
    """Kernels of a first start, compiled by processes beside this one."""
    with suppress(Exception):
        import_module("tsel_kernels.ahead").begin(capability)


def _name_compiler() -> None:
    """The hash of Triton's files (0.3 GB), which is part of a kernel's name: it is kept for this process."""
    with suppress(Exception):
        places = map(import_module, ("triton.runtime.cache", "triton.compiler.compiler"))  # by version
        next(place.triton_key for place in places if hasattr(place, "triton_key"))()


def _begin_files(model: str | None) -> None:
    """The hash of the files of a model that is on this machine."""
    with suppress(Exception):
        info = _there(model)
        if info is not None:
            import_module("tsel_core.models.early_weights").early_weights().begin_files(info)


def _begin_weights(model: str | None, device: str) -> None:
    """Its weights, on their way to a GPU."""
    with suppress(Exception):  # what is wrong is said where the model is asked for
        from tsel_core.models.early_weights import early_weights
        from tsel_core.models.load import pick_device

        info = _there(model)
        if info is not None:
            early_weights().begin(info, pick_device(device))


def _there(model: str | None) -> Any:
    """What a model is; None for one that has to be converted first, which is done where its progress is shown."""
    from tsel_core.models.load import resolve_model

    def is_work(*_: object) -> None:
        raise RuntimeError("not here")

    with suppress(RuntimeError):
        if model is None or not model.lower().endswith(".gguf"):
            return resolve_model(model, offline=True, progress=is_work)
    return None
