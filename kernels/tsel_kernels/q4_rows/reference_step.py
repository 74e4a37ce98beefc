"""Torch definition of what writes a token into rows in 4 bits: norms, rotary, turning, codes, reuse."""

from __future__ import annotations

from torch import Tensor

from tsel_kernels.append.reference import decide_reuse_, new_row
from tsel_kernels.checks import check_step
from tsel_kernels.decode.state import DecodeShape, DecodeState
from tsel_kernels.key_index import KeyIndex
from tsel_kernels.q4_rows.exact import ExactRows
from tsel_kernels.q4_rows.reference import q4_append_


def q4_rope_append_(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    position: Tensor,
    matrix: Tensor,
    sizes: Tensor | None,
    key_pool: KeyIndex,
    value_pool: KeyIndex,
    exact: tuple[ExactRows, ExactRows],
    out: Tensor,
    state: DecodeState | None,
    shape: DecodeShape,
    *,
    rope: tuple[Tensor, Tensor] | None,
    q_norm: Tensor | None = None,
    k_norm: Tensor | None = None,
    eps: float = 1e-6,
    theta: float = 2.0,
) -> Tensor:
    """`rope_append_` over rows in 4 bits: query [H, D], key, value [Hkv, D] of row `position` [1].

    After norms and rotary, keys are divided and queries multiplied by `sizes` [Hkv, 1, D] (powers of two; None: ones), and
    all three turned by `matrix` [D, D] (`turning`'s). Key and value go to their pools and rings; `out` [H, D] receives the
    turned query and is returned. Reuse is decided before turning. Raises ValueError on shapes that do not fit.
    """
    check_step(out=out)
    at = int(position)
    q, k = (rows.to(out.dtype) for rows in new_row(query, key, at, rope, q_norm, k_norm, eps))
    if state is not None:
        decide_reuse_(q, state, shape, at, theta)
    wide = q.float().view(key.shape[0], -1, key.shape[1])
    if sizes is not None:
        wide, k = wide * sizes.float(), k / sizes[:, 0]
    q4_append_(k[:, None], value[:, None], matrix, key_pool, value_pool, exact, position)
    return out.copy_((wide @ matrix.float()).view_as(out))
