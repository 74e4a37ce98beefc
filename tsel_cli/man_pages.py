"""Man pages, written from the commands themselves: python -m tsel_cli.man_pages FOLDER

A page for `tsel` and one for each command, as in `man tsel-ask`; FOLDER is the `man1` of a folder that MANPATH names.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tsel_cli.docs_page import EXIT_CODES
from tsel_core.version import __version__

ENVIRONMENT = """\
Every option of a command that runs the model can be set as TSEL_NAME (TSEL_MODEL, TSEL_KV, ...) or in the configuration
file; see tsel config show."""


def pages() -> dict[str, str]:
    """Roff of each page by its file's name."""
    from typer.main import get_command

    from tsel_cli.app import app

    root: Any = get_command(app)
    found = {"tsel.1": _page("tsel", root, sorted(root.commands.items()))}
    for name, command in sorted(root.commands.items()):
        found |= dict(_pages(f"tsel-{name}", command))
    return found


def _pages(name: str, command: Any) -> Iterator[tuple[str, str]]:
    children = sorted(getattr(command, "commands", {}).items())
    yield f"{name}.1", _page(name, command, children)
    for child, below in children:
        yield from _pages(f"{name}-{child}", below)


def _page(name: str, command: Any, children: list[tuple[str, Any]]) -> str:
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option" and not p.hidden]
    usage = " ".join(str(a.metavar or str(a.name).upper()) for a in arguments)
    called = name.replace("-", " ")
    lines = [
        f'.TH {name.upper()} 1 "" "tsel {__version__}" "tsel"',
        ".SH NAME",
        f"{_plain(name)} \\- {_plain(_first(command.help))}",
        ".SH SYNOPSIS",
        f".B {_plain(called)}",
        _plain(" ".join(filter(None, [usage, "[OPTIONS]", "COMMAND" if children else ""]))),
        ".SH DESCRIPTION",
        *_paragraphs(command.help),
    ]
    if children:
        lines.append(".SH COMMANDS")
        for child, below in children:
            lines += [".TP", f".BR {_plain(f'{name}-{child}')} (1)", _plain(_first(below.help))]
    if options:
        lines += [".SH OPTIONS", *(line for option in options for line in _option(option))]
    lines += [".SH EXIT STATUS", *_exit_codes(), ".SH ENVIRONMENT", _plain(ENVIRONMENT)]
    if name != "tsel":
        lines += [".SH SEE ALSO", ".BR tsel (1)"]
    return "\n".join(lines) + "\n"


def _option(param: Any) -> list[str]:
    names = ", ".join(f"\\fB{_plain(n)}\\fR" for n in [*param.opts, *param.secondary_opts])
    value = "" if param.is_flag else f" \\fI{_plain(str(param.metavar or param.name).upper())}\\fR"
    variable = f" ({param.envvar})" if isinstance(param.envvar, str) else ""
    return [".TP", names + value, _plain(" ".join((param.help or "").split()) + variable) or "\\&"]


def _exit_codes() -> Iterator[str]:
    for line in EXIT_CODES.splitlines()[2:]:
        code, meaning = (cell.strip() for cell in line.strip("|").split("|"))
        yield from (".TP", f".B {code}", _plain(meaning.replace("`", "")))


def _first(text: str | None) -> str:
    return " ".join((text or "").split("\n\n")[0].split())


def _paragraphs(text: str | None) -> Iterator[str]:
    for paragraph in (text or "").split("\n\n"):
        yield from (".PP", _plain(" ".join(paragraph.split())))


def _plain(text: str) -> str:
    """Text that roff takes as it is: no escapes, no hyphens of a typesetter, no requests at a line's beginning."""
    safe = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")
    return "\n".join("\\&" + line if line.startswith((".", "\\(aq")) else line for line in safe.split("\n"))


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for file, content in pages().items():
        (folder / file).write_text(content, encoding="utf-8")
