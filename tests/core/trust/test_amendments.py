"""A value whose clause another passage changes: what stands there now is given, with both places; nothing else is touched."""

from __future__ import annotations

import pytest

from tests.core.trust.test_claims import checked
from tsel_core.document import Document, SourceSpan, Unit, render_documents
from tsel_core.text.values import extract_values
from tsel_core.trust.amendments.changed import Amendments
from tsel_core.trust.check import Trust, check_answer
from tsel_core.trust.passages import PassageIndex

LEASE = (
    "WAREHOUSE LEASE",
    "This Warehouse Lease is made on 9 January 2022 between Brandt Ltd and Osei plc.",
    "3. RENT",
    "3.1 The Tenant shall pay the Landlord a quarterly rent of GBP 8,400 within 14 days.",
    "3.2 The service charge is GBP 900.",
    "3.3 The deposit held for the forklifts is GBP 8,400.",
    "6. NOTICE",
    "6.1 Either party may end this lease with 90 days' notice.",
    "DEED OF VARIATION",
    "The parties vary the Warehouse Lease dated 9 January 2022 as follows.",
)
SALE = (
    "売買基本契約書",
    "第5条（代金）　買主は、売主に対し、年額金7,200,000円を支払う。",
    "第6条（運送費）　買主は、運送費として金400,000円を支払う。",
    "第8条（解約）　当事者は、90日前までに書面で通知して本契約を解約することができる。",
    "2021年10月1日",
    "変更契約書",
)
SALE_NAMED = (*SALE, "売主及び買主は、2021年10月1日付け売買基本契約書（以下「原契約」という。）を次のとおり変更する。")


def told(line: str, *lines: str, question: str = "") -> list[tuple[str, str, bool]]:
    """What is changed of the first line's values: (old, new or "", plainly)."""
    units = tuple(Unit(i, "paragraph", str(i), text) for i, text in enumerate(lines))
    amendments = Amendments.of_index(PassageIndex.build([Document("a.txt", "", "txt", "paragraph", units)]))
    place = SourceSpan(0, lines.index(line), 0, len(line))
    changes = [amendments.of(v, place, question) for v in extract_values(line) if v.kind != "number"]
    return [(c.old.value, c.new.value if c.new else "", c.plain) for c in changes if c]


def quotes(trust: Trust) -> list[str]:
    return [c.quote for c in trust.citations]


@pytest.mark.parametrize(
    "change",
    [
        "1. Section 3.1 is hereby amended to read: \"The Tenant shall pay a quarterly rent of GBP 9,150 within 14 days.\"",
        "1. In Clause 3.1 the figure \"GBP 8,400\" is deleted and replaced with \"GBP 9,150\".",
        "1. The quarterly rent of GBP 8,400 shall be replaced by GBP 9,150.",
        "1. The quarterly rent is hereby increased from GBP 8,400 to GBP 9,150.",
        "1. Section 3.1 of the Lease shall be amended by substituting \"GBP 8,400\" with \"GBP 9,150\".",
        "1. The quarterly rent shall be GBP 9,150 instead of GBP 8,400.",
        "1. Clause 3.1: delete \"GBP 8,400\" and insert \"GBP 9,150\".",
        "1. The reference to \"GBP 8,400\" in Section 3.1 is changed to \"GBP 9,150\".",
        "1. The quarterly rent is now GBP 9,150, not GBP 8,400.",
    ],
)
def test_the_value_that_stands_now(change: str) -> None:
    lines = (*LEASE, change)
    assert told(LEASE[3], *lines) == [("8400 GBP", "9150 GBP", True)]
    assert told(LEASE[4], *lines) == told(LEASE[5], *lines) == told(LEASE[7], *lines) == []


@pytest.mark.parametrize(
    "change",
    [
        "第1条　原契約第5条の年額を、2023年4月分から金7,560,000円に改める。",
        "第1条　原契約第5条中「年額金7,200,000円」とあるのを「年額金7,560,000円」に変更する。",
        "第1条　代金の年額を金7,200,000円から金7,560,000円に増額する。",
    ],
)
def test_the_value_that_stands_now_in_japanese(change: str) -> None:
    lines = (*SALE_NAMED, change)
    assert told(SALE[1], *lines) == [("7200000 JPY", "7560000 JPY", True)]
    assert told(SALE[2], *lines) == told(SALE[3], *lines) == []


@pytest.mark.parametrize(
    "lines",
    [
        (*LEASE[:-1], "The parties vary the Depot Agreement dated 4 June 2020.", "1. Section 3.1 is hereby amended: the rent is GBP 9,150."),  # another contract
        (*LEASE, "1. Section 3.2 is hereby amended: the service charge is GBP 950."),  # another clause
        (*LEASE, "1. Section 3.1 may be amended to GBP 9,150 if both parties agree."),
        (*LEASE, "1. The parties propose that the quarterly rent of GBP 8,400 be replaced by GBP 9,150."),
        (*LEASE, "1. The insurance sum of GBP 8,400 shall be replaced by GBP 9,150."),  # another thing of that amount
        (*LEASE, "1. Section 3.1 shall not be amended except in writing."),
        (*LEASE, "1. The Tenant is not liable for more than GBP 8,400 but may insure the goods at GBP 9,150."),
        (*SALE[:-1], "2019年2月1日付け保守契約書（以下「原契約」という。）を次のとおり変更する。", "第1条　原契約第5条の年額を、金7,560,000円に改める。"),
        (*SALE_NAMED, "第1条　原契約第6条の運送費を、金450,000円に改める。"),
        (*SALE_NAMED, "第1条　代金は、双方が合意した場合に金7,560,000円に変更する。"),
        (*SALE_NAMED, "第1条　原契約第5条の規定は、「買主」を「借主」と読み替えて準用する。"),
    ],
)
def test_what_is_not_changed(lines: tuple[str, ...]) -> None:
    assert told(lines[3] if lines[0] == LEASE[0] else lines[1], *lines) == []


def test_what_is_not_plain() -> None:
    deleted = (*LEASE, "1. Section 6.1 is hereby deleted.")
    assert told(LEASE[7], *deleted) == [("90 day", "", False)]
    term = "8. The term of this lease is two years."
    extended = (*LEASE[:8], term, *LEASE[8:], "1. The term in Clause 8 is hereby extended to 31 December 2026.")
    assert told(term, *extended)[-1] == ("24 month", "", False)
    whole = (*LEASE, "1. Section 3.1 is amended and restated in its entirety to read as follows:", "\"3.1 The Tenant pays GBP 9,150 within 30 days or GBP 9,200 later.\"")
    assert told(LEASE[3], *whole) == [("8400 GBP", "", False), ("14 day", "30 day", True)]
    unnamed = (*SALE_NAMED, "第1条　代金を年額金7,560,000円に改める。")
    assert told(SALE[1], *unnamed) == [("7200000 JPY", "", False)]


def test_a_start_is_not_moved_by_a_new_end() -> None:
    term = "第3条（期間）　本契約の有効期間は、2021年10月1日から3年間とする。"
    lines = (term, *SALE_NAMED[4:], "第1条　原契約第3条の有効期間を2026年3月31日まで延長する。")
    assert told(term, *lines) == [("36 month", "", False)]


def test_a_change_is_changed_again() -> None:
    lines = (*LEASE, "1. In Section 3.1 \"GBP 8,400\" is replaced by \"GBP 9,150\".", "2. In Section 3.1 \"GBP 9,150\" is replaced by \"GBP 9,600\".")
    assert told(LEASE[3], *lines) == [("8400 GBP", "9600 GBP", True)]


@pytest.mark.parametrize(
    ("line", "later", "question", "expected"),
    [
        ("Ada: The brochure goes to print on 3 June.", "Ben: The print of the brochure was moved from 3 to 10 June.", "When does the brochure go to print?", [("-06-03", "-06-10", True)]),
        ("Ada: The survey closes on 3 June.", "Ben: The print of the brochure was moved from 3 to 10 June.", "When does the survey close?", []),
        ("Ada: The brochure goes to print on 3 June.", "Ben: Could we move the print of the brochure from 3 to 10 June?", "When does the brochure go to print?", []),
        ("Ada: The brochure goes to print on 3 June.", "Ben: It was pushed from 3 June to 10 June.", "When does the brochure go to print?", [("-06-03", "", False)]),
        ("Ada: The print is on 3 June.", "Ben: The print is not on 3 June but on 10 June.", "When is the print?", [("-06-03", "-06-10", True)]),
        ("Ada: The print is on 3 June.", "Ben: Could the print be not on 3 June but on 10 June?", "When is the print?", []),
        ("青木：納期は7月8日です。", "石井：納期は7月8日から7月15日に変更になりました。", "納期はいつですか。", [("-07-08", "-07-15", True)]),
        ("青木：納品は7月8日とします。", "石井：納品は7月8日から15日に延期されました。", "納品はいつですか。", [("-07-08", "-07-15", True)]),
        ("青木：納品は7月8日とします。", "石井：納品は7月8日ではなく、7月15日にすることに決まりました。", "納品はいつですか。", [("-07-08", "-07-15", True)]),
        ("青木：納品は7月8日とします。", "石井：納品は7月8日から15日に延期したいと思います。", "納品はいつですか。", []),
        ("青木：検査は7月8日とします。", "石井：納品は7月8日から15日に延期されました。", "検査はいつですか。", []),
    ],
)  # fmt: skip
def test_later_in_a_meeting(line: str, later: str, question: str, expected: list[tuple[str, str, bool]]) -> None:
    assert told(line, line, "Cleo: About the brochure.", later, question=question) == expected


def test_what_is_said_later_is_the_last_word() -> None:
    back = ("Ada: The print is on 3 June.", "Ben: The print was moved from 3 to 10 June.", "Ada: The print was moved from 10 June back to 3 June.")
    assert told(back[0], *back, question="When is the print?") == []
    above = ("Ben: The print was moved from 3 to 10 June.", "Ada wrote: The print is on 3 June.")  # an older letter, or a later word
    assert told(above[1], *above, question="When is the print?") == [("-06-03", "", False)]


def test_an_answer_gives_the_new_value_and_cites_both_places() -> None:
    lines = (*LEASE, "1. Section 3.1 is hereby amended: the quarterly rent shall be GBP 9,150 from 1 March 2023.")
    for answer in ("GBP 8,400", "The quarterly rent is GBP 8,400.", "The Tenant pays the Landlord a quarterly rent of GBP 8,400."):
        trust = checked(answer, "What quarterly rent does the Tenant pay?", lines)
        assert "GBP 9,150 (from 1 March 2023)" in trust.text
        assert trust.text.endswith("Before the change: GBP 8,400.")
        assert [c.verdict for c in trust.claims] == ["supported", "supported"]
        assert [q[:11] for q in quotes(trust)] == ["Section 3.1", "3.1 The Ten"]
    japanese = (*SALE_NAMED, "第1条　原契約第5条の年額を、2023年4月分から金7,560,000円に改める。")
    trust = checked("年額金7,200,000円です。", "代金の年額はいくらですか。", japanese, "ja")
    assert trust.text == "年額金7,560,000円（2023年4月分から）です。変更前は7,200,000円。"
    assert [c.verdict for c in trust.claims] == ["supported", "supported"]


def test_a_right_answer_stays() -> None:
    lines = (*LEASE, "1. Section 3.1 is hereby amended: the quarterly rent shall be GBP 9,150 from 1 March 2023.")
    for question, answer in (
        ("What quarterly rent does the Tenant pay?", "The Tenant pays the Landlord a quarterly rent of GBP 9,150."),
        ("What was the original quarterly rent?", "The quarterly rent was GBP 8,400."),
        ("How large is the deposit for the forklifts?", "GBP 8,400"),
        ("What is the service charge?", "GBP 900"),
        ("With what notice can the lease be ended?", "90 days"),
    ):
        trust = checked(answer, question, lines)
        assert (trust.text, [c.verdict for c in trust.claims]) == (answer, ["supported"])


def test_an_answer_that_tells_of_the_change_itself_stays() -> None:
    lines = (*LEASE, "1. Section 3.1 is hereby amended: the quarterly rent shall be GBP 9,150 from 1 March 2023.")
    answer = "The quarterly rent is GBP 8,400. The quarterly rent is GBP 9,150 from 1 March 2023."
    trust = checked(answer, "What quarterly rent does the Tenant pay?", lines)
    assert (trust.text, [c.verdict for c in trust.claims]) == (answer, ["supported", "supported"])


def test_a_summary_is_marked_and_not_rewritten() -> None:
    lines = (*LEASE, "1. Section 3.1 is hereby amended: the quarterly rent shall be GBP 9,150 from 1 March 2023.")
    units = tuple(Unit(i, "paragraph", str(i), line) for i, line in enumerate(lines))
    documents = [Document("a.txt", "", "txt", "paragraph", units)]
    answer = "The Tenant pays a quarterly rent of GBP 8,400. The service charge is GBP 900."
    trust = check_answer(answer, "", render_documents(documents), documents, is_summary=True)
    assert trust.text == answer
    assert [(c.verdict, c.why) for c in trust.claims] == [("contradicted", "amended"), ("supported", "")]


def test_a_memorandum_beside_the_contract_changes_it() -> None:
    change = "1. Section 3.1 is hereby amended: the quarterly rent shall be GBP 9,150."
    for named, expected in ((LEASE[-1], "9150 GBP"), ("The parties vary the Depot Agreement dated 4 June 2020.", "")):
        papers = [(*LEASE[:8],), ("DEED OF VARIATION", named, change)]
        documents = [
            Document(f"{n}.txt", "", "txt", "paragraph", tuple(Unit(i, "paragraph", str(i), text) for i, text in enumerate(lines)))
            for n, lines in enumerate(papers)
        ]
        amendments = Amendments.of_index(PassageIndex.build(documents))
        rent = extract_values(LEASE[3])[1]
        made = amendments.of(rent, SourceSpan(0, 3, 0, len(LEASE[3])))
        assert (made.new.value if made and made.new else "") == expected


def test_what_code_cannot_say_is_unsure_and_shows_the_change() -> None:
    lines = (*LEASE, "1. Section 6.1 is hereby deleted.")
    trust = checked("Either party may end the lease with 90 days' notice.", "How can the lease be ended?", lines)
    (claim,) = trust.claims
    assert (claim.verdict, claim.why) == ("unsure", "amended")
    assert claim.evidence is not None
    assert claim.evidence.unit_index == len(lines) - 1
    assert any("6.1 Either" in q for q in quotes(trust))


def test_yes_and_no_follow_the_change() -> None:
    lines = (*LEASE, "1. Section 3.1 is hereby amended: the quarterly rent shall be GBP 9,150.")
    for question, yes, no in (
        ("Is the quarterly rent GBP 8,400?", "contradicted", "supported"),
        ("Is the quarterly rent GBP 9,150?", "supported", "contradicted"),
        ("Is the deposit for the forklifts GBP 8,400?", "supported", "contradicted"),
    ):
        for word, verdict in (("Yes.", yes), ("No.", no)):
            (claim,) = checked(word, question, lines).claims
            assert (question, word, claim.verdict) == (question, word, verdict)
