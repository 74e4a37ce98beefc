"""What `-c` continues: the files of the last command, and the last conversation.

Files are readable by the user alone (0600), and sealed with the user's key unless TSEL_CACHE_KEY_FILE says "none".
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tsel_core.cache_paths import cache_dir
from tsel_core.errors import UsageError
from tsel_core.prefix_cache.format.crypto import SALT_BYTES, master_key

_SEALED = b"TSELST\x01\n"  # then salt, then ciphertext and tag; other files are plain JSON


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
    """The last conversation. Raises UsageError (exit 2) when there is none, or it is sealed with another key."""
    content = _read("conversation.json")
    if not isinstance(content, dict) or not content.get("files"):
        raise UsageError("there is no conversation to continue", "start one: tsel chat FILE...")
    return content


def forget_conversation() -> None:
    """Remove the last conversation."""
    with contextlib.suppress(OSError):
        _path("conversation.json").unlink()


def forget() -> None:
    """Remove everything: files, conversation and the history of questions."""
    for path in _path("").glob("*"):
        with contextlib.suppress(OSError):
            path.unlink()


def _write(name: str, content: dict[str, Any]) -> None:
    """Replace a state file (0600); losing it costs a convenience, never an answer, so failures are passed over.

    Raises UsageError when a key is named and cannot be used: what should be sealed is never written plain.
    """
    path = _path(name)
    part = path.with_name(f".{name}.{os.getpid()}.part")
    with contextlib.suppress(OSError):
        data = _seal(json.dumps(content, ensure_ascii=False).encode())
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.replace(part, path)


def _read(name: str) -> Any:
    try:
        return json.loads(_unseal(_path(name).read_bytes()))
    except (OSError, ValueError):
        return None


def _seal(data: bytes) -> bytes:
    key = master_key()
    if key is None:
        return data
    salt = os.urandom(SALT_BYTES)
    return _SEALED + salt + key.cipher(salt).seal(0, data)


def _unseal(data: bytes) -> bytes:
    """Raises ValueError when the file is sealed and the key is not at hand."""
    if not data.startswith(_SEALED):
        return data
    key = master_key()
    if key is None:
        raise ValueError("sealed")
    begin = len(_SEALED) + SALT_BYTES
    return key.cipher(data[len(_SEALED) : begin]).unseal(0, data[begin:])
