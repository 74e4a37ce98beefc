"""The questions in seven languages: what counts as right, and that each is known for what it asks."""

from __future__ import annotations

from tests.quality.languages_eval import FOLDER, JUDGED, is_right, read_questions
from tsel_core.evidence.locating.kind import question_kind
from tsel_core.evidence.locating.typed import asks_value


def test_every_question_is_known_for_what_it_asks() -> None:
    questions = read_questions()
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(questions)
    for language, asked in questions.items():
        assert len(asked) == 10
        text = (FOLDER / f"{language}.txt").read_text("utf-8")
        for one in asked:
            kind = question_kind(one["question"])
            assert kind.tongue == language
            assert kind.judged == (one["wanted"] in JUDGED)
            assert kind.judged or (asks_value(one["question"]) and one["wanted"].casefold() in text.casefold())


def test_what_counts_as_right() -> None:
    assert is_right("Nein [1][2]. \"Der Mieter darf nicht untervermieten.\" [1]", "no")
    assert is_right("Non [1].", "no")
    assert is_right("Im Dokument nicht angegeben.", "none")
    assert is_right("Nein.", "none")
    assert not is_right("Im Dokument nicht angegeben.", "no")
    assert not is_right("Ja [1].", "no")
    assert is_right("Le loyer est de 1\u202f850,00 euros [1].", "1 850")
