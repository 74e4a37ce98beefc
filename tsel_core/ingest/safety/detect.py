"""What a file is: by its first bytes, checked against its suffix."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import PurePath

from tsel_core.errors import DocumentError, UnreadableDocument

SUFFIXES = {
    ".pdf": "pdf",
    ".docx": "docx",
    ".docm": "docx",
    ".dotx": "docx",
    ".dotm": "docx",
    ".txt": "txt",
    ".text": "txt",
    ".log": "txt",
    ".md": "md",
    ".markdown": "md",
    ".vtt": "vtt",
    ".srt": "srt",
    ".sbv": "srt",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".mht": "eml",
    ".mhtml": "eml",
    ".eml": "eml",
    ".csv": "csv",
    ".tsv": "csv",
    ".pptx": "pptx",
    ".pptm": "pptx",
    ".ppsx": "pptx",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_REMEDY = "open it in Word or LibreOffice and save it as .docx or PDF"
_OTHER = {
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"II*\x00": "a TIFF picture",
    b"MM\x00*": "a TIFF picture",
    b"\x1f\x8b": "a gzip archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"\x7fELF": "a program",
    b"MZ": "a program",
    b"ID3": "a sound file",
    b"RIFF": "a media file",
    b"%!PS": "a PostScript file",
}


def detect_kind(name: str, data: bytes) -> tuple[str, str]:
    """(kind, warning or ""). The content wins where it is clear; the suffix decides between kinds of text.

    Raises DocumentError for what cannot be read, naming what it is, and UnreadableDocument for encrypted Office files.
    """
    suffix = PurePath(name).suffix.lower()
    wanted = SUFFIXES.get(suffix)
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf") and wanted != "pdf":
        raise DocumentError(f"{name}: the file is empty ({len(data)} bytes)", "check that the file was saved or copied")
    found = _by_content(name, data, suffix)
    if found is None:
        if wanted in ("pdf", "docx", "pptx", "xlsx"):
            return wanted, ""  # its own reader says what is wrong, or recovers it
        if wanted is None:
            return _by_text(data), "" if suffix in (
                "",
                ".stdin",
            ) else f"{suffix} is not a known suffix; read as text"
        return wanted, ""
    if wanted is None or wanted == found or name == "stdin":
        return found, ""
    return found, f"the file is named {suffix} but holds {found}; it was read as {found}"


def _by_content(name: str, data: bytes, suffix: str) -> str | None:
    if data.startswith(_OLE):
        raise _ole_error(name, data)
    if data.startswith(b"{\\rtf"):
        raise DocumentError(f"{name}: a Rich Text (RTF) file, which is not read", _REMEDY)
    head = data[:1024]
    if b"%PDF-" in head and suffix not in (".eml", ".mht", ".mhtml"):
        return "pdf"
    if data.startswith(b"PK\x03\x04") or data.startswith(b"PK\x05\x06"):
        return _zip_kind(name, data)
    for magic, what in _OTHER.items():
        if data.startswith(magic) and not (magic in (b"MZ", b"ID3", b"RIFF") and b"\x00" not in head):
            raise DocumentError(f"{name}: {what}, not a document with text", "convert it to PDF, Word or text first")
    return None


def _ole_error(name: str, data: bytes) -> Exception:
    def has(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if has("EncryptedPackage"):
        return UnreadableDocument(
            f"{name}: encrypted with a password", "open it in Office, remove the password, and save it again"
        )
    what = "an old binary Office file"
    if has("WordDocument"):
        what = "a Word 97-2003 (.doc) file"
    elif has("Workbook") or has("Book"):
        what = "an Excel 97-2003 (.xls) file"
    elif has("PowerPoint Document"):
        what = "a PowerPoint 97-2003 (.ppt) file"
    elif has("__properties_version1.0"):
        what = "an Outlook (.msg) message"
    return DocumentError(f"{name}: {what}, which is not read", _REMEDY)


def _zip_kind(name: str, data: bytes) -> str:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = {n.replace("\\", "/").lower() for n in archive.namelist()}
            if "mimetype" in names and "content.xml" in names:
                raise DocumentError(f"{name}: an OpenDocument file, which is not read", _REMEDY)
            if "[content_types].xml" in names or "_rels/.rels" in names:
                for folder, kind in (("word/", "docx"), ("ppt/", "pptx"), ("xl/", "xlsx")):
                    if any(n.startswith(folder) for n in names):
                        return kind
                return "docx"
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError, RuntimeError):
        kind = SUFFIXES.get(PurePath(name).suffix.lower(), "")
        if kind in ("docx", "pptx", "xlsx"):
            return kind
        raise DocumentError(
            f"{name}: a damaged zip file", "copy or download it again; the end of the file is missing"
        ) from None
    raise DocumentError(f"{name}: a zip archive, not a document", "unpack it and give the files in it")


def _by_text(data: bytes) -> str:
    head = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(b"webvtt"):
        return "vtt"
    if head.startswith((b"<!doctype html", b"<html")):
        return "html"
    return "txt"
