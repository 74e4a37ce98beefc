"""Which layers can attend to the pick of the layer before them: pairs found greedily by KL on generated documents."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from tsel_core.evaluation.items import Item
from tsel_core.evaluation.needles import MIXED, CountTokens, make_needles
from tsel_core.evaluation.results import Results, Summary
from tsel_core.evaluation.runner import Evaluator
from tsel_core.evaluation.tune import QUESTIONS
from tsel_core.settings import Setting
from tsel_core.text.language import Lang

OnTry = Callable[[str], None]
_TURNS = 2  # readings of each way whose attention is timed, by turns; the quickest counts


@dataclass(frozen=True, slots=True)
class SharedPicks:
    """A plan (SelectionConfig.shared_picks), KL from full attention and seconds of attention with it and without.

    The plan is () where no pair keeps the bound.
    """

    plan: tuple[int, ...]
    kl: float
    kl_alone: float
    attention_s: float
    attention_s_alone: float

    @property
    def num_sharing(self) -> int:
        """Layers that take another one's pick."""
        return sum(of != layer for layer, of in enumerate(self.plan))

    @property
    def pays(self) -> bool:
        """Whether it takes less time."""
        return bool(self.plan) and self.attention_s < self.attention_s_alone


def share_items(num_tokens: int, count: CountTokens, lang: Lang) -> list[Item]:
    """Open questions on one made document of about so many tokens.

    They are asked without the words by which a question may be refused: a small model refuses whatever it has read, and
    the KL of a refusal says nothing.
    """
    text = make_needles([num_tokens], count, langs=(lang,), kinds=(MIXED,))[0].text
    return [
        Item(f"share#{i}", "made document", question, (question,), "judge", "instruct", lang, text=text)
        for i, question in enumerate(QUESTIONS[lang])
    ]


def share_picks(
    evaluator: Evaluator,
    items: Sequence[Item],
    setting: Setting,
    num_layers: int,
    bound: float,
    on_try: OnTry = lambda sentence: None,
) -> SharedPicks:
    """The most pairs of layers that may share a pick with the KL (nats) of all together at most `bound`.

    Every pair is tried alone (a reading each), the harmless ones are taken first, no layer twice, and how many of them
    together keep the bound is bisected. First and last layer always pick for themselves.
    """
    evaluator.keep_answers = True

    def tried(plan: tuple[int, ...]) -> Summary:
        selection = replace(setting.selection, shared_picks=plan)
        evaluator.results = Results()
        evaluator.run(items, [replace(setting, name="tried", selection=selection)])
        return next(s for s in evaluator.results.summaries() if s.setting == "tried")

    alone = tried(())
    if not alone.num_selecting:
        on_try("nothing was picked: the documents are too short to tell what layers may share")
        return _not_shared(alone)
    harm = {}
    for layer in range(1, num_layers - 1):
        harm[layer] = _kl(tried(plan_of([layer], num_layers)))
        on_try(f"layer {layer} with the pick of layer {layer - 1}: KL {harm[layer]:.4f}, {_kl(alone):.4f} without")
    order = disjoint(sorted(harm, key=lambda layer: harm[layer]))
    low, high = 1, len(order)
    best: tuple[tuple[int, ...], float] | None = None
    while low <= high:
        num = (low + high) // 2
        plan = plan_of(order[:num], num_layers)
        kl = _kl(tried(plan))
        on_try(f"{num} layers with the pick of the layer before: KL {kl:.4f}")
        if kl <= bound:
            best, low = (plan, kl), num + 1
        else:
            high = num - 1
    if best is None:
        return _not_shared(alone)
    times = [(tried(best[0]).attention_s, tried(()).attention_s) for _ in range(_TURNS)]
    return SharedPicks(best[0], best[1], _kl(alone), min(t[0] for t in times), min(t[1] for t in times))


def _kl(found: Summary) -> float:
    """Of a run in which nothing could be compared: infinite."""
    return math.inf if found.kl is None else found.kl


def _not_shared(alone: Summary) -> SharedPicks:
    return SharedPicks((), _kl(alone), _kl(alone), alone.attention_s, alone.attention_s)


def plan_of(layers: Iterable[int], num_layers: int) -> tuple[int, ...]:
    """The plan in which each of `layers` takes the pick of the one before it."""
    sharing = set(layers)
    return tuple(layer - (layer in sharing) for layer in range(num_layers))


def disjoint(layers: Iterable[int]) -> list[int]:
    """Those of `layers`, in their order, whose neighbours do not share already: pairs, no longer rows."""
    taken: list[int] = []
    for layer in layers:
        if layer - 1 not in taken and layer + 1 not in taken:
            taken.append(layer)
    return taken
