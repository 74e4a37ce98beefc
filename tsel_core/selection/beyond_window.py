"""Reading past the trained window: un-rotated keys, picks at compact positions.

Up to the trained window everything is as it always is: true positions, full or selecting. A later query is scored
against all rows by a rule that keeps distances in the window (tsel_core.kv.rope_distances); it then attends to sinks,
picked rows, local window and its own block, which are rotated to their ranks in this list: sinks first, the window
last, nothing farther apart than trained. Source: TokenSelect, arXiv:2411.02886, section on length extrapolation.
The question's tail cannot attend to everything here: it picks rows too, a few tokens at a time, all of them voting.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from tsel_core.config import SelectionConfig
from tsel_core.errors import DoesNotFit
from tsel_core.kv.rope_distances import Distances
from tsel_core.selection.compact import room_for_picks


@dataclass(frozen=True)
class BeyondWindow:
    """How a cache of un-rotated keys is attended to. With `every_row` queries attend to all rows by the rule."""

    distances: Distances
    every_row: bool = False

    def true_rows(self, decoding: bool) -> int:
        """Most rows over which attention is at true positions.

        The window, while a prompt is read; half of it for written tokens that pick rows, so that an answer which leaves
        the window is written in one way from its first token on.
        """
        return self.distances.window // (2 if decoding and not self.every_row else 1)

    def reason(self, num_tokens: int) -> str:
        """For the receipt."""
        return (
            f"{num_tokens:,} tokens, past the trained window of {self.distances.window:,}: "
            f"{'every row' if self.every_row else 'picked rows at compact positions'}, {self.distances.rule} distances"
        )

    def as_json(self) -> dict[str, Any]:
        """For the JSON and the identity of kept readings: tokens, rule, positions of the rows attended to."""
        positions = self.distances.rule if self.every_row else "compact"
        return {**asdict(self.distances), "positions": positions}


def has_room(cfg: SelectionConfig, window: int) -> bool:
    """Whether sinks, local window and a block leave rows of the trained window to a pick."""
    return room_for_picks(cfg, window) >= 1


def check_room(cfg: SelectionConfig, window: int) -> None:
    """Raise DoesNotFit when sinks, local window and a block leave no row of the trained window to a pick."""
    if not has_room(cfg, window):
        raise DoesNotFit(
            f"{cfg.num_sink} sinks, a local window of {cfg.num_local} and blocks of {cfg.block_size} tokens leave "
            f"nothing of the trained window of {window:,} to selected rows",
            "use smaller num_sink, num_local or block_size",
        )


def beyond_window(info: Any, config: SelectionConfig, known: bool, every_row: bool) -> BeyondWindow:
    """The mode for a model; rows farther away than a quarter of its trained window count as far.

    `info` is the model's ModelInfo, `known` whether the lean forward pass runs it. Raises DoesNotFit.
    """
    window = int(info.trained_window)
    if not known:
        raise DoesNotFit(
            f"model type {getattr(info, 'model_type', 'unknown')} cannot be read past its trained window of {window:,}",
            "use a Llama, Qwen2, Qwen3, Mistral or Phi-3 type model without sliding layers, or --pages",
        )
    check_room(config, window)
    return BeyondWindow(Distances(config.distance_rule, window, max(1, window // 4)), every_row)
