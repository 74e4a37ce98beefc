"""Drafts from the text: the same tokens, weights and cache as one by one; what quotes nothing pays next to nothing."""

from __future__ import annotations

import pytest
import torch

from tests_support import loaded, make_model
from tsel_core.config import EngineConfig, SelectionConfig
from tsel_core.decoder import cpu_linear
from tsel_core.engine.engine import Engine
from tsel_core.engine.lookup import PromptLookup


def ids(num: int, seed: int) -> list[int]:
    return torch.randint(3, 300, (num,), generator=torch.Generator().manual_seed(seed)).tolist()


def make_engine(kind: str = "llama", drafts: int = 8, attention: str = "full") -> Engine:
    selection = SelectionConfig(budget=16, num_sink=4, num_local=16)
    return Engine(loaded(make_model(kind)), EngineConfig(attention=attention, chunk_size=32, drafts=drafts), selection)  # type: ignore[arg-type]


def written(engine: Engine, text: list[int], num: int, stop_after: int | None = None) -> tuple[list[int], list[torch.Tensor]]:
    """Tokens, and the weights of the units while they were written."""
    engine.traced_layers = frozenset({0, 2})
    engine.reset()
    reading = engine.read(text, len(text) - 4, room=num + 2)
    engine.runtime.trace.watch_units(torch.arange(reading.cache.capacity) // 10, reading.cache.capacity // 10 + 1)
    found, weights = [], []
    for step in engine.write(reading, num, ignore_end=True):
        found.append(step.token_id)
        if step.unit_weights is not None:
            weights.append(step.unit_weights)
        if stop_after is not None and len(found) == stop_after:
            break
    assert reading.cache.length == len(reading.ids) == len(text) + len(found) - 1
    assert reading.ids == text + found[:-1]
    return found, weights


@pytest.mark.parametrize("kind", ["llama", "qwen2", "qwen3"])
def test_tokens_and_weights_are_those_of_one_by_one(kind: str) -> None:
    text = ids(80, 1)
    plain, _ = written(make_engine(kind, drafts=0), text, 60)
    quoting = [*text, *plain[:40], *text[-4:]]  # what is written next stands in the prompt, as an answer that quotes
    for prompt in (text, quoting):
        expected, seen = written(make_engine(kind, drafts=0), prompt, 50)
        engine = make_engine(kind)
        found, also = written(engine, prompt, 50)
        assert found == expected
        assert len(also) == len(seen)
        for one, other in zip(also, seen, strict=True):
            torch.testing.assert_close(one, other, atol=1e-5, rtol=1e-4)


def test_a_text_that_repeats_itself_takes_fewer_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    engine, passes = make_engine(), []
    together = engine.forward.together
    monkeypatch.setattr(engine.forward, "together", lambda t, rows: passes.append(len(rows)) or together(t, rows))
    # a model whose words go round in a circle: the random one does so sooner or later
    found, _ = written(engine, ids(40, 3), 200)
    assert len(found) == 200
    assert sum(passes) >= 199
    assert len(passes) < 150, "most passes forwarded several tokens"


def test_int8_rows_make_the_same_logits_bit_for_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cpu_linear, "is_right_and_faster", lambda _linear: True)
    logits: list[list[torch.Tensor]] = []
    for drafts in (0, 8):
        engine = make_engine("qwen2", drafts)
        step = engine.forward.step
        assert step is not None
        made = cpu_linear.add_int8_rows(step)
        assert made is not None
        cpu_linear.quantize_all(made)
        kept: list[torch.Tensor] = []
        reading = engine.read(ids(50, 4), 46, room=130)
        assert len(list(engine.write(reading, 120, keep_logits=kept, ignore_end=True))) == 120
        logits.append(kept)
    assert all(torch.equal(one, other) for one, other in zip(*logits, strict=True))


def test_drafts_are_usual_where_rows_are_int8_and_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cpu_linear, "is_right_and_faster", lambda _linear: True)
    for int8, choose in ((False, None), (True, None), (True, lambda logits: int(logits.argmax()))):
        engine = Engine(loaded(make_model("llama")), EngineConfig(attention="full", chunk_size=32, drafts=None))
        assert engine.forward.step is not None
        if int8:
            cpu_linear.quantize_all(cpu_linear.add_int8_rows(engine.forward.step) or [])
        reading = engine.read(ids(40, 3), 36, room=12)
        seen = [engine._ahead is not None for _ in engine.write(reading, 6, ignore_end=True, choose=choose)]  # type: ignore[arg-type]
        assert seen == [int8 and choose is None] * 6
        assert engine._ahead is None


def test_who_stops_early_has_no_draft_in_the_cache() -> None:
    text = ids(40, 3)
    whole, _ = written(make_engine(), text, 120)
    for stop in (1, 60, 77, 90):
        found, _ = written(make_engine(), text, 120, stop_after=stop)
        assert found == whole[:stop]


@pytest.mark.parametrize("attention", ["select"])
def test_selecting_steps_are_made_one_by_one(attention: str) -> None:
    text = ids(120, 5)
    expected, _ = written(make_engine(drafts=0, attention=attention), text, 40)
    engine = make_engine(attention=attention)
    found, _ = written(engine, text, 40)
    assert found == expected
    assert engine._ahead is None


def test_drafts_grow_while_they_are_right_and_pause_when_they_are_wrong() -> None:
    text = list(range(100, 140))
    lookup = PromptLookup([*text, *text[:5]])
    assert lookup.draft(16) == text[5:7]
    lookup.note(2, 2)
    assert lookup.draft(16) == text[5:9]
    assert lookup.draft(3) == text[5:8]
    lookup.note(4, 0)
    for token in text[5:13]:
        assert lookup.draft(16) == []
        lookup.push(token)
    assert lookup.draft(16) == text[13:15]  # a pause of eight tokens is over
    lookup.note(2, 0)
    for token in text[13:29]:
        assert lookup.draft(16) == []  # the next one is twice as long
        lookup.push(token)
    assert lookup.draft(16) == text[29:31]
    assert (lookup.num_drafted, lookup.num_right) == (8, 2)


def test_nothing_is_drafted_where_nothing_was_seen_before() -> None:
    assert PromptLookup(list(range(50))).draft(8) == []
    assert PromptLookup([7]).draft(8) == []
    repeats = PromptLookup([1, 2, 3, 4, 4, 4, 4, 4])
    assert repeats.draft(8) == [4, 4]
