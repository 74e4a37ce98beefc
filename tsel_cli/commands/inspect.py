"""tsel inspect FILE...: what the reader sees, unit by unit, and whether it fits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tsel_cli import options as o

if TYPE_CHECKING:
    from tsel_cli.console import Stderr
    from tsel_core.document import Document
    from tsel_core.ingest.read_receipt import Inspection


def inspect(
    files: o.Files,
    text: Annotated[
        bool, typer.Option("--text", help="Print exactly what the model will see, nothing else.")
    ] = False,
    raw: Annotated[
        bool, typer.Option("--raw", help="Leave control and bidi characters of the document as they are.")
    ] = False,
    json: o.Json = False,
    model: o.Model = None,
    encoding: o.Encoding = None,
    pages: o.Pages = None,
    password: o.Password = None,
    changes: o.ChangesOption = o.Changes.accept,
    comments: o.Comments = False,
    annotations: o.Annotations = False,
    hidden: o.Hidden = False,
    time_stamps: o.TimeStamps = 60.0,
    ocr: o.Ocr = False,
    quiet: o.Quiet = False,
    verbose: o.Verbose = 0,
    no_color: o.NoColor = False,
    lang: o.LangOption = o.ANY_LANGUAGE,  # of messages: read before the options are (tsel_cli.i18n.language)
) -> int:
    """Show what is read of a file: units, labels, tokens, warnings, and whether it fits the model."""
    from tsel_cli.console import Stderr
    from tsel_core.document import render_documents
    from tsel_core.ingest import ReadOptions, read_documents
    from tsel_core.ingest.read_receipt import inspect_documents
    from tsel_core.text.language import document_lang

    console = Stderr(quiet=quiet, verbose=verbose, no_color=no_color)
    options = ReadOptions(
        encoding=encoding,
        pages=pages,
        password=password,
        changes=changes.value,
        comments=comments,
        annotations=annotations,
        hidden=hidden,
        time_stamps_s=time_stamps,
        ocr=ocr,
    )
    console.begin("read")
    try:
        documents = read_documents(files, options)
    finally:
        console.end()
    console.follow(document_lang((u.text for u in d.units) for d in documents))
    if text and not json:
        _warn(console, documents)
        _write(render_documents(documents).text + "\n", raw=raw)
        return 0
    inspection = inspect_documents(documents, model)
    if json:
        _write_json(inspection, render_documents(documents).text if text else None)
        return 0
    _warn(console, documents)
    from tsel_cli.i18n import message_language
    from tsel_cli.render.labels import label_in

    shown = message_language()
    _write("\n".join(inspection.lines(console.say, lambda label: label_in(label, shown))) + "\n", raw=raw)
    return 0


def _warn(console: Stderr, documents: list[Document]) -> None:
    """The warnings of each document, with its name where there are several."""
    from tsel_core.ingest.safety.files import tells_of_folder

    for document in documents:
        for warning in document.warnings:
            named = len(documents) == 1 or warning.startswith(document.path) or tells_of_folder(warning)
            console.warn(warning if named else f"{document.path}: {warning}")


def _write(text: str, *, raw: bool) -> None:
    """To stdout, without control and bidi characters of the document: what a pipe takes comes to a terminal later."""
    import sys

    from tsel_core.text.safe import clean_for_terminal

    sys.stdout.write(text if raw and not sys.stdout.isatty() else clean_for_terminal(text))
    sys.stdout.flush()


def _write_json(inspection: Inspection, text: str | None) -> None:
    import json
    import sys

    from tsel_core.text.safe import terminal_json

    values = inspection.as_json()
    if text is not None:
        values["text"] = text
    plain = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    sys.stdout.write((json.dumps(values) if plain else terminal_json(values, indent=1)) + "\n")
    sys.stdout.flush()
