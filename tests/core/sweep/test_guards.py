"""Loops, leaks, half sentences and the wrong language never reach a reader."""

from __future__ import annotations

from tsel_core.prompts.tasks import summary_task
from tsel_core.sweep.guards import leaks, loops, whole_sentences, without_loop, wrong_language


def test_half_a_sentence_is_cut_off() -> None:
    assert whole_sentences("The fee is 4.5 euros. It is paid on") == "The fee is 4.5 euros."
    assert whole_sentences("会費は三千円です。支払いは") == "会費は三千円です。"
    assert whole_sentences("no end at all") == "no end at all"


def test_a_loop_is_seen() -> None:
    said = "- Call the supplier today.\n- Write the proposal about height.\n"
    assert loops(said * 3)
    assert not loops(said)


def test_sentences_of_the_prompt_are_seen() -> None:
    for lang in ("en", "ja"):
        task = summary_task("brief", lang)  # type: ignore[arg-type]
        for prompt in (task.system, task.instruction):
            text = f"The fee is 4 euros. {prompt} It is paid monthly."
            assert leaks(text, (task.system, task.instruction))


def test_words_of_the_document_are_no_leak() -> None:
    task = summary_task("brief", "en")
    assert leaks("The document is short.", (task.system,)) == []


def test_the_language_is_checked() -> None:
    assert wrong_language("The fee is four euros a month for all.", "ja")
    assert wrong_language("会費は三千円で、毎月支払うことになりました。以上です。", "en")
    assert not wrong_language("会費は三千円で、毎月支払うことになりました。以上です。", "ja")


def test_a_loop_is_cut_where_it_begins_again() -> None:
    said = "The fee is four euros. The roof is new. "
    assert without_loop(said) == said
    assert without_loop(said + "The roof is new. The roof is new.") == said.rstrip()
    assert without_loop("First 500 more 500 more 500 more 500 more 500 more") == "First 500 more"
    lines = "- 値上げ幅は3パーセントです\n- 移行日は8月10日です\n"
    assert without_loop(lines * 4) == lines.rstrip()
