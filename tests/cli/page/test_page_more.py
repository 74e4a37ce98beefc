"""The page in a browser: files that are added, answers that are kept, stopped and forgotten, attention, hostile words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from page_support import (
    REVENUE,
    WELDER,
    Served,
    all_of,
    asked,
    make_pdf,
    opened,
    scripted,
    serving,
    until,
)

HOSTILE = "<img src=x onerror='window.hacked=1'></p><script>window.hacked=2</script> The fee is 7 euros."


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    words = {"Why?": WELDER, "Slowly?": "word " * 400, "What is the fee?": "The fee is 7 euros."}
    with serving(tmp_path_factory.mktemp("model")) as server:
        scripted(server.page.engine.session, words.get)
        yield server


def get(browser: Any, path: str) -> dict[str, Any]:
    """What the page's own request for a path gives: status, headers that matter, text."""
    script = (
        "const done = arguments[1]; fetch(arguments[0]).then(async (a) => done({status: a.status,"
        " kind: a.headers.get('content-disposition'), text: await a.text()}))"
    )
    return dict(browser.execute_async_script(script, path))


def test_files_are_added_and_closed(browser: Any, served: Served, tmp_path: Path) -> None:
    opened(browser, served, make_pdf(tmp_path / "report.pdf"))
    note = tmp_path / "メモ <b>.txt"
    note.write_text("The works committee met in May.\n\n" + REVENUE, encoding="utf-8")
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7 nothing")
    browser.find_element("id", "file").send_keys(f"{note}\n{broken}")
    until(browser, lambda: len(all_of(browser, "[role=tab]")) == 2)
    assert all_of(browser, "[role=tab]")[1].text == "メモ <b>.txt"
    until(browser, lambda: "damaged" in browser.find_element("id", "told").text)
    until(browser, lambda: all_of(browser, ".unit"))
    assert len(all_of(browser, ".chip")) == 2
    for _ in range(2):
        before = len(all_of(browser, ".tab"))
        browser.find_element("css selector", ".tab .close").click()
        until(browser, lambda before=before: len(all_of(browser, ".tab")) == before - 1)  # type: ignore[misc]
    assert "drop one here" in browser.find_element("id", "reader").text
    assert ["400" in row["message"] for row in browser.get_log("browser")] == [True]  # the damaged file, and nothing else


def test_answers_are_kept_exported_and_forgotten(browser: Any, served: Served, tmp_path: Path) -> None:
    opened(browser, served, make_pdf(tmp_path / "report.pdf"))
    asked(browser, "Why?")
    browser.refresh()  # the cookie and the history are still there
    until(browser, lambda: all_of(browser, ".turn[data-answer]"))
    until(browser, lambda: all_of(browser, ".sheet"))
    told = get(browser, "/page/api/answers.md")
    assert told["kind"].startswith("attachment")
    assert told["text"].startswith("## Why?\n")
    assert WELDER in told["text"]
    browser.find_element("css selector", ".turn details summary").click()
    report = get(browser, browser.find_element("css selector", ".turn details a").get_attribute("href"))
    assert report["kind"].startswith("attachment")
    assert "<h1>Why?</h1>" in report["text"]
    browser.find_element("id", "forget").click()
    browser.find_element("css selector", "#sure button[value=yes]").click()
    until(browser, lambda: not all_of(browser, ".turn"))
    assert json.loads(get(browser, "/page/api/state")["text"])["answers"] == []
    assert not all_of(browser, ".box")


def test_an_answer_is_stopped(browser: Any, served: Served, tmp_path: Path) -> None:
    opened(browser, served, make_pdf(tmp_path / "report.pdf"))
    browser.find_element("id", "question").send_keys("Slowly?\n")
    until(browser, lambda: "word word" in browser.find_element("css selector", ".draft").text)
    browser.find_element("id", "stop").click()
    until(browser, lambda: "Stopped" in browser.find_element("css selector", ".turn [role=alert]").text)
    assert browser.find_element("id", "question").get_attribute("value") == "Slowly?"
    until(browser, lambda: not served.page.engine.is_busy())  # the engine is free for the next one
    browser.find_element("id", "question").clear()
    asked(browser, "Why?")


def test_attention_is_shaded_when_asked_for(browser: Any, served: Served, tmp_path: Path) -> None:
    opened(browser, served, make_pdf(tmp_path / "report.pdf"))
    asked(browser, "What does the model itself say?")  # its own words, which are weighed
    assert not all_of(browser, ".shade")
    browser.find_element("id", "heat").click()
    shades = until(browser, lambda: all_of(browser, ".shade"))
    assert all(0 < float(browser.execute_script("return arguments[0].style.getPropertyValue('--h')", s)) <= 1 for s in shades)
    browser.find_element("id", "view").click()
    until(browser, lambda: all_of(browser, ".unit.lit, mark.hot"))
    browser.find_element("id", "heat").click()
    assert not all_of(browser, ".unit.lit, mark.hot")


def test_hostile_words_run_nothing(browser: Any, served: Served, tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text(HOSTILE, encoding="utf-8")
    opened(browser, served, path)
    asked(browser, "What is the fee?")
    until(browser, lambda: all_of(browser, "mark.cite"))
    assert "onerror" in browser.find_element("css selector", ".unit p").text
    assert browser.execute_script("return window.hacked") is None
    assert not all_of(browser, "#reader img")
    assert browser.get_log("browser") == []
