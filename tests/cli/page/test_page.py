"""The page in a real browser: opened with its token, asked, quotes boxed where they stand, by mouse and by keys."""

from __future__ import annotations

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
    asked_addresses,
    make_pdf,
    opened,
    scripted,
    serving,
    until,
)

SAMPLES = Path(__file__).parents[3] / "samples"
ANSWERS = {
    "Why did the welder fail?": f"{WELDER} {REVENUE}",
    "What is the revenue?": REVENUE,
    "Who is the king?": "The king of the works is Osbert the Ninth.",
    "停止時間は何時間ですか。": "計画外停止時間は三拠点合計で412時間となった。",
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("model")) as server:
        scripted(server.page.engine.session, lambda question: ANSWERS.get(question, "Nothing is said of it."))
        yield server


@pytest.fixture
def report(tmp_path: Path) -> Path:
    return make_pdf(tmp_path / "report.pdf")


def clean(browser: Any, served: Served) -> None:
    """Nothing was logged (no violation of the policy, no error), and nothing left this server."""
    assert browser.get_log("browser") == []
    addresses = [a for a in asked_addresses(browser) if not a.startswith(("data:", "chrome:", "about:"))]
    assert addresses
    assert [a for a in addresses if not a.startswith(served.address + "/")] == []


def seen(browser: Any, element: Any) -> bool:
    script = (
        "const b = arguments[0].getBoundingClientRect(), r = document.getElementById('reader').getBoundingClientRect();"
        "return b.bottom > r.top && b.top < r.bottom && b.width > 0"
    )
    return bool(browser.execute_script(script, element))


def shares(browser: Any, box: Any) -> list[float]:
    """Where a box stands on its page: x0, y0, x1, y1 as shares of the page's sides."""
    script = (
        "const b = arguments[0].getBoundingClientRect(), p = arguments[0].closest('.sheet').getBoundingClientRect();"
        "return [(b.left - p.left) / p.width, (b.top - p.top) / p.height, (b.right - p.left) / p.width, (b.bottom - p.top) / p.height]"
    )
    return [float(v) for v in browser.execute_script(script, box)]


def test_ask_and_see_the_quote_where_it_stands(browser: Any, served: Served, report: Path) -> None:
    opened(browser, served, report)
    assert "#" not in browser.current_url  # the token is off the address
    browser.find_element("id", "question").send_keys("Why did the welder fail?\n")
    until(browser, lambda: "laser" in all_of(browser, ".draft")[0].text)  # words come before the answer is whole
    until(browser, lambda: all_of(browser, ".turn[data-answer]"))
    boxes = until(browser, lambda: all_of(browser, ".box"))
    welder = [b for b in boxes if b.get_attribute("data-no") == "[1]"]
    assert len(welder) == 1
    assert welder[0].find_element("xpath", "ancestor::div[contains(@class,'sheet')]").get_attribute("data-page") == "2"
    from reportlab.pdfbase.pdfmetrics import stringWidth

    x0, y0, x1, y1 = shares(browser, welder[0])
    assert x0 * 400 == pytest.approx(60, abs=1.0)
    assert x1 * 400 == pytest.approx(60 + stringWidth(WELDER, "Helvetica", 8), abs=1.5)
    assert y0 * 500 < 500 - 120 - 4 < 500 - 120 < y1 * 500  # the line's letters are within
    assert (y1 - y0) * 500 < 14  # and nothing of other lines
    until(browser, lambda: seen(browser, welder[0]))
    clean(browser, served)


def test_a_quote_over_two_lines_has_a_box_each(browser: Any, served: Served, report: Path) -> None:
    opened(browser, served, report)
    asked(browser, "What is the revenue?")
    boxes = until(browser, lambda: all_of(browser, '.box[data-key="c1"]'))
    places = [shares(browser, b) for b in boxes]
    assert len(places) == 2
    assert [round(x0 * 400) for x0, *_ in places] == [40, 40]
    assert [b.get_attribute("data-no") for b in boxes] == ["", "[1]"]
    assert 14 < (places[1][1] - places[0][1]) * 500 < 18  # lines are 16 points apart


def test_click_on_a_sentence_goes_to_its_place(browser: Any, served: Served, report: Path) -> None:
    opened(browser, served, report)
    card = asked(browser, "Why did the welder fail?")
    sentences = card.find_elements("class name", "sentence")
    assert len(sentences) == 2
    until(browser, lambda: all_of(browser, '.box[data-key="c2"]'))
    sentences[1].click()
    until(browser, lambda: seen(browser, browser.find_element("css selector", '.box.on[data-key="c2"]')))
    assert not seen(browser, browser.find_element("css selector", '.box[data-key="c1"]'))
    assert sentences[1].get_attribute("aria-pressed") == "true"
    browser.find_element("css selector", '.box.on[data-key="c2"]').click()
    card.find_element("css selector", 'li[data-key="c1"]').click()
    until(browser, lambda: seen(browser, browser.find_element("css selector", '.box.on[data-key="c1"]')))
    assert [c.text for c in card.find_elements("css selector", ".claims .check")] == ["Supported", "Supported"]
    clean(browser, served)


def test_what_is_not_in_the_document_is_said(browser: Any, served: Served, report: Path) -> None:
    opened(browser, served, report)
    card = asked(browser, "Who is the king?")
    assert "Not found in the document" in card.find_element("css selector", ".notice.bad").text
    assert not all_of(browser, ".box.cite")


def test_keys_alone(browser: Any, served: Served, report: Path) -> None:
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.keys import Keys

    def press(*keys: str) -> None:
        ActionChains(browser).send_keys(*keys).perform()

    opened(browser, served, report)
    until(browser, lambda: browser.switch_to.active_element.get_attribute("id") == "question")
    press("Why did the welder fail?", Keys.ENTER)
    until(browser, lambda: all_of(browser, '.box[data-key="c2"]'))
    press(Keys.ESCAPE)
    assert browser.switch_to.active_element.get_attribute("id") == "reader"
    press("j")
    until(browser, lambda: seen(browser, browser.find_element("css selector", '.box.on[data-key="c1"]')))
    press("n")
    until(browser, lambda: seen(browser, browser.find_element("css selector", '.box.on[data-key="c2"]')))
    press("t")
    until(browser, lambda: "is 48.6 million" in browser.find_element("css selector", "mark.on").text)
    press("t", "h")
    until(browser, lambda: browser.find_element("id", "heat").get_attribute("aria-pressed") == "true")
    press("?")
    assert "Shift+Enter" in browser.find_element("css selector", "dialog[open]").text
    press(Keys.ESCAPE, "/")
    assert browser.switch_to.active_element.get_attribute("id") == "question"
    clean(browser, served)


def test_japanese(browser: Any, served: Served) -> None:
    opened(browser, served, SAMPLES / "report_ja.pdf")
    browser.find_element("id", "language").click()
    until(browser, lambda: browser.find_element("id", "send").text == "質問する")
    card = asked(browser, "停止時間は何時間ですか。")
    boxes = until(browser, lambda: all_of(browser, ".box.cite"))
    assert boxes
    assert card.find_element("css selector", ".claims .check").text == "裏付けあり"
    assert browser.find_element("tag name", "html").get_attribute("lang") == "ja"
    clean(browser, served)


def test_two_documents(browser: Any, served: Served, report: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("The works committee met in May.\n\n" + REVENUE + "\n", encoding="utf-8")
    opened(browser, served, other, report)
    assert [t.text for t in all_of(browser, "[role=tab]")] == ["other.txt", "report.pdf"]
    card = asked(browser, "Why did the welder fail?")
    until(browser, lambda: all_of(browser, '.box[data-key="c1"]'))  # the page turned to the document of the quote
    assert browser.find_element("css selector", "[role=tab][aria-selected=true]").text == "report.pdf"
    assert card.find_element("css selector", 'li[data-key="c1"] .where').text.startswith("[1] report.pdf, p. 3")
    browser.find_element("xpath", "//label[contains(@class,'chip')][contains(.,'report.pdf')]").click()
    card = asked(browser, "What is the revenue?")  # of the text file alone
    until(browser, lambda: browser.find_element("css selector", "mark.cite").text == REVENUE)
    assert card.find_element("css selector", "li[data-key=c1] .where").text == "[1] line 3"
    browser.find_element("css selector", ".tab.on .close").click()
    until(browser, lambda: [t.text for t in all_of(browser, "[role=tab]")] == ["report.pdf"])
    clean(browser, served)


def test_narrow_screen(browser: Any, served: Served, report: Path) -> None:
    browser.set_window_size(500, 800)
    try:
        opened(browser, served, report)
        browser.find_element("css selector", "#sides [data-side=talk]").click()
        card = asked(browser, "Why did the welder fail?")
        until(browser, lambda: all_of(browser, '.box[data-key="c1"]'))
        assert card.is_displayed()  # who reads the answer is not sent away from it
        card.find_element("class name", "sentence").click()
        until(browser, lambda: seen(browser, browser.find_element("css selector", '.box[data-key="c1"]')))
        assert browser.execute_script("return document.documentElement.scrollWidth <= innerWidth")
        browser.find_element("css selector", "#sides [data-side=talk]").click()
        until(browser, card.is_displayed)
    finally:
        browser.set_window_size(1300, 900)
    clean(browser, served)
