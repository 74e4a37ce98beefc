"""What an answer needs, imported and begun in a thread while files are read: a person waits for the longer of the two.

Nothing here decides anything: whoever needs a module imports it again and says what is wrong with it. A command that
ends early does not wait for the thread (`app._leave`).
"""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module

from tsel_cli.preload import begin_context

_BEFORE = ("numpy", "tokenizers", "tsel_core.prompts.build")
"""Without torch: imported while a GPU's context is made (preload.py)."""
_FIRST = ("tsel_core.answering.reader", "tsel_core.session")
_LATER = (
    "tsel_core.text.values", "tsel_core.trust.check", "tsel_core.evidence.second", "tsel_core.trust.finish",
    "tsel_core.evidence.apart", "tsel_cli.render.live", "tsel_core.audit.log",
)  # fmt: skip
"""Of checking an answer: imported while the document is read by the model."""


def begin(device: str, files: Sequence[str], weights: tuple[str | None] | None = None) -> None:
    """Start the thread, unless the libraries are there (a resident engine), or a file is not, which is said at once.

    `weights`: the name of a model whose weights will be asked for as they are stored (None: the default one's).
    """
    if "torch" not in sys.modules and all(map(os.path.exists, files)):
        threading.Thread(target=_run, args=(device, weights), name="tsel-prefetch", daemon=True).start()


def _run(device: str, weights: tuple[str | None] | None) -> None:
    gc.disable()  # a million objects that stay are looked at again and again while they are made: a tenth of the time
    try:
        with suppress(Exception):
            if device == "auto" or (device.startswith("cuda") and "," not in device):
                threading.Thread(target=_begin_device, args=(device,), name="tsel-device", daemon=True).start()
            for name in (*_BEFORE, "torch", "tsel_core.models.load"):
                import_module(name)
            if weights is not None:
                _begin_weights(weights[0], device)
            for name in (*_FIRST, *_LATER):
                import_module(name)
    finally:
        gc.freeze()
        gc.enable()


def _begin_weights(model: str | None, device: str) -> None:
    """Weights of a model that is on this machine, on their way to a GPU."""
    from tsel_core.models.early_weights import early_weights
    from tsel_core.models.load import pick_device, resolve_model

    if model is None or not model.lower().endswith(".gguf"):  # a file is converted where its progress is shown
        with suppress(Exception):  # what is wrong is said where the model is asked for
            early_weights().begin(resolve_model(model, offline=True), pick_device(device))


def _begin_device(device: str) -> None:
    """Kernels compiled beside, a GPU's context, its matrix library, and the hash of the compiler that names kernels.

    Seconds in which the system reads libraries from the disk and Python can go on.
    """
    begin_context(device, lambda capability: import_module("tsel_kernels.ahead").begin(capability))
    with suppress(Exception):
        import torch

        if not torch.cuda.is_available():
            return
        small = torch.ones(8, 8, device="cuda:0" if device == "auto" else device, dtype=torch.bfloat16)
        torch.mm(small, small)
        import_module("tsel_kernels.triton_backend")
        places = map(import_module, ("triton.runtime.cache", "triton.compiler.compiler"))  # by version
        next(place.triton_key for place in places if hasattr(place, "triton_key"))()
        import_module("triton.runtime").driver.active.get_current_target()
