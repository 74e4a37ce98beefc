"""What the receipt says about the items of a summary: where they came from, how many are unsure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tsel_cli.i18n import message_language
from tsel_cli.render.labels import label_in, places_in
from tsel_core.answer import Answer


def coverage_line(answer: Answer) -> str:
    """Which part of the document the items came from; "" for an answer that has none."""
    cover = answer.extra.get("output_coverage")
    if not cover:
        return ""
    unit = cover["unit_kind"] + ("s" if cover["units"] != 1 else "")
    lead = f"items     {cover['items']:,} from {cover['units_with_items']:,} of {cover['units']:,} {unit}"
    lead += "; what was not taken for an item is not listed"
    lang = message_language()
    without, gap = cover["units_without_items"], cover["longest_gap"]
    if without:
        return f"{lead}; none in {places_in(without, lang)}"
    if gap:
        return f"{lead}; longest part without one: {label_in(gap['from'], lang)} to {label_in(gap['to'], lang)}"
    return lead


def item_parts(items: Sequence[Mapping[str, Any]]) -> list[str]:
    """Parts of the trust line: how many items are plain and how many are not."""
    unsure = sum(1 for i in items if i["verdict"] == "unsure")
    parts = [f"{len(items):,} items, each linked to its sentence"]
    return [*parts, f"{unsure:,} unsure: look them up"] if unsure else parts
