"""A decoder over weights in few bits, made of what an earlier check of the same files remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from tsel_core.errors import ModelError
from tsel_core.models.accepted import accepted_files
from tsel_core.models.checked_files import known_digest
from tsel_core.models.low_bit.file import Form, has_low_bit, read_low_bit
from tsel_core.models.outline import Outline
from tsel_core.models.plain_decoder import PlainModel

if TYPE_CHECKING:
    from tsel_core.models.info import ModelInfo


def packed_model(info: ModelInfo, device: torch.device) -> tuple[PlainModel, str]:
    """(decoder in `info.form` on `device`, digest of the model's files). ModelError when it was not prepared."""
    digest = known_digest(info)
    outline, weights = known_outline(digest, device), read_low_bit(digest, _form(info), device)
    if outline is None or weights is None:
        raise ModelError(
            f"the weights of {info.name} in {info.form} are not prepared, or damaged",
            "run the command again: they are made anew; or use --weights full",
        )
    return PlainModel(outline, weights).eval(), digest


def is_prepared(info: ModelInfo, device: torch.device) -> bool:
    """Whether `packed_model` finds what it needs."""
    digest = known_digest(info)
    return has_low_bit(digest, _form(info), device) and known_outline(digest, device) is not None


def known_outline(digest: str, device: torch.device) -> Outline | None:
    """The outline that a check of these files found, on this device or on the CPU: it says what the model is."""
    narrow, wide = torch.bfloat16, torch.float32
    kinds = [(device, narrow, narrow)] if device.type == "cuda" else []
    kinds += [(torch.device("cpu"), narrow, wide), (torch.device("cpu"), wide, wide)]
    for where, stored, computed in kinds:
        found = accepted_files(digest, where, stored, computed)
        if found is not None and found.outline is not None:
            return found.outline
    return None


def _form(info: ModelInfo) -> Form:
    return "q8" if info.form == "q8" else "q4"
