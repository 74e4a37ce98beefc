"""Office files as one XML file (Flat OPC of Word, flat OpenDocument): packed into the archive they stand for."""

from __future__ import annotations

import base64
import binascii
import zipfile
from io import BytesIO

from tsel_core.errors import DocumentError
from tsel_core.ingest.safety.safe_zip import parse_xml


def packed(name: str, data: bytes) -> bytes:
    """The archive. Raises DocumentError when the file is damaged."""
    from lxml import etree

    root = parse_xml(name, "package", data)
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in root:
            place = next((v for k, v in part.attrib.items() if k.endswith("}name")), "").lstrip("/")
            inside = next(iter(part), None)
            if not place or inside is None:
                continue
            if inside.tag.endswith("}xmlData") and len(inside):
                archive.writestr(place, etree.tostring(inside[0]))
            elif inside.text:
                try:
                    archive.writestr(place, base64.b64decode(inside.text))
                except binascii.Error:
                    raise DocumentError(
                        f"{name}: the part {place} is damaged",
                        "open it in Word, let it repair the file, and save it again",
                    ) from None
        if "[Content_Types].xml" not in archive.namelist():
            archive.writestr("[Content_Types].xml", "<Types/>")
    return out.getvalue()


_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"


def packed_open_document(name: str, data: bytes) -> bytes:
    """The archive of a flat OpenDocument file: its content and its styles are the whole of it."""
    from lxml import etree

    root = parse_xml(name, "document", data)
    kind = root.get(f"{_OFFICE}mimetype") or "application/vnd.oasis.opendocument.text"
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        for part in ("content", "styles"):
            root.tag = f"{_OFFICE}document-{part}"
            archive.writestr(f"{part}.xml", etree.tostring(root))
    return out.getvalue()
