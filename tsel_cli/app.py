"""The Typer application; maps every error to "error: ... / hint: ..." and an exit code, once."""

from __future__ import annotations

import _thread
import atexit
import contextlib
import errno
import os
import signal
import sys
import threading
from enum import StrEnum
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from tsel_cli import journal
from tsel_cli.console import print_error, print_note
from tsel_cli.encoding import prepare_streams
from tsel_cli.i18n import messages_for
from tsel_cli.i18n.help_page import page_of
from tsel_cli.lazy_commands import LazyCommands, listed
from tsel_cli.ranks import run_under_torchrun, under_torchrun
from tsel_core.device.control_group import address_limit
from tsel_core.device.faults import as_fault
from tsel_core.errors import TselError, UsageError

EPILOG = (
    "Exit codes: 0 ok, 1 error, 2 usage, 3 not found in the document, 4 a citation failed its check, "
    "5 does not fit, 6 the text could not be read well, 130 interrupted."
)


class MessageLanguage(StrEnum):
    """--lang before a command"""

    auto = "auto"
    en = "en"
    ja = "ja"


class Stopped(Exception):
    """Ctrl-C, or a reader of stdout that went away, as an error that the option parser lets through."""


class _Commands(TyperGroup):
    """The commands, imported when they are asked for.

    Typer ends silently with exit codes of its own on Ctrl-C and on a closed pipe; `run` has a word to say.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands: Any = LazyCommands()

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The page of all commands, of which it needs what they are called."""
        lazy, self.commands = self.commands, listed()
        try:
            page_of(self, ctx, formatter, super().format_help)
        finally:
            self.commands = lazy

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except (KeyboardInterrupt, BrokenPipeError) as error:
            raise Stopped from error


app = typer.Typer(
    name="tsel",
    cls=_Commands,
    help="Read confidential PDFs, Word files and transcripts with a local language model, the whole document at once.",
    epilog=EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from tsel_cli.about import version_line

        typer.echo(version_line())
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
    log_file: Annotated[
        str | None,
        typer.Option(
            "--log-file", metavar="FILE", envvar="TSEL_LOG_FILE", help="Add what the run did to a file, as JSON lines."
        ),
    ] = None,
    _language: Annotated[
        MessageLanguage | None,
        typer.Option("--lang", metavar="LANGUAGE", help="Language of messages and of this page: en or ja."),
    ] = None,
) -> None:
    """Read confidential PDFs, Word files and transcripts with a local language model."""
    from tsel_cli.settings import default_map, options_by_command
    from tsel_cli.variables import check_variables

    # `tsel config` and `tsel doctor` show a file that the others refuse
    shows = context.invoked_subcommand in ("config", "doctor")
    if not shows:
        check_variables(os.environ)
    _begin_journal(context.invoked_subcommand or "", log_file)
    found = {} if shows else default_map(lambda: options_by_command(context.command))
    context.default_map = {**found, **(context.default_map or {})}


def _begin_journal(command: str, path: str | None) -> None:
    try:
        journal.begin(command, path)
    except OSError as error:
        hint = "name a file in a folder that you may write in"
        raise UsageError(f"--log-file {path} cannot be written: {error.strerror}", hint) from error


def main() -> None:
    """Entry point of the `tsel` command."""
    ended: list[int] = []
    sys.unraisablehook = not_swallowed
    atexit.register(_leave, ended)  # the first to be registered runs last
    ended.append(run_under_torchrun(run) if under_torchrun() else run())
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # all is said: Ctrl-C during Python's own shutdown shows no traceback
    sys.exit(ended[0])


def not_swallowed(lost: Any) -> None:
    """Python drops a Ctrl-C that comes while it destroys an object, with a traceback: raise it again a moment later."""
    if lost.exc_type is not None and issubclass(lost.exc_type, KeyboardInterrupt):
        again = threading.Timer(0.01, _interrupt)  # at once it would come within this hook
        again.daemon = True
        again.start()
        return
    sys.__unraisablehook__(lost)


def _interrupt() -> None:
    """Ctrl-C to the main thread, also when it waits for the system."""
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
    else:
        _thread.interrupt_main()


def _leave(ended: list[int]) -> None:
    """Leave with the exit code, after everything else that is done at the end.

    Python takes apart its modules first, which takes a second once torch is imported; and `python -m tsel_cli` kills
    itself after Ctrl-C when the interrupt passed through code that was executed from text (imports do that, dataclasses
    for one), although it was caught.
    """
    if ended:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError, AttributeError):  # closed, or its reader is gone
                stream.flush()
        os._exit(ended[0])


def run(args: list[str] | None = None) -> int:
    """Run the command line and return its exit code; no traceback leaves here unless -vv was given."""
    arguments = sys.argv[1:] if args is None else args
    if address_limit() is not None:  # a thread that OpenBLAS cannot make becomes a Ctrl-C
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    prepare_streams(arguments)
    with messages_for(arguments):
        if sys.stdout is None:
            hint = "leave out >&-, or name a file: > FILE"
            return _fail("stdout is closed, and the answer goes there", hint, 1, arguments)
        code = _run(arguments)
        journal.end(code)
        return code


def _run(arguments: list[str]) -> int:
    try:
        result = app(args=arguments, prog_name="tsel", standalone_mode=False)
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except TselError as error:
        return _fail(error.message, error.hint, error.exit_code, arguments)
    except Stopped as stopped:
        return _reader_left() if isinstance(stopped.__cause__, BrokenPipeError) else _interrupted()
    except BrokenPipeError:
        return _reader_left()
    except (KeyboardInterrupt, typer.Abort):
        return _interrupted()
    except Exception as error:
        return _unexpected(error, arguments)


_DISK_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))


def _unexpected(error: Exception, arguments: list[str]) -> int:
    if hasattr(error, "format_message"):  # a usage error of the option parser
        if type(error).__name__ == "NoArgsIsHelpError":  # its help is printed already
            return 2
        from tsel_cli.usage_words import usage_words

        return _fail(*usage_words(error, arguments), 2, arguments)
    fault = as_fault(error, "working")  # what the engine saw says more; this is the rest
    if fault is not None:
        return _fail(fault.message, fault.hint, fault.exit_code, arguments)
    if isinstance(error, OSError) and error.errno in _DISK_FULL:
        where = error.filename or "stdout, or a file"
        return _fail(f"{where}: the disk is full", "free some space, or name a folder on another disk", 1, arguments)
    if isinstance(error, OSError):
        return _fail(_one_line(error), "check the path, its permissions and the free space", 1, arguments)
    bound = address_limit()
    if bound is not None:  # libraries that cannot be mapped fail in many ways, none of which says so
        why = f"{type(error).__name__}: {_one_line(error)}"
        room = f"this program may take {bound / 1e9:.1f} GB of address space"
        hint = "raise the limit (ulimit -v unlimited)"
        return _fail(f"out of memory while working ({why}; {room})", hint, 5, arguments)
    return _fail(
        f"unexpected {type(error).__name__}: {_one_line(error)}",
        "run again with -vv for the details and report them",
        1,
        arguments,
    )


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__


def _fail(message: str, hint: str, code: int, arguments: list[str]) -> int:
    if "-vv" in arguments or "-vvv" in arguments:
        import traceback

        traceback.print_exc()
    print_error(message, hint)
    return code


def _interrupted() -> int:
    print_note("interrupted")
    return 130


def _reader_left() -> int:
    """stdout was closed by its reader (`| head -1`): say nothing, and keep Python's own shutdown quiet."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return 141
