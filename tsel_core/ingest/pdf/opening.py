"""Opening a PDF: passwords, damaged files, what is no PDF at all."""

from __future__ import annotations

import contextlib
import logging
import re
from io import BytesIO
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from tsel_core.errors import DocumentError, UnreadableDocument
from tsel_core.ingest.pdf.repair import LAYERS, check_streams, unpacked_objects, with_page_tree

REPAIR = "open it in a PDF reader and save or print it as a new PDF"


def open_pdf(name: str, data: bytes, password: str | None, *, forms: bool = True) -> tuple[Any, str, bool]:
    """(pypdfium2 document with at least one page, warning or "", whether it has layers, which may be switched off).

    `forms`: its fields can be read; pdfium then draws those anew that the file does not draw, or asks to.
    Raises UnreadableDocument when a password is needed or wrong, DocumentError when it is no PDF or beyond repair.
    """
    if not data.strip(b"\x00 \t\r\n"):
        raise DocumentError(f"{name}: the file is empty ({len(data)} bytes)", "check that the file was saved or copied")
    if b"%PDF" not in data[:4096] and b" obj" not in data[:65536]:
        raise DocumentError(
            f"{name}: not a PDF file, whatever its name says", "check the file, or give it its right suffix"
        )
    data = _with_known_maps(data)
    document, problem = _try(data, password, forms)
    if document is None and problem == "password":
        raise _password_error(name, password)
    start = data.find(b"%PDF")
    if document is None and start > 0:  # something was put before the file: its offsets count from its own head
        document, problem = _try(data[start:], password, forms)
        if document is None and problem == "password":
            raise _password_error(name, password)
    if document is None:
        repaired = _rewrite(data, password)
        if repaired is not None:
            document, problem = _try(repaired, None, forms)
        if document is None and b"/Encrypt" not in data:
            document, problem = _try(with_page_tree(data + unpacked_objects(data)), None, forms)
        if document is None:
            raise DocumentError(f"{name}: the PDF is damaged and could not be recovered", REPAIR)
        return document, "the PDF is damaged; it was recovered as far as possible", LAYERS in data
    number, has_layers = (0, True) if b"/Encrypt" in data else check_streams(data)
    warning = f"{number} parts of the PDF are damaged; text may be missing" if number else ""
    return document, warning, has_layers


_OLD_MAP = re.compile(rb"/Encoding\s*/(?:(?:78|Ext|Add|NWP)-((?:EUC-)?)|78(?:ms)?-(RKSJ-))([HV])(?=[\s/>\]])")


def _with_known_maps(data: bytes) -> bytes:
    """Names of old Japanese character maps that pdfium lacks, which differ in a few signs from one that it has.

    The new name is filled up with spaces, so that objects keep their places; the one longer name makes pdfium look
    for them anew.
    """

    def other(match: re.Match[bytes]) -> bytes:
        family = b"90ms-RKSJ-" if match[2] else match[1]
        return (b"/Encoding/" + family + match[3]).ljust(len(match[0]))

    return _OLD_MAP.sub(other, data) if b"/Encoding" in data else data


def _try(data: bytes, password: str | None, forms: bool) -> tuple[Any | None, str]:
    """(document, "") or (None, why)."""
    for secret in _forms(password):
        try:
            document = pypdfium2.PdfDocument(data, password=secret)
            if forms:
                _init_forms(document)
            if len(document) > 0:
                return document, ""
            document.close()
            return None, "empty"
        except pypdfium2.PdfiumError as error:
            why = "password" if "password" in str(error).lower() else "damaged"
            if why == "damaged" and secret == password:
                return None, why
        except (ValueError, TypeError):  # this form of the password cannot be given
            continue
    return None, "password"


def _init_forms(document: Any) -> None:
    """So that fields can be read; a form that pdfium cannot take is left."""
    if pdfium.FPDF_GetFormType(document) in (pdfium.FORMTYPE_ACRO_FORM, pdfium.FORMTYPE_XFA_FOREGROUND):
        with contextlib.suppress(pypdfium2.PdfiumError):
            document.init_forms()


def _forms(password: str | None) -> list[str | bytes | None]:
    """The password as pdfium takes it; older files hold it in Latin-1 or cp932."""
    if not password:
        return [None]
    found: list[str | bytes | None] = [password]
    for codec in ("latin-1", "cp932"):
        try:
            encoded = password.encode(codec)
        except UnicodeEncodeError:
            continue
        if encoded != password.encode():
            found.append(encoded)
    return found


def _password_error(name: str, password: str | None) -> UnreadableDocument:
    if password:
        return UnreadableDocument(f"{name}: the password is wrong", "give the right one with --password")
    return UnreadableDocument(f"{name}: encrypted, and it needs a password", "give it with --password")


def _rewrite(data: bytes, password: str | None) -> bytes | None:
    """The file written anew by pypdf, which finds objects where pdfium gives up; None when it does too."""
    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(password or ""):
            return None
        writer = pypdf.PdfWriter()
        for page in reader.pages:
            writer.add_page(page)
        if not writer.pages:
            return None
        out = BytesIO()
        writer.write(out)
        return out.getvalue()
    except (MemoryError, KeyboardInterrupt):
        raise
    except Exception:  # pypdf throws anything on a damaged file; the caller has the clear error
        return None
