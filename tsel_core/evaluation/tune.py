"""Find the fastest setting that keeps a fidelity target on the user's own documents and model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tsel_core.config import SelectionConfig
from tsel_core.evaluation.items import Item
from tsel_core.evaluation.results import Summary
from tsel_core.evaluation.reuse import ReuseRow, choose_threshold
from tsel_core.evaluation.runner import Evaluator
from tsel_core.selection.cost import prefill_cost
from tsel_core.settings import Setting
from tsel_core.text.language import Lang

OnTrial = Callable[["Trial"], None]

QUESTIONS: dict[Lang, tuple[str, ...]] = {
    "en": (
        "What is this document about, and who is involved?",
        "Which dates, amounts and numbers does it give, and what for?",
        "What was decided or agreed, and by whom?",
    ),
    "ja": (
        "この文書は何についてのもので、誰が関わっていますか。",
        "どのような日付・金額・数値が書かれていますか。",
        "何が決定または合意されましたか。",
    ),
}


@dataclass(frozen=True, slots=True)
class Target:
    """What a setting must keep against full attention: KL in nats at most, share of equal greedy tokens at least."""

    kl: float = 0.03
    agreement: float = 0.9
    kept: float = 0.95

    def met_by(self, summary: Summary) -> bool:
        """Whether a setting meets it; answers count where the questions have known ones."""
        if summary.kl is None or summary.agreement is None:
            return False
        kept = summary.kept is None or summary.kept >= self.kept
        return summary.kl <= self.kl and summary.agreement >= self.agreement and kept


@dataclass(frozen=True)
class Trial:
    """A setting that was tried: its summary, its counted cost at the documents' length, whether it met the target."""

    setting: Setting
    summary: Summary
    cost: float
    met: bool


def tuning_items(paths: Sequence[str], lang: Lang) -> list[Item]:
    """Three open questions on each file: fidelity to full attention needs no known answers (match "judge")."""
    return [
        Item(f"{path}#{i}", path, question, (question,), "judge", "qa", lang)
        for path in paths
        for i, question in enumerate(QUESTIONS[lang])
    ]


def ladder(num_tokens: int) -> list[Setting]:
    """Candidates from the cheapest to the most careful for documents of about `num_tokens`, with fresh picks.

    The third and fourth read as the profiles fast and careful do. Budgets that a document's candidates would not
    outnumber are left out: they are full attention.
    """
    steps = [(64, 512), (64, 1024), (64, 2048), (64, 4096), (32, 4096), (16, 4096), (16, 8192)]
    found = []
    for anchor_every, budget in steps:
        config = SelectionConfig(budget=budget, anchor_every=anchor_every, reuse_threshold=1.0)
        if budget + config.num_local + config.num_sink < num_tokens:
            found.append(Setting(f"g{anchor_every}-k{budget}", "select", "select", config))
    return [*found, Setting("decode-only", "full", "select", SelectionConfig(reuse_threshold=1.0))]


def tune(
    evaluator: Evaluator,
    items: Sequence[Item],
    num_tokens: int,
    target: Target,
    *,
    max_trials: int = 5,
    on_trial: OnTrial = lambda trial: None,
) -> Trial | None:
    """Bisect the ladder for the cheapest setting that meets the target; None when not even the last one does.

    Full attention is read once; each trial reads the documents once more. At most `max_trials` trials.
    """
    candidates, evaluator.keep_answers = ladder(num_tokens), True
    low, high, best = 0, len(candidates) - 1, None
    for _ in range(max_trials):
        if low > high:
            break
        middle = (low + high) // 2
        setting = candidates[middle]
        evaluator.run(items, [setting])
        summary = next(s for s in evaluator.results.summaries() if s.setting == setting.name)
        cost = prefill_cost(setting.selection, num_tokens).flops if setting.prefill == "select" else 1.0
        trial = Trial(setting, summary, cost, target.met_by(summary))
        on_trial(trial)
        if trial.met:
            best, high = trial, middle - 1
        else:
            low = middle + 1
    return best


def with_reuse(
    evaluator: Evaluator, items: Sequence[Item], trial: Trial, target: Target
) -> tuple[Trial, list[ReuseRow]]:
    """The trial with the reuse threshold that its own decode steps allow, if the answers still meet the target with it.

    Otherwise the trial as it was (fresh picks). The rows are what every threshold saves and loses on the first item.
    """
    rows = evaluator.reuse_rows(trial.setting, items[0])
    chosen = choose_threshold(rows)
    if chosen is None:
        return trial, rows
    selection = replace(trial.setting.selection, reuse_threshold=chosen.threshold, reuse_scope=chosen.scope)
    setting = replace(trial.setting, name=f"{trial.setting.name}-reuse", selection=selection)
    evaluator.run(items, [setting])
    summary = next(s for s in evaluator.results.summaries() if s.setting == setting.name)
    met = target.met_by(summary)
    return (Trial(setting, summary, trial.cost, met) if met else trial), rows
