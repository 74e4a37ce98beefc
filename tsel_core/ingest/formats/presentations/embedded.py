"""Files within files: a workbook in a Word file, an OLE object with the file that was packed into it."""

from __future__ import annotations

from io import BytesIO
from pathlib import PurePath

from tsel_core.errors import TselError
from tsel_core.ingest.source import Draft, OverLimit, Source

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def add_embedded(draft: Draft, source: Source, part: str, data: bytes | None, program: str) -> None:
    """Read an embedded file through the reader of its kind, or name it in a warning."""
    name, reason = PurePath(part).name or "embedded object", ""
    if data is not None:
        packed = _packed(data)
        if packed is not None:
            name, data = packed[0] or name, packed[1]
        try:
            if source.read_inner is not None:
                inner = source.read_inner(name, data)
                draft.add_draft(inner, f"embedded {name}")
                if inner.has_text or inner.hidden:
                    return
                reason = ": no text in the file"
        except TselError as error:
            reason = ": " + error.message.removeprefix(f"{name}: ")
        except OverLimit as limit:
            reason = f": more than {limit.what} with it"
    draft.lose(f"the embedded object {name} ({program}) was not read{reason}")


def _packed(data: bytes) -> tuple[str, bytes] | None:
    """(name or "", bytes) of the file in an OLE object; None when it holds none that can be taken out."""
    if not data.startswith(_OLE):
        return None
    import olefile

    try:
        with olefile.OleFileIO(BytesIO(data)) as ole:
            for stream in ("Package", "CONTENTS"):
                if ole.exists(stream):
                    return "", ole.openstream(stream).read()
            if ole.exists("\x01Ole10Native"):
                return _native(ole.openstream("\x01Ole10Native").read())
    except (OSError, ValueError, IndexError, AttributeError, TypeError):
        return None
    return None


def _native(data: bytes) -> tuple[str, bytes] | None:
    """A packaged file: sizes, its label and paths ending in NUL, then its bytes."""
    label, rest = _until_nul(data[6:])
    _, rest = _until_nul(rest)
    if len(rest) < 8:
        return None
    path_size = int.from_bytes(rest[4:8], "little")
    body = rest[8 + path_size :]
    size = int.from_bytes(body[:4], "little")
    name = PurePath(label.decode("cp932", "replace").replace("\\", "/")).name
    return (name, body[4 : 4 + size]) if 0 < size <= len(body) - 4 else None


def _until_nul(data: bytes) -> tuple[bytes, bytes]:
    text, _, rest = data.partition(b"\x00")
    return text, rest
