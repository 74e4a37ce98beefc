"""A summary as PDF: our HTML page, printed by a browser that is installed, or our Word file by LibreOffice.

Both know the system's fonts, Japanese ones too, and break pages; a library of ours would have to bring them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tsel_cli.filing.paper import Paper

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge",
             "msedge")  # fmt: skip
_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
_SECONDS = 120.0
# Our page asks for nothing; these keep the browser's own services from the network, and its files from the user's
_ALONE = (
    "--headless", "--disable-gpu", "--no-first-run", "--no-default-browser-check", "--disable-extensions",
    "--disable-sync", "--disable-background-networking", "--disable-component-update", "--no-pings",
    "--disable-breakpad", "--host-resolver-rules=MAP * ~NOTFOUND", "--no-pdf-header-footer",
)  # fmt: skip


def can_print() -> bool:
    """Whether there is a program that makes a PDF."""
    from tsel_core.ingest.safety.convert import office

    return browser() is not None or office() is not None


def browser() -> str | None:
    """Where a browser of the Chromium family is."""
    found = next((place for name in _BROWSERS if (place := shutil.which(name))), None)
    return found or next((place for place in _PLACES if os.access(place, os.X_OK)), None)


def pdf_file(paper: Paper) -> bytes:
    """The bytes of a .pdf. Raises OSError when the program that should print it gives none."""
    program = browser()
    if program is not None:
        from tsel_cli.filing.html_file import html_file

        return _printed(program, html_file(paper))
    from tsel_cli.filing.docx_file import word_file
    from tsel_core.errors import DocumentError
    from tsel_core.ingest.safety.convert import office_made

    try:
        return office_made("the summary", word_file(paper), ("docx", "pdf"))
    except DocumentError as error:
        raise OSError(error.message) from error


def _printed(program: str, page: bytes) -> bytes:
    """The page as the browser prints it, with a profile of its own that is thrown away."""
    with tempfile.TemporaryDirectory(prefix="tsel-print-", ignore_cleanup_errors=True) as folder:
        source, made = Path(folder) / "page.html", Path(folder) / "page.pdf"
        source.write_bytes(page)
        alone = [*_ALONE, f"--user-data-dir={Path(folder) / 'profile'}", f"--print-to-pdf={made}"]
        if sys.platform != "win32" and os.geteuid() == 0:
            alone.append("--no-sandbox")  # it does not start otherwise, and the page runs no script
        quiet, command = subprocess.DEVNULL, [program, *alone, source.as_uri()]
        try:
            subprocess.run(command, stdin=quiet, stdout=quiet, stderr=quiet, timeout=_SECONDS, check=False)
        except subprocess.TimeoutExpired as error:
            raise OSError(f"{Path(program).name} took more than {_SECONDS:.0f} s to print it") from error
        data = made.read_bytes() if made.is_file() else b""
    if not data.startswith(b"%PDF"):
        raise OSError(f"{Path(program).name} did not print it")
    return data
