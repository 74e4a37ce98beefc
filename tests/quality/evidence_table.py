"""Tables of a saved run of tests.quality.evidence_eval."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

Result = dict[str, Any]
SIGNS = ("words_share", "worded", "holds_alone", "mass", "heads_agree")


def tables(content: dict[str, Any]) -> str:
    """All tables: ways of answering, the chosen answers by confidence, finding the evidence, signs, judgements."""
    parts = [f"model {content['model']['name']} on {content['machine'].get('device', '')}; heads {content['heads']}"]
    for name, seen in (("documents that no rule was chosen on", False), ("documents that rules were chosen on", True)):
        mine: list[Result] = [r for r in content["results"] if r.get("seen", False) is seen and scorable(r)]
        if mine:
            parts += [f"== {name}: {len(mine)} questions", ways(mine), chosen(mine), located(mine), signs(mine)]
            parts += [judged(mine), seconds(mine)]
    return "\n\n".join(parts)


def scorable(result: Result) -> bool:
    """Whether the scorer can tell: free answers in English are not compared by words."""
    return is_absent(result) or result["match"] != "judge" or result["lang"] != "en"


def is_absent(result: Result) -> bool:
    """Whether nothing is to be found."""
    return bool(result["asked"] == "moved" or result["match"] == "abstain")


def group_of(result: Result) -> str:
    """Where a question belongs in the tables."""
    if is_absent(result):
        return f"absent {result['lang']}"
    kind = result["question_kind"] if result["question_kind"] in ("yesno", "truth") else "answer"
    return f"{kind} {result['lang']}"


def ways(results: Sequence[Result]) -> str:
    """Share of right answers by way and group; false refusals; absent questions that were answered."""
    names = list(results[0]["replies"]) if results else []
    groups = sorted({group_of(r) for r in results})
    counts = {g: sum(group_of(r) == g for r in results) for g in groups}
    lines = ["right by way (present ones: judge matches count from 0.5; absent ones: refused)"]
    lines.append(f"{'way':<14}" + "".join(f"{g + ' ' + str(counts[g]):>16}" for g in groups) + f"{'false refusals':>16}")
    for name in [*names, "chosen"]:
        scores = [f"{_mean(_right(r, name) for r in results if group_of(r) == g):16.3f}" for g in groups]
        refused = _mean(float(_refused(r, name)) for r in results if not is_absent(r) and group_of(r)[:3] == "ans")
        lines.append(f"{name:<14}" + "".join(scores) + f"{refused:16.3f}")
    return "\n".join(lines)


def chosen(results: Sequence[Result]) -> str:
    """The chosen answers: right, right and confident, wrong and unmarked."""
    lines = [f"{'chosen':<12}{'n':>5}{'right':>8}{'confident':>11}{'of these right':>16}{'wrong unmarked':>16}{'unsure right':>14}{'false refusals':>16}"]
    for group in [*sorted({group_of(r) for r in results}), "all"]:
        mine = [r for r in results if group in (group_of(r), "all")]
        sure = [r for r in mine if r["chosen"]["confidence"] == "confident"]
        unsure = [r for r in mine if r["chosen"]["confidence"] != "confident"]
        wrong = sum(1 - _right(r, "chosen") for r in sure)
        present = [float(_refused(r, "chosen") and not said_no(r)) for r in mine if not is_absent(r)]
        lines.append(
            f"{group:<12}{len(mine):5}{_mean(_right(r, 'chosen') for r in mine):8.3f}{len(sure) / max(1, len(mine)):11.3f}"
            f"{_mean(_right(r, 'chosen') for r in sure):16.3f}{wrong / max(1, len(mine)):16.3f}"
            f"{_mean(_right(r, 'chosen') for r in unsure):14.3f}{_mean(present):16.3f}"
        )
    lines.append("why: " + "; ".join(_whys(results)))
    pairs = [("one", "alone/both"), ("one", "last/both")]
    present = [r for r in results if group_of(r)[:3] == "ans"]
    for left, right in pairs:
        if present and right in present[0]["replies"]:
            same = [r for r in present if r["agree"][right]]
            lines.append(
                f"{left} agrees with {right}: {len(same)} of {len(present)}, right {_mean(_right(r, left) for r in same):.3f}; "
                f"where not {_mean(_right(r, right) for r in present if not r['agree'][right]):.3f} ({right})"
            )
    return "\n".join(lines)


def _whys(results: Sequence[Result]) -> Iterable[str]:
    for why in sorted({r["chosen"]["why"] + "/" + r["chosen"]["confidence"] for r in results}):
        mine = [r for r in results if r["chosen"]["why"] + "/" + r["chosen"]["confidence"] == why]
        yield f"{why} {sum(_right(r, 'chosen') for r in mine):.0f} of {len(mine)}"


def located(results: Sequence[Result]) -> str:
    """How often the shown evidence holds the gold span, and its rank."""
    lines = [f"{'located by':<12}{'n':>5}{'shown':>8}{'@1':>8}{'@3':>8}{'@5':>8}"]
    for name in results[0]["located"] if results else ():
        mine = [r["located"][name] for r in results if r["asked"] == "own" and r["located"].get(name, {}).get("found") is not None]
        ranks = [m["rank"] if m["rank"] is not None else 99 for m in mine]
        within = "".join(f"{_mean(float(r < k) for r in ranks):8.3f}" for k in (1, 3, 5))
        lines.append(f"{name:<12}{len(mine):5}{_mean(float(m['found']) for m in mine):8.3f}{within}")
    return "\n".join(lines)


def signs(results: Sequence[Result]) -> str:
    """Area under the curve of each sign: answerable questions against questions of other documents, and absent facts."""
    present = [r for r in results if not is_absent(r)]
    moved = [r for r in results if r["asked"] == "moved"]
    absent = [r for r in results if r["asked"] == "own" and r["match"] == "abstain"]
    lines = [f"{'sign':<14}{'against moved':>14}{'against absent':>16}"]
    pick: dict[str, Callable[[Result], float]] = {
        name: (lambda r, n=name: r["signs"][n]) for name in SIGNS if results and name in results[0]["signs"]
    }
    pick["strength"] = lambda r: r["chosen"]["signs"]["strength"]
    for name, value in pick.items():
        lines.append(f"{name:<14}{_area(present, moved, value):14.3f}{_area(present, absent, value):16.3f}")
    return "\n".join(lines)


def judged(results: Sequence[Result]) -> str:
    """Yes/no and truth questions: how often the likeliest option is right, by way."""
    mine = [r for r in results if r["judged"] and r["asked"] == "own"]
    lines = [f"judged questions: {len(mine)}"]
    for kind in ("yesno", "truth"):
        part = [r for r in mine if r["question_kind"] == kind]
        plain, lifted = (_mean(float(f(r, "alone") in _gold(r)) for r in part) for f in (_option, _above_prior))
        lines.append(f"{kind} {len(part)}: likeliest option {plain:.3f}, the option that the evidence raised most {lifted:.3f}")
    return "\n".join(lines)


def said_no(result: Result) -> bool:
    """Whether No is the right answer: that nothing is found says so too."""
    return bool({a.casefold() for a in result["answers"]} & {"no", "false", "いいえ"}) and result["question_kind"] == "yesno"


def _option(result: Result, way: str) -> int:
    shares = result["judged"][way]
    return int(max(range(len(shares)), key=lambda i: shares[i]))


def _above_prior(result: Result, way: str) -> int:
    """The option whose probability the evidence raised most."""
    shares, prior = result["judged"][way], result["judged"]["prior"]
    return int(max(range(len(shares)), key=lambda i: shares[i] / max(prior[i], 1e-9)))


def _gold(result: Result) -> set[int]:
    """Indices of the options that are right."""
    answers = {a.casefold() for a in result["answers"]}
    if result["match"] == "abstain":
        return {2} if result["question_kind"] == "truth" else {1}
    if answers & {"yes", "true", "はい"}:
        return {0}
    if answers & {"no", "false", "いいえ"}:
        return {1}
    return {0, 1}


def seconds(results: Sequence[Result]) -> str:
    """Mean seconds of each way."""
    names = list(results[0]["seconds"]) if results else []
    return "seconds a question: " + ", ".join(f"{n} {_mean(r['seconds'].get(n, 0.0) for r in results):.2f}" for n in names)


def _right(result: Result, name: str) -> float:
    found = result["chosen"] if name == "chosen" else result["replies"].get(name)
    return 0.0 if found is None else float(found["score"] >= 0.5)


def _refused(result: Result, name: str) -> bool:
    from tsel_core.text.refusal import is_refusal

    if name == "chosen":
        return is_refusal(result["chosen"]["text"])
    return bool(result["replies"].get(name, {}).get("refused"))


def _area(present: Sequence[Result], others: Sequence[Result], value: Callable[[Result], float]) -> float:
    pairs = [(value(p), value(o)) for p in present for o in others]
    return _mean(float(a > b) + 0.5 * float(a == b) for a, b in pairs)


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found) if found else float("nan")
