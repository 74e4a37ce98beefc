"""Help pages in the language of messages: the texts, the panels, and the option parser's own words."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tsel_cli.i18n.catalogue import help_texts
from tsel_cli.i18n.language import message_language

PARSER_WORDS = {
    "ARGUMENTS_PANEL_TITLE": "Arguments",
    "OPTIONS_PANEL_TITLE": "Options",
    "COMMANDS_PANEL_TITLE": "Commands",
    "DEPRECATED_STRING": "(deprecated) ",
    "DEFAULT_STRING": "[default: {}]",
    "ENVVAR_STRING": "[env var: {}]",
    "REQUIRED_LONG_STRING": "[required]",
}
"""Names of typer.rich_utils and what they hold."""
USAGE_WORDS = ("Usage: ", "[OPTIONS]", "COMMAND [ARGS]...")
OTHER_WORDS = (
    "Show this message and exit.",
    "Install completion for the current shell.",
    "Show completion for the current shell, to copy it or customize the installation.",
)


def with_help(command: Any) -> Any:
    """The same command, and those below it, whose help page is in the language of messages."""

    def format_help(context: Any, formatter: Any) -> None:
        page_of(command, context, formatter, type(command).format_help.__get__(command))

    command.format_help = format_help
    for param in command.params:
        if param.param_type_name == "argument":
            param.get_usage_pieces = lambda _context, piece=usage_piece(param): [piece]
    for below in getattr(command, "commands", {}).values():
        with_help(below)
    return command


def usage_piece(argument: Any) -> str:
    """An argument in the line of usage, such as `FILE... "QUESTION"`; in brackets where it may be left out."""
    name = str(argument.metavar or argument.name.upper())
    if argument.nargs != 1 and "..." not in name:
        name += "..."
    return name if argument.required or "[" in name else f"[{name}]"


def page_of(command: Any, context: Any, formatter: Any, show: Callable[..., None]) -> None:
    """The help page of a command in the language of messages; `show` is the command's own method for it."""
    language = message_language()
    if language == "en":
        show(context, formatter)
        return
    texts = help_texts(language)
    with _parser_words(texts):
        show.__func__(translated(command, texts), context, formatter)  # type: ignore[attr-defined]


def translated(command: Any, texts: Mapping[str, str]) -> Any:
    """A copy of a command whose texts are those of a catalogue, English where it has none."""
    twin = copy.copy(command)
    for name in ("help", "short_help", "epilog", "rich_help_panel"):
        if isinstance(getattr(command, name, None), str):
            setattr(twin, name, _text(getattr(command, name), texts))
    twin.get_params = lambda context: [_parameter(p, texts) for p in type(command).get_params(command, context)]
    twin.get_usage = lambda context: _usage(type(command).get_usage(command, context), texts)
    if hasattr(command, "commands"):
        twin.commands = {name: translated(below, texts) for name, below in command.commands.items()}
    return twin


def texts_of(command: Any) -> Iterator[str]:
    """Every English text of a command's help page and of those below it."""
    for name in ("help", "short_help", "epilog", "rich_help_panel"):
        if isinstance(getattr(command, name, None), str):
            yield inspect.cleandoc(getattr(command, name))
    for param in command.params:
        for name in ("help", "rich_help_panel"):
            if isinstance(getattr(param, name, None), str):
                yield inspect.cleandoc(getattr(param, name))
    for below in getattr(command, "commands", {}).values():
        yield from texts_of(below)


def _parameter(param: Any, texts: Mapping[str, str]) -> Any:
    twin = copy.copy(param)
    for name in ("help", "rich_help_panel"):
        if isinstance(getattr(param, name, None), str):
            setattr(twin, name, _text(getattr(param, name), texts))
    return twin


def _text(english: str, texts: Mapping[str, str]) -> str:
    return texts.get(inspect.cleandoc(english), english)


def _usage(usage: str, texts: Mapping[str, str]) -> str:
    for word in USAGE_WORDS:
        usage = usage.replace(word, texts.get(word, word), 1)
    return usage


@contextmanager
def _parser_words(texts: Mapping[str, str]) -> Iterator[None]:
    """The option parser's own words are constants of a module of its."""
    from typer import rich_utils

    before = {name: getattr(rich_utils, name) for name in PARSER_WORDS}
    highlight = rich_utils.highlighter
    try:
        for name, word in before.items():
            setattr(rich_utils, name, texts.get(word, word))
        rich_utils.highlighter = lambda text: _whole(highlight(text))  # type: ignore[assignment]
        yield
    finally:
        for name, word in before.items():
            setattr(rich_utils, name, word)
        rich_utils.highlighter = highlight


def _whole(text: Any) -> Any:
    """A text without spaces is one word, which a cell would cut off."""
    if hasattr(text, "overflow"):
        text.overflow = "fold"
    return text
