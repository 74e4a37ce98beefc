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
color:lab(100% 0 0)
color:oklch(100% 0 0)
color:oklab(1 0.001 0)
position:fixed;top:100vh
position:fixed;left:100vw
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
margin:0 0 0 -99em;margin-left:-9999px
font:0 serif
font:0/0 a
font:italic bold 0.1px/2 Arial
font-size:calc(0px)
font-size:min(0px, 1em)
--size:0px;font-size:var(--size)
font-size:var(--none, 0px)
transform:scale(.001)
transform:scale3d(0,0,0)
transform:matrix(0,0,0,0,0,0)
transform:matrix(1,0,0,1,-9999,0)
transform:rotateY(90deg)
backface-visibility:hidden;transform:rotateX(180deg)
-webkit-transform:scale(0)
rotate:y 90deg
scale:0
scale:1 0
zoom:0
max-height:0;overflow:hidden
max-height:0;overflow-y:hidden;overflow-x:visible
height:0;overflow:auto
line-height:0;overflow:clip
opacity:0.05
opacity:calc(0)
clip-path:inset(100%)
clip-path:inset(0 60% 0 40%)
clip-path:polygon(0 0, 10px 0, 20px 0)
clip-path:ellipse(0 0)
text-indent:-999em
text-indent:100%;white-space:nowrap;overflow:hidden
position:absolute;left:99999px
position:absolute;inset:-9999px auto auto
color:hsl(0 0% 100%)
color:rgb(0 0 0 / 5%)
-webkit-text-security:disc"""
SEEN = """filter:opacity(0.8)
color:oklch(62.8% 0.258 29)
color:lab(40% 0 0)
color:oklch(95% 0.1 100)
position:fixed;top:90vh
content-visibility:auto
mask:linear-gradient(black, transparent)
zoom:0.8
letter-spacing:-0.5px
-webkit-text-fill-color:red
transform:translateX(-20px)
transform:translate(-50%,-50%)
margin:-600px auto 0
font:12px/1.5 serif
font:700 1em serif
font:inherit
font-size:calc(1em - 2px)
font-size:small
--size:0px
transform:scale(-1, 1)
transform:rotate(90deg)
transform:rotateX(180deg)
scale:0.9
zoom:1
max-height:0
line-height:0
opacity:0.3
clip-path:inset(10% 20%)
clip-path:polygon(0 0, 100% 0, 100% 100%, 0 100%)
text-indent:2em
text-indent:100%
color:rgb(0 0 0 / 50%)"""


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


def test_faintness_adds_up() -> None:
    page = "<div style='opacity:.2'><p>one</p><p style='opacity:.2'>two</p></div>"
    document = read(page.encode(), "a.html")
    assert (flow(document), apart(document)) == (["one"], "two")


@pytest.mark.parametrize(
    ("rule", "is_seen"),
    [("@media (min-width:1px){%s}", False), ("@media screen and (max-width:600px){%s}", True), ("@layer a{%s}", False),
     ("@media (max-width:9999px) and (min-height:1px){%s}", False), ("@media print{%s}", True), ("@supports (x:y){%s}", False)],
)  # fmt: skip
def test_rules_that_hold_on_a_screen(rule: str, is_seen: bool) -> None:
    page = f"<style>{rule % '.x{display:none}'}</style><p>one</p><p class=x>two</p>"
    assert ("two" in flow(read(page.encode(), "a.html"))) == is_seen


def test_a_sheet_for_print_hides_nothing_on_a_screen() -> None:
    page = b"<style media=print>.x{display:none}</style><p class=x>one</p>"
    assert flow(read(page, "a.html")) == ["one"]


def test_words_of_drawings() -> None:
    page = """<p>one</p><svg viewBox="0 0 9 9"><title>tip</title><text x=0 y=9>two <tspan>three</tspan></text>
<text fill="none">s1</text><text opacity="0">s2</text><text font-size="0">s3</text><text transform="scale(0)">s4</text>
<defs><text id="part">four</text></defs><use href="#part"/><foreignObject><p>five</p></foreignObject></svg>
<svg><text fill="white">s5</text></svg><svg><rect fill="black"/><text fill="white">six</text></svg>"""
    document = read(page.encode(), "a.html")
    assert flow(document) == ["one", "two three", "four", "five", "six"]
    assert re.findall(r"s\d", apart(document)) == ["s1", "s2", "s3", "s4", "s5"]


def test_words_that_styles_make_are_on_the_page() -> None:
    page = """<style>.a::before{content:"Not "} .b:after{content:" ("attr(title)")"} .c::before{content:"s1";font-size:0}
.d::before{content:"\\201C x\\22 " / "spoken"} .e::before{content:"\\e900";} .f::after{content:".";visibility:hidden}
ul{list-style:"No: "} :root{--w:" by law"} .g::after{content:var(--w)} .h{display:none} .h::before{content:"s2"}</style>
<p class=a>valid</p><p class=b title="2026">b</p><p class=c>c</p><p class=d>d</p><p class=e>e</p><p class=f>f</p>
<ul><li>pets</ul><p class=g>g</p><p class=h>s3</p>"""
    document = read(page.encode(), "a.html")
    assert flow(document) == ["Not valid", "b (2026)", "c", "“x\"d", "e", "f", "No: pets", "g by law"]
    assert apart(document).split() == ["s1", "s3"]


def test_numbers_that_styles_count_are_named() -> None:
    page = b"<style>h2::before{counter-increment:n;content:'Article ' counter(n) ' '}</style><h2>Rent</h2>"
    document = read(page, "a.html")
    assert flow(document) == ["Article Rent"]
    assert "numbers that the page counts by its styles were not read" in document.warnings


def test_words_that_a_browser_shows_only_instead_of_others() -> None:
    page = """<p>one</p><noscript>s1</noscript><template><p>s2</p></template><video>s3</video><canvas>s4</canvas>
<progress>s5</progress><p popover>s6</p><details><summary>two</summary>three</details><p aria-hidden=true>four</p>
<div><template shadowrootmode=open><p>five</p></template></div>"""
    document = read(page.encode(), "a.html")
    assert flow(document) == ["one", "two", "three", "four", "five"]
    assert re.findall(r"s\d", apart(document)) == ["s1", "s2", "s3", "s4", "s5", "s6"]


def test_frames_are_read_where_their_text_stands_in_the_page() -> None:
    page = "<p>one</p><iframe srcdoc='<style>.x{display:none}</style><p>two</p><p class=x>s1</p>'></iframe><p>three</p>"
    document = read(page.encode(), "a.html")
    assert (flow(document), apart(document)) == (["one", "two", "three"], "s1")
    assert document.warnings[0].endswith("--hidden gives it to the model")
    far = read(b"<p>one</p><iframe src='https://example.org'></iframe>", "a.html")
    assert far.warnings == ("frames that show another page were not read: nothing is fetched",)


@pytest.mark.parametrize("tag", ["bdo dir=rtl", "p style='unicode-bidi:bidi-override;direction:rtl'"])
def test_words_that_a_page_turns_around_are_read_as_shown(tag: str) -> None:
    document = read(f"<p>Pay</p><{tag}>0001</{tag.split()[0]}>".encode(), "a.html")
    assert flow(document) == ["Pay", "1000"]
    assert 'direction marks turn words around, read as they are shown: "1000"' in document.warnings


def test_rows_stand_under_their_heading() -> None:
    page = "<h1>Travel</h1><h2>Hotels</h2><p>a</p><table><tr><td>Zurich<td>CHF 210</table><h2>Meals</h2><p>b</p>"
    (row,) = [u for u in read(page.encode(), "a.html").units if u.kind == "row"]
    assert (row.label, row.heading_path) == ("Hotels, table 1, row 1", ("Travel", "Hotels"))
