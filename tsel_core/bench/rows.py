"""What `tsel bench` measured of one setting on one prompt."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class BenchRow:
    """One setting on one prompt. Seconds, tokens, bytes; shares in 0..1; None where it does not apply.

    `decode_attention_s` is what attention and selection take of one written token. `decode_repeats` holds every run
    behind a median of `decode_tokens_per_s`.
    """

    setting: str
    num_tokens: int
    prefill_s: float | None = None
    prefill_tokens_per_s: float | None = None
    prefill_attention_s: float | None = None
    prefill_selection_s: float | None = None
    attention_share: float | None = None
    decode_tokens_per_s: float | None = None
    decode_attention_s: float | None = None
    decode_repeats: tuple[float, ...] = ()
    peak_memory_bytes: int | None = None
    coverage_mean: float | None = None
    coverage_lowest: float | None = None
    selection_cache_hit_rate: float | None = None
    agreement: float | None = None
    kl: float | None = None
    answer: str = ""
    answer_ids: tuple[int, ...] = field(default=(), repr=False)

    def as_json(self) -> dict[str, Any]:
        """Plain values for --json."""
        return {k: v for k, v in asdict(self).items() if k != "answer_ids"}
