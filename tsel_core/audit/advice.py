"""One sentence at the end of what the log says: what to do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tsel_core.audit.stats import Tally

_MANY = 0.2  # share of answers that are marked, or not found


def list_advice(runs: Sequence[Mapping[str, Any]]) -> str:
    """About runs, newest first: the first that stands out."""
    for run in runs:
        record = run["record"]
        code = record.get("exit_code") or 0
        if code or record.get("num_invented_quotes"):
            what = f"exit {code}" if code else "a quote was removed"
            return f"Recommendation: look at run {run['id']} ({what}): tsel log show {run['id']}"
    return "Recommendation: nothing stands out in these runs." if runs else ""


def stats_advice(total: Tally) -> str:
    """About all runs together."""
    num, failed = total.num_runs, sum(n for code, n in total.exit_codes.items() if code)
    if not num:
        return ""
    if total.num_failed_citations:
        return (
            f"Recommendation: look at the runs with failed quotes, {total.num_failed_citations} in all (tsel log list)."
        )
    if total.num_weak > _MANY * num:
        return f"Recommendation: try --effort high or a larger model, as {total.num_weak} of {num} answers were marked."
    if failed > _MANY * num:
        return f"Recommendation: look at the {failed} of {num} runs that ended with an error code (tsel log list)."
    return "Recommendation: nothing stands out in these runs."
