"""The page in a real browser, served in this process with a tiny random model."""
# ruff: noqa: E402 - what the extra brings is imported after the check that it is there

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from serve_support import make_session
from uvicorn_support import ServerThread

for _name in ("fastapi", "uvicorn", "selenium"):
    pytest.importorskip(_name, reason=f"{_name} is not installed")


from tsel_cli.page.app import Page, make_page_app
from tsel_cli.page.door import OWNER, PageDoor
from tsel_cli.page.shelf import bytes_of
from tsel_cli.serve.engine import EngineThread
from tsel_cli.serve.parsers import parse_limited
from tsel_core.ingest import read_document

TOKEN = "a-token-of-some-length"


class Served:
    """The page's server; `url` has the token."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.thread = ServerThread(make_page_app(page))
        self.address = self.thread.address
        self.url = f"{self.address}/#{TOKEN}"

    def show(self, *paths: Path) -> None:
        """Documents and answers anew: these files, no answers."""
        self.page.shelf.close()
        self.page.history.clear(OWNER)
        for path in paths:
            document = read_document(path)
            self.page.shelf.add(document, bytes_of(document), OWNER)

    def stop(self) -> None:
        self.thread.stop()
        self.page.engine.close()
        self.page.shelf.close()


@contextmanager
def serving(folder: Path) -> Iterator[Served]:
    """A server of the page over a tiny random model; answers are made in one pass, without a log."""
    engine = EngineThread(make_session(folder), 4, effort="quick", logs=False)
    served = Served(Page(engine, PageDoor((), TOKEN), "tiny", lambda name, data: parse_limited(name, data, 1 << 30)))
    try:
        yield served
    finally:
        served.stop()


def until(browser: Any, what: Callable[[], Any], seconds: float = 40.0) -> Any:
    """What `what` gives once it is true."""
    from selenium.common.exceptions import WebDriverException

    end = time.monotonic() + seconds
    while True:
        try:
            found = what()
            if found:
                return found
        except WebDriverException:
            pass
        assert time.monotonic() < end, (browser.get_log("browser"), browser.find_element("tag name", "body").text[:2000])
        time.sleep(0.05)


def all_of(browser: Any, selector: str) -> Sequence[Any]:
    return browser.find_elements("css selector", selector)


def opened(browser: Any, served: Served, *paths: Path) -> None:
    browser.get("about:blank")  # the last page asks for nothing any more
    served.show(*paths)
    browser.get(served.url)
    until(browser, lambda: all_of(browser, ".sheet, .unit"))


def asked(browser: Any, question: str) -> Any:
    """The answer's card, once its places are known."""
    before = len(all_of(browser, ".turn[data-answer]"))
    browser.find_element("id", "question").send_keys(question + "\n")
    return until(browser, lambda: all_of(browser, ".turn[data-answer]")[before:])[0]


def asked_addresses(browser: Any) -> list[str]:
    """Every address the browser has asked for since the last call."""
    import json

    events = [json.loads(row["message"])["message"] for row in browser.get_log("performance")]
    return [e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"]






def scripted(session: Any, words: Callable[[str], str | None]) -> None:
    """Let the model's words be those of `words(question)`: a random model cites nothing. The checks are the real ones.

    None: its own words, with what they looked at.
    """
    from dataclasses import replace

    write = session.write

    def said(command: str, prompt: Any, reading: Any, on_text: Any = None, **more: Any) -> Any:
        text = words(prompt.task.question)
        if text is None:
            return write(command, prompt, reading, on_text, **more)
        draft = write(command, prompt, reading, None, **more)
        for piece in text.split(" "):
            if on_text is not None:
                on_text(piece + " ")
                time.sleep(0.02)
        return replace(draft, text=text, stop_reason="end", weights=())

    session.write = said


WELDER = "The laser welder failed on 4 August because of a cracked cooling manifold."
REVENUE = "The forecast revenue of the year is 48.6 million pounds."


def make_pdf(path: Path) -> Path:
    """Three pages; WELDER stands on the third at known points, REVENUE on the first and the second, over two lines."""
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(path), pagesize=(400, 500))
    for page in range(3):
        canvas.setFont("Helvetica", 12)
        canvas.drawString(40, 450, f"Section {page + 1} of the report of the works committee.")
        canvas.drawString(40, 400, "Other matters were noted and no action was taken on them.")
        if page < 2:
            canvas.drawString(40, 300, "The forecast revenue of the year")
            canvas.drawString(40, 284, "is 48.6 million pounds.")
        else:
            canvas.setFont("Helvetica", 8)
            canvas.drawString(60, 120, WELDER)
        canvas.showPage()
    canvas.save()
    return path
