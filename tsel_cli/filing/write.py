"""--out FILE: which form its ending means, what must be right before a document is read, and the writing itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tsel_cli.filing.paper import Paper
from tsel_cli.places import check_new_file, write_file
from tsel_core.errors import UsageError

ENDINGS = (".docx", ".md", ".html", ".pdf")


@dataclass(frozen=True)
class Target:
    """The file to be written. `template` is a Word file that is filled in; None: our own layout."""

    path: Path
    template: Path | None = None
    overwrite: bool = False


def check_target(out: str, template: str | None, overwrite: bool) -> Target:
    """The target that can be written as far as can be known beforehand. Raises UsageError."""
    path = Path(out)
    if path.suffix.lower() not in ENDINGS:
        kind = path.suffix.lower() or "a name without an ending"
        raise UsageError(
            f"--out {out}: {kind} is not written",
            "name a .docx, .md, .html or .pdf file",
        )
    if path.suffix.lower() == ".pdf":
        _check_printer(out)
    check_new_file(out, overwrite)
    if template is None:
        return Target(path, None, overwrite)
    if path.suffix.lower() != ".docx":
        raise UsageError("--template fills in a Word file", "name a .docx file with --out")
    from tsel_cli.filing.template import check_template

    check_template(template)
    return Target(path, Path(template), overwrite)


def _check_printer(out: str) -> None:
    from tsel_cli.filing.pdf_file import can_print

    if not can_print():
        raise UsageError(
            f"--out {out}: a PDF is printed by Chromium, Chrome, Edge or LibreOffice, and none is installed",
            "install one, or name a .docx, .md or .html file",
        )


def write_paper(paper: Paper, target: Target) -> None:
    """Write the file, readable by its owner alone (0600); one that is overwritten keeps its rights. Raises OSError."""
    write_file(target.path, _bytes(paper, target), target.overwrite)


def _bytes(paper: Paper, target: Target) -> bytes:
    if target.template is not None:
        from tsel_cli.filing.template import fill_template

        return fill_template(target.template, paper)
    return _maker(target.path.suffix.lower())(paper)


def _maker(ending: str) -> Callable[[Paper], bytes]:
    if ending == ".docx":
        from tsel_cli.filing.docx_file import word_file

        return word_file
    if ending == ".md":
        from tsel_cli.filing.markdown import markdown_file

        return markdown_file
    if ending == ".pdf":
        from tsel_cli.filing.pdf_file import pdf_file

        return pdf_file
    from tsel_cli.filing.html_file import html_file

    return html_file
