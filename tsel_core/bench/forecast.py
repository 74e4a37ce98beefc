"""From measured lengths to the user's documents: seconds to the first token and for an answer; the bottleneck.

Time to read n tokens is a + b n + c n^2: weights once, the linear layers for every token, attention for every pair.
Time to write a token behind n tokens is a + b n. Coefficients are fitted with least relative squares and are never
negative; fewer lengths than coefficients leave some out (the split that was measured then says which). What has no
split of its own (transformers) is split as full attention was at the same length; what a single length says of
selecting is carried on by its counted cost (tsel_core.selection.cost), which grows slower than n^2 and is full
attention's where the length was too short to leave anything out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from tsel_core.bench.rows import BenchRow

PAGES = (10, 50, 200, 500)
TOKENS_PER_PAGE = 600  # a full page of 450 English words; a measured PDF gives its own
ANSWER_WORDS, ANSWER_TOKENS = 200, 270
_MORE = "a faster {device} or a smaller model (tsel models list) helps, selection cannot"


@dataclass(frozen=True, slots=True)
class Forecast:
    """Predicted seconds for a document: to the first token, and for an answer of ANSWER_TOKENS tokens."""

    name: str
    num_tokens: int
    setting: str
    first_token_s: float
    answer_s: float
    in_window: bool

    def as_json(self) -> dict[str, object]:
        """Plain values for --json."""
        return {
            "document": self.name,
            "num_tokens": self.num_tokens,
            "setting": self.setting,
            "first_token_s": round(self.first_token_s, 3),
            "answer_s": round(self.answer_s, 3),
            "in_trained_window": self.in_window,
        }


@dataclass(frozen=True, slots=True)
class Curve:
    """coefficients[i] * n ** powers[i], added up."""

    powers: tuple[int, ...]
    coefficients: tuple[float, ...]

    def __call__(self, num_tokens: float) -> float:
        """Seconds at a length."""
        return sum(c * num_tokens**p for p, c in zip(self.powers, self.coefficients, strict=True))


def fit(points: Sequence[tuple[float, float]], powers: Sequence[int]) -> Curve:
    """The curve of non-negative coefficients with the least relative squares through (n, seconds) points.

    At most as many powers as points are used; among equally good ones the first of `powers`. Raises ValueError
    without points.
    """
    if not points:
        raise ValueError("nothing was measured")
    n = np.array([p[0] for p in points], dtype=np.float64)
    seconds = np.array([max(p[1], 1e-9) for p in points])
    best, error = Curve((powers[0],), (float(np.mean(seconds / n ** powers[0])),)), np.inf
    for count in range(1, min(len(powers), len(points)) + 1):
        for chosen in combinations(powers, count):
            columns = np.stack([n**p for p in chosen], 1) / seconds[:, None]
            scale = np.abs(columns).max(0)
            found = np.linalg.lstsq(columns / scale, np.ones(len(n)), rcond=None)[0] / scale
            off = float(np.square(columns @ found - 1).sum())
            if (found >= 0).all() and off < error - 1e-6:
                best, error = Curve(tuple(chosen), tuple(float(c) for c in found)), off
    return best


Seconds = Callable[[float], float]
"""Of n tokens."""
CostShare = Callable[[int], float]
"""Counted attention cost of selecting while reading n tokens, as a share of full attention's."""


def reading_curve(rows: Sequence[BenchRow], cost_share: CostShare | None = None) -> list[Seconds]:
    """Curves that add up to the seconds of reading one setting's n tokens; `cost_share` of a setting that selects."""
    split = [r for r in rows if r.prefill_s and r.prefill_attention_s is not None]
    if len(rows) >= 3 or not split:
        return [fit([(r.num_tokens, r.prefill_s or 0.0) for r in rows], (1, 2, 0))]
    linear = fit([(r.num_tokens, (r.prefill_s or 0) - _mixing(r)) for r in split], (1, 0))
    if len(split) == 1 and cost_share is not None:
        return [linear, _counted(split[0], cost_share)]
    return [linear, fit([(r.num_tokens, _mixing(r)) for r in split], (2, 1))]


def _counted(row: BenchRow, cost_share: CostShare) -> Seconds:
    """Seconds of attention and selection at other lengths than the measured one, by counted cost."""

    def units(num_tokens: float) -> float:
        return cost_share(round(num_tokens)) * num_tokens**2

    return lambda num_tokens: _mixing(row) * units(num_tokens) / units(row.num_tokens)


def _split_like(row: BenchRow, full: BenchRow | None) -> BenchRow:
    """A row without parts, with the shares that full attention's parts had at the same length."""
    if full is None or row.prefill_attention_s is not None or full.prefill_attention_s is None or not full.prefill_s:
        return row
    share = _mixing(full) / full.prefill_s
    made = replace(row, prefill_attention_s=share * (row.prefill_s or 0.0), prefill_selection_s=0.0)
    if full.decode_attention_s is None or not full.decode_tokens_per_s or not row.decode_tokens_per_s:
        return made
    step_share = min(1.0, full.decode_attention_s * full.decode_tokens_per_s)
    return replace(made, decode_attention_s=step_share / row.decode_tokens_per_s)


def writing_curve(rows: Sequence[BenchRow]) -> list[Seconds]:
    """Curves that add up to the seconds of one token written behind n tokens."""
    steps = [(r.num_tokens, 1 / r.decode_tokens_per_s, r.decode_attention_s) for r in rows if r.decode_tokens_per_s]
    n, seconds, attention = steps[0]
    if len(steps) == 1 and attention is not None:
        return [Curve((0,), (max(0.0, seconds - attention),)), Curve((1,), (attention / n,))]
    return [fit([(n, seconds) for n, seconds, _ in steps], (0, 1))]


def predict(
    groups: Sequence[Sequence[BenchRow]],
    documents: Sequence[tuple[str, int]],
    trained_window: int,
    cost_share: CostShare | None = None,
) -> list[Forecast]:
    """Forecasts of (name, tokens) documents by every setting that was measured reading and writing."""
    found = []
    fulls = {r.num_tokens: r for rows in groups for r in rows if r.setting == "full"}
    for setting in dict.fromkeys(r.setting for rows in groups for r in rows):
        rows = [r for group in groups for r in group if r.setting == setting and r.prefill_s and r.decode_tokens_per_s]
        if not rows:
            continue
        rows = [_split_like(r, fulls.get(r.num_tokens)) for r in rows]
        read = reading_curve(rows, cost_share if setting == "select" else None)
        write = writing_curve(rows)
        for name, num in documents:
            first = sum(c(num) for c in read)
            answer = ANSWER_TOKENS * sum(c(num + ANSWER_TOKENS / 2) for c in write)
            fits = num + ANSWER_TOKENS <= trained_window
            found.append(Forecast(name, num, setting, first, first + answer, fits))
    return found


def documents_of(num_tokens: int, name: str, num_pages: int | None) -> list[tuple[str, int]]:
    """The user's document, and documents of PAGES pages with as many tokens a page as it has (or TOKENS_PER_PAGE)."""
    per_page = num_tokens / num_pages if num_pages else TOKENS_PER_PAGE
    return [(name, num_tokens), *((f"{pages} pages", round(pages * per_page)) for pages in PAGES)]


def basis(groups: Sequence[Sequence[BenchRow]], num_pages: int | None) -> str:
    """What the predictions rest on, in words."""
    lengths = ", ".join(f"{rows[0].num_tokens:,}" for rows in groups)
    page = "as many tokens a page as this document" if num_pages else f"{TOKENS_PER_PAGE} tokens a page"
    return (
        f"prediction, not measurement: a + b n + c n^2 (selecting: its counted cost) fitted to {len(groups)} measured "
        f"length{'s' if len(groups) > 1 else ''} ({lengths} tokens); {page}; {ANSWER_WORDS} words are "
        f"{ANSWER_TOKENS} tokens; file reading and model loading not counted"
    )


def crossover_of(groups: Sequence[Sequence[BenchRow]]) -> int | None:
    """Shortest measured length at which select reached the first token no later than full; None: at none."""
    for rows in sorted(groups, key=lambda g: g[0].num_tokens):
        times = {r.setting: r.prefill_s for r in rows}
        full, select = times.get("full"), times.get("select")
        if full and select and select <= full:
            return rows[0].num_tokens
    return None


def bottleneck(rows: Sequence[BenchRow], on_gpu: bool) -> str:
    """What takes most of the time of the faster of our settings, and what would help, in words; "" without figures."""
    ours = [r for r in rows if r.setting in ("full", "select") and r.prefill_s and r.decode_tokens_per_s]
    if not ours:
        return ""
    row = min(ours, key=lambda r: (r.prefill_s or 0) + ANSWER_TOKENS / (r.decode_tokens_per_s or 1))
    reading, step = row.prefill_s or 0.0, 1 / (row.decode_tokens_per_s or 1)
    mixing = ANSWER_TOKENS * (row.decode_attention_s or 0.0)
    parts = {
        "linear": reading - _mixing(row),
        "attention": row.prefill_attention_s or 0.0,
        "selection": row.prefill_selection_s or 0.0,
        "write": ANSWER_TOKENS * step - mixing,
        "write attention": mixing,
    }
    name, seconds = max(parts.items(), key=lambda p: p[1])
    share = seconds / (reading + ANSWER_TOKENS * step)
    device = "GPU" if on_gpu else "CPU"
    words = {
        "linear": "reading through the linear layers: " + _MORE.format(device=device),
        "attention": "full attention while reading: selection (--attention select) or a part of the file helps",
        "selection": "selection and its attention while reading: --profile fast or a smaller --budget helps",
        "write": "writing, where every token reads all weights: a shorter answer or a smaller model helps, "
        "selection cannot",
        "write attention": "attention while writing: selection (--attention select) or a part of the file helps",
    }[name]
    job = f"reading {row.num_tokens:,} tokens and writing {ANSWER_WORDS} words with {row.setting}"
    return f"{share:.0%} of the time of {job} goes to {words}."


def _mixing(row: BenchRow) -> float:
    """Seconds of attention and selection while reading."""
    return (row.prefill_attention_s or 0.0) + (row.prefill_selection_s or 0.0)
