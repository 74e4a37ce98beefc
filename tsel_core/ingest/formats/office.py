"""PowerPoint and Excel files: opened with limits, read by their own modules."""

from __future__ import annotations

from dataclasses import replace

from tsel_core.errors import DocumentError
from tsel_core.ingest.formats.sheets import read_sheets
from tsel_core.ingest.formats.slides import read_slides
from tsel_core.ingest.options import ReadOptions
from tsel_core.ingest.safety.safe_zip import SafeZip, has_doctype
from tsel_core.ingest.source import Draft, Source


def read_office(source: Source, options: ReadOptions) -> Draft:
    """Slides or sheets. Raises DocumentError when the file is damaged or a bomb."""
    archive = check_size(source, options)
    source = replace(source, data=archive.one_of_each())
    read = read_slides if source.kind == "pptx" else read_sheets
    draft = read(source, options, archive)
    if archive.copies:
        draft.warn(archive.copies_warning())
    draft.warn_hidden(shown=options.hidden)
    return draft


def check_size(source: Source, options: ReadOptions) -> SafeZip:
    """Unpack every part once within the limits before a library does it without."""
    archive = SafeZip(source.name, source.data, options.max_unpacked_bytes)
    for name in archive.names():
        if name.endswith((".xml", ".rels")) and has_doctype(archive.read(name) or b""):
            raise DocumentError(
                f"{source.name}: the part {name} declares entities, which no Office file does",
                "the file was made to do harm",
            )
    return SafeZip(source.name, source.data, options.max_unpacked_bytes)
