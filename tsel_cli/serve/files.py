"""Uploaded documents: read at once from their bytes, then known by an id. No path of a request is ever opened."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from tsel_core.document import Document
from tsel_core.errors import DocumentError, UsageError

_MAX_CHARS = 400_000_000  # of all documents together


@dataclass(frozen=True)
class StoredFile:
    """A document that was uploaded. `num_bytes` is the size of the upload."""

    file_id: str
    name: str
    num_bytes: int
    created: int
    document: Document
    owner: str = ""

    def as_json(self) -> dict[str, object]:
        """The file object of the OpenAI API."""
        return {
            "id": self.file_id,
            "object": "file",
            "bytes": self.num_bytes,
            "created_at": self.created,
            "filename": self.name,
            "purpose": "user_data",
            "status": "processed",
        }


def safe_name(name: str) -> str:
    """The last component of a name, without control characters, at most 120 characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c for c in last if c.isprintable())[-120:] or "document.txt"


class FileStore:
    """Documents in memory, `max_files` at most; lost when the server ends."""

    def __init__(self, max_files: int, read: Callable[[str, bytes], Document]) -> None:
        self.max_files = max_files
        self._read = read
        self._files: dict[str, StoredFile] = {}
        self._lock = threading.Lock()

    def read(self, name: str, data: bytes) -> Document:
        """Read a document from bytes. `name` only tells its kind and is shown in citations."""
        return self._read(safe_name(name), data)

    def add(self, name: str, data: bytes, owner: str = "") -> StoredFile:
        """Read and store an upload. Raises UsageError when the store is full, DocumentError and others of reading."""
        with self._lock:
            self._check_room(0)
        document = self.read(name, data)
        size = sum(len(u.text) for u in document.units)
        stored = StoredFile(
            "file-" + secrets.token_hex(12), safe_name(name), len(data), int(time.time()), document, owner
        )
        with self._lock:
            self._check_room(size)
            self._files[stored.file_id] = stored
        return stored

    def _check_room(self, size: int) -> None:
        """Call it with the lock. Raises UsageError."""
        held = sum(len(u.text) for f in self._files.values() for u in f.document.units)
        if len(self._files) >= self.max_files or held + size > _MAX_CHARS:
            raise UsageError(f"the server holds {len(self._files)} files, its limit", "delete files that are done")

    def get(self, file_id: str, owner: str = "") -> StoredFile:
        """A stored file of this owner. Raises DocumentError for an unknown id, and for one of somebody else's."""
        with self._lock:
            found = self._files.get(file_id)
        if found is None or found.owner != owner:
            raise DocumentError(f"there is no file {file_id[:60]}", "upload it with POST /v1/files")
        return found

    def delete(self, file_id: str, owner: str = "") -> None:
        """Forget a file. Raises DocumentError for an unknown id."""
        self.get(file_id, owner)
        with self._lock:
            self._files.pop(file_id, None)

    def __len__(self) -> int:
        return len(self._files)

    def list(self, owner: str = "") -> list[StoredFile]:
        """All files of an owner, newest first."""
        with self._lock:
            return sorted((f for f in self._files.values() if f.owner == owner), key=lambda f: -f.created)
