"""What an office asks: days of two things, a day that is moved in passing, who is spoken of, a list that leaves out a part."""

from __future__ import annotations

import pytest

from tests.core.trust.test_no_answer import talk
from tests.core.trust.test_relied import verdicts

PAY = ("給与は毎月15日に締め切り、当月の25日に支払う。", "食堂は正午に開く。", "鍵は総務課にある。")
PAY_EN = ("Timesheets are closed on the 21st and pay goes out on the 28th.", "Tea is free.", "The key is kept below.")


@pytest.mark.parametrize(
    ("question", "answer", "right"),
    [
        ("給料日は毎月いつですか。", "毎月15日です。", False),
        ("給料はいつ振り込まれますか。", "毎月15日です。", False),
        ("給料はいつ振り込まれますか。", "当月の25日です。", True),
        ("給与の締め日はいつですか。", "毎月15日です。", True),
        ("給与の締め日はいつですか。", "当月の25日です。", False),
    ],
)
def test_the_closing_day_is_not_the_day_of_pay(question: str, answer: str, right: bool) -> None:
    assert (verdicts(question, answer, 0, PAY, "ja")[0][0] == "supported") is right


@pytest.mark.parametrize(
    ("question", "answer", "right"),
    [
        ("When do we get paid?", "On the 21st.", False),
        ("When does pay go out?", "Pay goes out on the 28th.", True),
        ("When must timesheets be in?", "On the 28th.", False),
        ("When are timesheets closed?", "On the 21st.", True),
    ],
)
def test_the_closing_day_is_not_the_day_of_pay_in_english(question: str, answer: str, right: bool) -> None:
    assert (verdicts(question, answer, 0, PAY_EN)[0][0] == "supported") is right


def test_a_day_that_is_moved_in_passing() -> None:
    turns = (
        ("Ida", "The tasting is on the sixth of May."),
        ("Bo", "I am away that day."),
        ("Ida", "Then let us push it back by two days."),
        ("Bo", "Perfect."),
        ("Ida", "The hall is free on the first of June."),
    )
    assert talk("When is the tasting?", "The tasting is on the sixth of May.", *turns) != "supported"
    assert talk("When is the hall free?", "The hall is free on the first of June.", *turns) == "supported"


def test_a_value_that_a_later_turn_offers() -> None:
    turns = (
        ("Ida", "The rest is due within fourteen days of the invoice."),
        ("Bo", "The last supplier gave us thirty."),
        ("Ida", "I could stretch to twenty-one."),
        ("Bo", "That will do."),
        ("Ida", "The hall costs 300 euros."),
        ("Bo", "For the band with its lights and the van we can do 200 euros."),
    )
    assert talk("When is the rest due?", "The rest is due within fourteen days of the invoice.", *turns) != "supported"
    assert talk("What does the hall cost?", "The hall costs 300 euros.", *turns) == "supported"


def test_a_speaker_is_not_who_is_spoken_of() -> None:
    turns = (("Ida Holt", "With me is Bo Reyes, who keeps bees."), ("Bo Reyes", "It is good to be here in the studio."))
    assert talk("Who is interviewed?", "Ida Holt is interviewed.", *turns) != "supported"
    assert talk("Who is being interviewed?", "Ida Holt", *turns) != "supported"
    assert talk("What is this about?", "Ida Holt is interviewed about bees in the studio.", *turns) != "supported"
    met = (("Ida Holt", "I was interviewed about bees in the studio."), ("Bo", "Good."))
    assert talk("What is this about?", "Ida Holt was interviewed about bees in the studio.", *met) == "supported"


@pytest.mark.parametrize(
    ("question", "answer", "sentence", "right"),
    [
        ("見学会はいつといつですか。", "12月3日です。", "見学会は12月3日と12月17日に行います。", False),
        ("見学会はいつといつですか。", "12月3日と17日です。", "見学会は12月3日と12月17日に行います。", True),
        ("返すものは何ですか。", "社員証と制服です。", "辞める者は、社員証、制服および鍵を返す。", False),
        ("返すものは何ですか。", "社員証、制服、鍵です。", "辞める者は、社員証、制服および鍵を返す。", True),
        ("毎日洗うところはどこですか。", "内ぶた", "内ぶたと吹き口は毎日、こし網は週に1回洗ってください。", False),
        ("毎日洗うところはどこですか。", "内ぶたと吹き口", "内ぶたと吹き口は毎日、こし網は週に1回洗ってください。", True),
        ("On which days is the hall shut?", "On Monday.", "The hall is shut on Monday and Friday.", False),
        ("On which days is the hall shut?", "On Monday and Friday.", "The hall is shut on Monday and Friday.", True),
        ("What do I have to bring?", "A passport and a photograph.", "Bring a passport, a photograph and the form.", False),
        ("What do I have to bring?", "A passport, a photograph and the form.", "Bring a passport, a photograph and the form.", True),
    ],
)
def test_a_list_that_leaves_a_part_out(question: str, answer: str, sentence: str, right: bool) -> None:
    lang = "ja" if "。" in question else "en"
    found = verdicts(question, answer, 0, (sentence, "The key is kept below.", "Tea is free."), lang)[0][0]
    assert (found == "supported") is right, found


@pytest.mark.parametrize(
    ("question", "answer", "sentence", "right"),
    [
        ("相談の窓口は誰ですか。", "榎本さんです。", "相談は、これまで総務課長の榎本が受けていたが、改定により、志村と仁木弁護士が受けるものとする。", False),
        ("相談の窓口は誰ですか。", "志村さんと仁木弁護士です。", "相談は、これまで総務課長の榎本が受けていたが、改定により、志村と仁木弁護士が受けるものとする。", True),
        ("Who runs the accounts?", "Derek Holm", "Gwen Reed has run the accounts since Derek Holm retired.", False),
        ("Who runs the accounts?", "Gwen Reed", "Gwen Reed has run the accounts since Derek Holm retired.", True),
        ("Who ran the accounts before?", "Derek Holm", "Gwen Reed has run the accounts since Derek Holm retired.", True),
        ("Who ran the accounts before?", "Gwen Reed", "Gwen Reed has run the accounts since Derek Holm retired.", False),
        ("Who is the supervisor?", "Owen Moor", "The supervisor used to be Owen Moor; since January it has been Lalita Reed.", False),
        ("Who is the supervisor?", "Lalita Reed", "The supervisor used to be Owen Moor; since January it has been Lalita Reed.", True),
    ],
)
def test_who_holds_it_now(question: str, answer: str, sentence: str, right: bool) -> None:
    lang = "ja" if "。" in question else "en"
    found = verdicts(question, answer, 0, (sentence, "The key is kept below.", "Tea is free."), lang)[0][0]
    assert (found == "supported") is right, found


@pytest.mark.parametrize(
    ("question", "answer", "sentence", "right"),
    [
        ("南館の家賃はいくらですか。", "月8万円です。", "南館の家賃は月8万円、北館の家賃は月9万円である。", True),
        ("What is the rent of Flat 3?", "£900", "The rent is £900 a month for Flat 3. Flat 5 is let to Mr Moor.", True),
        ("南館の家賃はいくらですか。", "月8万円です。", "北館の家賃は月8万円である。南館は別に借りる。", False),
        ("What is the rent of Flat 5?", "£900", "The rent is £900 a month for Flat 3. Flat 5 is let to Mr Moor.", False),
    ],
)
def test_the_value_of_another_person_or_thing(question: str, answer: str, sentence: str, right: bool) -> None:
    lang = "ja" if "。" in question else "en"
    found = verdicts(question, answer, 0, (sentence, "The key is kept below.", "Tea is free."), lang)[0][0]
    assert (found == "supported") is right, found


def said(question: str, answer: str, *lines: str) -> str:
    lang = "ja" if "。" in question else "en"
    return verdicts(question, answer, 0, (*lines, "The key is kept below.", "Tea is free."), lang)[0][0]


ROW = "手当は、当直が900円、国内の出張が2,100円、海外の出張が4,300円です。"


@pytest.mark.parametrize(
    ("question", "answer", "right"),
    [
        ("海外の出張の手当はいくらですか。", "海外の出張の手当は900円です。", False),
        ("海外の出張の手当はいくらですか。", "海外の出張の手当は4,300円です。", True),
        ("海外の出張の手当はいくらですか。", "2,100円", False),
        ("国内の出張の手当はいくらですか。", "2,100円", True),
        ("当直の手当はいくらですか。", "900円", True),
    ],
)
def test_values_in_a_row_belong_to_what_stands_before_them(question: str, answer: str, right: bool) -> None:
    assert (said(question, answer, ROW) == "supported") is right


def test_the_other_one_of_two() -> None:
    hotels = "宿泊費の上限は、国内が9,000円です。"
    assert said("海外の宿泊費の上限はいくらですか。", "海外の宿泊費の上限は9,000円です。", hotels) != "supported"
    assert said("国内の宿泊費の上限はいくらですか。", "国内の宿泊費の上限は9,000円です。", hotels) == "supported"
    fares = "The fare for an adult is 9 euros."
    assert said("What is the fare for a child?", "9 euros", fares) != "supported"
    assert said("What is the fare for an adult?", "9 euros", fares) == "supported"


def test_who_hands_over_is_not_who_it_is_for_good() -> None:
    rules = ("規程のことは経理部の根本へお願いします。", "根本は9月28日から休職に入り、その後は柳田が引き継ぎます。")
    assert said("規程のことは誰に聞きますか。", "経理部の根本です。", *rules) != "supported"
    assert said("規程のことは誰に聞きますか。", "経理部の根本です。", rules[0]) == "supported"
    flats = ("Your contact is Simon Moor.", "Simon Moor has moved to Leeds and Ida Reed has taken over his flats.")
    assert said("Who is the contact?", "Simon Moor", *flats) != "supported"
    assert said("Who is the contact?", "Simon Moor", flats[0]) == "supported"


def test_what_was_before_is_not_what_is() -> None:
    desk = "操作のことは情報管理室の黒田へお願いします。"
    assert said("黒田さんの前の部署はどこですか。", "情報管理室です。", desk) != "supported"
    assert said("黒田さんの前の部署はどこですか。", "情報管理室です。", desk, "前の担当だった浜は退社しました。") != "supported"
    assert said("黒田さんの部署はどこですか。", "情報管理室です。", desk) == "supported"
    rent = "The rent is 900 euros."
    assert said("What was the previous rent?", "900 euros", rent) != "supported"
    assert said("What was the previous rent?", "800 euros", "The rent was 800 euros and is 900 euros now.") == "supported"


def test_a_value_in_another_persons_clause() -> None:
    badges = "The supervisor used to be Owen Moor; since January it has been Lalita Reed."
    assert said("When did Owen Moor become supervisor?", "Owen Moor became supervisor in January.", badges) != "supported"
    assert said("Since when is Lalita Reed supervisor?", "Lalita Reed has been supervisor since January.", badges) == "supported"
    pay = "Ms Holt earns 38,000 euros a year, and Mr Reyes earns 31,000 euros."
    assert said("What does Mr Reyes earn?", "38,000 euros", pay) != "supported"
    assert said("What does Ms Holt earn?", "38,000 euros", pay) == "supported"


def test_a_number_whose_unit_the_sentence_before_has() -> None:
    lines = ("Cooks work 35.", "Tea is free.")
    units = ("Nurses work 37 hours a week. Cooks work 35.", *lines[1:])
    assert said("How long do cooks work each week?", "Cooks work 35 hours a week.", *units) == "supported"
    assert said("How long do cooks work each week?", "Cooks work 36 hours a week.", *units) != "supported"
    assert said("How long do cooks work each week?", "Cooks work 37 hours a week.", *units) != "supported"


def test_what_is_told_apart_behind_a_comma_denies_nothing_else() -> None:
    lines = ("Prices", "A member has 12% off hire, not off sales.", "Tea is free.")
    assert verdicts("How much do members save on hire?", "A member has 12% off hire.", 1, lines) == [("supported", "")]
    assert verdicts("How much do members save on sales?", "A member has 12% off sales.", 1, lines)[0][0] != "supported"


def test_a_verb_before_a_noun_makes_no_sibling() -> None:
    line = "Ask for Gwen Reed; she has run accounts since 2019, and the trade accounts too."
    assert said("Who deals with trade accounts?", "Gwen Reed", line) == "supported"


def test_who_was_it_is_not_who_is() -> None:
    lines = ("Your contact was Simon Moor. He has moved to Leeds, and I look after his flats.", "Yours, Ida Reed")
    assert said("Who is the contact?", "Simon Moor", *lines) != "supported"
    assert said("Who was the contact?", "Simon Moor", *lines) == "supported"
    assert said("Who is the contact now?", "Simon Moor", "Your contact was Simon Moor.") != "supported"


def test_a_numbered_thing_must_be_near() -> None:
    title, rent = "Renewal of Flat 3, Lark House " + "- a letter about works " * 18, "The rent is 900 euros a month, due on Friday."
    lines = (title, "Tea is free.", rent, "The key is kept below.", "Tea is free.", "The bay has gone to Flat 5.")
    assert verdicts("What is the rent of Flat 5?", "The rent of Flat 5 is 900 euros.", 2, lines)[0][0] != "supported"
    assert verdicts("What is the rent of Flat 3?", "The rent of Flat 3 is 900 euros.", 2, lines) == [("supported", "")]


def test_a_name_of_the_sentence_beside_contradicts_nothing() -> None:
    lines = ("Your contact was Simon Moor. He has moved to our Norbury office.", "Yours, Ida Reed")
    assert said("Where did Simon Moor go?", "Simon Moor moved to our Norbury office.", *lines) != "contradicted"
