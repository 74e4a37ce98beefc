"""What each setting is now and where that comes from: a default, the config file, or the environment.

Beside the options of a command there are variables that no option has: folders, the log, the cache.
"""

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
            found = Value(name, _usual(name, param.default), "default")
        yield Value(name, "(set)", found.source) if name in _SECRET and found.value else found


def _usual(name: str, default: Any) -> Any:
    if name == "model" and default is None:
        from tsel_core.models.catalog import DEFAULT_NAME

        return DEFAULT_NAME
    if isinstance(default, list | tuple):
        return list(default)
    value = default.value if isinstance(default, Enum) else default
    return value if isinstance(value, str | int | float | bool) else None


def beside(environ: Mapping[str, str]) -> Iterator[Value]:
    """What variables alone set: TSEL_LOG and others."""
    from tsel_cli.settings import config_path
    from tsel_core.audit.log import KEEP_DAYS, log_path
    from tsel_core.cache_paths import cache_dir, models_dir
    from tsel_core.models.speech import DEFAULT
    from tsel_core.settings import profiles_folder

    usual: dict[str, Any] = {
        "TSEL_CONFIG": str(config_path()),
        "TSEL_CACHE": str(cache_dir()),
        "TSEL_CACHE_MAX": "20GB",
        "TSEL_CACHE_MAX_DOCUMENT": None,
        "TSEL_CACHE_KEY_FILE": None,
        "TSEL_MODELS": str(models_dir()),
        "TSEL_SPEECH_MODEL": DEFAULT,
        "TSEL_PROFILES": str(profiles_folder()),
        "TSEL_LOG": "1",
        "TSEL_LOG_DIR": str(log_path().parent),
        "TSEL_LOG_DAYS": KEEP_DAYS,
        "TSEL_LOG_FILE": None,
        "TSEL_OTEL": "0",
        "TSEL_RUNTIME_DIR": None,
        "TSEL_KEEP_INT8": "1",
        "TSEL_CPU_WEIGHTS": "auto",
        "TSEL_CPU_ROWS": "auto",
        "TSEL_CPU_ATTENTION": "auto",
        "TSEL_CPU_INDEX": "auto",
        "TSEL_API_KEY": None,
    }
    for name, default in usual.items():
        given = environ.get(name)
        value = "(set)" if given and name == "TSEL_API_KEY" else given
        yield Value(name, value, name) if given else Value(name, default, "default")
