"""Rows in 4 bits: what turning and centring are for, rows given back as they were written, kept and refused."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from tests_support import loaded, make_model
from tsel_core.config import EngineConfig, SelectionConfig
from tsel_core.decoder.paths import Choice
from tsel_core.engine.engine import Engine
from tsel_core.errors import UsageError
from tsel_core.kv.copy import RowsOf
from tsel_core.kv.cost import RECENT, CacheShape, row_cost, storages_for
from tsel_core.kv.four_bits import EXACT, FORM, FourBitRows, Turn
from tsel_core.kv.stored import StoredLayer, codes_of
from tsel_core.kv.stored_cache import make_cache
from tsel_core.prefix_cache.policy import find_reading, keep_reading, reading_identity
from tsel_core.prefix_cache.store import ReadingStore
from tsel_kernels.backend import load_kernels
from tsel_kernels.key_index import index_logits
from tsel_kernels.pointwise.reference import rope_rotate
from tsel_kernels.q4_rows.reference import turning

CPU = torch.device("cpu")


def normal(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def make_engine(storage: Any = "q4") -> Engine:
    engine = Engine(loaded(make_model("qwen2")), EngineConfig(attention="full", chunk_size=32), SelectionConfig())
    engine.storage = storage
    engine.loaded.eos_ids = ()
    engine.loaded.info = SimpleNamespace(**vars(engine.loaded.info), sha256="aa", name="tiny")  # type: ignore[assignment]
    return engine


@pytest.mark.parametrize("dim", [16, 80, 96, 128])
def test_turning_keeps_products_and_comes_back(dim: int) -> None:
    turn, query, keys = Turn(), normal(4, 5, dim), normal(2, 70, dim, seed=1)
    keys[..., 1] *= 9
    for learnt in (False, True):
        if learnt:
            turn.learn(normal(4, 70, dim, seed=2), keys)
        assert (turn.sizes is not None) == learnt
        found = turn.queries(query).view(2, -1, dim) @ turn.keys(keys).transpose(1, 2)
        assert torch.allclose(found, query.view(2, -1, dim) @ keys.transpose(1, 2), atol=1e-3)
    assert torch.allclose(turn.back(turn.values(query)), query, atol=1e-5)


def test_turning_spreads_one_large_channel_and_a_constant_row() -> None:
    matrix = turning(128, CPU, torch.float32)
    for row in (torch.eye(128)[3], torch.ones(128) / 128**0.5):
        assert float((row @ matrix).abs().max()) < 0.5


def read_of(held: FourBitRows, begin: int, end: int, head: int = 0, heads: int = 2) -> torch.Tensor:
    out = torch.empty(heads, end - begin, held.pool.head_dim)
    held.read(begin, out, head)
    return out


def test_late_rows_are_exact_and_others_come_from_codes_whole_picked_and_by_head() -> None:
    rows, num = normal(2, 400, 32), 400
    held = FourBitRows((2, 512, 32), torch.float32, CPU, load_kernels("cpu"))
    for begin, end in ((0, 50), (50, 350), (350, 351), (351, num)):
        assert torch.equal(held.write(begin, rows[:, begin:end]), rows[:, begin:end])
    for frozen in (False, True):
        if frozen:
            held.freeze()
        read, picked = read_of(held, 0, num), torch.empty(2, 5, 32)
        held.gather(torch.tensor([[1, 50, 7, 143, 399]], dtype=torch.int32), picked)
        assert torch.equal(picked, read[:, [1, 50, 7, 143, 399]])
        assert torch.equal(read_of(held, 100, 360, 1, 1)[0], read[1, 100:360])
        exact = (read == rows).all(-1).all(0)
        assert bool(exact[:EXACT].all())
        assert bool(exact[num - RECENT :].all()) != frozen
        assert not bool(exact[EXACT : num - RECENT].any())
        step = (rows.amax(-1) - rows.amin(-1)) / 15
        assert bool(((read - rows).abs() <= step[..., None] * 0.6).all())
    query = normal(2, 3, 32, seed=2)
    scored, products = index_logits(query, held.pool.narrow(num)), query @ read.transpose(1, 2)
    assert torch.allclose(scored[..., EXACT:], products[..., EXACT:], atol=1e-4)


def test_rows_that_were_forgotten_are_not_taken_from_the_ring() -> None:
    rows, other = normal(2, 600, 32), normal(2, 600, 32, seed=9)
    held = FourBitRows((2, 1024, 32), torch.float32, CPU, load_kernels("cpu"))
    held.write(0, rows[:, :500])
    held.reach(400)  # forgets 100: of the rows before only 500 - RECENT .. 399 are in the ring
    held.write(400, other[:, :30])
    exact = (read_of(held, 0, 430) == torch.cat([rows[:, :400], other[:, :30]], 1)).all(-1).all(0)
    assert bool(exact[500 - RECENT :].all())
    assert not bool(exact[EXACT : 500 - RECENT].any())
    held.reach(440)  # a captured step wrote ten more
    held.settle()
    assert int(held.since) == 500 - RECENT


@pytest.mark.parametrize("bits", [4, 8])
def test_rows_far_from_zero_keep_their_differences(bits: int) -> None:
    rows = normal(2, 60, 32)
    rows[..., 3] += 300.0
    held = FourBitRows((2, 64, 32), torch.float32, CPU, load_kernels("cpu"), bits)
    held.write(0, rows)
    held.freeze()
    assert float((read_of(held, 0, 60) - rows).square().mean().sqrt()) < 0.2


def test_aimed_codes_make_products_with_queries_right() -> None:
    """Queries that look into few directions: at least a third of the error is gone, and the step is the same."""
    mixed = normal(64, 64, seed=3)
    query, keys = (normal(4, 400, 64) * torch.logspace(0.5, -1.5, 64)) @ mixed, normal(2, 300, 64, seed=1)
    errors = []
    for aims in (False, True):
        turn = Turn()
        turn.learn(query, keys)
        if not aims:
            turn.aim = None
        held = FourBitRows((2, 300, 64), torch.float32, CPU, load_kernels("cpu"), turn=turn)
        held.write(0, turn.keys(keys))
        held.freeze()
        products = turn.queries(query).view(2, -1, 64) @ read_of(held, 0, 300).transpose(1, 2)
        exact = query.view(2, -1, 64) @ keys.transpose(1, 2)
        errors.append(float((products - exact)[..., EXACT:].norm() / exact.norm()))
    assert errors[1] < 0.67 * errors[0]
    assert errors[1] < 0.1


def test_what_all_keys_share_is_right_wherever_it_has_turned_to() -> None:
    """A bias that positions turn, as Qwen's keys have it: rows of the first chunk say little about later ones."""
    angles = torch.logspace(0, -3, 16)

    def placed(rows: torch.Tensor, at: torch.Tensor) -> torch.Tensor:
        turned = at[:, None] * angles
        return rope_rotate(rows, torch.arange(len(at)), *(torch.cat([f, f], -1) for f in (turned.cos(), turned.sin())))

    keys, query, errors = normal(2, 200, 32) + 5.0, normal(4, 200, 32, seed=1), []
    somewhere = torch.randint(0, 30_000, (200,), generator=torch.Generator().manual_seed(0)).float()
    late = placed(keys, torch.arange(3000, 3200).float())
    for places in (somewhere, torch.arange(200).float()):
        turn = Turn()
        turn.learn(placed(query, places), placed(keys, places))
        held = FourBitRows((2, 400, 32), torch.float32, CPU, load_kernels("cpu"), turn=turn)
        held.write(0, turn.keys(placed(keys, torch.arange(200).float())))
        held.write(200, turn.keys(late))
        held.freeze()
        asked = turn.queries(placed(query, torch.arange(3200, 3400).float())).view(2, -1, 32)
        errors.append(float((asked @ (read_of(held, 200, 400) - turn.keys(late)).transpose(1, 2)).norm()))
    assert errors[0] < 0.8 * errors[1]


def test_a_token_of_the_7b_shape_takes_at_most_17_kb() -> None:
    cost = row_cost("q4", CacheShape(28, 4, 128, torch.bfloat16, 5))
    assert cost.rows + cost.index == 28 * 4 * (64 + 4 + 64 + 4) + 7 * 4 * 64  # keys of a quarter of the layers in 8 bits
    assert cost.rows + cost.index <= 17 * 1024


def test_keys_that_turn_far_from_their_mean_get_eight_bits_and_stay_so_when_kept(tmp_path: Path) -> None:
    """A layer as the first ones of Qwen models: a bias several times all else."""
    caches = [make_cache("q4", 1, 64, None, load_kernels("cpu")) for _ in range(2)]
    keys, values = normal(1, 2, 40, 16), normal(1, 2, 40, 16, seed=1)
    keys[..., 3] += 90
    (layer,) = caches[0].pools
    assert isinstance(layer, StoredLayer)
    assert layer.turn is not None
    layer.learn(normal(4, 40, 16), keys[0], keys[0])
    layer.update(layer.turn.keys(keys[0])[None], values)
    assert [rows.pool.bits for rows in codes_of(layer)] == [8, 4]
    caches[0].copy_to(caches[1], 40)
    store = ReadingStore(tmp_path, warn=pytest.fail)
    store.keep({"a": 1}, list(range(40)), caches[0])
    store.wait()
    kept = store.find({"a": 1}, list(range(40)), 40, 8)
    assert kept is not None
    loaded = make_cache("q4", 1, 64, None, load_kernels("cpu"))
    assert kept.fill(loaded, CPU) == 40
    for cache in (caches[1], loaded):
        (other,) = cache.pools
        assert isinstance(other, StoredLayer)
        assert other.turn is not None
        assert other.turn.sizes is not None
        assert torch.equal(other.turn.sizes, layer.turn.sizes)
        assert codes_of(other)[0].pool.bits == 8
        if cache is loaded:
            layer.freeze()
        for one, two in zip(layer.held(40), other.held(40), strict=True):
            assert torch.equal(one, two)


def test_auto_takes_it_after_fp8_and_before_host_memory() -> None:
    assert storages_for("auto", torch.device("cuda"), torch.bfloat16) == ("plain", "fp8", "q4", "host")
    assert storages_for("auto", CPU, torch.float32) == ("plain", "bf16", "fp8", "q4")
    assert storages_for("auto", torch.device("xpu"), torch.bfloat16) == ("plain",)
    for device in ("cpu", "cuda"):
        assert storages_for("q4", torch.device(device), torch.float32) == ("q4",)


def test_a_model_run_by_transformers_itself_is_refused() -> None:
    engine = make_engine()
    engine.forward.__dict__["choice"] = Choice(None, engine.loaded.model)
    with pytest.raises(UsageError, match="not for this model"):
        engine.read(list(range(3, 60)), 50, room=2)


def test_turned_rows_are_not_copied_into_a_cache_of_others() -> None:
    caches = [make_cache(storage, 2, 64, None, load_kernels("cpu")) for storage in ("q4", "q4", "fp8")]  # type: ignore[arg-type]
    for layer in range(2):
        caches[0].update(normal(1, 2, 20, 16), normal(1, 2, 20, 16), layer)
    assert RowsOf(caches[0], 20).fill(caches[2], CPU) == 0
    assert RowsOf(caches[0], 20).fill(caches[1], CPU) == 20


def test_kept_readings_are_a_quarter_of_the_size_and_no_other_storage_finds_them(tmp_path: Path) -> None:
    ids = torch.randint(3, 320, (140,), generator=torch.Generator().manual_seed(0)).tolist()
    prompt: Any = SimpleNamespace(input_ids=ids, doc_end=128, tail_start=128, num_tokens=140, documents=())
    sizes = {}
    for storage in ("plain", "q4"):
        engine, store = make_engine(storage), ReadingStore(tmp_path / storage, warn=pytest.fail)
        keep_reading(store, engine, prompt, engine.read(ids, 128, room=2))
        store.wait()
        kept = find_reading(store, engine, prompt)
        assert kept is not None
        assert kept.whole
        sizes[storage] = sum(int(size) for size in kept.file.header.block_sizes())
        kept.file.close()
    assert sizes["q4"] == sizes["plain"] / 4  # heads of 8 in float32: 4 + 4 bytes of 32
    others = [reading_identity(make_engine(s), "full", 0)["kv"] for s in ("plain", "bf16", "q4")]
    assert others == ["exact", "bf16", FORM]


def test_codes_of_another_form_are_read_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = make_cache("q4", 1, 64, None, load_kernels("cpu"))
    cache.update(normal(1, 2, 40, 16), normal(1, 2, 40, 16), 0)
    said: list[str] = []
    store = ReadingStore(tmp_path, warn=said.append)
    with monkeypatch.context() as before:
        before.setattr("tsel_core.prefix_cache.load.codes.FORM", "q4")
        store.keep({"a": 1}, list(range(40)), cache)
        store.wait()
    kept = store.find({"a": 1}, list(range(40)), 40, 8)
    assert kept is not None
    assert kept.fill(make_cache("q4", 1, 64, None, load_kernels("cpu")), CPU) == 0
    assert "codes are of another form" in said[0]


def test_a_question_finds_the_same_rows_whether_the_text_was_read_or_loaded() -> None:
    """From the question on the text is read from its codes; the question itself is exact."""
    engine, other = make_engine(), make_engine()
    ids = torch.randint(3, 320, (140,), generator=torch.Generator().manual_seed(0)).tolist()
    fresh = engine.read(ids, 128, room=2)
    text = other.read(ids[:128], 128, room=20)
    text.cache.mark()
    copied = make_engine().read(ids, 128, room=2, kept=RowsOf(text.cache, 128))
    assert copied.num_reused == 128
    assert torch.equal(fresh.logits, copied.logits)
