"""What each setting is now and where that comes from: a default, the config file, or the environment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

_NOT_SETTINGS = frozenset({"help", "version", "install_completion", "show_completion"})
_SECRET = frozenset({"password", "api_key"})


@dataclass(frozen=True)
class Value:
    """A setting of a command: its value, and "default", "config", "config [command]" or the variable it is from."""

    name: str
    value: Any
    source: str

    def as_json(self) -> dict[str, Any]:
        """The object of `tsel config show --json`."""
        return {"name": self.name, "value": self.value, "source": self.source}


def effective(
    params: Mapping[str, Any], command: str, content: Mapping[str, Any], environ: Mapping[str, str]
) -> Iterator[Value]:
    """The settings of a command, by its options (name -> option of the parser); flags come on top of them."""
    table = content.get(command)
    own: Mapping[str, Any] = table if isinstance(table, dict) else {}
    for name, param in params.items():
        if name in _NOT_SETTINGS or param.param_type_name != "option":
            continue
        variable = param.envvar if isinstance(param.envvar, str) else ""
        if environ.get(variable):
            found = Value(name, environ[variable], variable)
        elif name in own:
            found = Value(name, own[name], f"config [{command}]")
        elif name in content and not isinstance(content[name], dict):
            found = Value(name, content[name], "config")
        else:
            value = param.default.value if isinstance(param.default, Enum) else param.default
            found = Value(name, value if isinstance(value, str | int | float | bool) else None, "default")
        yield Value(name, "(set)", found.source) if name in _SECRET and found.value else found
