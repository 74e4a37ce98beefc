"""The check of a model that was made from what the package knows of it: our logits beside those that came with it.

The same comparison as with transformers itself (acceptance.py), on the device and with the versions that will compute.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from tsel_core.decoder.acceptance import Path, Place, compared, raise_fault
from tsel_core.decoder.weights import Linear, plain_linear
from tsel_core.decoder.widen import is_narrow
from tsel_core.models.plain_decoder import PlainLinear
from tsel_core.models.shipped.known import KnownModel


@dataclass(frozen=True)
class KnownHead:
    """The head of the tokens whose logits are known."""

    rows: Tensor | None

    def of_linear(self, head: Linear) -> Linear:
        """See SampledHead."""
        plain = plain_linear(head)
        if self.rows is None or plain is None:
            return head
        return PlainLinear(plain[0][self.rows], None if plain[1] is None else plain[1][self.rows])


class KnownJudge:
    """Compares the lean path of a model with its known logits; what `lean_path` asks of a Judge."""

    def __init__(self, model: Any, known: KnownModel) -> None:
        device = next(model.parameters()).device
        self.model, self.known = model, known
        self.narrow = is_narrow(model)
        few = device.type == "cpu" and self.narrow and len(known.layers) > 0
        self.kind = "ends" if few else "every"
        self.layers: Sequence[int] | None = known.layers if few else None
        self.head = KnownHead(None if known.sampled is None else known.sampled.to(device))
        tokens = torch.tensor(known.tokens, device=device)
        expected = known.logits[self.kind].to(device)
        self.places = [Place(tokens, offset, right) for offset, right in zip(known.offsets, expected, strict=True)]

    @torch.inference_mode()
    def difference(self, path: Path) -> str:
        """How a path differs from what is right; "": nowhere."""
        problem = ""
        for wide in (True, False) if self.narrow else (False,):
            try:
                logits = path(self.places, wide)
            except Exception as error:  # no memory for float32 copies: then as it is
                raise_fault(error, ignore_memory=wide)
                problem = f"{type(error).__name__}: {error}"
                continue
            exact = wide or not self.narrow
            told = (compared(x, p, exact) for x, p in zip(logits, self.places, strict=True))
            return next(filter(None, told), "")
        return problem
