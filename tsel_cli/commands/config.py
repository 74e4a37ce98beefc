"""tsel config: show, path, init."""

from __future__ import annotations

import json
import os
from typing import Annotated, Any

import typer

from tsel_cli.effective import beside, effective
from tsel_cli.i18n import say
from tsel_cli.options import Json
from tsel_cli.places import write_file
from tsel_cli.settings import COMMANDS, TEMPLATE, config_path, load_config
from tsel_core.errors import UsageError

app = typer.Typer(help="The config file: where it is and what it says.", no_args_is_help=True)


@app.command()
def path() -> None:
    """Print where the config file is looked for."""
    typer.echo(str(config_path()))


@app.command()
def show(
    context: typer.Context,
    command: Annotated[str, typer.Argument(metavar="COMMAND", help="The command whose settings are shown.")] = "ask",
    as_json: Json = False,
) -> None:
    """Print every setting of a command, and what variables set for all: value, and where it comes from."""
    group: Any = context.find_root().command
    if command not in COMMANDS:
        raise UsageError(f"no command {command} has settings", f"one of {', '.join(COMMANDS)}")
    params = {p.name: p for p in group.commands[command].params}
    values = [*effective(params, command, load_config(), os.environ), *beside(os.environ)]
    if as_json:
        content = {"path": str(config_path()), "command": command, "settings": [v.as_json() for v in values]}
        typer.echo(json.dumps(content, ensure_ascii=False, indent=2))
        return
    for found in values:
        value = "-" if found.value is None else json.dumps(found.value, ensure_ascii=False)
        typer.echo(f"{found.name:<24} {value:<22} {_source(found.source)}")


@app.command()
def init() -> None:
    """Write a commented config file; an existing one is left alone."""
    target = config_path()
    if target.exists():
        raise UsageError(f"{target} exists", "edit it, or remove it first")
    target.parent.mkdir(parents=True, exist_ok=True)
    write_file(target, TEMPLATE.encode("utf-8"), overwrite=False)
    typer.echo(str(target))


def _source(source: str) -> str:
    """Where a setting comes from: the default, a variable, the config file."""
    return say("setting: default").removeprefix("setting: ") if source == "default" else source
