"""Office files behind a password: opened with the one that was given, through msoffcrypto-tool."""

from __future__ import annotations

from io import BytesIO

from tsel_core.errors import UnreadableDocument
from tsel_core.ingest.options import ReadOptions

_REMEDY = "give it with --password, or open the file in Office and save it without one"
MAX_BYTES = 1 << 30


def decrypted(name: str, data: bytes, options: ReadOptions) -> bytes:
    """The file without its encryption. Raises UnreadableDocument without a password or with a wrong one."""
    import msoffcrypto
    from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError, ParseError

    try:
        file = msoffcrypto.OfficeFile(BytesIO(data))
        if not file.is_encrypted():
            return data
        out = BytesIO()
        # a password that Office itself puts on files that are only protected from writing
        file.load_key(password=options.password or "VelvetSweatshop")
        file.decrypt(out)
        return out.getvalue()
    except (InvalidKeyError, DecryptionError):
        if options.password:
            raise UnreadableDocument(f"{name}: the password is wrong", _REMEDY) from None
        raise UnreadableDocument(f"{name}: encrypted with a password", _REMEDY) from None
    except (FileFormatError, ParseError, OSError, ValueError, KeyError, IndexError, TypeError, AssertionError):
        raise UnreadableDocument(
            f"{name}: encrypted with a password in a way that cannot be opened here",
            "open the file in Office and save it without a password",
        ) from None
