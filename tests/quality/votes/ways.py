"""The ways that are compared: the product's, the oracle, each opinion alone, all together, and what came of them."""

from __future__ import annotations

from typing import Any

from tests.quality.votes.scene import Way


def _cells(name: str, **given: Any) -> Way:
    """Clusters, finer query blocks, visitors in a pool, their rest: the whole of ours but for what is given."""
    usual: dict[str, Any] = {
        "size": 16,
        "segment": 1024,
        "visitors": True,
        "pool": 4,
        "query_block": 16,
        "rest_cells": True,
        "lexical": 0.25,
        "num_local": 128,
    }
    return Way(name, **{**usual, **given})


WAYS: tuple[Way, ...] = (
    Way("product: fast", anchor=1.0, lexical=0.5, delta=True),
    Way("product: careful", anchor=1.0, lexical=0.5, delta=True, budget=4096),
    Way("oracle", oracle=True),
    Way("oracle, query blocks of 16", oracle=True, query_block=16),
    Way("anchors every 16, query blocks of 16", anchor=1.0, every=16, query_block=16, lexical=0.25),
    Way("oracle + rest 128", oracle=True, rest=128),
    Way("a blocks of 128", size=128),
    Way("a blocks of 128, spread", size=128, spread=1.0),
    Way("a blocks of 16", size=16),
    Way("a blocks of 16, spread", size=16, spread=1.0),
    Way("b anchors", anchor=1.0),
    Way("c lexical alone", lexical=1.0),
    Way("d layer before (its blocks)", size=128, neighbour=1.0, alone=True),
    Way("e nothing but rest 128", budget=1, rest=128),
    Way("a + b", size=128, anchor=1.0),
    Way("a + b + c", size=128, anchor=1.0, lexical=0.25),
    Way("a + b + c + d", size=128, anchor=1.0, lexical=0.25, neighbour=0.5),
    Way("a + b + c + d + e", size=128, anchor=1.0, lexical=0.25, neighbour=0.5, rest=128),
    Way("a + e", size=128, rest=128),
    Way("visitors in blocks of 128", size=128, visitors=True),
    Way("visitors in blocks of 128 + e", size=128, visitors=True, rest=128),
    Way("clusters 16/1024", size=16, segment=1024, num_local=128),
    Way("clusters 16/1024 + rest", size=16, segment=1024, num_local=128, rest_cells=True),
    _cells("ours"),
    _cells("ours, clusters of 32", size=32),
    _cells("ours, clusters of 64", size=64),
    _cells("ours, query blocks of 32", query_block=32),
    _cells("ours, query blocks of 64", query_block=64),
    _cells("ours, no lexical rows", lexical=0.0),
    _cells("ours, no rest", rest_cells=False),
    _cells("ours, no visitors", visitors=False),
    _cells("ours, segments of 256", segment=256, num_local=512),
    _cells("ours, pool of 8", pool=8),
    _cells("ours, clusters of 32, pool of 8", size=32, pool=8),
    _cells("ours, clusters of 64, pool of 8", size=64, pool=8),
    _cells("ours, votes of the layer before too", neighbour=0.5),
    _cells("ours, k 1,024", budget=1024),
    _cells("ours, k 512", budget=512),
    _cells("ours, clusters of 32, k 1,024", size=32, budget=1024),
    _cells("ours, clusters of 32, k 512", size=32, budget=512),
)
