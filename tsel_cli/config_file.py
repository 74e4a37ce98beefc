"""One setting written into the config file; its comments and everything else stay as they are."""

from __future__ import annotations

from pathlib import Path

from tsel_cli.places import write_file
from tsel_cli.settings import config_path, load_config
from tsel_core.errors import UsageError


def set_value(key: str, value: str) -> Path:
    """Write `key = value` at the top of the config file, which is made when there is none; the file's path.

    Raises UsageError for a file that cannot be read or written.
    """
    import tomlkit

    load_config()  # its faults are said in words
    path = config_path()
    try:
        content = tomlkit.parse(path.read_text(encoding="utf-8") if path.exists() else "")
        if key in content:
            content[key] = value
            text = tomlkit.dumps(content)
        else:  # before the first table
            line = tomlkit.document()
            line[key] = value
            text = tomlkit.dumps(line) + tomlkit.dumps(content)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, text.encode("utf-8"), overwrite=True)
    except OSError as error:
        hint = "change its permissions, or name another file with TSEL_CONFIG"
        raise UsageError(f"{path}: cannot be written: {error.strerror}", hint) from error
    return path
