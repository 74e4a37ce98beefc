"""tsel models heads: which heads of a model look at the answer, calibrated once."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from tsel_cli.console import Stderr, print_out, progress_for
from tsel_cli.options import Device, Json, Quiet

Name = Annotated[
    str, typer.Argument(metavar="MODEL", help="A model, as `tsel models list` names it.", show_default=False)
]


def heads(name: Name = "default", device: Device = "auto", quiet: Quiet = False, as_json: Json = False) -> None:
    """Calibrate a model's retrieval heads, once: seconds on a GPU, minutes on a CPU. Else words find evidence."""
    from tsel_core.config import EngineConfig
    from tsel_core.evidence.calibration.watching import known_heads
    from tsel_core.evidence.heads.head_table import as_json as table_json
    from tsel_core.models.load import pick_device, resolve_model
    from tsel_core.session import Session

    console = Stderr(quiet=quiet)
    info = resolve_model(name, progress=progress_for(console))
    session = Session(info, EngineConfig(attention="full"), device=pick_device(device), progress=console)
    session.trace_rows = False
    table = known_heads(session.engine, session.tokenizer, console, make=True)
    assert table is not None
    if as_json:
        content = {"schema_version": 1, "command": "models heads", "model": info.name, **table_json(table)}
        typer.echo(json.dumps(content))
        return
    named = ", ".join(f"{h.layer}.{h.head}" for h in table.heads)
    print_out(
        f"{info.name}: heads {named} name the evidence first for {table.recall_1:.0%} and among three for "
        f"{table.recall_3:.0%} of {table.num_questions} made questions"
    )
