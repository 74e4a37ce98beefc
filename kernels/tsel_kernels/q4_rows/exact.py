"""Rows in 4 bits that are held as they are too: the first of a text, and the latest in a ring."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True)
class ExactRows:
    """first [Hkv, S, D]: rows 0 .. S - 1. recent [Hkv, R, D]: of the last R rows those from `begin` [1] int32 on.

    Row n of `recent` lies at n % R. Both are contiguous, in the dtype that attention computes in.
    """

    first: Tensor
    recent: Tensor
    begin: Tensor
