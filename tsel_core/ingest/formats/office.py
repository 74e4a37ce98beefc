"""PowerPoint and Excel files: opened with limits, read by their own modules."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from io import BytesIO

from tsel_core.errors import DocumentError
from tsel_core.ingest.formats.presentations.slides import read_slides
from tsel_core.ingest.formats.spreadsheets.sheets import read_sheets
from tsel_core.ingest.options import ReadOptions
from tsel_core.ingest.safety.safe_zip import SafeZip, has_doctype
from tsel_core.ingest.source import Draft, Source

_STRICT = b"http://purl.oclc.org/ooxml/"
_NAME = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/(\w+)")
_USUAL = rb"http://schemas.openxmlformats.org/\1/2006/\2"
_BOOKS = ("xl/workbook.xml", "ppt/presentation.xml")
MAX_HEAD = 4096  # bytes of a part in which its names stand


def read_office(source: Source, options: ReadOptions) -> Draft:
    """Slides or sheets. Raises DocumentError when the file is damaged or a bomb."""
    archive = check_size(source, options)
    source = replace(source, data=transitional(archive.one_of_each()))
    read = read_slides if source.kind == "pptx" else read_sheets
    draft = read(source, options, archive)
    if archive.copies:
        draft.doubt(archive.copies_warning())
    draft.warn_hidden(shown=options.hidden)
    return draft


def transitional(data: bytes) -> bytes:
    """A file in the strict form of the standard with the names of the usual one, which the libraries know."""
    with zipfile.ZipFile(BytesIO(data)) as old:
        if not any(_STRICT in old.read(name)[:MAX_HEAD] for name in old.namelist() if name.endswith(_BOOKS)):
            return data
        made = BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
            for info in old.infolist():
                part = old.read(info)
                xml = info.filename.endswith((".xml", ".rels"))
                new.writestr(info.filename, _NAME.sub(_USUAL, part) if xml else part)
    return made.getvalue()


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
