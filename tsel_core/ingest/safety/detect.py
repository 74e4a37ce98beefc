"""What a file is: by its first bytes, checked against its suffix."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import PurePath

from tsel_core.errors import DocumentError

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
    ".xltx": "xlsx",
    ".xlsb": "xlsb",
    ".xls": "xls",
    ".odt": "odt",
    ".ott": "odt",
    ".fodt": "odt",
    ".fods": "ods",
    ".ods": "ods",
    ".ots": "ods",
    ".odp": "odp",
    ".rtf": "rtf",
    ".epub": "epub",
    ".msg": "msg",
    ".mbox": "mbox",
    ".json": "json",
    ".jsonl": "json",
    ".ndjson": "json",
    ".doc": "doc",
    ".dot": "doc",
    ".ppt": "ppt",
}
PICTURES = frozenset((".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".gif", ".webp", ".heic", ".heif"))
_BINARY_KINDS = "pdf docx pptx xlsx xlsb xls odt ods odp epub msg doc ppt picture rtf"
BINARY = frozenset(_BINARY_KINDS.split())  # no plain text
_WRAPPED = ("encrypted", "flat", "fodf", "wordml")  # what is in them decides
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_REMEDY = "install LibreOffice, or open the file in Word and save it as .docx or PDF"
# Office files as one XML file, by a name space of theirs that stands at the beginning
_SPACES = (
    (b"http://schemas.microsoft.com/office/2006/xmlPackage", "flat"),
    (b"http://schemas.microsoft.com/office/word/2003/wordml", "wordml"),
    (b"urn:schemas-microsoft-com:office:spreadsheet", "excelml"),
    (b"urn:oasis:names:tc:opendocument:xmlns:office", "fodf"),
)
_OLD_ROOTS = (b"<w:wordDocument", b"<Workbook", b"<ss:Workbook", b"<office:document")
_STREAMS = ("EncryptedPackage", "__properties_version1.0", "Workbook", "Book", "WordDocument", "PowerPoint Document")
_NOT_TEXT = ("doc", "ppt", "xls", "xlsb", "msg", "odt", "ods", "odp", "epub", "rtf")
_ENVELOPE = re.compile(rb"From [^\r\n]*\d{4}[^\r\n]*\r?\n[!-9;-~]+:")
_MAIL = re.compile(rb"(?:mime-version|from|received|return-path|delivered-to|date|subject|message-id|x-[\w-]+): ", re.I)
_PICTURE_MAGIC = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"BM")
HEIC = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftyphevc")
_OPEN_DOCUMENT = {"text": "odt", "spreadsheet": "ods", "presentation": "odp", "graphics": "odp"}
_OTHER = {
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

    Raises DocumentError for what cannot be read, naming what it is.
    """
    suffix = PurePath(name).suffix.lower()
    wanted = SUFFIXES.get(suffix)
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf") and wanted != "pdf":
        raise DocumentError(f"{name}: the file is empty ({len(data)} bytes)", "check that the file was saved or copied")
    found = _by_content(name, data, suffix)
    if found is None and wanted in (None, *_NOT_TEXT):
        guess = _by_text(data)
        if wanted is not None and guess == "txt":
            raise DocumentError(
                f"{name}: the file is named {suffix} but holds no {suffix} file", "check where the file comes from"
            )
        return guess, _said(name, suffix, guess)
    if found is None:
        assert wanted is not None
        return wanted, ""
    if wanted is None or wanted == found or name == "stdin" or found in _WRAPPED:
        return found, "" if suffix else _said(name, suffix, found)
    return found, f"the file is named {suffix} but holds {found}; it was read as {found}"


def _said(name: str, suffix: str, kind: str) -> str:
    """A kind that is guessed is said."""
    if name == "stdin":
        return ""
    shown = "text" if kind == "txt" else kind
    if not suffix:
        return f"the file has no suffix; by its content it was read as {shown}"
    return f"{suffix} is not a known suffix; read as {shown}"


def _by_content(name: str, data: bytes, suffix: str) -> str | None:
    if data.startswith(_OLE):
        return _ole_kind(name, data)
    if data.lstrip()[:6].startswith(b"{\\rtf"):
        return "rtf"
    head = data[:1024]
    if b"%PDF-" in head and suffix not in (".eml", ".mht", ".mhtml", ".mbox"):
        return "pdf"
    if data.startswith(b"PK\x03\x04") or data.startswith(b"PK\x05\x06"):
        return _zip_kind(name, data)
    if _is_picture(head):
        return "picture"
    for magic, what in _OTHER.items():
        if data.startswith(magic) and not (magic in (b"MZ", b"ID3", b"RIFF") and b"\x00" not in head):
            raise DocumentError(f"{name}: {what}, not a document with text", "convert it to PDF, Word or text first")
    if suffix not in (".txt", ".md", ".eml", ".mht", ".mhtml", ".log", ".csv", ".tsv", ".vtt", ".srt"):
        return marked(data)
    return None


def _is_picture(head: bytes) -> bool:
    if head.startswith(b"BM"):
        return len(head) > 30 and head[6:10] == b"\x00\x00\x00\x00" and head[14:18] in (b"\x28\0\0\0", b"\x7c\0\0\0")
    webp = head.startswith(b"RIFF") and head[8:12] == b"WEBP"
    return head.startswith(_PICTURE_MAGIC) or head[4:12] in HEIC or webp


def marked(data: bytes) -> str | None:
    """Text whose first lines say what it is: a saved web page (Word and Excel write them as .doc and .xls), mail."""
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"<?xml") or head.startswith(_OLD_ROOTS):
        for space, kind in _SPACES:
            if space in head:
                return kind
    if _ENVELOPE.match(head):
        return "mbox"
    if _MAIL.match(head) and re.search(rb"^(?:mime-version|content-type|received|subject):", head, re.M | re.I):
        return "eml"
    low = head.lower()
    return (
        "html"
        if low.startswith((b"<!doctype html", b"<html")) or (low.startswith(b"<?xml") and b"<html" in low)
        else None
    )


def _ole_kind(name: str, data: bytes) -> str:
    """Kind of an OLE file by the streams at its root."""
    import olefile

    try:
        with olefile.OleFileIO(BytesIO(data)) as ole:
            names = {entry[0] for entry in ole.listdir(streams=True, storages=True)}
    except Exception:  # a damaged one: its streams' names say what it was
        names = {n for n in _STREAMS if n.encode("utf-16-le") in data}
    if "EncryptedPackage" in names or "EncryptionInfo" in names:
        return "encrypted"
    if "__properties_version1.0" in names:
        return "msg"
    if "Workbook" in names or "Book" in names:
        return "xls"
    if "WordDocument" in names:
        raise DocumentError(f"{name}: a Word 97-2003 (.doc) file, which needs LibreOffice to be read", _REMEDY)
    if "PowerPoint Document" in names:
        raise DocumentError(f"{name}: a PowerPoint 97-2003 (.ppt) file, which needs LibreOffice to be read", _REMEDY)
    raise DocumentError(f"{name}: an old binary Office file, which is not read", _REMEDY)


def _zip_kind(name: str, data: bytes) -> str:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = {n.replace("\\", "/").lower() for n in archive.namelist()}
            packed = _packed_kind(archive, names)
            if packed:
                return packed
            if "[content_types].xml" in names or "_rels/.rels" in names:
                for folder, kind in (("word/", "docx"), ("ppt/", "pptx"), ("xl/", "xlsx")):
                    if any(n.startswith(folder) for n in names):
                        return "xlsb" if "xl/workbook.bin" in names else kind
                return "docx"
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError, RuntimeError):
        kind = SUFFIXES.get(PurePath(name).suffix.lower(), "")
        if kind in ("docx", "pptx", "xlsx", "xlsb", "odt", "ods", "odp", "epub"):
            return kind
        raise DocumentError(
            f"{name}: a damaged zip file", "copy or download it again; the end of the file is missing"
        ) from None
    raise DocumentError(f"{name}: a zip archive, not a document", "unpack it and give the files in it")


def _packed_kind(archive: zipfile.ZipFile, names: set[str]) -> str:
    """OpenDocument and EPUB files name themselves in a member; "" for others."""
    if "mimetype" in names:
        with archive.open("mimetype") as file:
            kind = file.read(200).decode("ascii", "replace").strip()
        if kind.startswith("application/vnd.oasis.opendocument."):
            return _OPEN_DOCUMENT.get(kind.rsplit(".", 1)[-1].removesuffix("-template"), "odt")
        if kind == "application/epub+zip":
            return "epub"
    if "meta-inf/container.xml" in names:
        return "epub"
    return "odt" if "content.xml" in names and "meta-inf/manifest.xml" in names else ""


def _by_text(data: bytes) -> str:
    head = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    kind = marked(data)
    if kind is not None:
        return kind
    if head.startswith(b"webvtt"):
        return "vtt"
    if head.startswith((b"<!doctype html", b"<html")):
        return "html"
    return "txt"
