"""tsel models: list, recommend, pull, use, info, path, verify, rm."""

from __future__ import annotations

from dataclasses import asdict
from textwrap import fill
from typing import Annotated

import typer

from tsel_cli.commands.model_heads import heads
from tsel_cli.commands.model_info import info
from tsel_cli.commands.model_rows import Name, entry_row, on_this_machine, print_json, size, word
from tsel_cli.commands.model_use import use
from tsel_cli.console import print_out, progress_for
from tsel_cli.i18n import say
from tsel_cli.options import Json, Offline, Quiet
from tsel_cli.render.wrap import padded

app = typer.Typer(help="The models: which there are, which are on this machine.", no_args_is_help=True)

Families = Annotated[
    bool, typer.Option("--families", help="List the model families instead: fast, slow or refused.")
]


@app.command("list")
def list_models(families: Families = False, as_json: Json = False) -> None:
    """List the catalogue, and what is on this machine."""
    if families:
        _list_families(as_json)
        return
    from tsel_core.models.catalog import CATALOG, DEFAULT_NAME
    from tsel_core.models.store import bytes_on_disk, stored_models

    stored = {m.path.name: m for m in stored_models()}
    rows = []
    for entry in CATALOG:
        here = stored.pop(entry.name, None)
        elsewhere = None if here or entry.embedded else on_this_machine(entry.name, entry)  # the Hub's own folder
        folder = here.path if here else elsewhere.path if elsewhere else None
        rows.append({**entry_row(entry), "bytes_on_disk": bytes_on_disk(folder) if folder else None})
    for model in stored.values():
        rows.append(
            {
                "name": model.name,
                "source": "gguf",
                "bytes_on_disk": model.num_bytes,
                "note": "converted from a .gguf file",
            }
        )
    if as_json:
        print_json({"command": "models list", "default": DEFAULT_NAME, "models": rows})
        return
    for row in rows:
        mark = "*" if row["name"] == DEFAULT_NAME else " "
        held = say(f"on disk {size(row['bytes_on_disk']):>8}" if row["bytes_on_disk"] else "not fetched")
        typer.echo(f"{mark} {row['name']:<20} {padded(word(row['source']), 9)} {padded(held, 16)}   {say(row['note'])}")
    print_out("* the default; tsel models info default says why")


def _list_families(as_json: bool) -> None:
    from tsel_core.models.family_table import family_table

    table = family_table()
    if as_json:
        rows = [asdict(row) for row in table.rows]
        print_json({"command": "models list", "transformers": table.transformers, "families": rows})
        return
    for path in ("fast", "slow", "refused"):
        names = ", ".join(r.family for r in table.rows if r.path == path)
        typer.echo(fill(f"{path}: {names}", 100, subsequent_indent=" " * 9, break_on_hyphens=False))
    print_out("slow: its writing is not captured on a GPU; docs/models.md has the reasons")


@app.command()
def recommend(
    tokens: Annotated[int, typer.Option("--tokens", min=1, help="Tokens of the longest document.")] = 32_768,
    as_json: Json = False,
) -> None:
    """Say which model suits this machine and what is here already, other programs' models too. Fetches nothing."""
    from tsel_core.models.recommend import advise, models_here, this_machine

    machine, here = this_machine(), models_here()
    advice = advise(machine, here, tokens)
    if as_json:
        print_json({
            "command": "models recommend", "machine": asdict(machine), "advice": asdict(advice),
            "here": [asdict(h) for h in here],
        })  # fmt: skip
        return
    gpu = size(machine.gpu) if machine.gpu else "none"
    print_out(f"free memory: GPU {gpu}, host {size(machine.ram)}; disk {size(machine.disk)}")
    for found in here:
        typer.echo(f"  {found.name:<36} {found.place:<10} {size(found.num_bytes):>9}   {found.model}")
    print_out(f"use: {advice.model}")
    print_out(f"  {advice.why}")
    print_out(f"  licence {advice.licence}; about {size(advice.needed)} of memory for {advice.num_tokens:,} tokens")
    if advice.fetch_bytes:
        print_out(f"  not here yet: `tsel models use {advice.model}` fetches {size(advice.fetch_bytes)}")


@app.command()
def pull(name: Name = "default", offline: Offline = False, quiet: Quiet = False) -> None:
    """Fetch a model and convert it, when it is not on this machine yet; whisper-small and others are for recordings."""
    from tsel_cli.console import Stderr
    from tsel_core.models.load import resolve_model
    from tsel_core.models.speech import MODELS, fetch_speech, speech_folder

    if name in MODELS:
        typer.echo(str(speech_folder(name) or fetch_speech(name)))
        return
    info = resolve_model(name, offline=offline, progress=progress_for(Stderr(quiet=quiet)))
    typer.echo(str(info.path))


@app.command()
def path(
    name: Annotated[str | None, typer.Argument(metavar="MODEL", help="A model; without it, the models folder.")] = None,
) -> None:
    """Print the folder of a model on this machine, or the models folder. Fetches nothing."""
    from tsel_core.cache_paths import models_dir
    from tsel_core.errors import ModelError
    from tsel_core.models.catalog import find_entry

    if name is None:
        typer.echo(str(models_dir()))
        return
    here = on_this_machine(name, find_entry(name))
    if here is None:
        raise ModelError(f"model {name} is not on this machine", f"run `tsel models pull {name}`")
    typer.echo(str(here.path))


@app.command()
def verify(name: Name = "default", as_json: Json = False) -> None:
    """Compare every byte of a model's weights with the sha256 known of them, and the last load. Fetches nothing."""
    from tsel_core.errors import ModelError
    from tsel_core.models.catalog import find_entry
    from tsel_core.models.checked_files import states
    from tsel_core.models.checked_files import verify as compare

    here = on_this_machine(name, find_entry(name))
    if here is None:
        raise ModelError(f"model {name} is not on this machine", f"run `tsel models pull {name}`")
    found = compare(here)
    if as_json:
        rows = [{"file": file, "state": state} for file, state in found]
        print_json({"command": "models verify", "model": here.name, "state": states(found), "files": rows})
    else:
        for file, state in found:
            print_out(f"{file}: {_STATES[state]}")
    if states(found) == "damaged":
        raise ModelError(f"the weights of {here.name} are damaged", "fetch the model again")


_STATES = {
    "right": "right (its sha256 is the known one)",
    "not pinned": "unchanged since the last load, but no sha256 is known of it",
    "damaged": "damaged",
}


app.command("heads")(heads)
app.command("info")(info)
app.command("use")(use)


@app.command("rm")
def remove(name: Annotated[str, typer.Argument(metavar="MODEL", help="Name of a model on this machine.")]) -> None:
    """Remove a converted model from the models folder. Folders and Hub copies of yours are left alone."""
    from tsel_core.models.catalog import find_entry
    from tsel_core.models.int8_copies import list_copies, remove_copies
    from tsel_core.models.store import remove_model

    known = find_entry(name)
    freed = remove_model(name)
    for copies in list_copies():
        if copies.model in (name, known.name if known else name):
            remove_copies(copies)
            freed += copies.num_bytes
    print_out(f"removed {name}: {size(freed)}")
