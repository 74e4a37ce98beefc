"""An evaluation against an earlier one: what got worse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tsel_core.errors import UsageError

_KL_SLACK, _KL_FACTOR = 0.005, 1.25


def regressions(now: Mapping[str, Any], before: Mapping[str, Any], tolerance: float = 0.02) -> list[str]:
    """Sentences about every setting of `before` that is worse in `now` (both as Results.as_json gives them).

    Worse: accuracy lower by more than `tolerance` on the items that both hold; KL higher by a quarter and 0.005;
    a setting that is missing. Raises UsageError when the earlier file is not an evaluation or no item is shared.
    """
    try:
        earlier = {s["setting"]: s for s in before["settings"]}
        old_items = _scores(before)
    except (KeyError, TypeError) as error:
        raise UsageError(f"the baseline is not an evaluation: {error!r} is missing", "pass a file of --json") from error
    current, new_items = {s["setting"]: s for s in now["settings"]}, _scores(now)
    found, compared = [], False
    for name, old in earlier.items():
        if name not in current:
            found.append(f"{name}: not measured now")
            continue
        shared = sorted(set(old_items.get(name, {})) & set(new_items.get(name, {})))
        if not shared:
            continue
        compared = True
        was = sum(old_items[name][i] for i in shared) / len(shared)
        is_now = sum(new_items[name][i] for i in shared) / len(shared)
        if is_now < was - tolerance:
            lost = [i for i in shared if new_items[name][i] < old_items[name][i]]
            worse = ", ".join(lost[:5])
            found.append(f"{name}: accuracy {was:.3f} -> {is_now:.3f} on {len(shared)} items (worse: {worse})")
        old_kl, new_kl = old.get("kl"), current[name].get("kl")
        if old_kl is not None and new_kl is not None and new_kl > max(old_kl * _KL_FACTOR, old_kl + _KL_SLACK):
            found.append(f"{name}: KL {old_kl:.4f} -> {new_kl:.4f}")
    if not compared:
        raise UsageError("the baseline shares no item and setting with this evaluation", "evaluate the same questions")
    return found


def _scores(content: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for item in content["items"]:
        found.setdefault(item["setting"], {})[item["item_id"]] = float(item["score"])
    return found
