"""What code says of a sentence before any model is asked: whether it binds somebody, and whom."""

from __future__ import annotations

import pytest

from tests.core.ingest.formats.test_text import read
from tests.core.listing.test_list import document
from tsel_core.listing.candidates import Candidates
from tsel_core.listing.run import list_all
from tsel_core.listing.wish import Wish
from tsel_core.sweep.sentences import sentences_of


def coded(wish: str, *texts: str) -> list[tuple[str, str]]:
    sentences = sentences_of([document(*texts)])
    candidates = Candidates(Wish.of(wish), sentences)
    return [(c.likely, c.whose) for c in map(candidates.of, sentences)]


def test_whose_duty_a_sentence_states() -> None:
    found = coded(
        "every obligation of the Supplier",
        'This agreement is made between Acme Ltd (the "Buyer") and Halden Works Inc. (the "Supplier").',
        "The Supplier shall deliver the goods.",
        "The Buyer shall pay the Supplier within 30 days.",
        "Invoices of the Supplier shall be paid by the Buyer.",
        "Proof of cover must be given by the Supplier.",
        "Both parties shall keep secrets.",
        "If the Supplier shall be late, the Buyer may end the agreement.",
        "In the event the Supplier ends the agreement, any fee will be refunded.",
        "The Supplier is not required to work on Sundays.",
        "Halden Works shall name a contact.",
        "Records shall be kept for two years.",
        "Governing law",
    )
    assert found == [
        ("no", "other"), ("sure", "theirs"), ("no", "other"), ("no", "other"), ("sure", "theirs"), ("sure", "both"),
        ("no", "unknown"), ("perhaps", "unknown"), ("no", "unknown"), ("sure", "theirs"), ("perhaps", "unknown"), ("no", "unknown"),
    ]  # fmt: skip


def test_everybodys_duties_are_those_of_all_parties() -> None:
    opening = 'This agreement is made between Acme Ltd (the "Buyer") and Halden Works Inc. (the "Supplier").'
    duties = ("The Buyer shall pay within 30 days.", "The Supplier shall deliver the goods.", "Either party shall keep secrets.")
    assert [c for c, _ in coded("every obligation", opening, *duties)] == ["no", "sure", "sure", "sure"]
    japanese = "東海精機株式会社（以下「甲」という。）と株式会社みどり（以下「乙」という。）は、次のとおり契約を締結する。"
    found = coded("すべての義務", japanese, "甲は、代金を支払う。", "乙は、報告書を提出する。")
    assert [c for c, _ in found] == ["no", "sure", "sure"]


def test_the_opening_of_a_contract_binds_nobody() -> None:
    openings = (
        'This Lease Agreement is made on 4 May 2026 between Orla Quill ("Landlord") and Pim Vos ("Tenant").',
        "THIS DEED, dated as of June 1, 2026, by and between Kestrel AG and the Town of Ardmore,",
        "Now, therefore, the parties agree as follows:",
    )
    for wish in ("every obligation", "every right", "every deadline", "what the tenant must not do"):
        assert set(coded(wish, *openings)) == {("no", "other")}, wish
    assert set(coded("every date", *openings[:2])) == {("sure", "theirs")}  # a date it has all the same
    bound = "This agreement is made between Quill and Vos, and Vos shall pay 300 euros within 10 days."
    assert [c for c, _ in coded("every obligation", bound)] == ["sure"]
    assert coded("every obligation of Vos", "WHEREAS, Vos will pay 3% of the costs of the well;") == [("perhaps", "theirs")]
    assert coded("すべての義務", "甲と乙は、建物の賃貸借について、次のとおり契約を締結する。") == [("no", "other")]
    assert [c for c, _ in coded("すべての義務", "乙は、賃料を毎月末日までに支払う。")] == ["sure"]
    defined = coded("every obligation", "The following terms shall be defined as set forth below:", "(a) “Year” shall mean 12 months.")
    assert [c for c, _ in defined] == ["no", "no"]


def test_a_list_belongs_to_the_sentence_that_opens_it() -> None:
    found = coded(
        "every obligation of the Recipient",
        "The Recipient agrees to:",
        "1.",
        "Use the data only for the study;",
        "2.",
        "Destroy the data when they are no longer needed.",
        "The discloser keeps its rights.",
    )
    assert [likely for likely, _ in found] == ["sure", "no", "sure", "no", "sure", "no"]


def test_a_list_ends_where_the_numbering_of_its_opening_goes_on() -> None:
    found = coded(
        "every obligation of the Recipient",
        "4. The Recipient shall keep:",
        "(a) records of copies;",
        "(b) the data safe. This includes, but is not limited to, tapes;",
        "5. Title. The data remain with the owner.",
    )
    assert [likely for likely, _ in found] == ["no", "sure", "sure", "sure", "perhaps", "no", "no", "no"]


OPENED = 'This agreement is made between Acme Ltd (the "Buyer") and Halden Works Inc. (the "Supplier").'


@pytest.mark.parametrize(
    ("text", "likely"),
    [
        ("(a) If either party shall fail to pay, the other party may terminate this agreement.", "no"),
        ("(b) If the Supplier shall become insolvent, the term shall end at once.", "perhaps"),
        ("In the event the Supplier incurs costs, the Buyer's liability to the Supplier shall not exceed the fee.", "no"),
        ("The data will be consistent with the list designated by the Supplier.", "perhaps"),
        ("In no event will the Supplier be liable for lost profits.", "no"),
        ("Nothing in this agreement shall oblige the Supplier to sell.", "no"),
        ("This agreement may not be amended except by a writing signed by the Supplier.", "no"),
        ("Neither party shall have any right to bind the other.", "no"),
        ("Neither party is liable for loss of profit.", "no"),
        ('"Fee" means what the Supplier shall be paid under clause 4.', "no"),
        ("The Buyer wears goods of the Supplier if the Supplier supplies them and the Buyer may ask for more.", "no"),
        ("The Supplier, if asked by the Buyer, shall deliver on Sundays.", "sure"),
        ("The Supplier shall be required to insure the goods.", "sure"),
        ("5.3 If a fee is late, the Buyer shall have the right to interest, which interest shall be added to the fees.", "perhaps"),
        ("If the layout changes, the Buyer shall send a notice, and the Supplier shall, within 30 days, mend its links.", "sure"),
        ("The Supplier shall own and retain all right, title and interest in the data.", "no"),
        ("However, the Supplier shall not be prohibited from selling the data.", "no"),
        ("The fees of the Supplier are to be paid within 30 days.", "perhaps"),
        ("The receiver will continue to treat the data as secret.", "perhaps"),
        ("The Supplier agrees that no use of the mark will be made before it is approved.", "sure"),
        ("It is agreed that should the goods be late, then the Supplier will pay a penalty.", "sure"),
    ],
)
def test_what_binds_and_what_does_not(text: str, likely: str) -> None:
    assert coded("every obligation of the Supplier", OPENED, text)[1][0] == likely


def test_the_other_side_needs_no_definition() -> None:
    texts = ("The receiving party will keep the data secret.", "The disclosing party will not sue the receiving party.")
    assert coded("every obligation of the receiving party", *texts) == [("sure", "theirs"), ("no", "other")]


def test_a_topic_goes_by_other_words_too() -> None:
    found = coded("everything about insurance", "The policy shall cover fire.", "Insurance is dear.", "Oslo is cold.")
    assert [likely for likely, _ in found] == ["perhaps", "sure", "no"]


def test_numbers_make_a_span_and_may_is_a_month() -> None:
    assert coded("every deadline", "Fees earned by the Supplier in each contract year are added.")[0][0] == "no"
    assert coded("every deadline", "The fee is due no later then thirty (30) days after delivery.")[0][0] == "sure"
    assert coded("every right of Halden", "The year ends on May 1 for Halden.")[0][0] == "no"
    assert coded("every right of Halden", "Halden may end the lease.")[0][0] == "sure"


def test_a_wish_in_another_language_than_the_document() -> None:
    found = coded("すべての義務", OPENED, "The Supplier shall deliver the goods.", "The schedule is a part of this agreement.")
    assert [likely for likely, _ in found] == ["no", "sure", "no"]
    found = coded("every deadline", "乙は、報告書を翌月5営業日以内に甲に提出する。", "本契約の準拠法は日本法とする。")
    assert [likely for likely, _ in found] == ["sure", "no"]


def test_japanese_duties() -> None:
    found = coded(
        "乙の義務",
        "株式会社北風（以下「甲」という。）と春田工業株式会社（以下「乙」という。）は、次のとおり契約を締結する。",
        "乙は、商品を甲の倉庫に納入する。",
        "甲は、代金を乙に支払わなければならない。",
        "甲及び乙は、秘密を第三者に開示してはならない。",
        "乙は、本契約を解約することができる。",
        "費用は乙の負担とする。",
        "本契約の準拠法は日本法とする。",
        "甲が乙に貸与した資料は、乙が契約の終了後速やかに返還する。",
        "定めのない事項は、甲乙誠意をもって協議し解決する。",
    )
    assert found[7:] == [("sure", "theirs"), ("sure", "both")]
    assert [likely for likely, _ in found[1:6]] == ["sure", "no", "sure", "no", "sure"]
    assert found[0][0] == "no"


LEASE = (
    "LEASE\n\n4.2 The Tenant shall redecorate in the fifth year and in the last six months of the Term.\n\n"
    "5.4 The lift shall be serviced at least twice a year.\n\n5.5 The lift shall be inspected no less than 3 times per year.\n\n"
    "7.1 If rent is unpaid twenty-one days after it falls due, the Landlord may re-enter the Premises.\n\n"
    "9.1 The Landlord may enter on forty-eight hours' notice.\n\n9.2 The alarm shall be tested once a year and within ten days of a fault.\n"
)
LEASE_JA = (
    "賃貸借契約書\n\n第1条（修繕）\n乙は、契約期間の最後の6か月間に内装を塗り替える。\n\n第2条（点検）\n甲は、昇降機を年2回以上点検する。\n\n"
    "第3条（解除）\n賃料が支払期日から21日を経過しても支払われないときは、甲は本契約を解除できる。\n\n第4条（催告）\n甲は、14日以上の期間を定めて催告する。\n"
)


@pytest.mark.parametrize(
    ("wish", "text", "found", "left"),
    [
        ("every deadline", LEASE, ["last six months", "twenty-one days after", "hours' notice", "within ten days"], ["twice a year", "3 times per year"]),
        ("すべての期限", LEASE_JA, ["最後の6か月間", "21日を経過", "14日以上の期間"], ["年2回以上"]),
    ],
)  # fmt: skip
def test_deadlines_counted_from_an_event_and_not_how_often(wish: str, text: str, found: list[str], left: list[str]) -> None:
    paper = read(text)
    listing = list_all([paper], Wish.of(wish))
    said = [paper.units[i.span.unit_index].text[i.span.start : i.span.end] for i in listing.items]
    assert all(any(words in line for line in said) for words in found)
    assert not any(words in line for line in said for words in left)


def test_what_a_party_does_not_do_is_its_duty() -> None:
    paper = read("契約書\n\n第9条（権利）\n乙は、著作者人格権を行使しない。\n\n第10条（適用）\n民法第1条は、これを適用しない。\n")
    said = [i for i in list_all([paper], Wish.of("乙の義務")).items if i.verdict == "cited"]
    assert len(said) == 1
