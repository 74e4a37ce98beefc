"""tsel tune FILE...: the fastest attention setting that keeps a fidelity target on these documents."""

from __future__ import annotations

import json as jsonlib
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tsel_cli.commands.eval import make_evaluator
from tsel_cli.console import print_out
from tsel_cli.job import document_lang, open_session, read_files
from tsel_cli.job_options import JobOptions
from tsel_cli.options import Files
from tsel_cli.shared import with_job_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tsel_core.evaluation.results import ItemResult
    from tsel_core.evaluation.reuse import ReuseRow
    from tsel_core.evaluation.share import SharedPicks
    from tsel_core.evaluation.tune import Trial
    from tsel_core.session import Session
    from tsel_core.settings import Setting


@with_job_options(max_new_tokens=48)
def tune(
    files: Files,
    options: JobOptions,
    name: Annotated[str, typer.Option("--name", help="Name of the profile that is saved.")] = "tuned",
    kl: Annotated[float, typer.Option("--kl", min=0.0, help="Highest KL from full attention (nats).")] = 0.03,
    agreement: Annotated[
        float, typer.Option("--agreement", min=0.0, max=1.0, help="Least share of equal greedy tokens.")
    ] = 0.9,
    questions: Annotated[
        str | None, typer.Option("--questions", help="Questions with known answers on these files (JSONL).")
    ] = None,
    trials: Annotated[int, typer.Option("--trials", min=1, help="Most settings to try.")] = 4,
    share_picks: Annotated[
        bool,
        typer.Option(
            "--share-picks",
            help="Let layers take the pick of the layer before where KL allows it: a reading of a made document "
            "a layer.",
        ),
    ] = False,
) -> int:
    """Search for the fastest setting that answers like full attention, and save it as a profile."""
    from tsel_core.evaluation.advice import tune_advice
    from tsel_core.evaluation.items import load_items
    from tsel_core.evaluation.tune import Target, tune, tuning_items, with_reuse
    from tsel_core.settings import Setting, check_name, save_profile, tokenizer_sha256

    check_name(name)
    console = options.console()
    documents, seconds = read_files(replace(options, files=tuple(files)), console)
    items = load_items(questions) if questions else []
    session = open_session(options, console, seconds)
    session.trace_rows = False
    if not questions:
        items = tuning_items([d.path for d in documents], document_lang(options, documents))
    lengths = [len(session.tokenizer("\n".join(u.text for u in d.units))["input_ids"]) for d in documents]
    evaluator = make_evaluator(session, options)

    def say(trial: Trial) -> None:
        verdict = "keeps" if trial.met else "misses"
        console.note(
            f"{trial.setting.name}: KL {trial.summary.kl:.4f}, agreement {trial.summary.agreement:.1%}, "
            f"counted cost {trial.cost:.2f} of full: {verdict} the target"
        )

    target = Target(kl, agreement)
    best = tune(evaluator, items, max(lengths), target, max_trials=trials, on_trial=say)
    if best is None:
        console.warn("no setting kept the target on these documents: use --attention full")
        content: dict[str, Any] = {"met": False, "profile": None, "recommendation": tune_advice(name, None)}
        return _finish(options, content, "no profile was saved", evaluator.results.items)
    best, rows = with_reuse(evaluator, items, best, target)
    measured = _measured(best, rows, max(lengths))
    setting, info = best.setting, session.info
    if share_picks and setting.prefill == "select":
        shared = _share(session, options, setting, max(lengths), kl)
        measured["shared"] = {**asdict(shared), "num_layers": shared.num_sharing, "used": shared.pays}
        if shared.pays:
            setting = replace(setting, selection=replace(setting.selection, shared_picks=shared.plan))
    profile = Setting(
        name, setting.prefill, setting.decode, setting.selection, info.sha256, tokenizer_sha256(info.path), measured
    )
    path = save_profile(profile)
    content = {
        "met": True,
        "profile": profile.saved(),
        "path": str(path),
        "recommendation": tune_advice(name, best),
    }
    shown = [i for i in evaluator.results.items if i.setting in ("full", best.setting.name)]
    return _finish(options, content, f"saved {path}", shown)


def _share(session: Session, options: JobOptions, setting: Setting, num_tokens: int, bound: float) -> SharedPicks:
    """Which layers share picks on a made document as long as the longest file, and what a person is told of it."""
    from tsel_core.evaluation.share import share_items, share_picks

    console = options.console()

    def count(text: str) -> int:
        return len(session.tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"])

    items = share_items(num_tokens, count, "ja" if options.lang == "ja" else "en")
    evaluator = make_evaluator(session, replace(options, quiet=True))
    found = share_picks(evaluator, items, setting, session.info.num_layers, bound, console.note)
    told = (
        f"{found.num_sharing} layers take the pick of the layer before: KL {found.kl:.4f} ({found.kl_alone:.4f} "
        f"without), attention {found.attention_s:.1f} s ({found.attention_s_alone:.1f} s without)"
    )
    if not found.pays:
        told = "no picks are shared: no pair of layers keeps the KL" if not found.plan else f"not used: {told}"
    console.note(told)
    return found


def _measured(best: Trial, rows: Sequence[ReuseRow], num_tokens: int) -> dict[str, Any]:
    """What is kept in the profile of how it was found."""
    return {
        "kl": best.summary.kl,
        "agreement": best.summary.agreement,
        "cost": best.cost,
        "num_tokens": num_tokens,
        "num_items": best.summary.num_items,
        "reuse": [asdict(r) for r in rows],
    }


def _finish(options: JobOptions, content: dict[str, Any], sentence: str, answers: Sequence[ItemResult]) -> int:
    if options.output == "json":
        print(jsonlib.dumps({"schema_version": 1, "command": "tune", **content}, ensure_ascii=False, indent=2))
    else:
        from tsel_cli.render.eval.answers import print_answers

        print_answers(answers)
        print_out(sentence)
        print_out(content["recommendation"])
    return 0 if content["met"] else 1
