"""Several devices, seen from the command line: a lost process, and programs that torchrun started."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from tsel_core.errors import TselError


def give_up(error: TselError) -> None:
    """Say what happened and end the process: its main thread waits for a GPU that will never answer."""
    from tsel_cli.console import print_error

    print(file=sys.stderr)  # a progress line may stand there
    print_error(error.message, error.hint)
    sys.stderr.flush()
    os._exit(error.exit_code)


def under_torchrun() -> bool:
    """Whether torchrun started this program in several processes."""
    return "TORCHELASTIC_RUN_ID" in os.environ and int(os.environ.get("WORLD_SIZE", "1")) > 1


def run_under_torchrun(run: Callable[[], int]) -> int:
    """The command in the first process; the others serve it and print nothing."""
    if int(os.environ["RANK"]) > 0:
        from tsel_core.parallel.worker import follow_torchrun

        return follow_torchrun()
    from tsel_core.parallel.group import end_torchrun_group

    code = run()
    if code == 0:  # after an error torchrun ends the others
        end_torchrun_group()
    return code
