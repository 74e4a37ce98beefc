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
MAX_XML_TAGS = 4_000_000  # start and end tags: a tree of them takes about 400 MB
_CONTROLS = bytes([*range(1, 9), 11, 12, *range(14, 32)])  # without NUL: UTF-16 is full of it
_CONTROL_REFERENCE = re.compile(rb"&#(?:x0*(?:[0-8bceBCE]|1[0-9a-fA-F])|0*(?:[0-8]|1[124-9]|2[0-9]|3[01]));")


def _is_plain(data: bytes) -> bool:
    """Whether bytes are the beginning of a text in UTF-8."""
    try:
        data[: max(1, len(data) - 3)].decode("utf-8")  # the last sign may be cut
    except UnicodeDecodeError as error:
        if error.start < len(data) - 6:
            return False
    return not any(byte in data for byte in (*_CONTROLS, 0))


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
            if data and _is_plain(data[:4096]):
                raise DocumentError(f"{name}: plain text under the name of another format", "name it .txt") from None
            raise DocumentError(
                f"{name}: damaged or cut off (not a whole zip archive)", "copy or download the file again"
            ) from None
        if len(infos) > MAX_MEMBERS:
            raise DocumentError(
                f"{name}: {len(infos):,} parts are over the limit of {MAX_MEMBERS:,}",
                "the file was made to do harm",
            )
        self._exact: dict[str, zipfile.ZipInfo] = {}
        self._infos: dict[str, zipfile.ZipInfo] = {}
        self.copies: list[str] = []  # parts that the archive holds in several, different copies
        for info in infos:
            part = info.filename.replace("\\", "/").lstrip("/")
            kept = self._infos.setdefault(part.lower(), info)
            self._exact.setdefault(part, info)
            if (kept.CRC, kept.file_size) != (info.CRC, info.file_size) and part.lower() not in self.copies:
                self.copies.append(part.lower())

    def names(self) -> list[str]:
        """Member names, lower case."""
        return list(self._infos)

    def copies_warning(self) -> str:
        """A sentence about parts in several copies; "" when there are none."""
        if not self.copies:
            return ""
        named = ", ".join(self.copies[:3]) + (", …" if len(self.copies) > 3 else "")
        return f"the file holds different copies of {named}; the first was read, and another program may show another"

    def one_of_each(self) -> bytes:
        """The archive for a library: where it holds copies, only the part that `read` gives of each."""
        if not self.copies:
            return self._data
        made = BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for info in self._infos.values():
                data = self.read(info.filename)
                if data is not None:
                    archive.writestr(info.filename, data)
        return made.getvalue()

    def read(self, part: str) -> bytes | None:
        """Bytes of a member, or None when there is none of that name.

        Raises DocumentError when it is damaged or unpacks beyond the limits.
        """
        part = part.lstrip("/")
        info = self._exact.get(part) or self._infos.get(part.lower())
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

    if has_doctype(data):  # before the parser follows it
        raise _doctype(name, part)
    if data.count(b"<") > MAX_XML_TAGS:
        raise DocumentError(
            f"{name}: the part {part} has over {MAX_XML_TAGS // 1_000_000} million tags",
            "split the file and read its parts",
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
        root = etree.fromstring(data, parser)
        if root.getroottree().docinfo.doctype:  # in an encoding that the search does not know
            raise _doctype(name, part)
        return root
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


def has_doctype(data: bytes) -> bool:
    """A document type stands anywhere in the part, in whatever width its letters are; no Office program writes one."""
    if b"<!DOCTYPE" in data:
        return True
    wide = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
    return b"\x00" in data and any("<!DOCTYPE".encode(codec) in data for codec in wide)


def _doctype(name: str, part: str) -> DocumentError:
    return DocumentError(
        f"{name}: the part {part} declares entities, which no Office file does", "the file was made to do harm"
    )


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
