"""The votes' definitions: limits in which they must be exact, and a row that only a few queries want."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from tests.quality.probe import LayerInputs
from tests.quality.votes.attend import attend, picked
from tests.quality.votes.cells import clusters
from tests.quality.votes.opinions import all_votes
from tests.quality.votes.scene import Scene, Way
from tests.quality.votes.ways import WAYS
from tsel_core.selection.lexical import LexicalRows

ROWS, CHUNK = 1536, 64
LEXICAL = LexicalRows(torch.randint(50, (ROWS,), generator=torch.Generator().manual_seed(1)))
SMALL = {"num_sink": 16, "num_local": 32, "query_block": 16}


def make_scene(wanted: bool = False) -> Scene:
    """Random rows; with `wanted` row 700 of KV head 0 is what one query in four looks for."""
    draw = torch.Generator().manual_seed(0)
    query = torch.randn(CHUNK, 4, 16, generator=draw)
    keys, values = (torch.randn(2, ROWS, 16, generator=draw) for _ in range(2))
    if wanted:
        query[::4, 0] = 4 * torch.nn.functional.normalize(query[0, 0], dim=0)
        keys[0, 700] = query[0, 0] * 2
    return Scene(LayerInputs(0, query, keys, values, 0.25, query))


@pytest.mark.parametrize("way", [w for w in WAYS if not w.alone], ids=lambda w: w.name)
def test_a_budget_of_every_row_is_exact(way: Way) -> None:
    everything = replace(way, budget=ROWS, lexical=0.0, segment=way.segment and 256, pool=0, neighbour=0.0, delta=False)
    scene = make_scene()
    assert scene.error(attend(scene, everything, LEXICAL)[0]) < 1e-5


def test_a_rest_of_single_rows_is_exact() -> None:
    scene = make_scene()
    assert scene.error(attend(scene, Way("", budget=1, rest=1, **SMALL), LEXICAL)[0]) < 1e-5
    assert scene.error(attend(scene, Way("", budget=1, **SMALL), LEXICAL)[0]) > 0.1


def test_the_rest_of_cells_lessens_the_error() -> None:
    scene = make_scene()
    plain = Way("", budget=64, size=8, segment=256, **SMALL)
    without = scene.error(attend(scene, plain, LEXICAL)[0])
    assert scene.error(attend(scene, replace(plain, rest_cells=True), LEXICAL)[0]) < 0.8 * without


def test_clusters_hold_every_row_once() -> None:
    keys = torch.randn(2, ROWS, 16, generator=torch.Generator().manual_seed(2))
    cells = clusters(keys, 8, 512)
    assert cells.count.sum(-1).tolist() == [ROWS, ROWS]
    mine = keys[1, : cells.member.shape[1]][cells.member[1] == 77]
    torch.testing.assert_close(cells.mean[1, 77], mine.mean(0))
    assert int(cells.ends[77]) == 1024  # 64 clusters a segment: the second one


def test_visitors_find_the_row_that_one_query_in_four_wants() -> None:
    scene = make_scene(wanted=True)
    way = Way("", budget=8, size=16, visitors=True, **SMALL)
    found = picked(scene, way, all_votes(scene, way, LEXICAL, None))
    assert bool(found[:, 0, 700].all())
    mean = all_votes(scene, replace(way, visitors=False), LEXICAL, None)
    assert float(mean[0, 0, 700]) == pytest.approx(float(mean[0, 0, 701]))  # a cell's mean key tells its rows not apart


def test_votes_are_shares_of_mass() -> None:
    scene = make_scene()
    votes = all_votes(scene, Way("", size=16, **SMALL), LEXICAL, None)
    assert float(votes.sum(-1).max()) <= 1.0
    assert float(votes[:, :, :16].abs().max()) == 0.0  # sinks are no candidates
