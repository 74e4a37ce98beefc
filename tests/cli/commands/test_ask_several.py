"""tsel ask with several questions: which words are questions, numbered answers, a list of JSON, the worst exit code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from resident_support import TEXT

from tsel_cli.app import run
from tsel_cli.asking import questions_of_file, worst_code
from tsel_cli.said_to_ask import is_question
from tsel_core.answer import Answer
from tsel_core.errors import DoesNotFit, UsageError
from tsel_core.session import Session

FEE, TERM = "What is the fee?", "When does the term end?"
_RUN = ("timings_s", "memory", "reading", "prefill_tokens_per_s", "decode_tokens_per_s", "question", "attention")


@pytest.fixture(autouse=True)
def private_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of a test lands in the user's own folders."""
    for name in ("CACHE", "LOG_DIR", "CONFIG", "MODELS"):
        monkeypatch.setenv(f"TSEL_{name}", str(tmp_path / name.lower()))


@pytest.fixture
def contract(tmp_path: Path) -> str:
    """A small text file."""
    path = tmp_path / "contract.txt"
    path.write_text(TEXT, "utf-8")
    return str(path)


def ask(model: str, *words: str) -> int:
    return run(["ask", *words, "--model", model, "--max-new-tokens", "6"])


def same(found: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in found.items() if k not in _RUN}


@pytest.mark.parametrize(
    "words", [(FEE, TERM), ("--question", FEE, "--question", TERM), (FEE, "--question", TERM), ("--questions", "LIST")]
)
def test_each_form_answers_as_one_by_one_and_exits_with_the_worst(
    model: str, contract: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    (tmp_path / "list.txt").write_text(f"\n{FEE}\n\n  {TERM}  \n", "utf-8-sig")
    expected, codes = [], []
    for question in (FEE, TERM):
        codes.append(ask(model, contract, question, "--json", "--no-cache"))
        expected.append(same(json.loads(capsys.readouterr().out)))
    given = [str(tmp_path / "list.txt") if word == "LIST" else word for word in words]
    code = ask(model, contract, *given, "--json", "--no-cache")
    found = json.loads(capsys.readouterr().out)
    assert [f["question"] for f in found] == [FEE, TERM]
    assert [same(f) for f in found] == expected
    assert code == worst_code(codes)


def test_text_and_markdown_are_numbered_and_the_receipts_too(
    model: str, contract: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ask(model, contract, FEE, TERM, "--timings")
    out, err = capsys.readouterr()
    assert out.index(f"1. {FEE}") < out.index(f"\n2. {TERM}")
    assert "question  1 of 2" in err
    assert "question  2 of 2" in err
    assert err.count("nothing cut") == 1  # how it was read is said once, what is to be trusted of each
    assert err.count("\ntrust  ") == 2
    assert "for 2 questions" in err
    ask(model, contract, FEE, TERM, "--format", "markdown", "--lang", "ja")
    out, err = capsys.readouterr()
    assert f"\n## 2. {TERM}\n" in out
    assert "質問 2/2" in err


def test_one_question_by_option_is_a_list_of_one(model: str, contract: str, capsys: pytest.CaptureFixture[str]) -> None:
    ask(model, contract, "--question", FEE, "--json")
    assert [f["question"] for f in json.loads(capsys.readouterr().out)] == [FEE]


def test_continue_takes_several(model: str, contract: str, capsys: pytest.CaptureFixture[str]) -> None:
    ask(model, contract, FEE)
    capsys.readouterr()
    ask(model, "-c", FEE, TERM, "--json")
    assert [Path(f["documents"][0]["path"]).name for f in json.loads(capsys.readouterr().out)] == ["contract.txt"] * 2


def test_each_question_is_a_row_of_the_log_with_its_own_text(
    model: str, contract: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TSEL_LOG", "1")
    ask(model, contract, FEE, TERM, "--log-text", "--json")
    capsys.readouterr()
    assert run(["log", "export"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [r["question"] for r in rows] == [FEE, TERM]


def test_a_question_that_fails_is_said_and_the_others_are_answered(
    model: str, contract: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = Session.answer

    def answer(self: Session, command: str, documents: Any, task: Any, *more: Any) -> Answer:
        if task.question == FEE:
            raise DoesNotFit("there is no room", "ask less")
        return inner(self, command, documents, task, *more)

    monkeypatch.setattr(Session, "answer", answer)
    assert ask(model, contract, FEE, TERM, "--json") == 5
    out, err = capsys.readouterr()
    first, second = json.loads(out)
    assert (first["error"], first["exit_code"]) == ("there is no room", 5)
    assert second["answer"]
    assert "there is no room" in err
    assert "Traceback" not in err


def test_interrupted_between_two_it_keeps_what_was_answered(
    model: str, contract: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tsel_core.questions.has_pages", lambda: False)
    inner = Session.answer

    def answer(self: Session, command: str, documents: Any, task: Any, *more: Any) -> Answer:
        if task.question == TERM:
            raise KeyboardInterrupt
        return inner(self, command, documents, task, *more)

    monkeypatch.setattr(Session, "answer", answer)
    assert ask(model, contract, FEE, TERM, "--json") == 130
    assert [f["question"] for f in json.loads(capsys.readouterr().out)] == [FEE]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("FILE", "--questions", "nowhere.txt"), "nowhere.txt: cannot be read"),
        (("FILE", "--questions", "FILE.empty"), "holds no question"),
        (("FILE", "--question", " "), "the question is empty"),
        (("--question", FEE), "needs a file"),
        (("FILE", FEE, TERM, "--explain", "page.html"), "--explain"),
        (("FILE", "nowhere", FEE), "nowhere"),  # no question: a file that is not there
        (("FILE", "my contract.docx", FEE), "my contract.docx: no such file"),
        (("FILE", "contract.dcx", FEE), "contract.dcx: no such file"),
        (("FILE", "my contract.dcx", FEE), "my contract.dcx: no such file"),
        (("Quote clause 7.3", FEE), "Quote clause 7.3: no such file"),  # the first one is a file
        (("FILE", "contract.docx"), "contract.docx: no such file, and the question comes last"),
    ],
)
def test_wrong_calls_are_told_in_words(
    contract: str, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    Path(contract + ".empty").write_text("\n \n")
    assert run(["ask", *(w.replace("FILE", contract) for w in words)]) in (1, 2)
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err


def test_a_file_with_a_question_mark_in_its_name_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("who.txt").write_text("x")
    Path("why?").write_text("x")
    assert [is_question(w) for w in ("why?", "who.tx?", "Who signs?", "誰が署名しますか。", "who", "費用は？")] == [
        False, False, True, True, False, True,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("word", "asks"),
    [
        ("Quote clause 7.3.", True), ("Quote clause 7.3", True), ("List the parties", True), ("Tell me who pays!", True),
        ("the notice period and the rent", False), ("第9条を引用してください", True), ("第9条を引用してください。", True),
        ("賃料を教えて", True), ("誰が署名しますか", True), ("解約条件の要約。", True), ("How many km/h are allowed", True),
        ("contract.dcx", False), ("my contract.docx", False), ("Summarise.docx", False), ("my contract", False),
        ("Board papers 2025", False), ("here/my old contract of the year", False), ("/nowhere/what is this.", False),
        ("./what is this.", False), ("契約書", False), ("契約書.docx", False), ("list of members.dcx", False),
        ("Copy of lease", False), ("Final Report of the working group", False), ("May minutes 2025", False),
        ("Quarterly Report Of The Board 2025", False), ("Board minutes 3 May.", False), ("State aid", False),
        ("What we do", False), ("Read me", False), ("List price 2025", False), ("List obligations of the tenant", True), ("What notice must be given", True), ("How to hire", False), ("Quote for the roof.docx", False), ("Quote 17 roof", False),
        ("契約とは何か", False), ("議事録。", False), ("賃料はいくら", True), ("May the tenant sublet", True),
        ("List the parties of contract.docx", True), ("Explain clause 4.a", True), ("Tell me about Node.js", True),
        ("Summarize the fees of www.example.com", True), ("Who is the contact at ann@alder.com", True),
    ],
)  # fmt: skip
def test_what_reads_as_a_question_or_a_request_is_no_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, word: str, asks: bool
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path)
    assert is_question(word) == asks


def test_a_request_between_a_file_and_a_question_is_asked(
    model: str, contract: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ask(model, contract, "Quote clause 7.3.", FEE, "--json")
    assert [f["question"] for f in json.loads(capsys.readouterr().out)] == ["Quote clause 7.3.", FEE]


def test_questions_of_a_file_in_an_encoding_of_this_country(tmp_path: Path) -> None:
    path = tmp_path / "questions.txt"
    path.write_bytes("遅延損害金はいくらですか。\r\n契約はいつ始まりますか。\r\n".encode("cp932"))
    assert questions_of_file(str(path)) == ["遅延損害金はいくらですか。", "契約はいつ始まりますか。"]
    with pytest.raises(UsageError):
        questions_of_file(str(tmp_path))


@pytest.mark.parametrize(("codes", "worst"), [((0, 0), 0), ((0, 3), 3), ((4, 3, 0), 4), ((3, 5, 4), 5), ((1, 5), 1)])
def test_the_worst_code(codes: tuple[int, ...], worst: int) -> None:
    assert worst_code(codes) == worst
