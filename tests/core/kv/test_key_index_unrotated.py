"""int8 copies of un-rotated keys past the trained window: the logits of the rule, as rows come, go and move."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch

from tests_support import loaded, make_model
from tsel_core.config import EngineConfig, SelectionConfig
from tsel_core.engine.engine import Engine
from tsel_core.kv.key_index_unrotated import TurnedIndex
from tsel_core.kv.rope_distances import RULES, Distances, Rule
from tsel_core.selection.compact import CompactLayer
from tsel_core.selection.selector import TokenSelector
from tsel_kernels.backend import torch_kernels
from tsel_kernels.pointwise.reference import rope_rotate
from tsel_kernels.score import cpu_index

HEADS, KV_HEADS, DIM, CAPACITY = 6, 2, 32, 1600


@pytest.fixture(autouse=True)
def from_few_rows_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cpu_index, "LEAST_ROWS", 100)
    monkeypatch.setenv(cpu_index.VARIABLE, "int8")


def table() -> tuple[torch.Tensor, torch.Tensor]:
    angles = torch.arange(CAPACITY)[:, None] / 10_000 ** (torch.arange(0, DIM, 2) / DIM)
    angles = torch.cat([angles, angles], -1)
    return angles.cos(), angles.sin()


def rows(num: int, seed: int) -> torch.Tensor:
    """Keys with a few wide channels, as Qwen's."""
    keys = torch.randn((KV_HEADS, num, DIM), generator=torch.Generator().manual_seed(seed))
    keys[..., 3] = 8 + 3 * keys[..., 3]
    return keys


def compare(copies: TurnedIndex, query: torch.Tensor, keys: torch.Tensor, distances: Distances) -> float:
    """Error of a logit in standard deviations of its head's, the largest but for 1 in 200 (rows longer than any before)."""
    got = copies.logits(query, keys, distances, table(), rope_rotate, DIM**-0.5)
    assert got is not None
    small = TokenSelector(SelectionConfig(num_sink=4, num_local=8, block_size=8), torch_kernels())
    layer = CompactLayer(distances, small, keys, keys, DIM**-0.5, table(), 1)
    want = layer.logits(query, torch.tensor([keys.shape[1] - 1]))
    assert got.shape == want.shape
    return float(((got - want).abs() / want.std(-1, keepdim=True)).flatten().quantile(0.995))


@pytest.mark.parametrize("rule", RULES)
def test_logits_are_those_of_the_rule_while_rows_come_and_go(rule: Rule) -> None:
    distances = Distances(rule, 400, 100)
    copies, keys = TurnedIndex(CAPACITY), rows(CAPACITY, 1)
    query = torch.randn((1, HEADS, DIM), generator=torch.Generator().manual_seed(2))
    assert copies.logits(query, keys[:, :99], distances, table(), rope_rotate, 1.0) is None  # no row is far
    # step by step, over a whole near window at once, past the point where groups grow, on to the end
    for num in (700, 701, 702, 740, 850, 1010, 1300, 1301, CAPACITY):
        assert compare(copies, query, keys[:, :num], distances) < 0.08, num
    # cut within the near rows, then among the far ones; what follows brings the new rows into both
    for before, kept in (((CAPACITY,), 1200), ((1200, 1290), 1250), ((1290,), 720), ((900,), 705)):
        for num in before:
            compare(copies, query, keys[:, :num], distances)
        copies.crop(kept)
        keys[:, kept:] = rows(CAPACITY - kept, kept)
        for num in (kept + 1, kept + 30, kept + 190):
            assert compare(copies, query, keys[:, :num], distances) < 0.08, (kept, num)


def test_without_crop_the_rows_before_would_be_scored() -> None:
    """What the test above rests on: other rows in the same places give other logits."""
    distances, keys = Distances("grouped", 400, 100), rows(800, 1)
    query = torch.randn((1, HEADS, DIM), generator=torch.Generator().manual_seed(2))
    copies = TurnedIndex(CAPACITY)
    compare(copies, query, keys, distances)
    keys[:, 750:] = rows(50, 9)
    assert compare(copies, query, keys, distances) > 0.5


def engine_of(model: Any, **changes: Any) -> Engine:
    found = loaded(model)
    found.info.trained_window = 256
    selection = SelectionConfig(budget=24, num_sink=4, num_local=16, block_size=16, anchor_every=16, reuse_threshold=1.0)
    config = EngineConfig(extrapolate=True, chunk_size=64, max_new_tokens=8, crossover=1 << 60)
    engine = Engine(found, config, replace(selection, **changes))
    engine.loaded.eos_ids = ()
    return engine


@pytest.mark.parametrize("rule", RULES)
def test_a_long_document_is_answered_as_without_copies(rule: Rule, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same words forced, two questions on one reading: the same logits up to the picks at the limit."""
    model = make_model("qwen2")
    ids = torch.randint(5, 300, (760,), generator=torch.Generator().manual_seed(3)).tolist()
    found, held = [], []
    for asked in ("off", "int8"):
        monkeypatch.setenv(cpu_index.VARIABLE, asked)
        engine = engine_of(model, distance_rule=rule)
        reading = engine.read(ids[:700], 690, room=90)
        kept: list[torch.Tensor] = []
        list(engine.write(reading, forced_ids=ids[700:712], keep_logits=kept))
        engine.crop(reading, 690)
        engine.extend(reading, ids[712:740])
        list(engine.write(reading, forced_ids=ids[740:750], keep_logits=kept))
        found.append(torch.stack(kept))
        held.append(sum(t.numel() for layer in reading.cache.pools for t in layer.turned_index.tensors()))
    assert held[0] == 0
    assert held[1] > 0
    near = [torch.nn.functional.cosine_similarity(a, b, dim=0) for a, b in zip(*found, strict=True)]
    assert float(min(near)) > 0.9  # picks of random logits: 0.3 at the lowest, 0.6 on average
    assert float(torch.stack(near).mean()) > 0.985
