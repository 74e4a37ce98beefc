"""tsel ps, tsel stop: the resident engine that answers without loading the model again."""

from __future__ import annotations

import json as jsonlib
from typing import Annotated

import typer

from tsel_cli.console import print_out
from tsel_cli.resident import client, wire
from tsel_cli.resident.where import NotPrivate, refused, socket_path

Json = Annotated[bool, typer.Option("--json", help="JSON on stdout.")]


def ps(json: Json = False) -> int:
    """Show the resident engine: which model it holds, what it does, when it ends."""
    found = tell({"kind": "status"})
    if json:
        print(jsonlib.dumps({"schema_version": 1, "command": "ps", "engine": found}))
        return 0
    for line in describe(found):
        print_out(line)
    return 0


def stop() -> int:
    """End the resident engine and give its memory back; commands it was given are finished first."""
    found = tell({"kind": "stop"})
    print_out("no engine is running" if found is None else f"the engine of process {found['pid']} ends")
    return 0


def tell(message: wire.Message) -> wire.Message | None:
    """Say something to the resident process; its status, None when there is none."""
    try:
        return client.tell(socket_path(), message)
    except (NotPrivate, OSError, AttributeError):  # no such sockets on this system
        return None


def describe(found: wire.Message | None) -> list[str]:
    """Lines for a person."""
    if found is None:
        why = refused()
        return ["no engine is running", *([f"none can be: {why}"] if why else [])]
    model = f"{found['model']} on {found['device']}" if found["model"] else "no model"
    lines = [f"engine    process {found['pid']}, {model}, {found['memory_bytes'] / 1e9:.1f} GB of memory"]
    if found["running"]:
        lines.append(f"running   {found['running']}, {found['waiting']} waiting")
    else:
        lines.append(f"idle      ends in {found['ends_in']:.0f} s")
    return lines
