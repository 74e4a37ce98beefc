"""Before weights in few bits are loaded the first time: the model is checked as it is stored, then packed once."""

from __future__ import annotations

import gc
from dataclasses import replace
from typing import TYPE_CHECKING

import torch

from tsel_core.device.memory import free_memory
from tsel_core.engine.engine import Engine
from tsel_core.errors import ModelError
from tsel_core.models.checked_files import known_digest
from tsel_core.models.info import weight_files
from tsel_core.models.load import load_model
from tsel_core.models.low_bit.file import Form, has_low_bit, make_low_bit
from tsel_core.models.low_bit.model import is_prepared, known_outline

if TYPE_CHECKING:
    from tsel_core.models.info import ModelInfo


def prepare_low_bit(info: ModelInfo, device: str, memory_limit: int | None = None) -> bool:
    """Make what `load_model` of a form needs; False for weights as they are stored, or the second time: all is there.

    Raises ModelError for a model that the lean step does not reproduce.
    """
    target = torch.device(device)
    if not info.packed or is_prepared(info, target):
        return False
    digest = known_digest(info)
    if known_outline(digest, target) is None:
        _check(replace(info, form=""), device, memory_limit)
        if known_outline(digest, target) is None:
            raise ModelError(
                f"the weights of {info.name} cannot be held in {info.form}: its layers are transformers' own",
                "use --weights full",
            )
    form: Form = "q8" if info.form == "q8" else "q4"
    if not has_low_bit(digest, form, target):
        make_low_bit(digest, info.name, weight_files(info.path), form, target)
    return True


def _check(info: ModelInfo, device: str, memory_limit: int | None) -> None:
    """Compare the model's logits with transformers' on its device; on the CPU where the stored weights do not fit."""
    room = min(free_memory(device), memory_limit or 1 << 62)
    where = device if room > 1.2 * info.loaded_bytes(device) else "cpu"
    engine = Engine(load_model(info, device=where))
    _ = engine.forward.choice
    del engine
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
