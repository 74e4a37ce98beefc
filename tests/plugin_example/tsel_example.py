"""An example of a plugin: files named .recipe, a style of summaries, and fields of a lease."""

from __future__ import annotations

from collections.abc import Iterator

from tsel_core.plugins import Passage


def read_recipe(name: str, data: bytes) -> Iterator[Passage]:
    """Steps on a line each, under headings that begin with '='."""
    heading: tuple[str, ...] = ()
    for number, line in enumerate(data.decode("utf-8").splitlines(), 1):
        if line.startswith("="):
            heading = (line.strip("= "),)
        elif line.strip():
            yield Passage(line.strip(), f"step {number}", heading)


BOARD = {
    "section": [
        {"heading": "Decided", "items": ["decision"]},
        {"heading": "To do", "items": ["action"]},
    ]
}


def lease() -> dict[str, list[dict[str, str]]]:
    """Fields for `tsel extract --schema preset:lease`."""
    return {"fields": [{"name": "Rent", "kind": "money"}, {"name": "Start date", "kind": "date"}]}
