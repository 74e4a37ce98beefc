"""tsel cache: list, info, purge, key."""

from __future__ import annotations

import json as jsonlib
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tsel_cli.console import print_out
from tsel_cli.i18n import say
from tsel_core.errors import UsageError
from tsel_core.text.safe import clean_for_terminal

if TYPE_CHECKING:
    from tsel_core.prefix_cache.folder import Entry
    from tsel_core.prefix_cache.store import ReadingStore

app = typer.Typer(help="Kept readings: documents that need not be read again.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="JSON on stdout.")]


def _store() -> ReadingStore:
    from tsel_cli.console import Stderr
    from tsel_core.prefix_cache.policy import default_store

    return default_store(Stderr().warn)


@app.command(name="list")
def list_(json: Json = False) -> None:
    """List the kept readings, most recently used first."""
    from tsel_core.models.int8_copies import list_copies

    store = _store()
    left = _left_behind(store)  # before the list is made, which removes what a killed writer left
    entries = [_describe(e) for e in store.files.entries(store.key)]
    if json:
        from tsel_core.text.safe import terminal_json

        typer.echo(terminal_json([*entries, *left], indent=2))
        return
    for entry in entries:
        read = "" if entry["problem"] else say(f"{entry['tokens']:,} tokens")
        about = say(entry["problem"]) if entry["problem"] else f"{read}  {entry['model']}  {', '.join(entry['files'])}"
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(entry["used"]))
        typer.echo(clean_for_terminal(f"{entry['name']}  {entry['bytes'] / 1e6:8.1f} MB  {when}  {about}"))
    if not entries:
        print_out("no readings are kept")
    for copies in list_copies():
        print_out(f"{copies.form} copies of {copies.model}: {copies.num_bytes / 1e6:.1f} MB (they load quicker)")
    for entry in left:
        print_out(f"left behind by a killed process: {entry['path']}, {entry['bytes'] / 1e6:.1f} MB")


@app.command()
def info(json: Json = False) -> None:
    """Show where readings are kept, how much they take and what bounds them."""
    import shutil

    from tsel_core.models.int8_copies import list_copies

    store = _store()
    files = store.files.files()
    nearest = next(p for p in (store.folder, *store.folder.parents) if p.exists())
    about: dict[str, Any] = {
        "folder": str(store.folder),
        "readings": len(files),
        "bytes": sum(size for _, size, _ in files),
        "max_bytes": store.max_bytes,
        "max_document_bytes": store.max_bytes // 2 if store.max_document_bytes is None else store.max_document_bytes,
        "disk_free_bytes": shutil.disk_usage(nearest).free,
        "encrypted": store.key is not None,
        "int8_bytes": sum(copies.num_bytes for copies in list_copies()),
    }
    if json:
        typer.echo(jsonlib.dumps(about, indent=2))
        return
    print_out(f"folder    {about['folder']}")
    print_out(f"readings  {about['readings']:,}, {about['bytes'] / 1e9:.2f} GB")
    free = about["disk_free_bytes"] / 1e9
    print_out(f"bound     {store.max_bytes / 1e9:.2f} GB (TSEL_CACHE_MAX), {free:.1f} GB free on the disk")
    print_out(f"document  {about['max_document_bytes'] / 1e9:.2f} GB at most of one (TSEL_CACHE_MAX_DOCUMENT)")
    print_out(f"sealed    {'yes' if store.key else 'no (TSEL_CACHE_KEY_FILE)'}")


@app.command()
def purge(
    names: Annotated[list[str] | None, typer.Argument(metavar="NAME...", help="Names from `tsel cache list`.")] = None,
    unused_days: Annotated[
        float, typer.Option("--unused-days", min=0.0, help="Only readings not used for so many days.")
    ] = 0.0,
    unsealed: Annotated[bool, typer.Option("--unsealed", help="Readings that are not encrypted.")] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="Every reading, copies of models in few bits, and what `-c` would continue.")
    ] = False,
) -> None:
    """Remove kept readings: those named, those not used for long, or all."""
    if everything and (names or unused_days or unsealed):
        raise UsageError("--all goes with no names and no --unused-days", "say one of them")
    store = _store()
    if unsealed:
        names = [*(names or []), *store.files.unsealed()]
        if not names:
            print_out("removed 0 readings, 0.0 MB")
            return
    if not names and not unused_days and not everything:
        _confirm(len(store.files.files()))
    known = [path.stem for path, _, _ in store.files.files()]
    for name in names or []:
        if not any(stem.startswith(name) for stem in known):
            raise UsageError(f"no kept reading is named {name}", "see `tsel cache list`")
    removed, freed = store.files.purge(names or [], unused_days * 86_400)
    if not names and not unused_days:
        from tsel_cli.last import forget
        from tsel_core.models.int8_copies import list_copies, remove_copies
        from tsel_core.models.store import clean_models

        forget()
        clean_models()
        for copies in list_copies():
            remove_copies(copies)
            print_out(f"removed {copies.form} copies of {copies.model}: {copies.num_bytes / 1e6:.1f} MB")
    print_out(f"removed {removed} readings, {freed / 1e6:.1f} MB")


def _confirm(count: int) -> None:
    """Ask a person; a program must say --all."""
    if not sys.stdin.isatty():
        raise UsageError("say what to remove", "names from `tsel cache list`, --unused-days DAYS, or --all")
    typer.confirm(say(f"remove all {count:,} readings, and what -c would continue?"), abort=True)


@app.command()
def key(path: Annotated[Path, typer.Argument(metavar="FILE", help="The file to make.")]) -> None:
    """Make a key file for TSEL_CACHE_KEY_FILE; readings are then encrypted at rest."""
    from tsel_core.prefix_cache.format.crypto import KEY_VARIABLE, write_key_file

    write_key_file(path)
    print_out(f"{path}: set {KEY_VARIABLE} to it, and keep it: without it the readings sealed with it are lost")


def _left_behind(store: ReadingStore) -> list[dict[str, Any]]:
    """What killed processes left of readings and models; it is removed when a command reads the next time."""
    from tsel_core.cache_paths import models_dir
    from tsel_core.models.leftovers import left_behind, size_of

    paths = [*store.files.left_behind(), *left_behind(models_dir())]
    about: dict[str, Any] = {"used": None, "tokens": None, "model": None, "files": []}
    about["problem"] = "left behind by a killed process"
    return [{"name": path.name, "path": str(path), "bytes": size_of(path), **about} for path in paths]


def _describe(entry: Entry) -> dict[str, Any]:
    header = entry.header
    about = header.about if header else {}
    return {
        "name": entry.name,
        "bytes": entry.size,
        "used": entry.used,
        "tokens": header.num_tokens if header else None,
        "model": (about.get("identity") or {}).get("model_name"),
        "files": [str(d.get("path")) for d in about.get("documents", [])],
        "problem": entry.problem,
    }
