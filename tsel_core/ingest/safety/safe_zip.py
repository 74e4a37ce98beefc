"""Office files are zip archives of XML: both are opened with limits against bombs."""

from __future__ import annotations

import re
import zipfile
import zlib
from io import BytesIO
from typing import Any

from tsel_core.errors import DocumentError, UnreadableDocument

MAX_MEMBERS = 20_000
MAX_RATIO = 400  # unpacked to packed size of a large member; XML of real documents stays under 60
LARGE = 32 << 20
MAX_XML_BYTES = 256 << 20
_CONTROLS = bytes([*range(1, 9), 11, 12, *range(14, 32)])  # without NUL: UTF-16 is full of it
_CONTROL_REFERENCE = re.compile(rb"&#(?:x0*(?:[0-8bceBCE]|1[0-9a-fA-F])|0*(?:[0-8]|1[124-9]|2[0-9]|3[01]));")


class SafeZip:
    """Members of an archive, read whole and at most `max_bytes` in sum."""

    def __init__(self, name: str, data: bytes, max_bytes: int) -> None:
        self.name = name
        self._left = max_bytes
        self._data = data
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
            infos = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError, UnicodeError):
            raise DocumentError(
                f"{name}: damaged or cut off (not a whole zip archive)", "copy or download the file again"
            ) from None
        if len(infos) > MAX_MEMBERS:
            raise DocumentError(
                f"{name}: {len(infos):,} parts are over the limit of {MAX_MEMBERS:,}",
                "the file was made to do harm",
            )
        self._infos = {i.filename.replace("\\", "/").lstrip("/").lower(): i for i in infos}

    def names(self) -> list[str]:
        """Member names, lower case."""
        return list(self._infos)

    def read(self, part: str) -> bytes | None:
        """Bytes of a member, or None when there is none of that name.

        Raises DocumentError when it is damaged or unpacks beyond the limits.
        """
        info = self._infos.get(part.lstrip("/").lower())
        if info is None:
            return None
        if info.flag_bits & 1:
            raise UnreadableDocument(f"{self.name}: encrypted with a password", "save it without the password")
        limit = min(self._left, MAX_XML_BYTES)
        ratio = info.file_size / max(1, info.compress_size)
        if info.file_size > limit or (info.file_size > LARGE and ratio > MAX_RATIO):
            raise self._bomb(part, info.file_size)
        try:
            with self._zip.open(info) as file:
                data = file.read(limit + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            NotImplementedError,
            OSError,
            ValueError,
            RuntimeError,
        ):
            raise DocumentError(
                f"{self.name}: the part {part} is damaged",
                "open it in Word, let it repair the file, and save it again",
            ) from None
        if len(data) > limit:
            raise self._bomb(part, len(data))
        self._left -= len(data)
        return data

    def _bomb(self, part: str, size: int) -> DocumentError:
        return DocumentError(
            f"{self.name}: the part {part} unpacks to {size / 1e6:,.0f} MB, over the limit",
            "the file was made to do harm, or is too large to be read: split it",
        )


def parse_xml(name: str, part: str, data: bytes) -> Any:
    """Root element of an XML part, with no entities, no network, no DTD, limited depth.

    Raises DocumentError when it is not well-formed.
    """
    from lxml import etree

    if b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data[:65536]:
        raise DocumentError(
            f"{name}: the part {part} declares entities, which no Word file does",
            "the file was made to do harm",
        )
    strict = b"http://purl.oclc.org/ooxml/"
    if strict in data[:8192]:
        data = _transitional(data)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        text = str(error)
        bare = data.translate(None, _CONTROLS) if "invalid Char" in text or "xmlParseCharRef" in text else data
        bare = _CONTROL_REFERENCE.sub(b"", bare) if bare is not data else data
        if bare != data:  # control characters, which some programs let through
            return parse_xml(name, part, bare)
        if "depth" in text.lower():
            raise DocumentError(
                f"{name}: the part {part} is nested too deeply", "the file was made to do harm"
            ) from None
        raise DocumentError(
            f"{name}: the part {part} is damaged ({text[:120]})",
            "open it in Word, let it repair the file, and save it",
        ) from None


def _transitional(data: bytes) -> bytes:
    """Strict OOXML uses other namespace names for the same elements."""
    for strict, usual in (
        (
            b"http://purl.oclc.org/ooxml/wordprocessingml/main",
            b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        ),
        (
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        ),
        (
            b"http://purl.oclc.org/ooxml/officeDocument/math",
            b"http://schemas.openxmlformats.org/officeDocument/2006/math",
        ),
        (
            b"http://purl.oclc.org/ooxml/drawingml/main",
            b"http://schemas.openxmlformats.org/drawingml/2006/main",
        ),
    ):
        data = data.replace(strict, usual)
    return data
