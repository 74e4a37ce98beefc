"""Rows of a model's embedding, whatever it is held in."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

from tsel_core.models.forms import ByteRows, NibblePack
from tsel_kernels.packed_weight import BIAS, GROUP, PackedWeight, unpack_codes

Table = Tensor | PackedWeight | NibblePack | ByteRows


def embedding_rows(tokens: Tensor, table: Table) -> Tensor:
    """Rows [T, hidden] of tokens [T] int64: of a tensor in its dtype, of a table in few bits in float32."""
    match table:
        case Tensor():
            return F.embedding(tokens, table)
        case ByteRows():
            return table.codes[tokens].float() * table.scale[tokens].float()[:, None]
        case PackedWeight():
            codes = unpack_codes(table.words[tokens]).view(len(tokens), -1, GROUP).float() - BIAS[table.bits]
            rows = codes * table.scale[tokens].float()[..., None]
            if table.zero is not None:
                rows = rows + table.zero[tokens].float()[..., None]
            return rows.flatten(1)
        case NibblePack():
            raise TypeError("an embedding is not held in 4 bits on a CPU")
