"""tsel models info: what a model is, and how right its answers are on this machine."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from tsel_cli.commands.model_rows import Name, entry_row, on_this_machine, print_json, shown, word
from tsel_cli.console import print_out
from tsel_cli.options import Json
from tsel_cli.render.wrap import padded

if TYPE_CHECKING:
    from tsel_core.evaluation.office_kept import KeptResult

LABELS = {
    "name": "model",
    "title": "title",
    "source": "source",
    "licence": "licence",
    "origin": "origin",
    "trained_window": "trained window",
    "num_params": "parameters",
    "download_bytes": "download",
    "pinned": "pinned",
    "note": "note",
    "gguf_sha256": "sha256 of GGUF",
    "sha256": "sha256",
    "bytes_on_disk": "on disk",
    "num_layers": "layers",
    "num_heads": "query heads",
    "num_kv_heads": "key-value heads",
    "head_dim": "head dimension",
    "hidden_size": "hidden size",
    "vocab_size": "vocabulary",
    "model_type": "model type",
    "rowless_layers": "rowless layers",
    "window_layers": "window layers",
    "window": "window",
    "form": "form",
    "form_bytes": "in that form",
    "path": "path",
    "revision": "revision",
    "on_this_machine": "on this machine",
    "default_rule": "default rule",
}
"""What a person reads of a model, by the key of --json."""
RARE = ("rowless_layers", "window_layers", "window", "form", "form_bytes")  # said where there is something to say


def info(name: Name = "default", as_json: Json = False) -> None:
    """Say what a model is: licence, origin, size, window. Fetches nothing."""
    from tsel_core.evaluation.office_kept import latest
    from tsel_core.models.catalog import DEFAULT_NAME, DEFAULT_RULE, find_entry
    from tsel_core.models.checked_files import file_digests
    from tsel_core.models.hub import read_pin
    from tsel_core.models.store import bytes_on_disk

    entry = find_entry(name)
    here = on_this_machine(name, entry)
    facts: dict[str, Any] = {} if entry is None else entry_row(entry)
    if entry is not None and entry.embedded:
        facts["gguf_sha256"] = entry.gguf_sha256
    if here is not None:
        facts |= {k: v for k, v in asdict(here).items() if k not in ("path", "source") or entry is None}
        facts["bytes_on_disk"] = bytes_on_disk(here.path)
        facts["path"] = str(here.path)
        facts["files"] = file_digests(here)
        pin = read_pin(entry.origin if entry is not None and not entry.embedded else here.name)
        if pin is not None and here.source == "hub":
            facts["revision"] = pin.revision
    facts["on_this_machine"] = here is not None
    if entry is not None and entry.name == DEFAULT_NAME:
        facts["default_rule"] = DEFAULT_RULE
    measured = latest(here.sha256) if here is not None else None
    if as_json:
        facts["answers"] = None if measured is None else {**asdict(measured), "conclusions": measured.conclusions()}
        print_json({"command": "models info", "model": facts})
        return
    digests = facts.pop("files", {})
    if facts.get("sha256") == facts.get("gguf_sha256"):
        facts.pop("sha256", None)
    for key, value in facts.items():
        if key in LABELS and not (key in RARE and not value):
            typer.echo(f"{padded(word(LABELS[key]), 17)} {shown(key, value)}")
    for file, digest in digests.items():
        print_out(f"{'sha256':<17} {digest}  {file}")
    _print_measured(measured)


def _print_measured(measured: KeptResult | None) -> None:
    """How right its answers were."""
    if measured is None:
        print_out("how right its answers are was not measured here: tsel eval --office")
        return
    when = time.strftime("%Y-%m-%d", time.gmtime(measured.time))
    print_out(f"answers about {measured.what}, version {measured.version}, {when}, {measured.machine}:")
    for line in measured.conclusions():
        print_out(f"  {line}")
