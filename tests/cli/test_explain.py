"""The report: escaped, without network, and working in a real browser."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tsel_cli.render.explain import render_explain_report, write_explain_report
from tsel_core.citations import find_citations
from tsel_core.document import Document, Unit, render_documents
from tsel_core.explain import ExplainData, ExplainSentence, strip
from tsel_core.sentences import split_sentences

EVIL = "</script><script>window.hacked=1</script><img src=x onerror='window.hacked=2'>\u202e{{data}}\x1b[31m\u2028"


def make_data(texts: list[str], answer: str, lang: str = "en", **changes: Any) -> ExplainData:
    units = tuple(Unit(i, "page", f"p. {i + 1}", t, page=i + 1) for i, t in enumerate(texts))
    documents = [Document(changes.pop("path", "minutes.pdf"), "", "pdf", "page", units, metadata=changes.pop("metadata", {}))]
    question = changes.pop("question", "What?")
    citations = find_citations(answer, render_documents(documents), documents, question=question)
    sentences = []
    for number, (start, end) in enumerate(split_sentences(answer)):
        hot = [c.unit_index for c in citations if number in c.sentences]
        weights = [(0, u, 0.8 if u in hot else 0.01) for u in range(len(texts))]
        sentences.append(ExplainSentence(start, end, weights, {"layers 0-3": weights[:1]}, 5 * number, 5 * number + 5))
    return ExplainData(
        "ask", question, answer, lang, documents, sentences, True, citations=citations,
        coverage=[0.9 + 0.01 * (i % 9) for i in range(5 * len(sentences))], coverage_by_layer={0: 0.9, 1: 0.99},
        hits=[1.0, 0.0] * 3, timings={"read": 0.1, "prefill": 2.0, "prefill_linear": 1.0, "total": 2.1},
        settings={"model": "tiny", "budget": 2048}, receipt={"tokens_read": 10, "tokens_in_file": 10, "cut": False}, **changes,
    )  # fmt: skip


TEXTS = ["Minutes of the board.", "The welder failed because of a cracked cooling manifold.", *["Other matters."] * 40, "The forecast revenue is £48.6 million."]
ANSWER = "The welder failed because of a cracked manifold. Revenue is forecast at £48.6 million."
JA_TEXTS = ["設備保全事業の年次報告書。", *["その他の事項。"] * 30, "計画外停止時間は三拠点合計で412時間となった。"]
JA_ANSWER = "停止時間は合計で412時間です。"


class Scripts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.urls: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.urls += [v or "" for k, v in attrs if k in ("src", "href", "action", "onerror", "onload", "srcset")]


def test_hostile_text_everywhere_is_escaped() -> None:
    data = make_data(
        [EVIL, "x"], EVIL, path=f"dir/{EVIL.replace('/', '_')}.pdf", metadata={"title": EVIL}, question=EVIL, warnings=[EVIL], reason=EVIL
    )
    page = render_explain_report(data)
    parsed = Scripts()
    parsed.feed(page)
    assert parsed.tags.count("script") == 2
    assert "img" not in parsed.tags
    assert parsed.urls == ["data:,"]
    assert "\u202e" not in page
    assert "\x1b" not in page


def test_no_network() -> None:
    page = render_explain_report(make_data(TEXTS, ANSWER))
    assert "default-src 'none'" in page
    assert not re.search(r"https?://|url\(|@import|//cdn", page)
    assert "{{" not in page.replace("{{data}}", "")


def test_payload_holds_no_text() -> None:
    page = render_explain_report(make_data(TEXTS, ANSWER))
    payload = json.loads(re.search(r'id="data">(.*?)</script>', page, re.S)[1])  # type: ignore[index]
    assert "welder" not in json.dumps(payload)
    assert len(payload["units"]) == len(TEXTS)
    assert payload["sentences"][0]["citations"] == [1]


def test_missing_citation_is_no_quote() -> None:
    from dataclasses import replace

    data = make_data(TEXTS, ANSWER)
    bad = replace(data.citations[0], check="missing", quote="never said")
    assert "never said" not in render_explain_report(replace(data, citations=[bad]))


def test_from_an_answer() -> None:
    from tsel_core.answer import Answer, AttentionReport, Coverage, Receipt
    from tsel_core.explain_data import by_layer, explain_data, per_step
    from tsel_core.finish import SentenceWeights

    source = make_data(TEXTS, ANSWER)
    pairs = [(0, 0.9), (1, 0.8), (0, 1.0), (1, 0.6)]
    assert per_step(pairs) == pytest.approx([0.85, 0.8])
    assert by_layer(pairs) == pytest.approx({0: 0.95, 1: 0.7})
    marked = ANSWER.replace("manifold.", "manifold [1].").replace("million.", "million [2].")
    answer = Answer(
        "ask", marked, "en", True, tuple(source.documents), {"name": "tiny"}, Receipt(10, 10, 43, 43),
        AttentionReport("full", "select", "why", 2048, 128, 512, "queries", None, Coverage(0.97, 0.91), 0.7),
        {"total": 1.0}, 20, 5, "end", source.citations, extra={"facts": [{"text": "£48.6 million", "kind": "money", "found": True}]},
        weights=[SentenceWeights(0, 5, "", ((0, 1, 1.0),)), SentenceWeights(6, 9, "", ((0, 42, 1.0),))],
    )  # fmt: skip
    data = explain_data(answer, question="What?", coverage=per_step(pairs), version="1")
    assert [s.weights[0][1] for s in data.sentences] == [1, 42]
    assert marked[data.sentences[1].start : data.sentences[1].end] == "Revenue is forecast at £48.6 million [2]."
    page = render_explain_report(data)
    assert "97.0 % (lowest layer 91.0 %)" in page
    assert "<sup>" not in page  # the text has its own marks


def test_bare_data() -> None:
    page = render_explain_report(ExplainData("ask", "", "", "xx", [], [], found=False))
    assert "Not found in the document" in page


def test_strip() -> None:
    assert strip([0, 1, 0, 0], 4) == " █  "
    assert strip([0, 0.0001, 1], 3) == " ▁█"
    assert len(strip([0.5] * 1000, 60)) == 60
    assert strip([0, 4], 9, ascii_only=True) == " @"
    assert strip([], 5) == strip([1.0], 0) == ""
    assert strip([0.0, 0.0], 2) == "  "


def test_file_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(OSError):
        write_explain_report(tmp_path / "none" / "r.html", make_data(TEXTS, ANSWER))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    binary = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    driver = shutil.which("chromedriver")
    if not binary or not driver:
        pytest.skip("no chromium with chromedriver on this machine")
    options = webdriver.ChromeOptions()
    options.binary_location = binary
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--window-size=1300,900"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    from selenium.webdriver.chrome.service import Service

    opened = webdriver.Chrome(options=options, service=Service(driver))
    yield opened
    opened.quit()


def open_report(browser: Any, path: Path, data: ExplainData) -> None:
    write_explain_report(path, data)
    browser.get(path.as_uri())


def settle(browser: Any) -> None:
    """Wait until the page has scrolled and painted."""
    browser.execute_async_script("const d = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(d, 60)))")


def in_view(browser: Any, selector: str) -> bool:
    return browser.execute_script(
        "const b = document.querySelector(arguments[0]).getBoundingClientRect(); return b.bottom > 0 && b.top < innerHeight", selector
    )


def test_click_lights_the_passage(browser: Any, tmp_path: Path) -> None:
    open_report(browser, tmp_path / "r.html", make_data(TEXTS, ANSWER))
    assert not in_view(browser, "#u-0-42")
    sentences = browser.find_elements("class name", "sentence")
    assert len(sentences) == 2
    sentences[1].click()
    settle(browser)
    unit = browser.find_element("id", "u-0-42")
    assert "lit" in unit.get_attribute("class")
    assert float(browser.execute_script("return arguments[0].style.getPropertyValue('--h')", unit)) == 1
    assert in_view(browser, "#u-0-42")
    marks = browser.find_elements("css selector", "mark.on")
    assert [m.text for m in marks] == ["The forecast revenue is £48.6 million."]
    assert sentences[1].get_attribute("aria-pressed") == "true"
    sentences[0].click()
    settle(browser)
    assert browser.find_element("css selector", "mark.on").text.startswith("The welder failed")
    assert in_view(browser, "#u-0-1")
    browser.find_element("css selector", '.cites li[data-cite="2"]').click()
    settle(browser)
    assert in_view(browser, "#u-0-42")
    browser.find_element("id", "all").click()
    assert not browser.find_elements("css selector", "mark.on")
    assert browser.get_log("browser") == []


def test_japanese_and_groups(browser: Any, tmp_path: Path) -> None:
    open_report(browser, tmp_path / "報告 書.html", make_data(JA_TEXTS, JA_ANSWER, "ja", question="何時間ですか。"))
    browser.find_element("class name", "sentence").click()
    settle(browser)
    assert browser.find_element("css selector", "mark.on").text == "計画外停止時間は三拠点合計で412時間となった。"
    assert browser.find_element("css selector", ".answer h2").text == "回答"
    browser.execute_script("const g = document.getElementById('group'); g.value = 'layers 0-3'; g.dispatchEvent(new Event('change'))")
    assert [u.get_attribute("id") for u in browser.find_elements("css selector", ".unit.lit")] == ["u-0-0"]
    assert browser.get_log("browser") == []


def test_hostile_report_runs_nothing(browser: Any, tmp_path: Path) -> None:
    open_report(browser, tmp_path / "r.html", make_data([EVIL, "x"], EVIL, question=EVIL, metadata={"title": EVIL}, warnings=[EVIL]))
    assert browser.execute_script("return window.hacked") is None
    browser.find_element("class name", "sentence").click()
    assert browser.get_log("browser") == []


def test_five_hundred_pages(browser: Any, tmp_path: Path) -> None:
    texts = [f"Page {i} of the register.\n" + f"Item {i} of ward {i * 7} was checked by crew {i % 9}. " * 60 for i in range(500)]
    texts[444] += "The zebra crossing costs 91,234 euros."
    open_report(browser, tmp_path / "r.html", make_data(texts, "The zebra crossing costs 91,234 euros."))
    started = time.perf_counter()
    browser.find_element("class name", "sentence").click()
    settle(browser)
    assert time.perf_counter() - started < 5  # 0.3 s alone; the bound is for a busy machine
    assert in_view(browser, "#u-0-444 mark.on")
    assert browser.get_log("browser") == []
