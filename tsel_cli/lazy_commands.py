"""The commands by name, each imported when it is asked for: a command imports itself, `tsel --help` none of them.

Help of a command stands here too, for the list; a test compares it with the command's own.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand
from typer.main import get_command, get_group

from tsel_cli.i18n.help_page import with_help


@dataclass(frozen=True, slots=True)
class Place:
    """Where a command is: `function` of `tsel_cli.commands.MODULE`, or the module's `app` of commands; its help."""

    module: str
    function: str
    help: str
    cls: str = ""  # the class of the command, where it has one of its own


PLACES = {
    "ask": Place("ask", "ask", "Answer questions from the whole document, with checked citations."),
    "summarize": Place(
        "summarize",
        "summarize",
        "Summarize whole documents: brief, minutes with decisions and action items, or a report.",
    ),
    "extract": Place(
        "extract",
        "extract",
        'Fill a table: a row a document, a column a field, each value with its quote and place, or "not stated".',
        "RayCommand",
    ),
    "list": Place(
        "list_items",
        "list_items",
        "List everything of a kind: each unit ends as cited, unsure, or read with nothing found; the counts add up.",
    ),
    "compare": Place(
        "compare",
        "compare",
        "Compare two versions of a document, clause by clause; every piece of both is accounted for.",
    ),
    "chat": Place(
        "chat",
        "chat",
        "Ask one question after another; the documents are read once. Piped: a question a line; exit or 終了 ends it.",
    ),
    "open": Place(
        "open",
        "open_",
        "Open documents as a page in the browser: read, ask, and see each quote in its place. Ends with Ctrl-C.",
    ),
    "batch": Place(
        "batch",
        "batch",
        "Summarize or ask every document of a folder; goes on where it stopped, one bad file stops nothing.",
        "RayCommand",
    ),
    "bench": Place(
        "bench", "bench", "Measure speed and fidelity of selection against full attention, same weights, same run."
    ),
    "eval": Place(
        "eval",
        "evaluate",
        "Measure accuracy, fidelity, coverage and time of attention settings against full attention.",
    ),
    "tune": Place(
        "tune", "tune", "Search for the fastest setting that answers like full attention, and save it as a profile."
    ),
    "serve": Place(
        "serve",
        "serve",
        "Serve the model through the OpenAI API (chat, completions, responses, files) and that of Ollama.",
    ),
    "mcp": Place(
        "mcp",
        "mcp",
        "Serve ask, summarize, extract, list, compare, inspect to an assistant that speaks MCP, on stdin and stdout.",
    ),
    "inspect": Place(
        "inspect",
        "inspect",
        "Show what is read of a file: units, labels, tokens, warnings, and whether it fits the model.",
    ),
    "doctor": Place(
        "doctor", "doctor", "Say what is protected on this machine, what is not, and what the program works with."
    ),
    "warmup": Place(
        "warmup",
        "warmup",
        "Make now what is made once on a machine: model, compiled kernels, measured lengths, retrieval heads.",
    ),
    "ps": Place("resident", "ps", "Show the resident engine: which model it holds, what it does, when it ends."),
    "stop": Place(
        "resident",
        "stop",
        "End the resident engine and give its memory back; commands it was given are finished first.",
    ),
    "models": Place("models", "app", "The models: which there are, which are on this machine."),
    "cache": Place("cache", "app", "Kept readings: documents that need not be read again."),
    "log": Place("log", "app", "The audit log: what was run, without a word of the documents."),
    "config": Place("config", "app", "The config file: where it is and what it says."),
}


class LazyCommands(MutableMapping[str, Any]):
    """Commands by name, in the order of the help page."""

    def __init__(self) -> None:
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            self._made[name] = _made(name, PLACES[name])
        return self._made[name]

    def __setitem__(self, name: str, command: Any) -> None:
        self._made[name] = command

    def __delitem__(self, name: str) -> None:
        del self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(PLACES)

    def __len__(self) -> int:
        return len(PLACES)

    def __contains__(self, name: object) -> bool:
        return name in PLACES


def listed() -> dict[str, Any]:
    """The commands as the help page needs them: name and help alone."""
    return {name: TyperCommand(name=name, help=place.help) for name, place in PLACES.items()}


def _made(name: str, place: Place) -> Any:
    module = import_module(f"tsel_cli.commands.{place.module}")
    if place.function == "app":
        group = get_group(module.app)
        group.name = name
        return with_help(group)
    alone = typer.Typer(add_completion=False)
    named = {"cls": getattr(import_module("tsel_cli.engine_options"), place.cls)} if place.cls else {}
    alone.command(name=name, **named)(getattr(module, place.function))
    return with_help(get_command(alone))
