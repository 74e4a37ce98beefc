"""What a user sees of the checks: not found, unread evidence and --recheck, the strip of -v, hostile documents."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tsel_cli.app import run
from tsel_core.answering import describe
from tsel_core.engine.engine import Engine
from tsel_core.engine.reading import Step
from tsel_core.prompts.tasks import NOT_FOUND
from tsel_core.text.safe import clean_for_terminal

TEXT = "The fee is 620 euros a month.\n\nThe term ends on 3 May 2027.\n\nNotices go to Mr Halvorsen in Oslo.\n"
HOSTILE = "\x1b]0;owned\x07The fee\x1b[31m is 620 euros\u202e a month.\x9b2J\n\nThe term \u2066ends\u2069 on 3 May 2027.\x08\n"


@pytest.fixture(autouse=True)
def private_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of a test lands in the user's own folders."""
    for name in ("CACHE", "LOG_DIR", "CONFIG", "MODELS"):
        monkeypatch.setenv(f"TSEL_{name}", str(tmp_path / name.lower()))


def says(monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    """Put words into the model's mouth: each byte is a token of the tiny tokenizer. The steps still run."""

    def write(self: Engine, reading: Any, *_: Any, **__: Any) -> Iterator[Step]:
        for token in _tokens(self, words):
            yield Step(token, self.runtime.trace.take_weights())
            self._step(reading, token)

    monkeypatch.setattr(Engine, "write", write)


def _tokens(engine: Engine, words: str) -> list[int]:
    from tsel_core.models.load import load_tokenizer

    return list(load_tokenizer(engine.loaded.info)(words, add_special_tokens=False)["input_ids"])


def ask(model: str, path: Path, question: str, *more: str) -> int:
    effort = ["--effort", "quick"]  # the checks of what one pass wrote: a second look would write another answer
    return run(["ask", str(path), question, "--model", model, "--no-cache", "--max-new-tokens", "300", *effort, *more])


@pytest.fixture
def contract(tmp_path: Path) -> Path:
    """A small text file."""
    path = tmp_path / "contract.txt"
    path.write_text(TEXT, "utf-8")
    return path


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_not_found_is_exit_3_with_the_nearest_passages(
    model: str, contract: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], lang: str
) -> None:
    says(monkeypatch, NOT_FOUND[lang])  # type: ignore[index]
    assert ask(model, contract, "What is the fee for parking?", "--lang", lang) == 3
    out, err = capsys.readouterr()
    assert NOT_FOUND[lang] in out  # type: ignore[index]
    assert ("Nearest passages:" if lang == "en" else "近い箇所:") in out
    place = "line 1" if lang == "en" else "1行目"
    assert f'{place}  "The fee is 620 euros a month."' in out
    assert ("not found in the document" if lang == "en" else "文書に記載が見つかりません") in err


def test_an_answer_is_cited_its_facts_are_placed_and_the_strip_shown(
    model: str, contract: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    says(monkeypatch, "The term ends on 3 May 2027. The fee is 620 euros.")
    assert ask(model, contract, "When does the term end, and what is the fee?", "-v") == 0
    out, err = capsys.readouterr()
    assert "The term ends on 3 May 2027 [1]. The fee is 620 euros [2]." in out
    assert '[1] line 3  "The term ends on 3 May 2027."  exact' in out
    assert err.count("looked at |") == 2
    assert "2 claims: 2 supported" in err
    assert ask(model, contract, "When does the term end?", "--json") == 0
    facts = json.loads(capsys.readouterr().out)["facts"]
    assert [(f["text"], f["status"], f["label"]) for f in facts] == [
        ("3 May 2027", "cited", "line 3"),
        ("620 euros", "cited", "line 1"),
    ]


def test_a_fact_without_a_source_is_marked(
    model: str, contract: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    says(monkeypatch, "The fee is 620 euros a month and notices go to Mr Halvorsen in Oslo, who pays 777 kroner.")
    assert ask(model, contract, "What is the fee?", "--json") == 0
    facts = {f["text"]: (f["status"], f["label"]) for f in json.loads(capsys.readouterr().out)["facts"]}
    assert facts["777 kroner"] == ("unsupported", None)
    assert ask(model, contract, "What is the fee?") == 0
    assert "not in the document: 777" in capsys.readouterr().err
    says(monkeypatch, "Yes.")
    assert ask(model, contract, "Is smoking allowed in the garden?") == 0
    out, err = capsys.readouterr()
    assert "no passage cited" in err
    assert 'Unsure: "Yes." (a yes or no that no sentence plainly says)' in out


def test_sentences_that_say_another_thing_than_the_document_are_marked(
    model: str, contract: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    says(monkeypatch, "The fee is 620 euros a month. The term ends on 4 May 2027.")
    question = "When does the term end, and what is the fee?"
    assert ask(model, contract, question) == 4
    out, err = capsys.readouterr()
    assert 'Contradicted: "The term ends on 4 May 2027." (the document has another date (4 May 2027 / 3 May 2027))' in out
    assert 'the document says: line 3  "The term ends on 3 May 2027."' in out
    assert "2 claims: 1 supported, 1 contradicted (see [2])" in err
    assert ask(model, contract, question, "--json") == 4
    claims = json.loads(capsys.readouterr().out)["claims"]
    assert [(c["verdict"], c["why"]) for c in claims] == [("supported", ""), ("contradicted", "date")]
    assert claims[1]["evidence"]["label"] == "line 3"


def test_a_bare_yes_is_cited_with_the_passage_that_says_so(
    model: str, contract: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    says(monkeypatch, "Yes.")
    assert ask(model, contract, "Does the term end in May?") == 0
    out, err = capsys.readouterr()
    assert '[1] line 3  "The term ends on 3 May 2027."  exact' in out
    assert "quotes verified" not in err
    assert "cited for the question" not in err
    assert ask(model, contract, "Does the term end in May?", "--json") == 0
    content = json.loads(capsys.readouterr().out)
    assert [c["role"] for c in content["citations"]] == ["answer"]
    assert content["support"]["verdict"] == "supported"


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_words_that_nothing_supports_are_not_left_standing(
    model: str, contract: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    says(monkeypatch, "Mr Halvorsen in Oslo.")
    question = "Who repaired the roof of the northern warehouse after the storm?"
    assert ask(model, contract, question, "--format", form) == 3
    out = capsys.readouterr().out
    assert out.index("Mr Halvorsen") < out.index("Not found in the document: the words above are the model's own")
    assert "Nearest passages:" in out
    assert "[1]" not in out
    assert ask(model, contract, question, "--json") == 3
    assert json.loads(capsys.readouterr().out)["support"]["verdict"] == "none"


def test_an_invented_quote_is_exit_4_and_no_quote(
    model: str, contract: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    says(monkeypatch, 'The fee is 620 euros: "payable in gold coins on the first full moon of the year')
    assert ask(model, contract, "What is the fee?") == 4
    out, _ = capsys.readouterr()
    assert "[not a quote from the document]" in out
    assert '"payable' not in out


def test_unread_evidence_is_listed_and_asked_again(
    model: str, contract: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    says(monkeypatch, "The fee is 620 euros.")
    monkeypatch.setattr(describe, "selected_units", lambda *given: {(0, 0)})
    arguments = (model, contract, "To whom in Oslo do notices go?", "--attention", "select", "--budget", "256")
    ask(*arguments)
    _, err = capsys.readouterr()
    assert 'unread    line 5  "Notices go to Mr Halvorsen in Oslo." (see --recheck)' in err
    assert "verify" not in err
    code = ask(*arguments, "--recheck", "--json")
    content = json.loads(capsys.readouterr().out)
    assert [p["label"] for p in content["unread"]] == ["line 5"]
    assert content["verify"]["how"].startswith("answered again with full attention")
    assert content["verify"]["agree"] is True
    assert code == content["exit_code"] == 0


def test_what_stands_in_the_window_before_the_answer_was_read(
    model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Picks leave out sinks and window, as every token attends to them: they must raise no alarm."""
    seen: list[set[tuple[int, int]] | None] = []
    real = describe.selected_units

    def watch(runtime: Any, *given: Any) -> set[tuple[int, int]] | None:
        assert runtime.trace.picked is not None
        runtime.trace.picked = runtime.trace.picked.clone().fill_(False)
        seen.append(real(runtime, *given))
        return seen[-1]

    monkeypatch.setattr(describe, "selected_units", watch)
    path = tmp_path / "long.txt"
    path.write_text("\n\n".join(f"Clause {i} is about nothing at all." for i in range(60)), "utf-8")
    ask(model, path, "What is it?", "--attention", "select", "--budget", "256", "--max-new-tokens", "2")
    assert seen[0] is not None
    assert (0, 59) in seen[0]
    assert (0, 30) not in seen[0]


@pytest.mark.parametrize("form", [[], ["--json"], ["--format", "markdown"]])
def test_nothing_of_a_hostile_document_reaches_the_terminal_raw(
    model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], form: list[str]
) -> None:
    path = tmp_path / "con\u202etract\x1b[31m.txt"
    path.write_text(HOSTILE, "utf-8")
    for words in ('It says "\x1b[31mThe fee is 620 euros a month.\u202e" and \x9b2Jmore.', NOT_FOUND["en"]):
        says(monkeypatch, words)
        ask(model, path, "What is the fee\u202e?", "-v", "--timings", *form)
        for stream in capsys.readouterr():
            assert clean_for_terminal(stream) == stream


def test_a_run_is_logged_and_replayed_for_real(
    model: str, contract: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The tiny model answers, `tsel log replay` answers again; a changed document is named."""
    monkeypatch.setenv("TSEL_LOG", "1")
    question = "What is the fee?"
    run(["ask", str(contract), question, "--model", model, "--max-new-tokens", "8", "--attention", "select", "--budget", "256"])
    capsys.readouterr()
    assert run(["log", "show", "1"]) == 0
    record = json.loads(capsys.readouterr().out)["run"]
    assert len(record["model"]["tokenizer_sha256"]) == 64
    assert "selection_cache_hit_rate" in record["attention"]
    assert run(["log", "replay", "1", "--question", question]) == 0
    assert "the same answer" in capsys.readouterr().out
    contract.write_text(TEXT.replace("620", "777"), "utf-8")
    assert run(["log", "replay", "1", "--question", question, "--json"]) == 0  # another answer may be due
    assert json.loads(capsys.readouterr().out)["changed"] == ["documents"]
    assert run(["log", "replay", "1", "--question", "What else?"]) == 2


def test_markdown_of_a_document_with_tags_has_no_tags(
    model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "<b>x.txt"
    path.write_text("The fee is 620 euros <script>alert(1)</script> a month.\n", "utf-8")
    says(monkeypatch, "The fee is 620 euros <img src=x>.")
    assert ask(model, path, "What is the fee?", "--format", "markdown") == 0
    out = capsys.readouterr().out
    assert "<" not in out
    assert "&lt;script>" in out
