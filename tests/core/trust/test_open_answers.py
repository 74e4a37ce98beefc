"""Answers to open questions on papers written here: right ones in other words, and values and names of another thing."""

from __future__ import annotations

import time

import pytest

from tsel_core.document import Document, Unit, render_documents
from tsel_core.trust.borne_out import is_borne_out, may_rely
from tsel_core.trust.check import Trust, check_answer
from tsel_core.trust.claims.other_fact import options
from tsel_core.trust.claims.other_fact.left_out import left_out
from tsel_core.trust.claims.other_fact.role_named import other_role
from tsel_core.trust.claims.parts.party_letters import parties_called
from tsel_core.trust.other_reading import is_another_reading, stated_anywhere
from tsel_core.trust.passages import PassageIndex

STAFF = (
    "Hours. The working week is 37.5 hours for the office and 40 hours for the warehouse.",
    "Travel. Mileage is paid at 45p a mile for cars and 24p for motorcycles.",
    "Parental leave. Mothers have 39 weeks of paid leave, fathers four weeks.",
    "Holiday. Unused days, up to five, move to the next year.",
    "Lunch is 45 minutes and is not paid.",
)
CALL = (
    "Olga: First the printer contract. Milo, where are we?",
    "Milo: Two offers. Brightline want 310 a month, Copyhouse want 275. Copyhouse don't do weekend repairs though.",
    "Olga: We never needed those. Let's go with Copyhouse from the first of May.",
    "Olga: Next, the summer party. Tess, did you look at places?",
    "Tess: Riverside Barn is booked. The Old Kiln is free on the fourteenth of June.",
    "Olga: Then the Old Kiln it is.",
    "Olga: And food? Raj, you had the caterer.",
    "Raj: Green Fork can't, they have a wedding. I'd take Spoon and Sons.",
    "Raj: The website was meant to go live on the second of June but the photos are late, so it's now the sixteenth.",
    "Olga: Last thing, the store room. Henrik puts up the shelves on Saturday, one of us has to open the door.",
    "Tess: I can do that, I live next door.",
    "Olga: Can we do eight helpers for the stock count?",
    "Milo: Depends on the scanners.",
    "Milo: Well, eight helpers, and if the scanners are late we think again.",
)
KAIGI = (
    "森：まず社員旅行です。行き先は箱根か日光でしたね。",
    "丸山：箱根は宿が取れませんでした。日光なら11月8日に空いています。",
    "森：では日光で決まりですね。バスはどうしますか。",
    "関：ひかり観光が18万円、みどりバスが15万5千円です。",
    "森：安いほうのみどりバスにしましょう。",
    "宮田：新しい機械は9月12日に届きます。古いほうは14日に引き取ってもらいます。",
    "関：パンフレットは当初は3,000部の予定でしたが、在庫があるので2,000部に減らします。",
    "森：校正は誰が見ますか。",
    "丸山：校正は荒井さんに頼みます。",
    "森：使い方の説明会は誰がやりますか。",
    "宮田：メーカーの人が来られなくなったので、私がやります。",
)
KEIYAKU = (
    "1. 甲（株式会社青葉機工）は、乙（北辰物流株式会社）に対し、倉庫業務を委託する。",
    "2. 商品が壊れたときは、乙が仕入価格の範囲で賠償する。",
    "3. 責任者は、甲が業務課長の西脇隆、乙が倉庫長の三好園子とする。",
    "4. 営業時間は平日が午前9時から午後10時まで、土日祝日が午前10時から午後8時までとする。",
    "5. 入館証を紛失した場合は、再発行手数料として550円を徴収する。",
)


def trust(answer: str, question: str, lines: tuple[str, ...], lang: str, relied: tuple[int, ...] = ()) -> Trust:
    turns = lines in (CALL, KAIGI)
    kind = "turn" if turns else "paragraph"
    spoken = [line.replace("：", ":").split(":")[0] if turns else None for line in lines]
    units = tuple(Unit(i, kind, f"{i + 1}", line, speaker=spoken[i]) for i, line in enumerate(lines))  # type: ignore[arg-type]
    documents = [Document("paper", "", "txt", kind, units)]  # type: ignore[arg-type]
    index = PassageIndex.build(documents)
    spans = [s for s in index.spans if s.unit_index in relied]
    return check_answer(answer, question, render_documents(documents), documents, lang=lang, index=index, relied=spans)


def stands(answer: str, question: str, lines: tuple[str, ...], lang: str = "en", relied: tuple[int, ...] = ()) -> bool:
    made = trust(answer, question, lines, lang, relied)
    return made.support.found and bool(made.claims) and all(c.verdict == "supported" for c in made.claims)


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        ("What are the weekly hours in the warehouse?", "40 hours", "37.5 hours"),
        ("How much do I get per mile on my motorcycle?", "24p", "45p"),
        ("How many weeks do fathers get?", "four weeks", "39 weeks"),
        ("How many weeks of leave do mothers have?", "39 weeks", "four weeks"),
    ],
)
def test_a_value_stands_with_the_thing_that_is_asked_for(question: str, right: str, wrong: str) -> None:
    assert stands(right, question, STAFF)
    assert not stands(wrong, question, STAFF)


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        ("What will the printer cost a month?", "275", "310"),
        ("When does the website go live?", "the sixteenth of June", "the second of June"),
    ],
)
def test_what_a_meeting_takes_in_the_end(question: str, right: str, wrong: str) -> None:
    assert stands(right, question, CALL)
    assert not stands(wrong, question, CALL)


def test_a_name_that_is_only_said_no_of_is_no_answer() -> None:
    assert not stands("Green Fork", "Who caters?", CALL, relied=(7,))
    assert not stands("Green Fork caters.", "Who caters?", CALL, relied=(7,))


def test_who_takes_it_on_and_who_hands_it_on() -> None:
    asked = "Who opens the store room for Henrik?"
    assert not stands("Milo", asked, CALL)
    assert not stands("丸山", "誰が校正しますか。", KAIGI, "ja", relied=(8,))


def test_an_answer_that_echoes_its_question_is_judged_by_its_own_words() -> None:
    asked = "Which firm gets the printer contract?"
    assert not stands("Brightline gets the printer contract.", asked, CALL, relied=(1, 2))
    assert stands("It lasts 45 minutes.", "How long is lunch?", STAFF, relied=(4,))


def test_to_carry_over_is_no_bound() -> None:
    asked = "How many leftover days can I carry over?"
    assert all(c.verdict != "contradicted" for c in trust("You can carry over five leftover days.", asked, STAFF, "en").claims)


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        ("旅行はどこへ行きますか。", "日光", "箱根"),
        ("どのバス会社に頼みますか。", "みどりバス", "ひかり観光"),
        ("バス代はいくらですか。", "15万5千円", "18万円"),
        ("パンフレットは何部刷りますか。", "2,000部", "3,000部"),
        ("古い機械はいつ引き取ってもらいますか。", "9月14日です。", "10月14日です。"),
    ],
)
def test_what_a_japanese_meeting_takes_in_the_end(question: str, right: str, wrong: str) -> None:
    assert stands(right, question, KAIGI, "ja")
    assert not stands(wrong, question, KAIGI, "ja", relied=(0, 3, 6))


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        ("北辰物流の責任者は誰ですか。", "三好園子", "西脇隆"),
        ("日曜日は何時まで開いていますか。", "午後8時", "午後10時"),
        ("入館証をなくしたらいくらかかりますか。", "入館証をなくした場合、550円かかります。", "入館証をなくした場合、650円かかります。"),
    ],
)
def test_each_party_and_each_day_has_its_own(question: str, right: str, wrong: str) -> None:
    assert stands(right, question, KEIYAKU, "ja", relied=(1, 4))
    assert not stands(wrong, question, KEIYAKU, "ja", relied=(2, 3))


@pytest.mark.parametrize(
    ("lines", "question", "wrong"),
    [
        (("7.1 Before Stage A: the signed plan and the permit.", "7.2 Before Stage B: the invoice and the photographs."), "What must we hand in before the second payment?", "The signed plan and the permit."),
        (("The floor is laid later, we said Monday the ninth.", "It goes in on the tenth now."), "What day is the floor laid now?", "The floor is laid on Monday the ninth."),
        (("I'm writing to Hanna and Boyle Freight.", "The rest is quiet."), "Who does he say he is writing to?", "Hanna"),
        (("The old pump is replaced on 4 July by Ash Heating.", "The pump stands in the cellar."), "How much does the new pump cost?", "The new pump is replaced on 4 July."),
    ],
)  # fmt: skip
def test_an_answer_about_another_one_of_several(lines: tuple[str, ...], question: str, wrong: str) -> None:
    assert not stands(wrong, question, lines, relied=(0,))


@pytest.mark.parametrize(
    ("why", "mass", "agree", "borne"),
    [("document-refuses", 1.4, 0.5, True), ("document-refuses", 0.6, 0.9, False), ("agree", 2.4, 0.8, True), ("agree", 1.4, 0.8, False), ("disagree", 5.0, 1.0, False)],
)  # fmt: skip
def test_an_unsure_answer_is_relied_on_where_its_sentences_are_supported_and_the_heads_see_it(
    why: str, mass: float, agree: float, borne: bool
) -> None:
    extra = {"confidence": "unsure", "looks": {"why": why, "signs": {"mass": mass, "heads_agree": agree}}}
    good = trust("Lunch is 45 minutes.", "How long is lunch?", STAFF, "en")
    assert is_borne_out(extra, good) is borne
    assert may_rely(extra) is (borne and why == "agree")
    assert not is_borne_out(extra, trust("Lunch is 50 minutes.", "How long is lunch?", STAFF, "en"))


def test_another_reading_is_shown_only_with_values_that_the_paper_has() -> None:
    index = PassageIndex.build([Document("paper", "", "txt", "paragraph", (Unit(0, "paragraph", "1", STAFF[1]),))])
    assert stated_anywhere("24p a mile", "How much do I get per mile?", index)
    assert not stated_anywhere("You get 31p a mile.", "How much do I get per mile?", index)
    assert stated_anywhere("No mileage is paid.", "How much do I get per mile?", index)


@pytest.mark.parametrize(
    ("question", "answer", "other", "shown"),
    [
        ("How long is parental leave?", "39 weeks", "four weeks", True),
        ("How long is parental leave?", "39 weeks", "Mothers have 39 weeks of paid leave.", False),  # the same
        ("How much do I get per mile?", "45p a mile", "Lunch is not paid.", False),  # no amount
        ("When does unused holiday end?", "next year", "It is 37.5 hours.", False),  # no time of that kind
        ("Who gets parental leave?", "Mothers", "Lunch is 45 minutes.", False),  # nobody
        ("What happens to unused holiday days?", "They move to the next year.", "Lunch is not paid.", False),  # of another thing
        ("What happens to unused holiday days?", "Unused days move to the next year.", "Up to five move.", True),
    ],
)
def test_another_reading_is_shown_where_it_could_answer_too(question: str, answer: str, other: str, shown: bool) -> None:
    units = tuple(Unit(i, "paragraph", f"para {i + 1}", line) for i, line in enumerate(STAFF))
    index = PassageIndex.build([Document("a.txt", "", "txt", "paragraph", units)])
    assert is_another_reading(other, answer, question, index) is shown


@pytest.mark.parametrize(
    ("question", "answer", "other", "shown"),
    [
        ("支払期限はいつですか", "翌月20日まで", "月額金38万円とする。", False),
        ("支払期限はいつですか", "翌月20日まで", "代金は翌月末日までに支払う。", True),
        ("忌引は何日ですか", "第3号により7日です。", "第5条の忌引は7日です。", False),
    ],
)
def test_another_reading_in_japanese(question: str, answer: str, other: str, shown: bool) -> None:
    lines = ("委託料は月額金38万円とする。", "支払は翌月20日までに行う。", "代金は翌月末日までに支払う。", "第5条　忌引は7日とする。")
    units = tuple(Unit(i, "paragraph", f"para {i + 1}", line) for i, line in enumerate(lines))
    index = PassageIndex.build([Document("a.txt", "", "txt", "paragraph", units)])
    assert is_another_reading(other, answer, question, index) is shown


@pytest.mark.parametrize(
    "lines",
    [
        ('Agreement between Nordwind GmbH (the "Sponsor") and Jonas Reiter, of Kiel (the "Athlete").', "1. The Athlete wears the Sponsor's kit. Petra Lind manages the Athlete."),
        ("Sponsor: Nordwind GmbH, Kiel", "Athlete: Jonas Reiter", "1. The Athlete wears the Sponsor's kit. Petra Lind manages the Athlete."),
        ("Made between Nordwind GmbH (Sponsor) and Jonas Reiter (Athlete).", "1. The Athlete wears the Sponsor's kit. Petra Lind manages the Athlete."),
    ],
)  # fmt: skip
def test_who_has_a_role_that_the_paper_names(lines: tuple[str, ...]) -> None:
    for asked in ("Who is the athlete?", "Who's the Athlete?"):
        assert stands("Jonas Reiter", asked, lines)
        for wrong in ("Nordwind GmbH", "Petra Lind", "The Athlete wears the Sponsor's kit."):
            assert not stands(wrong, asked, lines, relied=(0, 1))


@pytest.mark.parametrize("run", ["A" * 40_000, "Ann, " * 8_000, "Ann and " * 5_000, "甲が、" * 12_000, "(A) " * 9_000])
def test_long_runs_take_no_long_time(run: str) -> None:
    started = time.perf_counter()
    options._weighed(run)
    other_role("x", "Who is the athlete?", [run])
    left_out("Ann", "Who is it?", run)
    parties_called([run])
    assert time.perf_counter() - started < 8


@pytest.mark.parametrize(
    ("line", "question", "wrong"),
    [
        ("The insurance began on 4 June 2026; the tenth truck came later.", "When did the insurance begin?", "10 June 2026"),
        ("Rooms were let on 3 March 2026, the 12 boxes on the fifth floor stayed.", "When were the rooms let?", "5 March 2026"),
        ("Anders delivers milk on Mondays and Berg on Fridays.", "Who delivers milk on Fridays?", "Anders delivers milk on Fridays."),
        ("If Otto is ill, Petra turns on the heating.", "Who turns on the heating?", "Otto turns on the heating."),
    ],
)
def test_a_day_or_a_name_of_something_else_does_not_stand(line: str, question: str, wrong: str) -> None:
    assert not stands(wrong, question, [line, "The rest is quiet."])
