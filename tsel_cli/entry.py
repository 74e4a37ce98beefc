"""Entry point of the `tsel` command: hands the work to the resident engine, or imports the program and does it here."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command line and exit."""
    try:
        from tsel_cli.resident.client import hand_over

        code = hand_over(sys.argv[1:])
    except KeyboardInterrupt:  # before anything was begun
        os._exit(130)
    if code is not None:
        sys.exit(code)
    from tsel_cli.app import main as run_here

    run_here()
