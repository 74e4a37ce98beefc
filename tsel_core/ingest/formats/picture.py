"""Pictures with text (scans, photographs of pages): each frame becomes a page, and is recognized when asked for."""

from __future__ import annotations

from io import BytesIO

from tsel_core.errors import DocumentError, UnreadableDocument
from tsel_core.ingest.options import ReadOptions
from tsel_core.ingest.safety.detect import HEIC
from tsel_core.ingest.source import Source
from tsel_core.installing import adding

DPI = 200  # of a picture that does not say its own
MAX_FRAMES = 500


def as_pdf(source: Source, options: ReadOptions) -> bytes:
    """The picture as a PDF of one page for each frame.

    Raises UnreadableDocument without --ocr, DocumentError for a picture that cannot be opened.
    """
    if not options.ocr:
        raise UnreadableDocument(
            f"{source.name}: a picture, which is read with --ocr only",
            "add --ocr, or give the document it was made from",
        )
    from PIL import Image, ImageOps, ImageSequence

    if source.data[4:12] in HEIC:
        _open_heic(source.name)
    try:
        with Image.open(BytesIO(source.data)) as picture:
            frames: list[Image.Image] = []
            for frame in ImageSequence.Iterator(picture):
                if len(frames) >= MAX_FRAMES:
                    raise DocumentError(f"{source.name}: more than {MAX_FRAMES} pictures in one", "split the file")
                frames.append(ImageOps.exif_transpose(frame).convert("RGB"))
            dpi = float(picture.info.get("dpi", (DPI, DPI))[0])
    except DocumentError:
        raise
    except Exception as error:
        raise DocumentError(
            f"{source.name}: the picture cannot be opened ({type(error).__name__})", "save it as PNG, JPEG or PDF"
        ) from error
    out = BytesIO()
    frames[0].save(out, "PDF", save_all=True, append_images=frames[1:], resolution=dpi if 50 <= dpi <= 1200 else DPI)
    return out.getvalue()


def _open_heic(name: str) -> None:
    """Let Pillow open what telephones take (HEIC), where the library for it is installed."""
    try:
        from pillow_heif import register_heif_opener
    except ImportError:
        raise DocumentError(
            f"{name}: a HEIC picture, which needs pillow-heif to be opened",
            f"{adding('pillow-heif')}, or save the picture as JPEG or PNG",
        ) from None
    register_heif_opener()
