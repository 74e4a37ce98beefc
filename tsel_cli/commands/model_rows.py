"""What the commands about models share: how one is named, its row, sizes, JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tsel_cli import completion
from tsel_cli.i18n import say
from tsel_core.text.safe import clean_for_terminal, terminal_json

if TYPE_CHECKING:
    from tsel_core.models.catalog import CatalogEntry
    from tsel_core.models.info import ModelInfo

SCHEMA_VERSION = 1

Name = Annotated[
    str,
    typer.Argument(
        metavar="MODEL",
        help="Name of the catalogue, default, a Hugging Face id, a folder, or a .gguf file.",
        show_default=False,
        autocompletion=completion.models,
    ),
]


def on_this_machine(name: str, entry: CatalogEntry | None) -> ModelInfo | None:
    """The model, when no fetch is needed for it; None for a known model that is not here. ModelError otherwise."""
    from tsel_core.errors import ModelError
    from tsel_core.models.load import resolve_model

    try:
        return resolve_model(name, offline=True)
    except ModelError:
        if entry is None:
            raise
        return None


def entry_row(entry: CatalogEntry) -> dict[str, Any]:
    """What the catalogue says of a model."""
    return {
        "name": entry.name,
        "title": entry.title,
        "source": "embedded" if entry.embedded else "hub",
        "licence": entry.licence,
        "origin": entry.origin,
        "trained_window": entry.trained_window,
        "num_params": entry.num_params,
        "download_bytes": entry.download_bytes,
        "pinned": entry.pinned,
        "note": entry.note,
    }


def shown(key: str, value: Any) -> str:
    """A fact as a person reads it."""
    if key.endswith("_bytes"):
        return size(value)
    if isinstance(value, bool):
        return word("yes" if value else "no")
    if key == "source":
        return word(str(value))
    return f"{value:,}" if isinstance(value, int) else clean_for_terminal(say(str(value)))


def word(text: str) -> str:
    """A word about models in the language of messages; by itself it may be part of any message."""
    return say(f"model: {text}").removeprefix("model: ")


def size(num_bytes: int) -> str:
    """1.25 GB, 340 MB."""
    return f"{num_bytes / 1e9:.2f} GB" if num_bytes >= 1e9 else f"{num_bytes / 1e6:.0f} MB"


def print_json(content: dict[str, Any]) -> None:
    """The object of --json."""
    typer.echo(terminal_json({"schema_version": SCHEMA_VERSION, **content}, indent=2))
