"""Parts of a message: its words, and files by their ids or as base64."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from tsel_cli.serve.files import FileStore
from tsel_cli.serve.wire import is_text, require
from tsel_core.document import Document
from tsel_core.errors import UsageError

_TEXTS = ("text", "input_text", "output_text", "refusal")
_FILES = ("file", "input_file")


class Parts:
    """Reads the content of messages and gathers the documents of all of them, each once, in order."""

    def __init__(self, files: FileStore, owner: str) -> None:
        self.files, self.owner = files, owner
        self._documents: dict[str, Document] = {}

    @property
    def documents(self) -> tuple[Document, ...]:
        """The documents of all messages so far."""
        return tuple(self._documents.values())

    @property
    def keyed(self) -> tuple[tuple[str, Document], ...]:
        """The same, each with the id it came by, or its hash."""
        return tuple(self._documents.items())

    @property
    def file_ids(self) -> tuple[str, ...]:
        """For each document the id of its file, "" where it came inline."""
        return tuple(key if key.startswith("file-") else "" for key in self._documents)

    def add(self, key: str, document: Document) -> None:
        """A document of an earlier message."""
        self._documents.setdefault(key, document)

    def text(self, content: Any) -> str:
        """The words of a message; "" for none. Raises UsageError for parts that are neither words nor files."""
        found = self._text(content)
        require(is_text(found), "a message holds halves of surrogate pairs")
        return found

    def _text(self, content: Any) -> str:
        if content is None or isinstance(content, str):
            return content or ""
        require(isinstance(content, list), "content must be a string or a list of parts")
        texts: list[str] = []
        for part in content:
            kind = part.get("type") if isinstance(part, dict) else None
            if kind in _TEXTS:
                text = part.get("refusal" if kind == "refusal" else "text")
                require(isinstance(text, str), "a text part needs text")
                texts.append(text)
                continue
            require(kind in _FILES, "parts must be of type text or file")
            self._add(part if kind == "input_file" else part.get("file"))
        return "\n".join(texts)

    def _add(self, part: Any) -> None:
        require(isinstance(part, dict), "a file part needs an object")
        file_id, inline = part.get("file_id"), part.get("file_data")
        if isinstance(file_id, str):
            self._documents.setdefault(file_id, self.files.get(file_id, self.owner).document)
            return
        require(part.get("file_url") is None, "file_url is not supported: the server opens no addresses")
        require(isinstance(inline, str), "a file part needs file_id or file_data")
        name = part.get("filename")
        self.add_base64(name if isinstance(name, str) else "document.txt", str(inline))

    def add_base64(self, name: str, inline: str) -> None:
        """Read a document of base64, with or without the head of a data address."""
        try:
            data = base64.b64decode(inline.rpartition(",")[2], validate=True)
        except (binascii.Error, ValueError) as error:
            raise UsageError("file_data must be base64", "data:application/pdf;base64,...") from error
        document = self.files.read(name, data)
        self._documents.setdefault(document.sha256, document)
