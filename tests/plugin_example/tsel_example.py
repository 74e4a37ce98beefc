"""An example of a plugin: files named .recipe, a style of summaries, fields of a lease, and a rule that picks."""

from __future__ import annotations

from collections.abc import Iterator

from torch import Tensor
from torch.nn.functional import avg_pool1d

from tsel_core.plugins import Asked, Passage


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


def neighbours(votes: Tensor, asked: Asked) -> Tensor:
    """A row counts with the seven beside it on each side: passages are picked whole rather than word by word."""
    return avg_pool1d(votes, 15, stride=1, padding=7)
