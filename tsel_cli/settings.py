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
from pathlib import Path
from typing import Any

from tsel_core.config import DEFAULT_BUDGET, DEFAULT_NEW_TOKENS
from tsel_core.errors import UsageError

COMMANDS = ("ask", "summarize", "chat", "batch", "serve", "bench", "inspect")

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
    """The config file's content, {} without one. Raises UsageError (exit 2) on a file that is not valid TOML."""
    path = config_path()
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: not valid TOML: {error}", "correct the file, or remove it") from error


def default_map() -> dict[str, Any]:
    """Defaults by command for the option parser."""
    content = load_config()
    shared = {k: v for k, v in content.items() if not isinstance(v, dict)}
    tables = {k: v for k, v in content.items() if isinstance(v, dict)}
    return {name: {**shared, **tables.get(name, {})} for name in {*COMMANDS, *tables}}
