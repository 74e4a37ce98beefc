"""read_document: one file to a Document, parsed in a process of its own."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import replace

from tsel_core.document import Document
from tsel_core.errors import DocumentError, TselError, UnreadableDocument
from tsel_core.ingest.kept import current as kept_documents
from tsel_core.ingest.options import ReadOptions
from tsel_core.ingest.safety.files import STDIN, Listing, list_files, read_file, read_stdin, shown

CONVERTED = "an old Office file: it was read as LibreOffice converted it"


def read_document(path: str | os.PathLike[str], options: ReadOptions | None = None) -> Document:
    """The document at `path` (`-`: stdin).

    Raises DocumentError (missing, corrupt, over a limit), UnreadableDocument (scan, garbled, encrypted),
    UsageError (pages that the file does not have).
    """
    options = options or ReadOptions()
    name = os.fspath(path)
    if name == STDIN:
        name, data = "stdin", read_stdin(options.max_file_bytes, options.max_text_bytes)
    else:
        data = read_file(name, options.max_file_bytes, options.max_text_bytes)
        name = shown(name)
    from tsel_core.ingest.isolation.sandbox import parse_isolated
    from tsel_core.ingest.safety.convert import converted

    sha256 = hashlib.sha256(data).hexdigest()
    kept = kept_documents.get()
    document = kept.find((sha256, name, options)) if kept is not None else None
    if document is not None:
        return document
    made = converted(name, data, options)
    document = parse_isolated(name, made or data, sha256, options)
    if made is not None:
        own = [w for w in document.warnings if not w.startswith("the file is named ")]  # it is what its name says
        document = replace(document, warnings=(CONVERTED, *own))
    if kept is not None:
        kept.add((sha256, name, options), document)
    return document


def read_documents(paths: Sequence[str], options: ReadOptions | None = None) -> list[Document]:
    """The documents that `paths` name: files, folders, globs, `-`. A copy of an earlier one carries a warning.

    A file of a folder that cannot be read stops no other: the first document's warning names it, and why.
    """
    options = options or ReadOptions()
    seen: dict[str, str] = {}
    documents: list[Document] = []
    listing = list_files(paths, ocr=options.ocr)
    failed: list[tuple[str, TselError]] = []
    for path in listing.files:
        try:
            document = read_document(path, options)
        except (DocumentError, UnreadableDocument) as error:
            if path not in listing.of_folders:
                raise
            failed.append((path, error))
            continue
        earlier = seen.setdefault(document.sha256, document.path)
        if earlier != document.path:
            warning = f"{document.path} is a copy of {earlier}: the same bytes are read twice"
            document = replace(document, warnings=(*document.warnings, warning))
        documents.append(document)
    if failed and not documents:
        raise failed[0][1]
    reasons = tuple((path, error.message.removeprefix(shown(path) + ": ")) for path, error in failed)
    listing = replace(listing, left_out=(*reasons, *listing.left_out))
    if listing.left_out:
        documents[0] = _with_left_out(documents[0], listing, is_lost=bool(failed))
    return documents


def _with_left_out(first: Document, listing: Listing, *, is_lost: bool) -> Document:
    """The first document, telling of the files of the folder that were not read; lost ones are documents."""
    said = listing.warning()
    counts = first.metadata.get("left_out", {})
    metadata = {**first.metadata, "left_out": {**counts, "file": len(listing.left_out)}}
    missing = (*first.missing, said) if is_lost else first.missing
    return replace(first, warnings=(*first.warnings, said), metadata=metadata, missing=missing)
