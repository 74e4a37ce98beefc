"""Pairs of layers that may share a pick: harmless ones first, no layer twice, all together within the bound."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from tsel_core.evaluation.items import Item
from tsel_core.evaluation.results import ItemResult, ReadingResult, Results
from tsel_core.evaluation.share import SharedPicks, disjoint, plan_of, share_items, share_picks
from tsel_core.settings import Setting

ITEM = Item("1", "d", "What?", ("x",), text="A text.")
HARM = {1: 0.004, 2: 0.001, 3: 0.002, 4: 0.02, 5: 0.003}


@dataclass
class Played:
    """An evaluator whose KL is 0.002 and what each sharing layer adds."""

    seconds_a_pick: float = 1.0
    selects: bool = True
    keep_answers: bool = False
    results: Results = field(default_factory=Results)
    plans: list[tuple[int, ...]] = field(default_factory=list)

    def run(self, items: Any, settings: list[Setting]) -> None:
        (setting,) = settings
        plan = setting.selection.shared_picks
        self.plans.append(plan)
        sharing = [layer for layer, of in enumerate(plan) if of != layer]
        kl = 0.002 + sum(HARM[layer] for layer in sharing)
        self.results.items.append(ItemResult(setting.name, "1", "d", "any", "qa", "en", 1.0, "", 9, 1, 0.0, kl=kl))
        seconds = 10 - self.seconds_a_pick * len(sharing)
        self.results.readings.append(ReadingResult(setting.name, "d", 9, seconds, seconds, None, None, None, selected=self.selects))


def found(bound: float, **changes: Any) -> tuple[SharedPicks, Played]:
    played = Played(**changes)
    return share_picks(played, [ITEM], Setting("fast"), 7, bound), played  # type: ignore[arg-type]


def test_harmless_pairs_are_taken_first_and_all_together_keep_the_bound() -> None:
    one, played = found(0.0041)
    assert (one.plan, one.num_sharing) == ((0, 1, 1, 3, 4, 5, 6), 1)
    assert played.keep_answers  # full attention is read once
    two, _ = found(0.0065)
    assert two.plan == (0, 1, 1, 3, 4, 4, 6)  # layer 3 would make a row of three with layer 2
    assert two.kl == pytest.approx(0.006)
    assert two.kl_alone == pytest.approx(0.002)
    assert two.pays
    assert (two.attention_s, two.attention_s_alone) == (8, 10)


def test_first_and_last_layer_are_never_tried() -> None:
    _, played = found(1.0)
    assert {plan[0] for plan in played.plans if plan} == {0}
    assert {plan[-1] for plan in played.plans if plan} == {6}


def test_without_a_pair_within_the_bound_there_is_no_plan_and_without_a_gain_none_is_used() -> None:
    none, _ = found(0.002)
    assert (none.plan, none.pays, none.kl) == ((), False, pytest.approx(0.002))
    slow, _ = found(1.0, seconds_a_pick=-0.5)
    assert slow.plan
    assert not slow.pays


def test_pairs_do_not_grow_into_rows() -> None:
    assert disjoint([4, 3, 5, 1, 2]) == [4, 1]
    assert plan_of([1, 4], 6) == (0, 0, 2, 3, 3, 5)


def test_made_questions_share_a_document_and_allow_no_refusal() -> None:
    items = share_items(600, lambda text: len(text.split()), "en")
    assert len({(i.doc, i.text) for i in items}) == 1
    assert {i.task for i in items} == {"instruct"}
    assert 400 < len((items[0].text or "").split()) <= 600


def test_where_nothing_is_picked_nothing_is_tried() -> None:
    told: list[str] = []
    played = Played(selects=False)
    shared = share_picks(played, [ITEM], Setting("fast"), 7, 1.0, told.append)  # type: ignore[arg-type]
    assert (shared.plan, len(played.plans)) == ((), 1)
    assert told == ["nothing was picked: the documents are too short to tell what layers may share"]
