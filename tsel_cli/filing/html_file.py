"""A summary as one HTML page that needs no network and runs nothing."""

from __future__ import annotations

from tsel_cli.filing.paper import Paper
from tsel_cli.filing.words import word
from tsel_cli.render.pages import render_page


def html_file(paper: Paper) -> bytes:
    """The bytes of a .html; what is to be checked shows its note below the words."""
    return render_page("summary/page.html", paper=paper, word=lambda name: word(name, paper.lang)).encode("utf-8")
