"""Votes of assemblies, and Japanese talk in few words: sentences written for these tests."""

from __future__ import annotations

from tests.core.sweep.test_meeting import only, swept


def test_a_vote_is_the_motion_and_what_the_chair_states() -> None:
    items = swept(
        "ja",
        "議長（乾君）: 次に、公園の禁煙について、部長の説明を求めます。",
        "部長（森君）: 来年四月から全面禁煙といたしたいと存じます。",
        "議長（乾君）: それでは、来年四月から全面禁煙とすることについてお諮りいたします。御異議ございませんか。〔「異議なし」と呼ぶ者あり〕",
        "議長（乾君）: 御異議なしと認めます。よって、本件は原案のとおり可決いたしました。",
        "議長（乾君）: 以上で本日の会議を散会いたします。",
    )
    decision = only(items, "decision")
    assert "来年四月から全面禁煙" in decision.what
    assert decision.status == "decided"
    assert not [i for i in items if i.kind == "action"]


def test_a_vote_that_is_lost_is_rejected() -> None:
    items = swept(
        "ja",
        "議長（乾君）: これより、会期の延長について採決いたします。賛成の諸君の起立を求めます。",
        "議長（乾君）: 起立少数であります。よって、会期の延長は否決されました。",
        "議長（乾君）: 次に進みます。",
    )
    assert only(items, "decision").status == "rejected"


def test_requests_and_offers_in_plain_japanese() -> None:
    items = swept(
        "ja",
        "森: 堤さん、企画書、火曜までに出してもらえます？",
        "堤: はい、大丈夫です。",
        "堤: 断り状はもう書いときますね。",
        "林: 業者に値段を聞いてみます。",
        "森: 助かります。",
        "林: 前の人は辞めたいって。",
    )
    found = [(i.who, i.what, i.when) for i in items if i.kind == "action"]
    assert ("堤", "企画書、出す", "火曜") in found
    assert ("林", "業者に値段を聞く", "") in found
    assert all("辞め" not in what for _, what, _ in found)


def test_an_offer_that_is_thanked_for_is_a_task() -> None:
    items = swept("en", "Ann Lee: The permits are dear.", "Bo Ray: I can ask Helen at the shop.", "Ann Lee: Would you? Thanks.", "Cy Fox: It rained.")
    action = only(items, "action")
    assert (action.who, action.what) == ("Bo Ray", "ask Helen at the shop")


def test_somebody_has_to_and_who_does() -> None:
    items = swept("en", "Ann Lee: And somebody needs to tell the door about the noise.", "Bo Ray: I'm there on Thursday, I'll mention it.", "Ann Lee: Perfect.")
    assert [(i.who, i.when) for i in items if i.kind == "action"] == [("Bo Ray", "Thursday")]
    assert not [i for i in items if i.kind == "decision"]


def test_a_then_with_one_sign_settles_and_a_date_in_answer_does_not() -> None:
    items = swept(
        "ja",
        "森: まず、春号の特集なんですけど。",
        "堤: 酒と庭で割れてましたよね。",
        "林: 書店は庭がいいそうです。",
        "森: じゃあ春号は庭で。",
        "林: 契約書は私のほうで用意しておきますね。今月中でいいですか。",
        "森: うん、今月中で。",
    )
    assert [i.what for i in items if i.kind == "decision"] == ["春号は庭で"]


def test_when_somebody_can_do_it_is_a_task_with_its_day() -> None:
    items = swept("en", "Ann Lee: The gate squeaks.", "Ann Lee: When could you repair it?", "Bo Ray: On Friday.", "Cy Fox: It rained.")
    action = only(items, "action")
    assert (action.who, action.what, action.when) == ("Bo Ray", "repair it (The gate squeaks)", "Friday")
