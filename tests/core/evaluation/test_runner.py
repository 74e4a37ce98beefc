"""The evaluator on a tiny random model: shared readings, fidelity, full as its own measure, tuning, reuse, verify."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from tiny_folder import make_folder

from tsel_core.config import EngineConfig, SelectionConfig
from tsel_core.engine.engine import Engine
from tsel_core.evaluation.compare import regressions
from tsel_core.evaluation.items import Item
from tsel_core.evaluation.metrics import fidelity, keep_reference
from tsel_core.evaluation.needles import make_needles
from tsel_core.evaluation.results import ItemResult
from tsel_core.evaluation.reuse import ReuseRow, calibrate_reuse, choose_threshold
from tsel_core.evaluation.runner import Evaluator
from tsel_core.evaluation.tune import Target, Trial, ladder, tune, with_reuse
from tsel_core.failsafe import compare_answers
from tsel_core.models.load import load_model, resolve_model
from tsel_core.selection.cost import prefill_cost
from tsel_core.settings import PROFILES, Setting

SMALL = SelectionConfig(budget=32, num_sink=4, num_local=16, block_size=16, anchor_every=8, reuse_threshold=1.0)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A tiny loaded model with its tokenizer."""
    return load_model(resolve_model(str(make_folder(tmp_path_factory.mktemp("model")))))


def make_evaluator(loaded: Any) -> Evaluator:
    engine = Engine(loaded, EngineConfig(attention="full", chunk_size=64))
    return Evaluator(engine, loaded.tokenizer, _no_files, max_new_tokens=5)


def _no_files(path: str) -> Sequence[Any]:
    raise AssertionError(f"{path} was opened")


def make_items(loaded: Any) -> list[Item]:
    def count(text: str) -> int:
        return len(loaded.tokenizer(text)["input_ids"])

    return make_needles([400], count, langs=("en",), kinds=("multikey",), num_questions=2)


def test_questions_share_a_reading_and_full_budget_equals_full(loaded: Any) -> None:
    items, evaluator = make_items(loaded), make_evaluator(loaded)
    everything = Setting("all", selection=SelectionConfig(budget=100_000))
    small = Setting("small", selection=SMALL)
    results = evaluator.run(items, [everything, small])
    assert [(r.setting, r.doc) for r in results.readings] == [(s, items[0].doc) for s in ("full", "all", "small")]
    assert len(results.items) == 3 * len(items)
    by_name = {s.setting: s for s in results.summaries()}
    assert by_name["all"].agreement == 1.0
    assert by_name["all"].kl == pytest.approx(0, abs=1e-6)
    assert by_name["small"].kl > 1e-5  # else the two checks above could not fail
    assert 0 < by_name["small"].coverage_lowest <= by_name["small"].coverage_mean < 1
    full = [r.reply for r in results.items if r.setting == "full"]
    assert [r.reply for r in results.items if r.setting == "all"] == full


def test_an_answer_equals_the_one_of_a_fresh_reading(loaded: Any) -> None:
    items = make_items(loaded)
    small = Setting("small", selection=SMALL)
    together = make_evaluator(loaded).run(items, [small]).items
    alone = make_evaluator(loaded).run(items[1:], [small]).items
    assert [r.reply for r in together if r.item_id == items[1].id] == [r.reply for r in alone]
    assert [r.kl for r in together if r.item_id == items[1].id] == pytest.approx([r.kl for r in alone], abs=1e-5)


def test_fidelity_is_kl_and_agreement() -> None:
    draw = torch.Generator().manual_seed(0)
    p, q = torch.randn(3, 50, generator=draw), torch.randn(3, 50, generator=draw)
    q[0] = p[0]
    agreement, kl = fidelity(keep_reference(list(p)), list(q))
    log_p, log_q = torch.log_softmax(p, -1), torch.log_softmax(q, -1)
    assert kl == pytest.approx(float((log_p.exp() * (log_p - log_q)).sum(-1).mean()), abs=1e-5)
    assert agreement == pytest.approx(float((p.argmax(-1) == q.argmax(-1)).float().mean()))


def test_cost_counts_anchors_and_picked_rows() -> None:
    everything = prefill_cost(SelectionConfig(budget=10**9), 65_536)
    assert everything.flops == pytest.approx(1)
    assert everything.bytes == pytest.approx(1)
    sparse = SelectionConfig(budget=2048, anchor_every=32, anchors="even")
    assert prefill_cost(sparse, 1 << 20).flops < 1 / 18 < prefill_cost(sparse, 131_072).flops < 1 / 8
    kept = SelectionConfig(budget=2048, anchor_every=32, anchors="even", full_layers=(0,))
    assert prefill_cost(kept, 1 << 20, num_layers=2).flops > 0.5
    assert prefill_cost(SelectionConfig(vote="mean-query"), 1 << 20).flops < 0.01


@contextmanager
def monkeypatched_threshold(value: float) -> Iterator[None]:
    """Whatever the rows say, this threshold is chosen."""
    with pytest.MonkeyPatch.context() as patch:
        row = ReuseRow(value, "all", 0.9, 0.0, 0.0)
        patch.setattr("tsel_core.evaluation.tune.choose_threshold", lambda rows: row)
        yield


def _content(score: float, kl: float) -> dict[str, Any]:
    item = ItemResult("careful", "1", "d", "any", "qa", "en", score, "", 1, 1, 0.0, kl, 1.0)
    return {"settings": [{"setting": "careful", "kl": kl}], "items": [{"setting": item.setting, "item_id": "1", "score": score}]}


def test_a_regression_is_lost_accuracy_or_a_higher_kl() -> None:
    assert regressions(_content(1.0, 0.011), _content(1.0, 0.010)) == []
    assert "accuracy 1.000 -> 0.000" in regressions(_content(0.0, 0.01), _content(1.0, 0.01))[0]
    assert "KL 0.0100 -> 0.0400" in regressions(_content(1.0, 0.04), _content(1.0, 0.01))[0]


def test_tuning_bisects_and_reads_full_attention_once(loaded: Any) -> None:
    evaluator, seen = make_evaluator(loaded), []
    items = make_items(loaded)
    best = tune(evaluator, items, 6000, Target(kl=1e9, agreement=0.0, kept=0.0), max_trials=3, on_trial=seen.append)
    assert best is not None
    assert best.setting.name == ladder(6000)[0].name  # any setting will do: the cheapest wins
    assert [r.setting for r in evaluator.results.readings].count("full") == 1
    assert tune(make_evaluator(loaded), items, 6000, Target(kl=-1.0), max_trials=3) is None


def test_a_ladder_rises_in_cost_and_holds_what_the_profiles_do() -> None:
    steps = [s for s in ladder(1 << 20) if s.prefill == "select"]
    costs = [prefill_cost(s.selection, 1 << 20).flops for s in steps]
    assert costs == sorted(costs)
    for name in ("fast", "careful"):
        assert replace(PROFILES[name].selection, reuse_threshold=1.0) in [s.selection for s in steps]


def test_a_reuse_threshold_is_kept_only_when_the_answers_still_meet_the_target(loaded: Any) -> None:
    evaluator, items = make_evaluator(loaded), make_items(loaded)
    evaluator.keep_answers = True
    setting = Setting("small", selection=SMALL)
    summary = evaluator.run(items, [setting]).summaries()[-1]
    before = Trial(setting, summary, 0.1, True)
    with monkeypatched_threshold(0.5):
        loose, rows = with_reuse(evaluator, items, before, Target(kl=1e9, agreement=0.0, kept=0.0))
        strict, _ = with_reuse(evaluator, items, before, Target(kl=-1.0))
    assert {r.threshold for r in rows} > {0.9}
    assert (loose.setting.selection.reuse_threshold, loose.summary.setting) == (0.5, "small-reuse")
    assert strict is before


def test_reuse_calibration_trades_hits_for_coverage(loaded: Any) -> None:
    engine = Engine(loaded, EngineConfig(attention="full", chunk_size=64), SMALL)
    ids = loaded.tokenizer(make_items(loaded)[0].text)["input_ids"]
    reading = engine.read(ids, len(ids), room=20)
    reading.decode_mode = "select"
    rows = calibrate_reuse(engine, reading, ids[:12], thresholds=(-1.0, 0.9, 1.0))
    by_kind = {(r.threshold, r.scope): r for r in rows}
    assert by_kind[1.0, "all"].hit_rate == 0
    assert by_kind[-1.0, "all"].hit_rate > 0.8  # all but the first step of a layer
    assert by_kind[-1.0, "all"].mean_loss >= 0
    assert by_kind[0.9, "each"].hit_rate <= by_kind[0.9, "all"].hit_rate
    assert choose_threshold(rows, max_loss=1.0) == by_kind[-1.0, "all"]
    assert choose_threshold([by_kind[1.0, "all"]]) is None
    assert engine.selection is SMALL
    assert all(s.observer is None for s in engine.runtime.selectors)


def test_answers_are_compared_by_their_facts() -> None:
    assert compare_answers("The fee is 1,200 euros.", "The fee is 1200 euros.", "").agree
    differing = compare_answers("The fee is 1,200 euros.", "The fee is 1,300 euros.", "")
    assert not differing.agree
    assert (differing.only_first, differing.only_second) == (("1,200 euros",), ("1,300 euros",))
    assert compare_answers("期限は二十日です。", "期限は20日です。", "").agree
    assert not compare_answers("The parties agreed.", "Nothing of that kind was ever written.", "").agree
    assert compare_answers("It costs 195万円.", "It costs ¥1,950,000.00.", "").agree


def test_verify_answers_a_second_time_with_the_other_attention(tmp_path: Path) -> None:
    from tsel_core.evaluation.runner import text_document
    from tsel_core.failsafe import verify
    from tsel_core.prompts.tasks import ask_task
    from tsel_core.session import Session

    session = Session(
        resolve_model(str(make_folder(tmp_path / "model"))),
        EngineConfig(attention="select", chunk_size=64, max_new_tokens=4),
        SMALL,
        trace_rows=False,
    )
    documents = [text_document("a.txt", "The fee is 620 euros.\n\n" * 40)]
    task = ask_task("What is the fee?")
    answer = session.answer("ask", documents, task)
    found = verify(session, answer, documents, task)
    assert found.first == answer.text.replace(" [1]", "")  # marks of citations are no part of it
    assert "full attention" in found.how
    assert session.engine.config.attention == "select"
    assert set(found.as_json()) == {"agree", "second_answer", "only_first", "only_second", "how"}


def test_a_probe_finds_no_error_at_full_budget_and_some_below(loaded: Any) -> None:
    from tests.quality.probe import capture, probe
    from tsel_kernels.backend import load_kernels

    engine = Engine(loaded, EngineConfig(attention="full", chunk_size=64))
    ids = loaded.tokenizer(make_items(loaded)[0].text)["input_ids"][:300]
    layers = capture(engine, ids)
    assert [layer.layer_idx for layer in layers] == [0, 1]  # of three: the last one does not select while reading
    assert layers[0].query.shape[0] == 300 - 256
    settings = [Setting("all", selection=SelectionConfig(budget=10_000)), Setting("small", selection=SMALL)]
    rows = probe(layers, settings, load_kernels("cpu"), ids)
    assert rows[0].worst_error < 1e-5 < rows[1].error


def test_a_benchmarks_prompt_is_what_stands_before_the_text_and_the_question(loaded: Any) -> None:
    item = Item("1", "d", "Which words?", ("x",), "any", "instruct", "en", "", "The text itself.", before="Look for words.")
    (prompt,) = make_evaluator(loaded)._prompts([item])
    read, asked = (loaded.tokenizer.decode(part) for part in (prompt.input_ids[: prompt.doc_end], prompt.input_ids[prompt.doc_end :]))
    assert read.index("Look for words.") < read.index("The text itself.")
    assert "Which words?" in asked
    assert "Which words?" not in read
    assert "Not found" not in read + asked  # a benchmark's task allows no refusal
    alone = replace(item, question="-", before="")
    assert "-" not in loaded.tokenizer.decode(make_evaluator(loaded)._prompts([alone])[0].input_ids).split("The text itself.")[1]
