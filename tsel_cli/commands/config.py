"""tsel config: show, path, init."""

from __future__ import annotations

import json

import typer

from tsel_cli.settings import TEMPLATE, config_path, load_config
from tsel_core.errors import UsageError

app = typer.Typer(help="The config file: where it is and what it says.", no_args_is_help=True)


@app.command()
def path() -> None:
    """Print where the config file is looked for."""
    typer.echo(str(config_path()))


@app.command()
def show() -> None:
    """Print the settings of the config file as JSON ({} without one)."""
    typer.echo(json.dumps(load_config(), ensure_ascii=False, indent=2))


@app.command()
def init() -> None:
    """Write a commented config file; an existing one is left alone."""
    target = config_path()
    if target.exists():
        raise UsageError(f"{target} exists", "edit it, or remove it first")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(TEMPLATE, encoding="utf-8")
    typer.echo(str(target))
