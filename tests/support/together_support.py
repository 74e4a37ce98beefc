"""Tiny engines and texts for several threads that write with one model."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import torch

from tests_support import loaded, make_model
from tsel_core.config import EngineConfig, SelectionConfig
from tsel_core.engine.engine import Engine


def ids(num: int, seed: int) -> list[int]:
    return torch.randint(3, 300, (num,), generator=torch.Generator().manual_seed(seed)).tolist()


def engine_of(kind: str, attention: str, selects: SelectionConfig) -> Engine:
    return Engine(loaded(make_model(kind)), EngineConfig(attention=attention, chunk_size=32), selects)  # type: ignore[arg-type]


def at_once(*work: Callable[[], list[int]]) -> list[list[int]]:
    with ThreadPoolExecutor(len(work)) as pool:
        return [found.result(60) for found in [pool.submit(w) for w in work]]
