"""Reading past the trained window: compact positions, distance rules, and nothing changed within the window."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch

from tests_support import loaded, make_model
from tsel_core.config import EngineConfig, SelectionConfig
from tsel_core.decoder.mixer import RotaryTable
from tsel_core.engine.engine import Engine
from tsel_core.errors import DoesNotFit
from tsel_core.kv.rope_distances import RULES, Distances, Rule
from tsel_core.layers.head_watch import HeadWatch
from tsel_core.selection import compact as compact_attention
from tsel_core.selection.compact import CompactLayer
from tsel_core.selection.selector import TokenSelector
from tsel_kernels.backend import torch_kernels
from tsel_kernels.pointwise.reference import rope_rotate

WINDOW = 96
SMALL = SelectionConfig(budget=12, num_sink=4, num_local=12, block_size=8, anchor_every=4)


def tokens(num: int, seed: int = 0) -> list[int]:
    return torch.randint(3, 320, (num,), generator=torch.Generator().manual_seed(seed)).tolist()


def engine_of(model: Any, selection: SelectionConfig = SMALL, window: int = WINDOW, **changes: Any) -> Engine:
    found = loaded(model)
    found.info.trained_window = window
    config = {"extrapolate": True, "chunk_size": 32, "max_new_tokens": 8, "crossover": 1 << 60, **changes}
    engine = Engine(found, EngineConfig(**config), selection)
    engine.loaded.eos_ids = ()
    return engine


def written(engine: Engine, ids: list[int], tail_start: int) -> list[int]:
    reading = engine.read(ids, tail_start, room=10)
    return [s.token_id for s in engine.write(reading)]


def expected_distance(rule: Rule, query: int, row: int, rows: int, near: int, window: int) -> int:
    """The distance of a query and a row, from the papers' words, not from the code."""
    apart = query - row
    if apart < near:
        return apart
    if rule == "clamped":
        return near
    if rule == "wrapped":
        return window - 1 - row % (window - near)
    group = next(g for g in range(1, rows) if (rows - 1) // g + near - near // g < window)
    return query // group + near - near // group - row // group


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("num_rows", [65, 200])
def test_every_logit_is_the_one_of_its_distance_and_none_exceeds_the_window(rule: Rule, num_rows: int) -> None:
    window, near, heads, kv_heads, dim = 64, 16, 4, 2, 12
    table = RotaryTable(make_model("llama", head_dim=dim), 256)
    draw = torch.Generator().manual_seed(3)
    query = torch.randn(3, heads, dim, generator=draw)
    keys = torch.randn(kv_heads, num_rows, dim, generator=draw)
    at = torch.tensor([num_rows - 9, num_rows - 4, num_rows - 1])
    rope = (table.cos, table.sin)
    selector = TokenSelector(replace(SMALL, num_sink=0, num_local=4), torch_kernels())
    layer = CompactLayer(Distances(rule, window, near), selector, keys, keys, 0.3, rope, 9)
    logits = layer.logits(query, at).view(kv_heads, 3, -1, num_rows)
    for a, position in enumerate(at.tolist()):
        for row in range(num_rows):
            found = logits[:, a, :, row].flatten()
            if row > position:
                assert bool(torch.isneginf(found).all())
                continue
            distance = expected_distance(rule, position, row, num_rows, near, window)
            assert 0 <= distance < window
            turned = rope_rotate(query[a][:, None], torch.tensor([distance]), *rope)[:, 0]
            wanted = 0.3 * (turned * keys[:, row].repeat_interleave(heads // kv_heads, 0)).sum(-1)
            assert torch.allclose(found, wanted, atol=1e-4), (position, row, distance)


@pytest.mark.parametrize("kind", ["llama", "qwen3", "phi3"])
def test_compact_positions_that_are_the_true_ones_give_what_the_model_gives(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every row is picked: ranks are then positions, and the model's own rotary must come out."""
    monkeypatch.setattr(compact_attention, "room_for_picks", lambda config, window: 4096)
    model, ids = make_model(kind), tokens(150)
    with torch.inference_mode():
        expected = model(torch.tensor([ids])).logits[0, -1]
        after = model.generate(
            torch.tensor([ids]), max_new_tokens=8, do_sample=False, eos_token_id=None, pad_token_id=0
        )[0, 150:].tolist()
    engine = engine_of(model, replace(SMALL, budget=4096, delta=False))
    reading = engine.read(ids, 141, room=10)
    assert float((reading.logits - expected).norm() / expected.norm()) < 1e-5
    assert [s.token_id for s in engine.write(reading)] == after
    monkeypatch.undo()  # with a small pick the logits differ, so the test above can fail
    small = engine_of(model, replace(SMALL, delta=False)).read(ids, 141, room=10).logits
    assert float((small - expected).norm() / expected.norm()) > 1e-3


@pytest.mark.parametrize("attention", ["auto", "full", "select"])
def test_within_the_window_the_option_changes_no_bit(attention: str) -> None:
    model, ids = make_model("qwen2"), tokens(WINDOW - 8)
    readings = [engine_of(model, attention=attention, extrapolate=on).read(ids, 80, room=8) for on in (False, True)]
    assert readings[1].beyond is None
    assert torch.equal(readings[0].logits, readings[1].logits)
    assert readings[0].reason == readings[1].reason
    both = [written(engine_of(model, attention=attention, extrapolate=on), ids, 80) for on in (False, True)]
    assert both[0] == both[1]


def test_the_first_window_of_a_long_document_is_read_exactly() -> None:
    """Values of rows within the window are those of full attention at true positions; later ones are not."""
    model, ids = make_model("llama"), tokens(300)
    long = engine_of(model).read(ids, 290, room=10)
    exact = engine_of(model, extrapolate=False, attention="full").read(ids, 290, room=10)
    last_long, last_exact = long.cache.pools[-1].values, exact.cache.pools[-1].values
    assert torch.allclose(last_long[:, :, :WINDOW], last_exact[:, :, :WINDOW], atol=1e-4)
    assert not torch.allclose(last_long[:, :, WINDOW:290], last_exact[:, :, WINDOW:290], atol=1e-2)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("attention", ["auto", "full"])
def test_a_document_of_three_windows_is_read_and_says_so(rule: Rule, attention: str) -> None:
    engine = engine_of(make_model("qwen2"), replace(SMALL, distance_rule=rule), attention=attention)
    longest = []
    plain = engine.kernels.gathered_attention

    def watched(query: Any, q_start: int, *args: Any, **options: Any) -> Any:
        indices, starts = args[2], args[3]
        block = options["block_size"]
        begins = torch.arange(q_start, q_start + query.shape[0], block)
        ends = (begins + block).clamp(max=q_start + query.shape[0])
        longest.append(int((ends - starts + indices.shape[-1] + options["num_sink"]).max()))
        assert options["rope"] is not None
        return plain(query, q_start, *args, **options)

    engine.kernels.gathered_attention = watched
    reading = engine.read(tokens(3 * WINDOW), 3 * WINDOW - 10, room=20)
    assert bool(torch.isfinite(reading.logits).all())
    assert len(list(engine.write(reading))) == 8
    assert bool(torch.isfinite(reading.logits).all())
    assert f"trained window of {WINDOW}" in reading.reason
    assert reading.beyond is not None
    assert reading.beyond.as_json()["rule"] == rule
    if attention == "full":
        assert longest == []
        assert engine.runtime.trace.prefill_coverage == []
    else:
        assert max(longest) <= WINDOW
        assert all(0 < float(c) <= 1 for _, c in engine.runtime.trace.prefill_coverage)


def test_coverage_counts_what_the_pick_leaves_out() -> None:
    """A pick of every row holds everything; a small one less (decode and prefill)."""
    model, ids = make_model("llama"), tokens(200)
    found = {}
    for budget in (4, 40):
        engine = engine_of(model, replace(SMALL, budget=budget))
        list(engine.write(engine.read(ids, 190, room=10)))
        trace = engine.runtime.trace
        prefill, decode = trace.coverage_of(trace.prefill_coverage), trace.coverage_of(trace.decode_coverage)
        assert prefill is not None
        assert decode is not None
        found[budget] = prefill[0], decode[0]
    assert found[4][0] < found[40][0] < 1
    assert found[4][1] < found[40][1] < 1


def test_ranks_that_hold_the_same_heads_pick_what_one_process_picks() -> None:
    """One pick for all heads: votes are summed over the ranks, and coverage counts their heads."""

    class Twice:
        size = 2

        def sum_(self, votes: torch.Tensor) -> torch.Tensor:
            return votes * 2

    model, ids, found = make_model("llama"), tokens(200), []
    for ranks in (None, Twice()):
        engine = engine_of(model, replace(SMALL, per_kv_head=False, reuse_threshold=1.0))
        for selector in engine.runtime.selectors:
            selector.ranks = ranks  # type: ignore[assignment]
        reading = engine.read(ids, 190, room=10)
        list(engine.write(reading))
        trace = engine.runtime.trace
        found.append((reading.logits, trace.coverage_of(trace.prefill_coverage), trace.coverage_of(trace.decode_coverage)))
    assert torch.equal(found[0][0], found[1][0])
    assert found[0][1:] == found[1][1:]


def test_a_question_after_the_document_goes_on_at_compact_positions() -> None:
    """Reading document and question at once, or the question later, gives the same logits."""
    model, ids = make_model("qwen2"), tokens(220)
    whole = engine_of(model).read(ids, 205, room=20)
    engine = engine_of(model)
    part = engine.read(ids[:205], 205, room=40)
    engine.extend(part, ids[205:])
    assert torch.allclose(whole.logits, part.logits, atol=1e-5)


def test_unit_weights_of_written_tokens_sum_to_one_in_each_group() -> None:
    engine = engine_of(make_model("qwen2"))
    engine.traced_layers = frozenset({1})
    engine.reset()
    reading = engine.read(tokens(200), 190, room=10)
    engine.runtime.trace.watch_units(torch.arange(reading.cache.capacity) // 100, 3)
    weights = [s.unit_weights for s in engine.write(reading) if s.unit_weights is not None]
    assert weights
    assert all(torch.allclose(w.sum(-1), torch.ones(())) for w in weights)
    assert weights[0].shape == (1, 2, 4)


def test_watched_heads_see_the_document_by_the_rule() -> None:
    """What retrieval heads look at while the question is read: as a written token's weights, of the question's tokens."""
    watch = HeadWatch({1: (0, 3), 2: (1,)}, 20, 170, 185, 200)
    engine, ids = engine_of(make_model("qwen2"), replace(SMALL, distance_rule="grouped")), tokens(200)
    layers: dict[int, tuple[CompactLayer, torch.Tensor]] = {}
    plain = CompactLayer.prefill

    def noted(self: CompactLayer, query: torch.Tensor, **options: Any) -> Any:
        layers[self.selector.layer_idx] = self, query
        return plain(self, query, **options)

    engine.runtime.watch = watch
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CompactLayer, "prefill", noted)
        engine.read(ids, 180, room=10)
    for layer_idx, heads in watch.heads.items():
        layer, query = layers[layer_idx]
        logits = layer.logits(query[5:], torch.arange(185, 200))  # [Hkv, 15 * G, N]
        by_head = logits.view(logits.shape[0], 15, -1, 200).transpose(1, 2).flatten(0, 1)  # [H, 15, N]
        seen = torch.softmax(by_head, -1)[..., 20:170]
        assert torch.allclose(watch.mean[layer_idx], seen[list(heads)].mean(1), atol=1e-6)
        assert torch.allclose(watch.last[layer_idx], seen[list(heads), -1], atol=1e-6)


def test_what_cannot_be_read_so_is_refused_with_exit_code_5() -> None:
    gemma = make_model("gemma2", head_dim=8, sliding_window=64)
    with pytest.raises(DoesNotFit, match="trained window"):
        engine_of(gemma).read(tokens(200), 190, room=10)
    with pytest.raises(DoesNotFit, match="sinks"):
        engine_of(make_model("llama"), replace(SMALL, num_local=60)).read(tokens(200), 190, room=10)
    assert DoesNotFit.exit_code == 5
