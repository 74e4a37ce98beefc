"""What `-c` continues: the files of the last command, and the last conversation. Kept readable by the user alone."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tsel_core.cache_paths import cache_dir
from tsel_core.errors import UsageError


def _path(name: str) -> Path:
    return cache_dir() / "last" / name


def remember_files(files: Sequence[str]) -> None:
    """Note the files (and globs) of a command that was answered; stdin and failures to write are passed over."""
    if any(f == "-" for f in files):
        return
    absolute = [str(Path(f).expanduser().absolute()) for f in files]
    _write("files.json", {"files": absolute})


def last_files() -> tuple[str, ...]:
    """The files of the last command. Raises UsageError (exit 2) when there was none."""
    content = _read("files.json")
    files = content.get("files") if isinstance(content, dict) else None
    if not files or not all(isinstance(f, str) for f in files):
        raise UsageError("no document was asked before", "name the files: tsel ask FILE... QUESTION")
    return tuple(files)


def save_conversation(conversation: dict[str, Any]) -> None:
    """Note a conversation after each turn."""
    _write("conversation.json", conversation)


def last_conversation() -> dict[str, Any]:
    """The last conversation. Raises UsageError (exit 2) when there is none to continue."""
    content = _read("conversation.json")
    if not isinstance(content, dict) or not content.get("files"):
        raise UsageError("there is no conversation to continue", "start one: tsel chat FILE...")
    return content


def forget() -> None:
    """Remove both."""
    for name in ("files.json", "conversation.json"):
        with contextlib.suppress(OSError):
            _path(name).unlink()


def _write(name: str, content: dict[str, Any]) -> None:
    """Replace a state file (0600); losing it costs a convenience, never an answer, so failures are passed over."""
    path = _path(name)
    part = path.with_name(f".{name}.{os.getpid()}.part")
    with contextlib.suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(content, file, ensure_ascii=False)
        os.replace(part, path)


def _read(name: str) -> Any:
    try:
        return json.loads(_path(name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
