"""Settings: defaults < config file (TOML) < TSEL_* environment < flags. This module is the config file's part.

The file holds the options' long names with underscores; a table named after a command overrides the top level:

    model = "qwen2.5-coder-1.5b"
    attention = "auto"
    [summarize]
    style = "minutes"
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from tsel_core.config import DEFAULT_BUDGET, DEFAULT_NEW_TOKENS
from tsel_core.errors import UsageError
from tsel_core.text.faults import place_of

COMMANDS = (
    *("ask", "summarize", "extract", "list", "compare", "chat", "batch"),
    *("serve", "mcp", "bench", "eval", "tune", "inspect", "warmup"),
)

TEMPLATE = f"""\
# Settings of tsel. Flags and TSEL_* variables win over this file.
# model = "qwen2.5-coder-1.5b"
# device = "auto"
# attention = "auto"
# kv = "auto"
# memory_limit = "24GB"
# budget = {DEFAULT_BUDGET}
# max_new_tokens = {DEFAULT_NEW_TOKENS}
# lang = "auto"
#
# [summarize]
# style = "minutes"
"""


def config_path() -> Path:
    """Where the config file is looked for; TSEL_CONFIG names another one."""
    named = os.environ.get("TSEL_CONFIG")
    if named:
        return Path(named)
    from platformdirs import user_config_path

    return user_config_path("tsel", appauthor=False) / "config.toml"


def load_config() -> dict[str, Any]:
    """The config file's content, {} without one. Raises UsageError (exit 2) on a file that cannot be used."""
    path = config_path()
    try:
        if path.exists() and not path.is_file():
            raise UsageError(f"{path}: not a file", "name a file with TSEL_CONFIG, or remove it")
        with path.open("rb") as file:
            return tomllib.load(file)
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}", "change its permissions, or remove it") from error
    except RecursionError as error:
        raise UsageError(f"{path}: nested too deeply for settings", "correct the file, or remove it") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: not valid TOML: {place_of(error)}", "correct the file, or remove it") from error


def default_map(known: Callable[[], Mapping[str, frozenset[str]]] | None = None) -> dict[str, Any]:
    """Defaults by command for the option parser.

    `known` gives the options of each command, where there is a file. Raises UsageError for a key that no command knows:
    a setting that protects ("no_cache", "offline") and is mistyped must not be passed over.
    """
    content = load_config()
    if known is not None and content:
        _check_keys(content, known())
    shared = {k: v for k, v in content.items() if not isinstance(v, dict)}
    tables = {k: v for k, v in content.items() if isinstance(v, dict)}
    return {name: {**shared, **tables.get(name, {})} for name in {*COMMANDS, *tables}}


def _check_keys(content: Mapping[str, Any], known: Mapping[str, frozenset[str]]) -> None:
    everywhere = frozenset().union(*known.values())
    for key, value in content.items():
        if not isinstance(value, dict):
            _check_key(key, "", everywhere)
        elif key not in known:
            raise _unknown(f"[{key}]", key, known)
        else:
            for inner in value:
                _check_key(inner, f" in [{key}]", known[key] | {"keep_alive"})


def _check_key(key: str, where: str, options: frozenset[str]) -> None:
    if key not in options and key != "keep_alive":
        raise _unknown(f"{key}{where}", key, options)


def _unknown(what: str, key: str, names: Any) -> UsageError:
    near = get_close_matches(key, sorted(names), n=1, cutoff=0.6)
    hint = f"did you mean {near[0]}?" if near else "settings have the long names of options, with underscores"
    return UsageError(f"{config_path()}: the setting {what} is not known", hint)


def options_by_command(group: Any) -> dict[str, frozenset[str]]:
    """Names of the options of each command; those of a group are of all its commands, and their names too."""
    found = {}
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            inner = options_by_command(command)
            found[name] = frozenset().union(inner, *inner.values())
        else:
            found[name] = frozenset(p.name for p in command.params if p.name)
    return found
