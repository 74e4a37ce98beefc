"""The device-resident decode loop, run with the torch definitions: same tokens as the ordinary loop."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch

from tests_support import loaded, make_model
from tsel_core.config import EngineConfig, SelectionConfig
from tsel_core.decoder.graph.decode import GraphDecoder
from tsel_core.decoder.graph.mixer import GraphMixer
from tsel_core.decoder.row_step import RowStep
from tsel_core.decoder.seam_cache import SeamCache
from tsel_core.decoder.step import DecoderStep
from tsel_core.engine.engine import Engine
from tsel_core.kv.cache import KVCache
from tsel_kernels.append.reference import append_index_
from tsel_kernels.backend import torch_kernels
from tsel_kernels.pointwise.reference import rms_norm_, silu_mul_
from tsel_kernels.row_linear import reference as row_linear


def kernels(rows: bool = True) -> SimpleNamespace:
    names = ("decode_state", "decode_workspace", "rope_append_", "decode_select_", "decode_attend_", "next_token_")
    parts = {n: getattr(torch_kernels(), n) for n in names}
    if rows:
        parts["row_linear_"] = row_linear.row_linear_
    return SimpleNamespace(**parts, rms_norm_=rms_norm_, silu_mul_=silu_mul_)


def graph_tokens(
    model: torch.nn.Module, ids: list[int], selection: SelectionConfig | None, num: int, rows: bool = True
) -> tuple[list[int], GraphDecoder]:
    engine = Engine(loaded(model), EngineConfig(attention="full", chunk_size=64))
    cache = KVCache(3, len(ids) + num + 2, append_index_)
    with torch.inference_mode():
        out = model(input_ids=torch.tensor([ids]), past_key_values=SeamCache(cache), use_cache=True)
        first = int(out.logits[0, -1].argmax())
        decoder = GraphDecoder(DecoderStep(model), model, cache, kernels(rows), selection)
        decoder.start(first, len(ids))
        assert engine.runtime is not None
        return [first, *decoder.run(num, ())], decoder


@pytest.mark.parametrize("kind", ["llama", "qwen2", "qwen3"])
def test_graph_loop_writes_the_tokens_of_full_attention_when_everything_is_picked(kind: str) -> None:
    model = make_model(kind)
    ids = torch.randint(3, 320, (1, 90), generator=torch.Generator().manual_seed(4))
    with torch.inference_mode():
        expected = model.generate(ids, max_new_tokens=13, do_sample=False, eos_token_id=None, pad_token_id=0)
    selection = SelectionConfig(budget=256, num_sink=4, num_local=16, reuse_threshold=1.0)
    tokens, decoder = graph_tokens(model, ids[0].tolist(), selection, 12)
    assert tokens == expected[0, 90:].tolist()
    assert decoder.stats.num_hits == 0
    assert decoder.stats.coverage is not None
    assert float(decoder.stats.coverage.min()) > 0.9


@pytest.mark.parametrize("kind", ["llama", "qwen2", "qwen3"])
@pytest.mark.parametrize("rows", [True, False])
def test_full_attention_in_the_graph_loop(kind: str, rows: bool) -> None:
    model = make_model(kind)
    ids = torch.randint(3, 320, (1, 70), generator=torch.Generator().manual_seed(9))
    with torch.inference_mode():
        expected = model.generate(ids, max_new_tokens=9, do_sample=False, eos_token_id=None, pad_token_id=0)
    tokens, decoder = graph_tokens(model, ids[0].tolist(), None, 8, rows)
    assert isinstance(decoder.step, RowStep) is rows
    assert tokens == expected[0, 70:].tolist()
    assert decoder.stats.num_hits == 0


def test_a_map_that_is_no_plain_matrix_keeps_the_ordinary_step() -> None:
    model = make_model("llama")
    step = DecoderStep(model)
    assert RowStep.of(step, kernels()) is not None
    step.head = lambda x: x
    assert RowStep.of(step, kernels()) is None


def test_reuse_is_counted_after_the_first_pick() -> None:
    model = make_model("llama")
    ids = torch.randint(3, 320, (1, 90), generator=torch.Generator().manual_seed(6))[0].tolist()
    selection = SelectionConfig(budget=16, num_sink=4, num_local=16, reuse_threshold=-1.0)
    _, decoder = graph_tokens(model, ids, selection, 20)
    assert decoder.stats.num_steps == 20
    assert decoder.stats.num_hits == 3 * 19  # every layer picks once, then reuses


def test_a_sharing_layer_attends_to_the_rows_of_the_other_and_scores_nothing() -> None:
    model = make_model("qwen2", num_hidden_layers=3)
    ids = torch.randint(3, 320, (1, 90), generator=torch.Generator().manual_seed(6))[0].tolist()
    selection = SelectionConfig(budget=16, num_sink=4, num_local=16, reuse_threshold=1.0, shared_picks=(0, 0, 2))
    _, decoder = graph_tokens(model, ids, selection, 5)
    mixer, seen = decoder.mixer, []
    assert isinstance(mixer, GraphMixer)
    ops = mixer.kernels

    def attend(*args: object, **options: object) -> torch.Tensor:
        seen.append(args[6])  # the state: whose rows are attended to
        return ops.decode_attend_(*args, **options)

    def select(*args: object, **options: object) -> None:
        seen.append("select")
        ops.decode_select_(*args, **options)

    mixer.kernels = SimpleNamespace(**{**vars(ops), "decode_attend_": attend, "decode_select_": select})  # type: ignore[assignment]
    with torch.inference_mode():
        decoder.advance()
    first, last = mixer.states[0], mixer.states[2]
    assert [s if s == "select" else s is first for s in seen] == ["select", True, True, "select", False]
    assert seen[-1] is last
    assert mixer.state_of(1) is None
    coverage = mixer.coverage()
    assert [bool(c != c) for c in coverage] == [False, True, False]  # not known where nothing is scored


def test_end_token_stops_the_loop() -> None:
    model = make_model("llama")
    ids = torch.randint(3, 320, (1, 60), generator=torch.Generator().manual_seed(8))[0].tolist()
    selection = SelectionConfig(budget=256, num_sink=4, num_local=16, reuse_threshold=1.0)
    tokens, decoder = graph_tokens(model, ids, selection, 10)
    decoder.start(tokens[0], len(ids))
    again = list(decoder.run(10, (tokens[4],)))
    assert again == tokens[1 : tokens.index(tokens[4], 1)]
