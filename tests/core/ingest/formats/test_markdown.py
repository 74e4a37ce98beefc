"""What a page made of Markdown shows, and what of it no reader sees."""

from __future__ import annotations

import re
import time

import pytest

from tests.core.ingest.formats.test_kinds import read as read_bytes
from tsel_core.document import Document


def read(text: str) -> Document:
    return read_bytes(text.encode(), "a.md")


MARKDOWN = [
    ("One <!-- s1 --> two", "One  two", "s1"),
    ("One\n\n<!-- s1\n\ns2", "One", "s1 s2"),
    ("One\n\n[a]: http://x.org \"s1\"\n[//]: # (s2)\n[b]: <> 's3'", "One", "s1 s2 s3"),
    ("One\n\n[a]:\nhttp://x.org\n\"s1\ns2\"\n\ntwo", "One\n\ntwo", "s1 s2"),
    ("- one\n\n  [a]: /x \"s1\"\n\n> [b]: /x 's2'\n\ntwo", "- one\n\n>\n\ntwo", "s1 s2"),
    ("One [two](http://x.org \"s1\") ![three](x.png 's2') [four](<x> (s3))", "One [two](http://x.org) ![three](x.png) [four](<x>)", "s1 s2 s3"),
    ("One <?php s1 ?> <![CDATA[s2]]> <!DOC s3> two", "One    two", "s1 s2 s3"),
    ("```python s1 s2\none\n```", "```python\none\n```", "s1 s2"),
    ("<span style='font: 0 a'>s1</span> <p style=\"opacity:.02\">s2</p> one", "one", "s1 s2"),
    ("<div hidden>s1 <div>s2</div> s3</div> one", "one", "s1 s2 s3"),
    ("one <span hidden>s1\n\ns2", "one", "s1 s2"),
    ("<script>s1</script><style>s2</style><template>s3</template> one", "one", "s1 s2 s3"),
    ("<style>.a{display:none} #b{opacity:0}</style>\n\n<p class=a>s1</p>\n\none <b id='b'>s2</b> <i class='c'>two</i>", "one  <i class='c'>two</i>", "s1 s2"),
    ("<style>p, td{font-size:0}</style>\none\n\n<p>s1 <b>s2</b></p>", "one", "s1 s2"),
    ("Kim: yes <!-- s1 -->\nLee: no\nKim: well\nLee: good\n", "Kim: yes\n\nLee: no\n\nKim: well\n\nLee: good", "s1"),
]
SHOWN = [
    "`<!-- one -->` two", "```\n<!-- one -->\n[a]: /x \"two\"\n```", "one \\<!-- two -->", "[Note]: this is a sentence.",
    "one\n[a]: /x \"two\"", "[one](http://x.org/a_(b))", "One[^1]\n\n[^1]: two", "``<!-- ` one -->`` two", "a < b <c> d",
    "<p style='color:red'>one</p>", "~~~~\n~~~\n<!-- one -->\n~~~~", "one ` two <b>three</b>",
]  # fmt: skip


@pytest.mark.parametrize(("text", "shown", "hidden"), MARKDOWN)
def test_what_a_markdown_page_does_not_show_is_apart_and_named(text: str, shown: str, hidden: str) -> None:
    document = read(text)
    assert "\n\n".join(u.text.strip() for u in document.units if u.in_flow) == shown
    apart = " ".join(u.text for u in document.units if u.kind == "hidden")
    assert " ".join(re.findall(r"s\d", apart)) == hidden
    assert any(w.startswith("text that no reader can see was left out: line ") for w in document.warnings)


@pytest.mark.parametrize("text", SHOWN)
def test_what_a_markdown_page_shows_stays(text: str) -> None:
    document = read(text)
    assert "\n\n".join(u.text for u in document.units) == text
    assert document.warnings == ()


@pytest.mark.parametrize(
    "part", ["<!-- ", "<? ", "` `` ", "[a]: /x\n", "<div hidden>", "](x \"", "<a b='", "<a b c ", "[[", "<p hidden>\n\n"]
)
def test_markdown_that_begins_and_never_ends_takes_no_time(part: str) -> None:
    before = time.process_time()
    read("one\n\n" + part * 100_000)
    assert time.process_time() - before < 20
