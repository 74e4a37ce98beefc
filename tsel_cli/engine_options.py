"""Options of commands that may have several engines: --jobs, --ray, --gpus-per-engine, --at-once."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from tsel_core.lazy_pattern import lazy_pattern

Jobs = Annotated[
    int, typer.Option("--jobs", "--replicas", min=1, help="Engines at once, each with its own weights (and GPU).")
]
Ray = Annotated[
    str | None,
    typer.Option(
        "--ray",
        metavar="[ADDRESS]",
        help="Use Ray: a cluster on this machine, or auto or the address of one that runs (ray extra).",
    ),
]
GpusPerEngine = Annotated[int, typer.Option("--gpus-per-engine", min=1, help="With --ray: GPUs that share one model.")]
AtOnce = Annotated[
    int,
    typer.Option(
        "--at-once", min=0, max=32, help="Documents an engine writes about at once; 0: 16 on a GPU, 2 on a CPU."
    ),
]
_ADDRESS = lazy_pattern(r"local|auto|(ray://)?[\w.\-\[\]:]+:\d+")


def with_ray_address(args: list[str]) -> list[str]:
    """Arguments in which --ray has its address: "local" (a cluster on this machine) where none follows."""
    given = []
    for at, arg in enumerate(args):
        given.append(arg)
        if arg == "--ray" and not _ADDRESS.fullmatch(args[at + 1] if at + 1 < len(args) else ""):
            given.append("local")
    return given


class RayCommand(TyperCommand):
    """A command as the parser sees it: --ray may stand alone."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """See the base class."""
        return super().parse_args(ctx, with_ray_address(args))
