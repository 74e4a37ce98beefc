"""Bytes -> Document, in this process: the format is recognized and its reader called."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from pathlib import PurePath

from tsel_core.document import Document, Unit
from tsel_core.errors import DocumentError, TselError, UnreadableDocument, UsageError
from tsel_core.ingest.formats.flat_opc import packed, packed_open_document
from tsel_core.ingest.formats.plugin import plugin_of, read_by_plugin
from tsel_core.ingest.formats.spreadsheets.encrypted import decrypted
from tsel_core.ingest.formats.word2003 import packed_word2003
from tsel_core.ingest.options import ReadOptions
from tsel_core.ingest.page_readers import PageReader
from tsel_core.ingest.safety.detect import detect_kind
from tsel_core.ingest.source import Draft, OverLimit, Source

_PACKED = {"flat": packed, "fodf": packed_open_document, "wordml": packed_word2003}  # one XML file, to be an archive
MAX_DEPTH = 3  # of files within files
_FORMATS = "tsel_core.ingest.formats"
_WORKBOOK = (f"{_FORMATS}.spreadsheets.workbook", "read_workbook")
_READERS = {
    "excelml": (f"{_FORMATS}.spreadsheets.excel2003", "read_excel2003"),
    "rtf": (f"{_FORMATS}.rich_text.rtf", "read_rtf"),
    "odt": (f"{_FORMATS}.open_document.odf", "read_odf"),
    "odp": (f"{_FORMATS}.open_document.odf", "read_odf"),
    "ods": _WORKBOOK,
    "xls": _WORKBOOK,
    "xlsb": _WORKBOOK,
    "epub": (f"{_FORMATS}.epub", "read_epub"),
    "msg": (f"{_FORMATS}.email.msg", "read_msg"),
}


def parse(
    name: str,
    data: bytes,
    sha256: str,
    options: ReadOptions,
    *,
    others: tuple[PageReader, ...] = (),
    sink: Callable[[Unit], None] | None = None,
) -> Document:
    """The document in `data`. `others`: processes that read parts of a long PDF's pages.

    `sink` gets the units that a reader can give before it has all; they are not in the document then.

    Raises TselError only: what a reader's library throws on a damaged file becomes a DocumentError.
    """
    plugin = plugin_of(name)
    with _in_words(name, "file", options):
        kind, warning = (PurePath(name).suffix[1:].lower(), "") if plugin else detect_kind(name, data)
        if kind == "encrypted":
            data = decrypted(name, data, options)
            kind, warning = detect_kind(name, data)
        elif kind in _PACKED:
            data = _PACKED[kind](name, data)
            kind = "docx" if kind == "wordml" else detect_kind(name, data)[0]
    source = Source(name, data, kind, others, sink, _inner_reader(options, 1))
    if options.pages is not None and kind != "pdf":
        raise UsageError(f"{name}: --pages is for PDF files, and this is {kind}", "leave --pages out")
    with _in_words(name, f"{kind} file", options):
        draft = read_by_plugin(plugin, source) if plugin else _reader(source, options)
    if warning:
        draft.warn(warning)
    draft.warn_invisible()
    draft.warn_pictures()
    if draft.metadata.pop("has_times", False) and options.time_stamps_s:
        draft.metadata["time_stamps_s"] = options.time_stamps_s
    if not draft.has_text and draft.hidden:
        raise UnreadableDocument(
            f"{name}: no text that a reader can see", "--hidden gives the hidden text to the model"
        )
    if not draft.has_text:
        raise UnreadableDocument(f"{name}: no text in the file", "check that it is the file you meant")
    return draft.finish(name, sha256)


@contextmanager
def _in_words(name: str, what: str, options: ReadOptions) -> Iterator[None]:
    """What a reader and its library throw on a file, as an error that says it in words."""
    try:
        yield
    except TselError:
        raise
    except OverLimit as limit:
        raise DocumentError(f"{name}: more than {limit.what}", "split the file and read its parts") from None
    except MemoryError:
        raise out_of_memory(name, options) from None
    except RecursionError:
        raise DocumentError(f"{name}: nested too deeply to be read", "the file is damaged or made to do harm") from None
    except Exception as error:
        raise _damaged(name, what, error) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # of a library in Rust, which no except clause for errors sees
            raise
        raise _damaged(name, what, error) from None


def _damaged(name: str, what: str, error: BaseException) -> DocumentError:
    return DocumentError(
        f"{name}: the {what} is damaged ({type(error).__name__}: {str(error)[:160]})",
        "open it in the program it came from and save it again",
    )


def out_of_memory(name: str, options: ReadOptions) -> DocumentError:
    """The error for a file that needs more memory than the reading process may have."""
    return DocumentError(
        f"{name}: reading it needs more than {options.memory_limit_bytes / 2**30:.1f} GiB of memory",
        "the file is damaged, very large, or made to do harm; split it",
    )


def _inner_reader(options: ReadOptions, depth: int) -> Callable[[str, bytes], Draft]:
    """Reads files within files, to a depth. Raises TselError only: a damaged one costs no more than itself."""

    def read(name: str, data: bytes) -> Draft:
        if depth > MAX_DEPTH:
            raise DocumentError(f"{name}: files within files are read to {MAX_DEPTH} levels", "save it as its own file")
        with _in_words(name, "file", options):
            kind, _ = detect_kind(name, data)
            return _reader(Source(name, data, kind, read_inner=_inner_reader(options, depth + 1)), options)

    return read


def _reader(source: Source, options: ReadOptions) -> Draft:
    if source.kind == "pdf":
        from tsel_core.ingest.pdf.reader import read_pdf

        return read_pdf(source, options)
    if source.kind == "docx":
        from tsel_core.ingest.word.reader import read_docx

        return read_docx(source, options)
    if source.kind in ("pptx", "xlsx"):
        from tsel_core.ingest.formats.office import read_office

        return read_office(source, options)
    if source.kind == "picture":
        from tsel_core.ingest.formats.picture import as_pdf

        pages = Source(source.name, as_pdf(source, options), "pdf", (), source.sink)
        return replace(_reader(pages, options), kind="picture")
    if source.kind in _READERS:
        module, function = _READERS[source.kind]
        read: Callable[[Source, ReadOptions], Draft] = getattr(import_module(module), function)
        return read(source, options)
    from tsel_core.ingest.formats.text import read_text_file

    return read_text_file(source, options)
