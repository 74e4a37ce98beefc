"""docs/cli.md, written from the commands themselves: python -m tsel_cli.docs_page > docs/cli.md"""

from __future__ import annotations

from typing import Any

from typer.main import get_command

EXIT_CODES = """\
| exit code | meaning |
| --- | --- |
| 0 | ok |
| 1 | error |
| 2 | usage: an option or argument is wrong |
| 3 | not found in the document |
| 4 | a check failed: a sentence that the document contradicts, an invented quote, the coverage floor, or `--verify` |
| 5 | does not fit: the trained window, the memory, or a limit |
| 6 | the text could not be read well (scan, garbled, encrypted) |
| 130 | interrupted; a partial answer is kept |
| 141 | the reader of stdout went away |
"""


def page() -> str:
    """The page as Markdown."""
    from tsel_cli.app import app

    root: Any = get_command(app)
    lines = [
        "# Command line",
        "",
        "Generated from the commands: `python -m tsel_cli.docs_page > docs/cli.md`.",
        "",
        "The answer goes to stdout, everything else to stderr. Settings: defaults < config file < `TSEL_*` < flags.",
        "Messages are English or Japanese: `--lang` or its setting, else the locale (`LC_ALL`, `LC_MESSAGES`, `LANG`).",
        "",
        EXIT_CODES,
    ]
    for name, command in sorted(root.commands.items()):
        lines += _command(f"tsel {name}", command)
    return "\n".join(lines).rstrip() + "\n"


def _command(path: str, command: Any) -> list[str]:
    if hasattr(command, "commands"):
        lines = [f"## {path}", "", _text(command.help), ""]
        for name, child in sorted(command.commands.items()):
            lines += ["#" + line if line.startswith("## ") else line for line in _command(f"{path} {name}", child)]
        return lines
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option" and p.name != "help" and not p.hidden]
    usage = " ".join([path, *(a.metavar or str(a.name).upper() for a in arguments), "[OPTIONS]" if options else ""])
    lines = [f"## {path}", "", _text(command.help), "", f"`{usage.strip()}`", ""]
    if options:
        lines += ["| option | meaning | default |", "| --- | --- | --- |"]
        lines += [_option(p) for p in options]
        lines.append("")
    return lines


def _option(param: Any) -> str:
    names = ", ".join(f"`{n}`" for n in [*param.opts, *param.secondary_opts])
    text = _text(param.help)
    variable = param.envvar if isinstance(param.envvar, str) else ""
    default = "" if param.default in (None, False, "") or callable(param.default) else f"`{_value(param.default)}`"
    if not isinstance(default, str):
        default = ""
    return f"| {names} | {text}{f' (`{variable}`)' if variable else ''} | {default} |"


def _value(value: Any) -> str:
    return str(getattr(value, "value", value))


def _text(text: str | None) -> str:
    return " ".join((text or "").split()).replace("|", "\\|")


if __name__ == "__main__":
    print(page(), end="")
