"""tsel mcp --allow FOLDER"""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Annotated

import typer

from tsel_cli.job_options import JobOptions
from tsel_cli.shared import with_job_options


@with_job_options(max_new_tokens=256)
def mcp(
    options: JobOptions,
    allow: Annotated[
        list[str],
        typer.Option("--allow", metavar="FOLDER", help="A folder whose documents may be read; may be repeated."),
    ],
    call: Annotated[str | None, typer.Option("--call", hidden=True)] = None,
) -> int:
    """Serve ask, summarize, extract, list, compare, inspect to an assistant that speaks MCP, on stdin and stdout."""
    from tsel_cli.mcp.elsewhere import Elsewhere
    from tsel_cli.mcp.folders import Folders
    from tsel_cli.mcp.server import make_server
    from tsel_cli.mcp.work import Work

    quiet = replace(options, quiet=True)  # stdout is the protocol's, and clients show stderr as errors
    work = Work(Folders.of(allow), quiet, quiet.console())
    if call is not None:  # one call of a server, in the resident engine
        print(work.called(call))
        work.close()
        return 0
    work.elsewhere = Elsewhere.of(sys.argv[1:])
    server = make_server(work)
    try:
        server.run("stdio")
    finally:
        work.close()
    return 0
