"""Fields whose drawn text and value are two: what is drawn is read, and both are named."""

from __future__ import annotations

import pytest

from tests.core.ingest.make_files import pdf
from tsel_core.document import Document
from tsel_core.ingest.options import ReadOptions
from tsel_core.ingest.parse import parse

WORDS = "form fields that draw one thing and hold another: "


def drawn(words: str, *, size: float = 10, color: str = "0 g", before: str = "") -> str:
    """The stream of an appearance."""
    text = f"BT /F1 {size} Tf {color} 2 5 Td ({words}) Tj ET" if words else ""
    stream = f"{before} /Tx BMC q {text} Q EMC"
    head = "<</Type/XObject/Subtype/Form/BBox[0 0 200 20]/Resources<</Font<</F1 3 0 R>>>>"
    return f"{head}/Length {len(stream)}>>stream\n{stream}\nendstream"


def field(number: int, what: str, appearance: str = "", *, kind: str = "Widget/FT/Tx/T(rent)", flags: int = 4) -> str:
    at = 700 - 30 * number
    look = f"/AP<</N {appearance}>>" if appearance else ""
    return f"<</Type/Annot/Subtype/{kind}/DA(/F1 10 Tf 0 g)/F {flags}/Rect[200 {at} 400 {at + 20}]{what}{look}>>"


def read(notes: list[str], streams: list[str], *, form: str = "", with_form: bool = True) -> Document:
    """A page "Rent:" with the notes, objects 10 and on; the streams come behind them."""
    refs = " ".join(f"{10 + at} 0 R" for at in range(len(notes)))
    catalog = f"/AcroForm<</Fields[{refs}]/DR<</Font<</F1 3 0 R>>>>{form}>>" if with_form else ""
    data = pdf(
        [[(72.0, 705.0, 11.0, "Rent:")]], objects=[*notes, *streams], page_extra=f"/Annots[{refs}]", catalog=catalog
    )
    return parse("case.pdf", data, "0", ReadOptions(isolate=False))


def text(document: Document) -> str:
    return "\n".join(u.text for u in document.units if u.in_flow)


def hidden(document: Document) -> list[str]:
    return [u.text for u in document.units if u.kind == "hidden"]


def said(document: Document) -> list[str]:
    return [w.removeprefix(WORDS) for w in document.warnings if w.startswith(WORDS)]


@pytest.mark.parametrize("with_form", [True, False])
def test_what_a_field_draws_is_read_and_its_other_value_named(with_form: bool) -> None:
    document = read([field(0, "/V(EUR 100)", "11 0 R")], [drawn("EUR 999")], with_form=with_form)
    assert text(document) == "Rent:\tEUR 999"
    assert said(document) == ['p. 1 field "rent" draws "EUR 999" and holds "EUR 100"']


def test_a_field_that_draws_its_value_needs_no_word() -> None:
    document = read([field(0, "/V(EUR 1 480)", "11 0 R")], [drawn("EUR 1480")])
    assert (text(document), document.warnings) == ("Rent:\tEUR 1 480", ())


@pytest.mark.parametrize(
    ("value", "shown", "is_said"),
    [("1480", "$1,480.00", False), ("1480.5", "1.480,50", False), ("1480", "1,840.00", True),
     ("EUR 1480", "JPY 1,480", True), ("-5", "5", True), ("30 days", "30 months", True)],
)  # fmt: skip
def test_a_number_in_another_form_is_one_number(value: str, shown: str, is_said: bool) -> None:
    document = read([field(0, f"/V({value})", "11 0 R")], [drawn(shown)])
    assert text(document) == f"Rent:\t{shown}"
    assert bool(said(document)) == is_said


def test_a_file_that_asks_for_new_appearances_is_read_by_its_values() -> None:
    document = read([field(0, "/V(EUR 100)", "11 0 R")], [drawn("EUR 999")], form="/NeedAppearances true")
    assert text(document) == "Rent:\tEUR 100"
    assert said(document) == ['p. 1 field "rent" draws "EUR 999" and holds "EUR 100": its value was read']


def test_a_field_without_an_appearance_is_read_by_its_value() -> None:
    document = read([field(0, "/V(EUR 100)")], [])
    assert (text(document), document.warnings) == ("Rent:\tEUR 100", ())


def test_a_field_that_draws_something_and_holds_nothing() -> None:
    document = read([field(0, "", "11 0 R")], [drawn("EUR 999")])
    assert text(document) == "Rent:\tEUR 999"
    assert said(document) == ['p. 1 field "rent" draws "EUR 999" and holds nothing']


@pytest.mark.parametrize("stream", [drawn(""), drawn("EUR 100", color="1 g"), drawn("EUR 100", size=0.2)])
def test_a_value_that_is_drawn_nowhere_is_hidden_text(stream: str) -> None:
    document = read([field(0, "/V(EUR 100)", "11 0 R")], [stream])
    assert (text(document), hidden(document)) == ("Rent:", ["EUR 100"])
    assert any('was left out: p. 1 "EUR 100"' in w for w in document.warnings)


def test_unseen_words_beside_seen_ones_in_one_field() -> None:
    stream = drawn("EUR 999", before="BT /F1 10 Tf 1 g 100 5 Td (EUR 777) Tj ET")
    document = read([field(0, "/V(EUR 999)", "11 0 R")], [stream])
    assert (text(document), hidden(document), said(document)) == ("Rent:\tEUR 999", ["EUR 777"], [])


def test_an_appearance_of_shapes_may_be_letters() -> None:
    stream = drawn("", before=" ".join(f"{x} 5 m {x} 12 l S" for x in range(10)))
    document = read([field(0, "/V(EUR 100)", "11 0 R")], [stream])
    assert text(document) == "Rent:\tEUR 100"
    assert said(document) == ['p. 1 field "rent" draws a picture and holds "EUR 100": its value was read']


def test_a_typed_in_note_is_read_as_it_is_drawn() -> None:
    document = read([field(0, "/Contents(paid)", "11 0 R", kind="FreeText")], [drawn("not paid")])
    assert text(document) == "Rent:\tnot paid"
    assert said(document) == ['p. 1 a typed-in text draws "not paid" and holds "paid"']


@pytest.mark.parametrize("kind", ["Stamp", "Square", "Widget/FT/Btn/Ff 65536/T(b)", "Widget/FT/Sig/T(s)"])
def test_words_that_a_stamp_a_button_or_a_signature_draws_are_on_the_page(kind: str) -> None:
    document = read([field(0, "", "11 0 R", kind=kind)], [drawn("VOID")])
    assert (text(document), said(document)) == ("Rent:\tVOID", [])


def test_stars_of_a_password_are_no_text() -> None:
    document = read([field(0, "/Ff 8192/V(abc)", "11 0 R")], [drawn("***")])
    assert (text(document), document.warnings) == ("Rent:", ())


@pytest.mark.parametrize(("shown", "is_said"), [("United States", False), ("France", True)])
def test_a_choice_draws_the_name_of_its_value(shown: str, is_said: bool) -> None:
    options = "/Ff 131072/Opt[[(US)(United States)][(FR)(France)]]/V(US)"
    document = read([field(0, options, "11 0 R", kind="Widget/FT/Ch/T(land)")], [drawn(shown)])
    assert bool(said(document)) == is_said
    assert ("France" in text(document)) == is_said


@pytest.mark.parametrize("flags", [2, 32])
def test_a_field_that_is_not_shown_is_hidden_whatever_it_draws(flags: int) -> None:
    document = read([field(0, "/V(EUR 100)", "11 0 R", flags=flags)], [drawn("EUR 999")])
    assert (text(document), hidden(document)) == ("Rent:", ["EUR 100"])


def test_a_field_without_a_place_is_hidden() -> None:
    note = field(0, "/V(EUR 100)").replace("[200 700 400 720]", "[200 700 200 700]")
    document = read([note], [])
    assert (text(document), hidden(document)) == ("Rent:", ["EUR 100"])


def check(state: str, value: str, *, on: str = "(4)", off: str = "") -> Document:
    """A check box in a state; its appearances draw these texts."""
    names = f"<</Yes 11 0 R{'/Off 12 0 R' if off else ''}>>"
    note = field(0, f"/V/{value}/AS/{state}", names, kind="Widget/FT/Btn/T(pets)")
    frame = "0 0 20 20 re S"
    return read([note], [drawn(on.strip("()"), before=frame), drawn(off.strip("()"), before=frame)])


@pytest.mark.parametrize("off", ["", "( )"])
@pytest.mark.parametrize(("state", "sign"), [("Yes", "☒"), ("Off", "☐")])
def test_a_check_box_is_read_by_its_state(state: str, sign: str, off: str) -> None:
    document = check(state, state, off=off)
    assert (text(document), said(document)) == (f"Rent:\t{sign}", [])


@pytest.mark.parametrize(
    ("made", "sign", "value"),
    [(dict(state="Off", value="Yes"), "☐", "Yes"), (dict(state="Yes", value="Off"), "☒", "Off"),
     (dict(state="Yes", value="Yes", on="", off="( )"), "☐", "Yes"), (dict(state="Off", value="Off", off="(8)"), "☒", "Off")],
)  # fmt: skip
def test_a_check_box_that_draws_another_state_than_it_holds(made: dict[str, str], sign: str, value: str) -> None:
    document = check(**made)
    assert text(document) == f"Rent:\t{sign}"
    assert said(document) == [f'p. 1 field "pets" draws {sign} and holds "{value}"']


def test_more_fields_than_are_named_are_counted() -> None:
    notes = [field(n, f"/V(EUR {n})", "17 0 R") for n in range(7)]
    assert said(read(notes, [drawn("EUR 999")]))[0].endswith(" and 2 more")


def group(value: str, states: list[str], *, more: str = "") -> Document:
    """A group of two radio buttons (11, 12) whose value stands in their parent (10)."""
    buttons = [
        f"<</Type/Annot/Subtype/Widget/Parent 10 0 R/F 4/AS/{state}/Rect[200 {700 - 30 * at} 212 {712 - 30 * at}]"
        f"/AP<</N<</{name} 13 0 R/Off 14 0 R>>>>>>"
        for at, (state, name) in enumerate(zip(states, ("cash", "card"), strict=True))
    ]
    parent = f"<</FT/Btn/Ff 49152/T(payment)/V/{value}/Kids[11 0 R 12 0 R]{more}>>"
    data = pdf(
        [[(72.0, 705.0, 11.0, "Cash"), (72.0, 675.0, 11.0, "Card")]],
        objects=[parent, *buttons, drawn("", before="0 0 10 10 re f"), drawn("")],
        page_extra="/Annots[11 0 R 12 0 R]",
        catalog="/AcroForm<</Fields[10 0 R]>>",
    )
    return parse("case.pdf", data, "0", ReadOptions(isolate=False))


@pytest.mark.parametrize(
    ("value", "states", "words"),
    [
        ("cash", ["cash", "Off"], []),
        ("Off", ["Off", "Off"], []),
        ("card", ["cash", "Off"], ['field "payment" draws "cash" and holds "card"']),
        ("cash", ["Off", "Off"], ['field "payment" draws ☐ and holds "cash"']),
        ("Off", ["Off", "card"], ['field "payment" draws "card" and holds nothing']),
    ],
)
def test_a_group_of_radio_buttons_that_holds_another_one_than_it_draws(value: str, states: list[str], words: list[str]) -> None:
    document = group(value, states)
    signs = ["☐" if state == "Off" else "☒" for state in states]
    assert text(document) == f"Cash\t{signs[0]}\nCard\t{signs[1]}"
    assert said(document) == words


def test_a_group_whose_buttons_have_names_is_told_by_them() -> None:
    document = group("card", ["cash", "Off"], more="/Opt[(In cash)(By credit card)]")
    assert said(document) == ['field "payment" draws "In cash" and holds "By credit card"']
