"""The report: escaped, without network, and working in a real browser."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from browser_support import make_browser
from trust_support import find_citations

from tsel_cli.render.explain.page import render_explain_report, write_explain_report
from tsel_core.document import Document, SourceSpan, Unit, render_documents
from tsel_core.report.build import ExplainData, ExplainSentence, strip
from tsel_core.text.sentences import split_sentences

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
        heat = np.full((3, 2, len(texts)), 1e-4, dtype=np.float32)
        heat[:, :, hot] = 0.8
        heat[1, 0, :], heat[1, 0, 0] = 0, 0.5  # layer 5, group 0 looks at the first unit only
        sentences.append(ExplainSentence(start, end, weights, heat, 5 * number, 5 * number + 5))
    return ExplainData(
        "ask", question, answer, lang, documents, sentences, True, citations=citations,
        coverage=[0.9 + 0.01 * (i % 9) for i in range(5 * len(sentences))], coverage_by_layer={0: 0.9, 1: 0.99},
        hits=[1.0, 0.0] * 3, layers=(4, 5, 6), timings={"read": 0.1, "prefill": 2.0, "prefill_linear": 1.0, "total": 2.1},
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


def test_claims_are_shown_with_what_the_document_says() -> None:
    place = {"file": "minutes.pdf", "label": "p. 2", "quote": TEXTS[1], "doc_index": 0, "unit_index": 1, "start": 0, "end": len(TEXTS[1])}
    claims = [
        {"text": "The welder failed.", "sentence": 0, "verdict": "contradicted", "why": "negation", "detail": "fail", "evidence": place},
        {"text": EVIL, "sentence": 1, "verdict": "not stated", "why": "words", "detail": "", "evidence": None},
    ]
    looked = [(SourceSpan(0, 1, 0, len(TEXTS[1])), 1.0)]
    page = render_explain_report(make_data(TEXTS, ANSWER, claims=claims, evidence=[place], other="On <b>Monday</b>", looked_at=looked))
    assert '<span class="sentence contradicted"' in page
    assert re.search(r'<span class="check not-stated">Not stated</span>', page)
    assert "one denies what the other says (fail)" in page
    assert f'<mark class="cite against" data-cite="1" data-heat="0" data-place="0-1-0-{len(TEXTS[1])}" data-no="[1]">{TEXTS[1]}</mark>' in page
    assert "On &lt;b&gt;Monday" in page
    parsed = Scripts()
    parsed.feed(page)
    assert parsed.tags.count("script") == 2
    assert "img" not in parsed.tags


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
    data = make_data(TEXTS, ANSWER)
    bad = replace(data.citations[0], check="missing", quote="never said")
    assert "never said" not in render_explain_report(replace(data, citations=[bad]))


def test_from_an_answer() -> None:
    from tsel_core.answer import Answer, AttentionReport, Coverage, Receipt
    from tsel_core.layers.trace import Trace
    from tsel_core.prompts.units import SentenceWeights
    from tsel_core.report.data import explain_data

    source = make_data(TEXTS, ANSWER)
    trace = Trace()
    for step, layer, value in [(0, 0, 0.9), (0, 1, 0.8), (1, 0, 1.0), (1, 1, None), (2, 0, None), (2, 1, None)]:
        cover = None if value is None else torch.tensor(value)
        trace.decode_picks.append((step, layer, cover, value is None))
        trace.decode_coverage += [] if cover is None else [(layer, cover)]
    marked = ANSWER.replace("manifold.", "manifold [1].").replace("million.", "million [2].")
    answer = Answer(
        "ask", marked, "en", tuple(source.documents), {"name": "tiny"}, Receipt(10, 10, 43, 43),
        AttentionReport("full", "select", "why", 2048, 128, 512, "queries", None, Coverage(0.97, 0.91), 0.7),
        {"total": 1.0}, 20, 5, "end", found=True, citations=source.citations, extra={"facts": [{"text": "£48.6 million", "kind": "money", "found": True}]},
        weights=[SentenceWeights(0, 5, "", ((0, 1, 1.0),), None, (), 0, 2), SentenceWeights(6, 9, "", ((0, 42, 1.0),), None, (), 2, 4)],
    )  # fmt: skip
    data = explain_data(answer, question="What?", trace=trace, version="1")
    assert data.coverage == pytest.approx([0.85, 1.0, None])
    assert data.hits == [0, 0.5, 1]
    assert data.coverage_by_layer == pytest.approx({0: 0.95, 1: 0.8})
    assert [(s.first_step, s.last_step) for s in data.sentences] == [(0, 1), (1, 3)]
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
    opened = make_browser()
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


def one_page(tmp_path: Path, browser: Any) -> ExplainData:
    """A page of a PDF with three sentences; the answer's sentences looked at the second and the third."""
    text = "Minutes of the board. The welder failed because of a cracked cooling manifold. The forecast revenue is £48.6 million."
    data = make_data([text], ANSWER)
    parts = [SourceSpan(0, 0, a, b) for a, b in split_sentences(text)]
    spans = [[(parts[1], 0.9), (parts[0], 0.1)], [(parts[2], 1.0)]]
    sentences = [replace(s, spans=p) for s, p in zip(data.sentences, spans, strict=True)]
    data = replace(data, sentences=sentences, looked_at=[(parts[2], 0.5), (parts[1], 0.25)])
    open_report(browser, tmp_path / "page.html", data)
    return data


def warmth(browser: Any) -> dict[str, float]:
    """The words that have heat, and how much."""
    found = browser.find_elements("css selector", "mark.hot")
    return {m.text.split("[")[0]: float(browser.execute_script("return arguments[0].style.getPropertyValue('--s')", m)) for m in found}


def test_heat_lies_on_sentences_not_on_the_page(browser: Any, tmp_path: Path) -> None:
    one_page(tmp_path, browser)
    welder, revenue = "The welder failed because of a cracked cooling manifold.", "The forecast revenue is £48.6 million."
    assert warmth(browser) == pytest.approx({revenue: 1.0, welder: 0.707}, abs=0.01)  # where the question led
    first, second = browser.find_elements("class name", "sentence")
    first.click()
    settle(browser)
    assert warmth(browser) == pytest.approx({welder: 1.0, "Minutes of the board.": 0.333}, abs=0.01)
    second.click()
    settle(browser)
    assert warmth(browser) == {revenue: 1.0}
    page, paper = (
        browser.execute_script("return getComputedStyle(document.querySelector(arguments[0])).backgroundImage", s) for s in ("#u-0-0", "header")
    )
    assert page == paper == "none"  # the page itself is not coloured
    pick(browser, "layer", "layer 4")
    assert warmth(browser) == {}  # layers are known by unit
    assert browser.get_log("browser") == []


def test_narrow_screens_do_not_scroll_sideways(browser: Any, tmp_path: Path) -> None:
    browser.set_window_size(500, 900)  # the least that a window may have
    try:
        one_page(tmp_path, browser)
        wide, seen = browser.execute_script("return [document.documentElement.scrollWidth, innerWidth]")
        assert wide <= seen
    finally:
        browser.set_window_size(1300, 900)


def test_japanese_and_groups(browser: Any, tmp_path: Path) -> None:
    open_report(browser, tmp_path / "報告 書.html", make_data(JA_TEXTS, JA_ANSWER, "ja", question="何時間ですか。"))
    browser.find_element("class name", "sentence").click()
    settle(browser)
    assert browser.find_element("css selector", "mark.on").text == "計画外停止時間は三拠点合計で412時間となった。"
    assert browser.find_element("css selector", ".answer h2").text == "回答"
    unfold(browser, "#parts")
    assert browser.find_element("css selector", "#parts label").text.startswith("層")
    pick(browser, "layer", "層 5")
    pick(browser, "group", "群 0")
    assert lit(browser) == ["u-0-0"]
    assert browser.get_log("browser") == []


def unfold(browser: Any, selector: str) -> None:
    """Open a part of the panel that is closed at first."""
    part = browser.find_element("css selector", selector)
    if not part.get_property("open"):
        part.find_element("tag name", "summary").click()


def pick(browser: Any, select: str, text: str) -> None:
    """Choose in a selector as a user does, opening its part of the panel first."""
    from selenium.webdriver.support.ui import Select

    unfold(browser, "#parts")
    Select(browser.find_element("id", select)).select_by_visible_text(text)


def lit(browser: Any) -> list[str]:
    return [u.get_attribute("id") for u in browser.find_elements("css selector", ".unit.lit")]


def test_layer_and_head_group_on_demand(browser: Any, tmp_path: Path) -> None:
    open_report(browser, tmp_path / "r.html", make_data(TEXTS, ANSWER))
    unfold(browser, "#parts")
    options = browser.find_elements("css selector", "#layer option")
    assert [o.text for o in options] == ["all", "layer 4", "layer 5", "layer 6"]
    browser.find_elements("class name", "sentence")[1].click()
    settle(browser)
    assert "u-0-42" in lit(browser)
    pick(browser, "layer", "layer 5")
    assert set(lit(browser)) == {"u-0-0", "u-0-42"}  # group 1 of layer 5 is at the passage, group 0 is not
    pick(browser, "group", "group 0")
    assert lit(browser) == ["u-0-0"]
    pick(browser, "layer", "all")
    assert set(lit(browser)) == {"u-0-0", "u-0-42"}
    browser.find_element("id", "all").click()  # the whole answer, still of group 0
    assert set(lit(browser)) == {"u-0-0", "u-0-1", "u-0-42"}
    pick(browser, "group", "all")
    assert {"u-0-1", "u-0-42"} <= set(lit(browser))
    assert browser.get_log("browser") == []


def test_a_lawyer_sees_what_is_weak_and_what_has_no_source(browser: Any, tmp_path: Path) -> None:
    from dataclasses import replace

    data = make_data(TEXTS, ANSWER + " Nobody objected to it yesterday.")
    data = replace(data, support={"verdict": "weak", "why": "cited-elsewhere", "question_label": "p. 7"})
    open_report(browser, tmp_path / "r.html", data)
    notice = browser.find_element("css selector", ".notice.weak")
    assert "the words of the question stand in p. 7" in notice.text
    uncited = browser.find_elements("css selector", ".sentence.uncited")
    assert [s.text for s in uncited] == ["Nobody objected to it yesterday."]
    numbers = [m.get_attribute("data-no") for m in browser.find_elements("css selector", "mark")]
    assert numbers == ["[1]", "[2]"]
    assert browser.get_log("browser") == []


def test_nearest_passages_are_a_click_away(browser: Any, tmp_path: Path) -> None:
    from dataclasses import replace

    near = {"file": "minutes.pdf", "label": "p. 43", "quote": TEXTS[42], "share": 0.5, "doc_index": 0, "unit_index": 42}
    data = replace(make_data(TEXTS, "It is Osk."), found=False, reason="unknown-subject", nearest=[near], citations=[])
    open_report(browser, tmp_path / "r.html", data)
    assert "nothing in the document supports them" in browser.find_element("css selector", ".notice.bad").text
    assert not in_view(browser, "#u-0-42")
    browser.find_element("css selector", '.cites li[data-unit="0-42"]').click()
    settle(browser)
    assert in_view(browser, "#u-0-42")
    assert browser.get_log("browser") == []


def test_charts_of_steps(browser: Any, tmp_path: Path) -> None:
    from dataclasses import replace

    data = replace(make_data(TEXTS, ANSWER), coverage=[0.9, None, 0.8, 0.95, *[None] * 6], hits=[0.0, 1.0, 0.5, 0.0, *[1.0] * 6])
    open_report(browser, tmp_path / "r.html", data)
    lines = browser.find_elements("css selector", ".chart-line")
    assert [len(x.get_attribute("points").split()) for x in lines] == [1, 2]  # gaps where every layer re-used
    bars = browser.find_elements("css selector", ".chart-hit")
    assert len(bars) == 8
    assert float(bars[1].get_attribute("height")) < float(bars[0].get_attribute("height"))
    assert "75 %" not in browser.find_element("id", "panel").text
    unfold(browser, ".tech")
    assert "75 %" in browser.find_element("id", "panel").text
    browser.find_elements("class name", "sentence")[1].click()
    assert browser.find_element("css selector", ".chart-band.on").get_attribute("data-sentence") == "1"
    assert browser.get_log("browser") == []


def test_hostile_report_runs_nothing(browser: Any, tmp_path: Path) -> None:
    open_report(browser, tmp_path / "r.html", make_data([EVIL, "x"], EVIL, question=EVIL, metadata={"title": EVIL}, warnings=[EVIL]))
    assert browser.execute_script("return window.hacked") is None
    browser.find_element("class name", "sentence").click()
    assert browser.get_log("browser") == []


def five_hundred_pages() -> ExplainData:
    """500 pages of 4,000 characters, 14 layers, 8 head groups, 12 sentences, 600 steps: what a large model gives."""
    from dataclasses import replace

    texts = [f"Page {i} of the register.\n" + f"Item {i} of ward {i * 7} was checked by crew {i % 9}. " * 90 for i in range(500)]
    texts[444] += "The zebra crossing costs 91,234 euros."
    data = make_data(texts, "The zebra crossing costs 91,234 euros. " + "All wards were checked by the crews. " * 11)
    rng = np.random.default_rng(0)
    sentences = []
    for number, sentence in enumerate(data.sentences):
        heat = rng.exponential(1e-4, (14, 8, 500)).astype(np.float32)
        heat[:, :, 444] += 0.5
        heat[3, 2, 17] += 40.0
        sentences.append(replace(sentence, heat=heat, first_step=50 * number, last_step=50 * number + 50))
    steps = [0.9 + 0.1 * float(x) for x in rng.random(600)]
    return replace(data, sentences=sentences, layers=tuple(range(7, 21)), coverage=steps, hits=steps)


def test_five_hundred_pages(browser: Any, tmp_path: Path) -> None:
    data = five_hundred_pages()
    text = sum(len(u.text) for u in data.documents[0].units)
    started = time.perf_counter()
    open_report(browser, tmp_path / "r.html", data)
    browser.execute_script("return document.querySelectorAll('.unit').length")
    ready = time.perf_counter() - started
    assert (tmp_path / "r.html").stat().st_size < text + 2_000_000  # beside the document's own text
    assert ready < 15  # interactive; the bounds are for a busy machine, docs/trust.md has measured ones
    times = {"sentence": timed(browser, "document.querySelector('.sentence').click()")}
    assert in_view(browser, "#u-0-444 mark.on")
    for name, value in (("layer", "3"), ("group", "2")):
        code = f"const s = document.getElementById('{name}'); s.value = '{value}'; s.dispatchEvent(new Event('change'))"
        times[name] = timed(browser, code)
    assert lit(browser)[0] == "u-0-17"
    times["all"] = timed(browser, "document.getElementById('all').click()")
    print(f"ready {ready:.2f} s", {k: f"{v:.0f} ms" for k, v in times.items()})
    assert max(times.values()) < 2500, times
    assert browser.get_log("browser") == []


def timed(browser: Any, code: str) -> float:
    """Milliseconds in the page from an action to the second painted frame after it."""
    script = (
        "const done = arguments[arguments.length - 1], t = performance.now();" + code + ";"
        "requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - t)))"
    )
    return float(browser.execute_async_script(script))


def test_from_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, browser: Any) -> None:
    """A tiny model that really selects: per-step coverage and hits, heat by layer and group, nothing logged by the browser."""
    from tiny_folder import make_folder

    from tsel_cli.app import run

    for name in ("CACHE", "LOG_DIR", "MODELS"):
        monkeypatch.setenv(f"TSEL_{name}", str(tmp_path / name))
    text = tmp_path / "report.txt"
    text.write_text("\n\n".join(f"Paragraph {i} about item {i}." for i in range(120)), "utf-8")
    report = tmp_path / "r.html"
    model = str(make_folder(tmp_path / "model"))
    limits = ["--attention", "select", "--budget", "256", "--max-new-tokens", "30", "--quiet", "--effort", "quick"]
    run(["ask", str(text), "Which item?", "--model", model, *limits, "--explain", str(report)])
    payload = json.loads(re.search(r'id="data">(.*?)</script>', report.read_text("utf-8"), re.S)[1])  # type: ignore[index]
    assert len(payload["heat"]["layers"]) == 3
    assert len(payload["heat"]["groups"]) == 2
    assert len(payload["heat"]["units"]) == 120
    browser.get(report.as_uri())
    assert len(browser.find_element("css selector", ".chart-line").get_attribute("points").split()) > 5
    pick(browser, "layer", "layer 1")
    assert lit(browser)
    assert browser.get_log("browser") == []


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_a_report_is_its_owners(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        write_explain_report(tmp_path / "r.html", make_data(["a", "x"], "a"))
    finally:
        os.umask(before)
    assert (tmp_path / "r.html").stat().st_mode & 0o777 == 0o600
