"""A rule that an installed package brings: rows are picked by its scores instead of by votes.

A rule (entry point `tsel.selection`, docs/dev/plugins.md) changes the order alone: how many rows a pick may hold, which
of them are candidates, and what is measured of a pick stay ours.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from tsel_core.errors import TselError, UsageError
from tsel_core.plugins import Asked, Scorer, find, names, version_of

_MOST = 64.0  # larger scores are scaled: the kernels of a GPU rank by steps of a float, up to about this


@dataclass(frozen=True, slots=True)
class PickRule:
    """A plugin's rule under its name."""

    name: str
    score: Scorer

    def scores(self, votes: Tensor, asked: Asked) -> Tensor:
        """Scores of the shape of votes [B, groups, N]. Raises TselError where the rule gives anything else."""
        hint = f"update the package that brings the pick rule {self.name}, or read without it"
        try:
            found = self.score(votes.float().clone(), asked)
        except Exception as error:
            why = f"{type(error).__name__}: {str(error)[:160]}"
            raise TselError(f"the pick rule {self.name} failed: {why}", hint) from error
        if not isinstance(found, Tensor) or found.shape != votes.shape or not found.is_floating_point():
            raise TselError(f"the pick rule {self.name} gave no scores of the votes' shape", hint)
        low, high = (float(value) for value in found.aminmax())
        if not 0 <= low <= high < float("inf"):  # a NaN is neither
            raise TselError(f"the pick rule {self.name} gave scores that are below 0 or no numbers", hint)
        return found.to(votes.device) * min(1.0, _MOST / max(high, _MOST))


def load_rule(name: str) -> PickRule | None:
    """The rule of that name, None for "". Raises UsageError where no package brings it or it cannot be loaded."""
    if not name:
        return None
    found = find("tsel.selection", name)
    if found is None:
        known = ", ".join(names("tsel.selection")) or "none"
        raise UsageError(f"no installed package brings the pick rule {name!r}", f"rules that are installed: {known}")
    if not callable(found):
        raise UsageError(f"the pick rule {name!r} is no function", "update the package that brings it, or uninstall it")
    return PickRule(name, found)


def identity_of(name: str) -> str:
    """What a kept reading must know of the rule that picked for it: its place and the version of its package."""
    return version_of("tsel.selection", name) if name else ""
