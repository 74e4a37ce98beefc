"""Web pages: what their own styles hide, fields of forms, tables and lists."""

from __future__ import annotations

import re

import pytest

from tests.core.ingest.formats.test_kinds import apart, flow, read

PAGE = """<!doctype html><html><head><style>
.sr-only{position:absolute;width:1px;height:1px;overflow:hidden;clip:rect(0,0,0,0)}
#x>p.n{display:none} .show{display:block!important}
@media print{.p{display:none}} @media screen{.s{visibility:hidden}}
.inv{color:white} .dark{background:#000;color:#fff} .pic{background:url(a.png);color:#fff}
.op{opacity:0} .fs{font-size:0} .z{max-height:0;overflow:hidden}
.off{text-indent:-9999px}
</style></head><body bgcolor="#ffffff"><h1>Title</h1>
<div id=x><p class=n>s1</p><p class="n show">shown1</p></div>
<p class=p>shown2</p><p class=s>s2 <b style="visibility:visible">shown3</b></p>
<p class=inv>s3</p><div class=dark>shown4 <span style="color:inherit">shown5</span></div><div class=pic>shown6</div>
<p class=op>s4</p><p class=fs>s5</p><p class=z>s6</p><p class=off>s7</p><p class=sr-only>s8</p>
<font color="#FFFFFF">s9</font><p style="color:rgba(0,0,0,0)">s10</p><p style="transform:scale(0)">s11</p>
<dialog>s12</dialog><details><summary>More</summary>shown7</details>
<table><tr style="display:none"><td>s13</td></tr><tr><td>a</td><td style="display:none">s14</td><td>b</td></tr></table>
<ul><li>one<ul><li>two</li></ul></li></ul>
<form><input value="Hana Mori"><input type=hidden value=s15><input type=checkbox checked>Pets<input type=radio>No<textarea>notes here</textarea><select multiple><option selected>A<option>B<option selected>C</select><button>Send</button></form>
<p>a&nbsp;b &lt;c&gt; <!-- comment -->d</p><pre>x
  y</pre><p hidden>s16</p>
</body></html>"""


def test_what_a_page_hides_is_apart() -> None:
    document = read(PAGE.encode(), "a.html")
    assert sorted(map(int, re.findall(r"\bs(\d+)\b", apart(document)))) == [n for n in range(1, 17) if n != 15]
    assert not re.search(r"\bs\d+\b", "\n".join(flow(document)))
    shown = [text for text in flow(document) if text.startswith("shown")]
    assert shown == ["shown1", "shown2", "shown3", "shown4 shown5", "shown6", "shown7"]


UNSEEN = """filter:opacity(0)
filter:blur(1px) opacity(0%)
content-visibility:hidden
mask:linear-gradient(transparent,transparent)
-webkit-mask-image:linear-gradient(to right, transparent 0%, transparent)
zoom:0.01
letter-spacing:-1em
-webkit-text-fill-color:transparent
transform:translateX(-10000px)
transform:rotate(3deg) translate(0, -9999px)
translate:-100vw -9999px
margin-left:-9999px
margin:0 0 0 -99em;margin-left:-9999px"""
SEEN = """filter:opacity(0.8)
content-visibility:auto
mask:linear-gradient(black, transparent)
zoom:0.8
letter-spacing:-0.5px
-webkit-text-fill-color:red
transform:translateX(-20px)
transform:translate(-50%,-50%)
margin:-600px auto 0"""


@pytest.mark.parametrize("style", [*UNSEEN.splitlines(), *SEEN.splitlines()])
def test_ways_to_hide_words_by_a_style(style: str) -> None:
    document = read(f"<style>.x{{{style}}}</style><p>one</p><p class=x>two</p>".encode(), "a.html")
    assert flow(document) == (["one"] if style in UNSEEN.splitlines() else ["one", "two"])
    assert apart(document).split() == (["two"] if style in UNSEEN.splitlines() else [])


def test_fields_lists_and_tables_of_a_page() -> None:
    text = flow(read(PAGE.encode(), "a.html"))
    assert "a\tb" in text
    assert "- one" in text
    assert "Hana Mori ☒ Pets ☐ No notes here A, C Send" in text
    assert "a b <c> d" in text
    assert "x\n  y" in text


def test_hidden_parts_are_marked_when_asked_for() -> None:
    assert "[hidden: s1]" in flow(read(PAGE.encode(), "a.html", hidden=True))


def test_entities_and_declarations_of_a_page_do_no_harm() -> None:
    page = '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY y "yyyy">]><p>A &x; &y; B</p>'
    text = "".join(flow(read(page.encode(), "a.html")))
    assert "root:" not in text
    assert "yyyy" not in text.replace('"yyyy"', "")


def test_rows_are_counted_by_table() -> None:
    page = "<p>a<p>b<table><tr><td>1<td>2<tr><td><td><tr><td>3<td>4</table><p>c<table><tr><td>5</table>"
    labels = [u.label for u in read(page.encode(), "a.html").units if u.kind == "row"]
    assert labels == ["table 1, row 1", "table 1, row 3", "table 2, row 1"]
