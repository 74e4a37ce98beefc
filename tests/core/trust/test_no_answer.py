"""True sentences that answer another question: no reason for "why", a count for a price, a firm for a person, a sibling."""

from __future__ import annotations

import pytest

from tests.core.trust.test_relied import verdicts
from tsel_core.document import Document, Unit
from tsel_core.trust.claims.judge import judge_claims
from tsel_core.trust.claims.other_fact.sibling import told_of_sibling
from tsel_core.trust.claims.parts.expected import off_kind
from tsel_core.trust.claims.parts.kinds import announces
from tsel_core.trust.claims.yes_no.not_so import undecided
from tsel_core.trust.fact_tracing import FactIndex
from tsel_core.trust.passages import PassageIndex

WHY = ("Omar is leaving the team at Easter.", "The hall was changed because the roof leaks.")
PLAN = ("The full plan has its own page.", "The basic plan costs 12 euros.", "Repairs are paid under the full plan.")
ROOMS = ("児童館の集会室は午後に使う。", "読書室の定員は30名である。", "音楽室の定員は12名である。")


def test_that_it_is_so_is_no_reason() -> None:
    assert verdicts("Why is Omar leaving?", "Omar is leaving the team at Easter.", None, WHY) == [("unsure", "kind")]
    assert verdicts("When is Omar leaving?", "Omar is leaving the team at Easter.", None, WHY) == [("supported", "")]
    assert verdicts("Why was the hall changed?", "The hall was changed because the roof leaks.", None, WHY)[0][0] == "supported"


@pytest.mark.parametrize(
    ("answer", "question", "odd"),
    [
        ("500部で、6月2日に届きます。", "チラシの印刷代はいくらですか。", False),  # 部 is no counter that is known
        ("500枚で、6月2日に届きます。", "チラシの印刷代はいくらですか。", True),
        ("500枚で4万円です。", "チラシの印刷代はいくらですか。", False),
        ("3日です。", "残業代はいくらもらえますか。", True),
        ("2割増しです。", "残業代はいくらもらえますか。", False),
        ("Northgate Tools Limited", "What is the name of the service manager?", True),
        ("Ida Holt of Northgate Tools Limited", "What is the name of the service manager?", False),
        ("Northgate Tools Limited", "What is the name of the supplier?", False),
        ("The roof leaks.", "Why was the hall changed?", True),
        ("So that nobody slips.", "Why is the floor sanded?", False),
        ("屋根が漏れるからです。", "会場が変わったのはなぜですか。", False),
        ("会場が変わりました。", "会場が変わったのはなぜですか。", True),
    ],
)
def test_kinds(answer: str, question: str, odd: bool) -> None:
    assert off_kind(answer, question) is odd


def test_of_a_sibling() -> None:
    assert verdicts("What does the full plan cost?", "It costs 12 euros.", 1, PLAN)[0][0] == "unsure"
    assert verdicts("What does the basic plan cost?", "It costs 12 euros.", 1, PLAN) == [("supported", "")]
    assert told_of_sibling("音楽室の定員は何名ですか。", ROOMS[1], "".join(ROOMS)) == "音楽室 / 読書室"
    assert told_of_sibling("音楽室の定員は何名ですか。", ROOMS[2], "".join(ROOMS)) == ""
    assert told_of_sibling("開催日をずらした理由は何ですか。", "10月17日の予定だった。", "開催日は10月17日の予定だった。") == ""
    assert told_of_sibling("工作室の定員は何名ですか。", ROOMS[1], "".join(ROOMS)) == ""  # called so nowhere


@pytest.mark.parametrize(
    ("question", "text", "says", "open_"),
    [
        ("Have the tiles been chosen?", "In May we expect to choose the tiles.", "yes", True),
        ("Have the tiles been chosen?", "The tiles have been chosen and will come in May.", "yes", False),
        ("Will the tiles be chosen in May?", "In May we expect to choose the tiles.", "yes", False),
        ("Will the pump fail?", "R2 | Pump fails | Low | 900", "no", True),
        ("Is breakfast free?", "Breakfast | included | 07:00", "yes", False),
        ("灯りを川に流すか？", "灯りは川に流すと回収が大変です。", "yes", True),
        ("灯りを川に流すか？", "灯りは川に流すことにしました。", "yes", False),
        ("候補は決まりましたか。", "候補は来月に決める予定です。", "yes", True),
        ("候補は決まりましたか。", "候補は昨日決まりました。", "yes", False),
        ("買主は転売できますか。", "転売については、この限りでない。", "yes", False),
    ],
)
def test_what_is_to_come_supposed_or_a_row_decides_nothing(question: str, text: str, says: str, open_: bool) -> None:
    assert undecided(question, text, says) is open_


FILLER = ("It rained on Monday.", "The key is kept below.", "Tea is served at noon.")
NOTHING = (
    "Neither side has to disclose anything to the other.",
    *FILLER,
    "Ottermill Ltd signed first.",
    *FILLER,
    "The disclosing side keeps its papers.",
    *FILLER,
    "Notices go to Ottermill Ltd.",
)


def test_a_statement_with_nothing_of_the_question_is_unsure() -> None:
    said = "Neither side has to disclose anything to the other."
    assert verdicts("What about remedies?", said, 0, NOTHING) == [("unsure", "elsewhere")]
    assert verdicts("Does either side have to disclose anything?", said, None, NOTHING)[0][0] != "contradicted"
    assert verdicts("What must be disclosed?", said, None, NOTHING) == [("supported", "")]
    assert verdicts("Who is the disclosing side?", "Ottermill Ltd", 4, NOTHING)[0][0] == "unsure"
    assert verdicts("Who gets the notices?", "Ottermill Ltd", 12, NOTHING) == [("supported", "")]


@pytest.mark.parametrize(
    ("answer", "question", "odd"),
    [
        ("It charges by weighing each crate.", "What does Holm Storage charge for a crate?", True),
        ("It charges 4 euros.", "What does Holm Storage charge for a crate?", False),
        ("For three years only.", "What will the trainee be paid?", True),
        ("Is that you, Ida?", "What is Ida's phone number?", True),
        ("020 555 0144", "What is Ida's phone number?", False),
        ("総務課の札です。", "箱の札は何色ですか。", True),
        ("青の札です。", "箱の札は何色ですか。", False),
        ("栓の値段は18か月ごとに替えます。", "栓の値段は？", True),
        ("栓の値段は900円です。", "栓の値段は？", False),
        ("栓は無料です。", "栓の値段は？", False),
        ("The seals are changed every 18 months.", "What is the price of the seals?", True),
        ("4.50 each", "What is the price of the seals?", False),
        ("Nothing.", "What is the fee for renewal?", False),
        ("The owner agrees to one cat.", "How many pets may we keep?", False),
        ("The owner agrees to cats.", "How many pets may we keep?", True),
        ("マイクは今のものをそのまま使えます。", "マイクは何本ありますか。", True),
        ("マイクは3本あります。", "マイクは何本ありますか。", False),
        ("Mrs Ida Holt", "Who led the board before Mrs Holt?", True),
        ("Mr Bo Reyes", "Who led the board before Mrs Holt?", False),
    ],
)
def test_more_kinds(answer: str, question: str, odd: bool) -> None:
    assert off_kind(answer, question) is odd


@pytest.mark.parametrize(
    ("question", "answer", "sentence", "verdict"),
    [
        ("受付の責任者は誰ですか。", "沢田さんです。", "受付の責任者は、これまで沢田さんでしたが、4月から小野さんに代わります。", "unsure"),
        ("受付の責任者は誰ですか。", "小野さんです。", "受付の責任者は、これまで沢田さんでしたが、4月から小野さんに代わります。", "supported"),
        ("これまで受付の責任者は誰でしたか。", "沢田さんです。", "受付の責任者は、これまで沢田さんでしたが、4月から小野さんに代わります。", "supported"),
        ("一箱いくらですか。", "6円です。", "一箱6円ほど高くなります。", "unsure"),
        ("一箱いくら高くなりますか。", "6円です。", "一箱6円ほど高くなります。", "supported"),
        ("What is the rent?", "The rent is 300 euros.", "The rent rises by 300 euros in May.", "unsure"),
        ("By how much does the rent rise?", "The rent rises by 300 euros.", "The rent rises by 300 euros in May.", "supported"),
    ],
)
def test_who_held_it_before_and_by_how_much(question: str, answer: str, sentence: str, verdict: str) -> None:
    lang = "ja" if "。" in question else "en"
    found = verdicts(question, answer, 0, (sentence, "The office is closed on Monday.", "Tea is free."), lang)[0][0]
    assert (found == "supported") is (verdict == "supported"), found


def talk(question: str, answer: str, *turns: tuple[str, str]) -> str:
    units = tuple(Unit(i, "turn", f"line {i + 1}", text, speaker=who) for i, (who, text) in enumerate(turns))
    index = PassageIndex.build([Document("a.vtt", "", "vtt", "turn", units)])
    return judge_claims(answer, question, FactIndex(index))[0].verdict


def test_what_is_only_asked_is_not_said() -> None:
    asked = ("Ida", "Shall we meet again on the ninth of April?")
    said = "We meet again on the ninth of April."
    assert talk("When do we meet again?", said, asked, ("Bo", "Ninth is a holiday, the tenth then.")) != "supported"
    assert talk("When do we meet again?", said, asked, ("Bo", "Yes, fine by me.")) == "supported"


def test_a_word_of_permission_that_is_all_that_is_asked() -> None:
    assert undecided("Is Ida free that week?", "Ida needs three weeks' warning.", "yes")
    assert not undecided("Is Ida free that week?", "Ida is free that week.", "yes")
    assert not undecided("Is breakfast free?", "Breakfast is included.", "yes")
    assert undecided("Was Mr Reyes there?", "Figures of the desk - Mr Reyes - next meeting", "yes")


def test_a_role_beside_a_blank_is_nobodys() -> None:
    lines = ("This agreement is made by and between ____________, (“the Lender”) and ___Holm Farms____, (“the Borrower”).", "Tea is free.")
    assert verdicts("Who is the Lender?", "The Lender is Holm Farms.", 0, lines)[0][0] == "contradicted"
    assert verdicts("Who is the Borrower?", "The Borrower is Holm Farms.", None, lines) == [("supported", "")]
    assert verdicts("Who is the Lender?", "The Lender is Reed Bank.", 0, lines)[0][0] != "supported"


LEAVING = ("辞める会社の話はしない。", "食堂は正午に開く。", "鍵は下にある。", "退職する者は、名札と作業着を返還する。", "茶は無料。", "窓は閉める。", "雨の日は休む。")


def test_a_verb_is_told_by_a_word_with_its_kanji() -> None:
    assert verdicts("会社へ何を返しますか。", "名札と作業着", 3, LEAVING, "ja") == [("supported", "")]
    assert verdicts("会社で何を習いますか。", "名札と作業着", 3, LEAVING, "ja")[0][0] != "supported"


@pytest.mark.parametrize(
    ("text", "only"),
    [
        ("それでは三つ目、移転の日程です。", True),
        ("次は、備品の件に移ります。", True),
        ("Next, the car park.", True),
        ("移転は8月13日とします。", False),
        ("備品の件は承認します。", False),
        ("Next week we move to the car park and close the old one.", False),
    ],
)
def test_what_is_only_announced(text: str, only: bool) -> None:
    assert announces(text) is only


@pytest.mark.parametrize(
    ("question", "answer", "sentence", "verdict"),
    [
        ("次の集まりはいつですか。", "次の集まりは2026年7月3日です。", "本日は2026年7月3日です。", "unsure"),
        ("次回の集まりはいつですか。", "次回の集まりは2026年7月3日です。", "本日は2026年7月3日です。", "unsure"),
        ("次の集まりはいつですか。", "次の集まりは2026年7月10日です。", "本日の続きは、次回の2026年7月10日に行います。", "supported"),
        ("When is the next gathering?", "The next gathering is on 3 July 2026.", "Today is 3 July 2026.", "unsure"),
        ("今日は何日ですか。", "2026年7月3日です。", "本日は2026年7月3日です。", "supported"),
    ],
)
def test_the_day_of_today_is_not_the_next_one(question: str, answer: str, sentence: str, verdict: str) -> None:
    lang = "ja" if "。" in question else "en"
    found = verdicts(question, answer, 0, (sentence, "Tea is free.", "The key is kept below."), lang)[0][0]
    assert (found == "supported") is (verdict == "supported"), found
