"""One sentence at the end of a measurement of speed: what to do about it."""

from __future__ import annotations

from collections.abc import Sequence

from tsel_core.bench.rows import BenchRow

_GAIN, _AGREE, _WRITTEN = 1.05, 0.9, 200  # what counts as faster, and as the same answer; tokens of an answer


def bench_advice(groups: Sequence[Sequence[BenchRow]]) -> str:
    """By the longest prompt of which full attention and selection were both measured."""
    found = [(f, s) for f, s in map(_pair, groups) if f is not None and s is not None]
    if not found:
        return ""
    full, select = max(found, key=lambda pair: pair[0].num_tokens)
    slow, fast = _seconds(full), _seconds(select)
    if not slow or not fast:
        return ""
    gain, num = slow / fast, full.num_tokens
    if gain < _GAIN:
        return f"Recommendation: leave --attention auto, as selecting gains nothing at {num:,} tokens on this machine."
    if select.agreement is not None and select.agreement < _AGREE:
        return (
            f"Recommendation: run tsel tune on such documents before --attention select, as it is {gain:.2f}x as fast "
            f"but agrees on {select.agreement:.0%} of the words only."
        )
    return f"Recommendation: use --attention select for documents of {num:,} tokens: an answer is {gain:.2f}x as fast."


def _pair(rows: Sequence[BenchRow]) -> tuple[BenchRow | None, BenchRow | None]:
    by_name = {r.setting: r for r in rows}
    return by_name.get("full"), by_name.get("select")


def _seconds(row: BenchRow) -> float:
    """Of an answer: reading, where it was measured, and some written words."""
    writing = _WRITTEN / row.decode_tokens_per_s if row.decode_tokens_per_s else 0.0
    return (row.prefill_s or 0.0) + writing
