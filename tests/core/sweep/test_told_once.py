"""Tasks of a talk are told once, in whole words, each with the person who was asked."""

from __future__ import annotations

from tests.core.sweep.test_meeting import swept

EN = (
    "Hannah Brook: Second item, packaging. Tomasz, order five thousand. And ask them for a printed sample before the twenty-third of May.",
    "Tomasz Wrona: I'll order this afternoon. Sample, yes.",
    "Hannah Brook: Third, the returns. Yuki, can you find out what a change to a screwed knob would cost?",
    "Yuki Tanabe: I can have an estimate by the nineteenth. My guess is about eleven thousand euros for the tool.",
    "Hannah Brook: Last thing, the trade fair. Is the hotel booked?",
    "Grace Oduya: Not yet. I'll do it this week, otherwise it's gone.",
)
JA = (
    "司会: では、ホテルの予約はもう済みましたか。",
    "田中: まだです。今週中にやります。",
    "司会: お願いします。佐藤さん、箱を五千個注文してください。それから、見本を5月23日までにもらってください。",
    "佐藤: 午後に注文します。見本も承知しました。",
)


def actions(lang: str, *turns: str) -> list[tuple[str, str, str]]:
    return [(i.who, i.what, i.when) for i in swept(lang, *turns) if i.kind == "action"]


def test_no_sentence_is_cited_twice_for_one_task() -> None:
    for item in swept("en", *EN):
        assert len(set(item.evidence)) == len(item.evidence)


def test_an_answer_is_no_second_task() -> None:
    assert [what for who, what, _ in actions("en", *EN) if who == "Yuki Tanabe"] == ["find out what a change to a screwed knob would cost"]


def test_a_second_request_in_a_breath_is_to_the_same_person() -> None:
    found = actions("en", *EN)
    assert ("Tomasz Wrona", "ask them for a printed sample", "before the twenty-third of May") in found
    assert next(what for who, what, _ in found if who == "Tomasz Wrona") == "order five thousand"
    ja = [(what, when) for who, what, when in actions("ja", *JA) if who == "佐藤"]
    assert ja == [("箱を五千個注文する", ""), ("見本をもらう", "5月23日")]


def test_do_it_takes_its_thing_from_the_question() -> None:
    assert ("Grace Oduya", "get the hotel booked", "this week") in actions("en", *EN)
    assert ("田中", "ホテルの予約", "今週中") in actions("ja", *JA)
