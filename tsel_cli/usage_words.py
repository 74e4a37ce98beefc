"""What was wrong with a command line, in words of our own: what, which value, what is allowed; and one next step.

The option parser's errors are read by what they are called and hold, as its versions have different classes.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from tsel_core.lazy_pattern import lazy_pattern

_COMMAND, _EXTRA = lazy_pattern(r"No such command '(.*?)'"), lazy_pattern(r"unexpected extra argument.*\((.*)\)")
_RANGE = ("Input should be", "is not in the range", "is not a valid")  # of a number, by the parser's versions
_CHOICE = ("is not one of", "Input should be")
_SWITCH = "one of 1, true, yes, on, 0, false, no, off"  # of a flag: a variable or the config file gives it a value


def usage_words(error: Any, arguments: Sequence[str]) -> tuple[str, str]:
    """(message, hint) of an error of the option parser."""
    kind, context = type(error).__name__, getattr(error, "ctx", None)
    command = context.command if context is not None else _command_of(arguments)
    path = context.command_path if context is not None else _path_of(arguments)
    if kind == "NoSuchOption":
        return _no_option(str(error.option_name), command, path)
    if kind == "BadOptionUsage":
        return _bad_option(str(error.option_name), str(error.message), command, path)
    if kind == "MissingParameter":
        return f"{path} needs {_shown(error.param)}", _usage(command, path)
    if kind == "BadParameter" and error.param is not None:
        return _bad_value(error, arguments, path)
    message = str(error.format_message()).replace("Value error, ", "")  # its own word for a check that failed
    if (named := _COMMAND.search(message)) is not None:
        return _no_command(named[1], command, path)
    if (extra := _EXTRA.search(message.replace("(s)", ""))) is not None:
        return f"{path} does not take {extra[1]}", _usage(command, path)
    if message.startswith("Missing command"):
        return "a command is missing", f"`{path} --help` lists the commands"
    return message, f"see {path} --help"


def _no_option(name: str, command: Any, path: str) -> tuple[str, str]:
    known = [opt for param in getattr(command, "params", ()) for opt in (*param.opts, *param.secondary_opts)]
    close = get_close_matches(name, [opt for opt in known if opt.startswith("--")], 1)
    hint = f"did you mean {close[0]}?" if close else f"`{path} --help` lists the options"
    return f"{path} has no option {name}", hint


def _no_command(name: str, group: Any, path: str) -> tuple[str, str]:
    if path == "tsel" and os.path.exists(name):
        return f"{name} is a file, and the command comes first", f'tsel ask {name} "QUESTION"'
    close = get_close_matches(name, list(getattr(group, "commands", ())), 1)
    hint = f"did you mean {path} {close[0]}?" if close else f"`{path} --help` lists the commands"
    return f"{path} has no command {name}", hint


def _bad_option(name: str, message: str, command: Any, path: str) -> tuple[str, str]:
    if "not take a value" in message:
        return f"{name} takes no value", f"write {name} alone"
    param = next((p for p in getattr(command, "params", ()) if name in p.opts), None)
    allowed = _allowed(param)
    return f"{name} needs a value", f"it must be {allowed}" if allowed else f"see {path} --help"


def _bad_value(error: Any, arguments: Sequence[str], path: str) -> tuple[str, str]:
    param, message = error.param, str(error.message).replace("Value error, ", "").rstrip(".")
    name, value = _given(param, arguments, error.ctx)
    allowed = _SWITCH if getattr(param, "is_flag", False) else _allowed(param)
    plain = any(part in message for part in (_CHOICE if _choices(param) else _RANGE))
    if value is None:
        quoted = re.match(r"'(.*?)'", message)
        value = quoted[1] if quoted is not None else None
    if not allowed or not plain:
        return f"{name}: {message}", f"see {path} --help"
    if value is None:
        return f"{name} needs another value", f"it must be {allowed}"
    return f"{name} must be {allowed}, got {value}", f"see {path} --help"


def _given(param: Any, arguments: Sequence[str], context: Any) -> tuple[str, str | None]:
    """Where a value was given (the option, its variable, the config file), and the value where it is known."""
    option = next((opt for opt in param.opts if opt.startswith("--")), _shown(param))
    found: tuple[str, str | None] | None = None
    for at, argument in enumerate(arguments):
        head, equals, value = argument.partition("=")
        if head in param.opts and equals:
            found = head, value
        elif head in param.opts:
            found = head, arguments[at + 1] if at + 1 < len(arguments) else None
    if found is not None:
        return found
    variable = param.envvar if isinstance(param.envvar, str) else ""
    if os.environ.get(variable):
        return variable, os.environ[variable]
    own = (getattr(context, "default_map", None) or {}).get(param.name)
    return (option, None) if own is None else (f"{param.name} in the config file", str(own))


def _allowed(param: Any) -> str:
    """What an option's value must be, in words; "" where its type says nothing."""
    choices = _choices(param)
    if choices:
        return f"one of {', '.join(choices)}"
    number = _number(param)
    if not number:
        return ""
    own = getattr(param, "type", None)
    least, most = (getattr(param, edge, None) for edge in ("min", "max"))
    least, most = (getattr(own, edge, None) if x is None else x for edge, x in (("min", least), ("max", most)))
    if least is not None and most is not None:
        return f"{number} from {least:g} to {most:g}"
    if least is not None:
        return f"{number} of at least {least:g}"
    return number if most is None else f"{number} of at most {most:g}"


def _choices(param: Any) -> list[str]:
    described = getattr(getattr(param, "type_descriptor", None), "choices", None)
    found = described or getattr(getattr(param, "type", None), "choices", None) or ()
    return [str(getattr(choice, "value", choice)) for choice in found]


def _number(param: Any) -> str:
    kind = getattr(getattr(param, "type_descriptor", None), "annotation", None)
    name = str(getattr(getattr(param, "type", None), "name", ""))
    text = str(kind)
    if kind is int or name.startswith("integer") or re.fullmatch(r"int \| None|typing\.Optional\[int\]", text):
        return "a whole number"
    if kind is float or name.startswith("float") or re.fullmatch(r"float \| None|typing\.Optional\[float\]", text):
        return "a number"
    return ""


def _usage(command: Any, path: str) -> str:
    """How a command is called: its name and what it needs."""
    params = getattr(command, "params", ())
    needed = [_shown(p) for p in params if p.param_type_name == "argument"]
    options = [
        f"{_shown(p)} {p.metavar or p.name.upper()}" for p in params if p.param_type_name != "argument" and p.required
    ]
    return " ".join([path, *needed, *options])


def _shown(param: Any) -> str:
    """An argument as the help page calls it, an option by its name."""
    if param.param_type_name != "argument":
        return str(max(param.opts, key=len))
    return str(param.metavar or param.name.upper())


def _command_of(arguments: Sequence[str]) -> Any:
    """The command of a line that the parser could not read as far as that."""
    from tsel_cli.lazy_commands import LazyCommands

    found: Any = None
    for name in _names_of(arguments):
        found = (LazyCommands() if found is None else getattr(found, "commands", {})).get(name)
    return found


def _path_of(arguments: Sequence[str]) -> str:
    return " ".join(["tsel", *_names_of(arguments)])


def _names_of(arguments: Sequence[str]) -> list[str]:
    """The command's names at the beginning of the line: one, or two within a group."""
    from tsel_cli.lazy_commands import PLACES

    words = [a for a in arguments if not a.startswith("-")]
    if not words or words[0] not in PLACES:
        return []
    return words[: 2 if PLACES[words[0]].function == "app" else 1]
