"""Summaries of documents in other languages, and in other languages than the document's."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tiny_folder import make_folder

from tests.core.sweep.test_meeting import meeting
from tsel_cli.render.receipt import _TOLD
from tsel_core.config import EngineConfig
from tsel_core.evaluation.runner import text_document
from tsel_core.models.load import resolve_model
from tsel_core.prompts.tasks import summary_task
from tsel_core.session import Session
from tsel_core.sweep.guards import wrong_language
from tsel_core.sweep.meetings.minutes import write_minutes
from tsel_core.sweep.other_tongues import in_tongue, language_of, of_languages, summary_lang, unread_by_rules
from tsel_core.sweep.report import write_report

ENGLISH = (
    "Ann Lee: Let us talk about the parking fee.",
    "Ann Lee: We agreed that the parking fee is 4 euros.",
    "Bo Ray: I will tell the guards that they have to check it.",
)
GERMAN = (
    "Anna Lehmann: Wir haben beschlossen, dass die Parkgebühr 4 Euro beträgt.",
    "Bernd Roth: Ich sage den Wächtern bis Montag Bescheid, damit sie es prüfen.",
    "Anna Lehmann: Offen ist noch, wer die Halle streicht.",
)
TONGUES = ("de", "fr", "es", "it", "pt", "zh", "ko")


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    info = resolve_model(str(make_folder(tmp_path_factory.mktemp("models") / "tiny")))
    return Session(info, EngineConfig(max_new_tokens=8), device="cpu", effort="normal")


def test_a_summary_is_written_in_the_language_of_its_document(session: Session) -> None:
    documents = meeting(*GERMAN)
    assert (language_of(documents), unread_by_rules(documents), summary_lang(documents)) == ("de", "de", "de")
    answer = session.answer("summarize", documents, summary_task("minutes", summary_lang(documents)))
    assert answer.lang == "de"
    assert answer.text.startswith("Beschlüsse:")
    assert "none stated" not in answer.text
    assert "Offene Punkte:" in answer.text
    assert any("this document is read as German" in warning for warning in answer.warnings)
    assert sum(warning.startswith(_TOLD) for warning in answer.warnings) == 1  # the receipt says it


def test_nothing_is_said_of_languages_that_the_rules_know(session: Session) -> None:
    assert summary_lang(meeting(*ENGLISH)) == "en"
    assert of_languages(meeting(*ENGLISH), "") == []
    japanese = [text_document("a.txt", "本日の定例会議では、駐車料金を四百円とすることに決まりました。担当は山田さんです。")]
    assert (summary_lang(japanese), unread_by_rules(japanese), of_languages(japanese, "")) == ("ja", "", [])
    names = [text_document("a.txt", "Acme 4711")]
    assert (summary_lang(names), unread_by_rules(names)) == ("en", "")


def test_english_minutes_with_headings_of_another_language(session: Session) -> None:
    answer = session.answer("summarize", meeting(*ENGLISH), summary_task("minutes", "de"))
    assert "- The parking fee is 4 euros [1]" in answer.text
    assert "- Bo Ray - tell the guards" in answer.text
    assert "- nicht genannt" in answer.text
    assert any(warning.startswith("the headings are in German") for warning in answer.warnings)
    dutch = session.answer("summarize", meeting(*ENGLISH), summary_task("minutes", "nl"))
    assert dutch.text.startswith("Decisions:")
    assert "there are no headings in Dutch: they are English" in dutch.warnings


@pytest.mark.parametrize("tongue", TONGUES)
def test_every_heading_is_there(tongue: str) -> None:
    for written in (write_minutes([], "en"), write_report([], "other", "en"), write_report([], "meeting", "en")):
        for unread in ("", tongue):
            lines = [line.text for line in in_tongue(written, tongue, unread).lines if line.text]
            assert not {line.text for line in written.lines} & set(lines)
            assert all(len(set(section["notes"])) <= 1 for section in in_tongue(written, tongue, unread).sections())
        assert len(in_tongue(written, tongue, "").sections()) == len(written.sections())


def test_an_honest_none_in_our_two_languages() -> None:
    lines = {line.text for line in in_tongue(write_minutes([], "en"), "", "nl").lines}
    assert "- none stated" not in lines
    assert any(line.startswith("- none found") for line in lines)
    assert "- none stated" in {line.text for line in in_tongue(write_minutes([], "en"), "", "").lines}


def test_one_pass_is_asked_for_in_the_language(session: Session) -> None:
    task = summary_task("brief", "fr")
    assert (task.lang, task.tongue, task.answer_lang) == ("en", "fr", "fr")
    assert "in French" in task.instruction
    assert "in French" not in summary_task("brief", "en").instruction
    assert replace(session, effort="quick").answer("summarize", meeting(*GERMAN), task).lang == "fr"
    english = "The parking fee is four euros, and it was agreed that the guards have to check it by Monday."
    assert wrong_language(english, "fr")
    assert not wrong_language("Le tarif est de quatre euros, et les gardiens doivent le contrôler avant lundi.", "fr")
    assert not wrong_language("Acme 4711", "fr")


def test_a_japanese_meeting_for_an_english_reader_keeps_its_items() -> None:
    """The rules of English found no action in it: "none stated" stood under Action items."""
    from filing_support import EN, JA, swept, transcript

    own = swept(transcript(*JA), lang="ja").extra["items"]
    read = swept(transcript(*JA), lang="en")
    assert [(i["kind"], i["quote"], i["verdict"]) for i in read.extra["items"]] == [(i["kind"], i["quote"], i["verdict"]) for i in own]
    assert read.text.startswith("Decisions:")
    assert "the headings are in English; the items are the document's words" in read.warnings
    other = swept(transcript(*EN), lang="ja")
    assert {i["kind"] for i in other.extra["items"]} == {"decision", "action", "open"}
    assert "the headings are in Japanese; the items are the document's words" in other.warnings
    assert not swept(transcript(*EN), lang="en").warnings
