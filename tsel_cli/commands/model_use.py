"""tsel models use: the model that every command takes from now on."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from tsel_cli import completion
from tsel_cli.console import Stderr, print_out, progress_for
from tsel_cli.i18n import say
from tsel_cli.options import Quiet
from tsel_core.errors import ModelError, UsageError


def use(
    name: Annotated[
        str,
        typer.Argument(
            metavar="MODEL",
            help="Name of the catalogue, a Hugging Face id, a folder, or a .gguf file.",
            autocompletion=completion.models,
        ),
    ],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Fetch it without asking.")] = False,
    quiet: Quiet = False,
) -> None:
    """Take a model from now on (config file); one that is not here is fetched, its size and licence said before."""
    from tsel_cli.config_file import set_value
    from tsel_cli.first_model import say_what
    from tsel_core.models.catalog import find_entry
    from tsel_core.models.load import resolve_model

    entry, console = find_entry(name), Stderr(quiet=quiet)
    if entry is not None and not _is_here(entry.name):
        say_what(entry.name, entry.download_bytes, entry.licence, Stderr())
        if not yes:
            _confirm_fetch()
    resolve_model(name, progress=progress_for(console))
    path = set_value("model", name)
    print_out(f"{path}: model = {name}")


def _confirm_fetch() -> None:
    """Ask a person; a program must say --yes."""
    if not sys.stdin.isatty():
        raise UsageError("nothing is fetched without being asked for", "say --yes")
    typer.confirm(say("fetch it?"), abort=True, err=True)


def _is_here(name: str) -> bool:
    """Whether no fetch is needed for a model of the catalogue."""
    from tsel_core.models.load import resolve_model

    try:
        resolve_model(name, offline=True)
    except ModelError:
        return False
    return True
