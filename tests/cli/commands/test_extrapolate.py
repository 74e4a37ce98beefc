"""--extrapolate: a document far past the trained window is refused without it; one a little past it is read; both say so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tiny_folder import make_folder

from tsel_cli.app import run

LINE = "The fee is 620 euros a month and the term ends on 3 May 2027.\n\n"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A tiny model that was trained for 2,048 tokens."""
    folder = make_folder(tmp_path_factory.mktemp("model"))
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "max_position_embeddings": 2048}))
    return str(folder)


@pytest.fixture
def document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    for name in ("cache", "log_dir", "models"):
        monkeypatch.setenv(f"TSEL_{name.upper()}", str(tmp_path / name))
    monkeypatch.setenv("TSEL_CONFIG", str(tmp_path / "config.toml"))
    path = tmp_path / "long.txt"
    path.write_text(LINE * 40, "utf-8")
    return str(path)


def ask(model: str, document: str, capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, dict[str, Any], str]:
    code = run(["ask", document, "What?", "--model", model, "--max-new-tokens", "4", "--json", *args])
    out, err = capsys.readouterr()
    return code, json.loads(out) if out else {}, err


def test_refusal_names_the_option_and_the_option_reads_it(
    model: str, document: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, answer, err = ask(model, document, capsys)
    assert (code, answer) == (5, {})
    assert "2,048" in err
    assert "--extrapolate" in err
    code, first, err = ask(model, document, capsys, "--extrapolate")
    assert code in (0, 3, 4)
    assert first["attention"]["beyond_window"] == {"rule": "grouped", "window": 2048, "near": 512, "positions": "compact"}
    assert first["attention"]["prefill"] == first["attention"]["decode"] == "select"
    assert "EXCEEDED" in err
    code, second, _ = ask(model, document, capsys, "--extrapolate")  # from the kept reading
    assert second["reading"]["reused_tokens"] > 2048
    assert second["answer"] == first["answer"]
    _, third, _ = ask(model, document, capsys, "--extrapolate", "--attention", "full")  # another computation
    assert third["reading"]["reused_tokens"] == 0
    assert third["attention"]["beyond_window"]["positions"] == "grouped"


def test_a_document_a_little_past_the_window_is_read_and_said_to_be(
    model: str, document: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path(document).write_text(LINE * 26, "utf-8")
    _, first, err = ask(model, document, capsys)
    past = sum(first["usage"].values()) - 2048
    assert 0 < past <= 512
    assert first["attention"]["beyond_window"]["positions"] == "compact"
    assert f"{past:,} tokens past the window this model was trained on (2,048)" in err
    assert "EXCEEDED" not in err
    assert "parts" not in first
    monkeypatch.setenv("TSEL_LANG", "ja")
    _, second, err = ask(model, document, capsys)
    assert f"学習時の上限 (2,048 トークン) を {sum(second['usage'].values()) - 2048:,} トークン超えています" in err
    monkeypatch.delenv("TSEL_LANG")
    code, refused, err = ask(model, document, capsys, "--no-extrapolate", "--effort", "quick")
    assert (code, refused) == (5, {})
    monkeypatch.setenv("TSEL_EXTRAPOLATE", "0")
    assert ask(model, document, capsys, "--effort", "quick")[0] == 5
    assert ask(model, document, capsys, "--extrapolate")[1]["answer"] == first["answer"]  # what is said outweighs it


def test_how_far_is_a_little(model: str, document: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Prompt and answer of a quarter more than the window at most."""
    Path(document).write_text(LINE * 26, "utf-8")
    num = ask(model, document, capsys)[1]["usage"]["prompt_tokens"]
    for answer, code in ((2560 - num, 0), (2561 - num, 5)):
        found = ask(model, document, capsys, "--effort", "quick", "--max-new-tokens", str(answer))[0]
        assert (found == 5) == (code == 5), answer


def test_rows_that_cannot_be_held_plain_are_not_read_past_the_window(
    model: str, document: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(document).write_text(LINE * 26, "utf-8")
    assert ask(model, document, capsys, "--effort", "quick")[0] != 5
    assert ask(model, document, capsys, "--effort", "quick", "--kv", "q4")[0] == 5


def test_a_document_within_the_window_is_read_as_ever(
    model: str, document: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(document).write_text(LINE * 10, "utf-8")
    _, plain, _ = ask(model, document, capsys)
    _, same, err = ask(model, document, capsys, "--extrapolate")
    assert plain["attention"]["beyond_window"] is same["attention"]["beyond_window"] is None
    assert plain["answer"] == same["answer"]
    assert same["reading"]["reused_tokens"] > 0  # the option does not change what is kept
    assert "EXCEEDED" not in err


def test_a_conversation_that_outgrows_the_window_goes_on(model: str, document: str) -> None:
    """Its rotated keys cannot be used past the window: the document is read again, and later turns build on that."""
    from tsel_core.config import EngineConfig
    from tsel_core.conversation import Conversation
    from tsel_core.errors import DoesNotFit
    from tsel_core.ingest import read_documents
    from tsel_core.models.load import resolve_model
    from tsel_core.session import Session

    Path(document).write_text(LINE * 10, "utf-8")
    documents, question = read_documents([document]), "Which fee, and until when? " * 20
    seen = {}
    for extrapolate in (False, True, None):
        session = Session(resolve_model(model), EngineConfig(max_new_tokens=4, extrapolate=extrapolate))
        conversation = Conversation(session, documents)
        turns = []
        for _ in range(4):
            try:
                answer = conversation.ask(question)
            except DoesNotFit:
                break
            turns.append((answer.attention.beyond_window is not None, answer.extra["reading"]["reused_tokens"] > 0))
        seen[extrapolate] = turns
    assert seen[None][: len(seen[False]) + 1] == seen[True][: len(seen[False]) + 1]  # a turn that goes a little past it
    assert all(not beyond for beyond, _ in seen[False])
    assert len(seen[False]) < 4  # refused, as ever
    first = [beyond for beyond, _ in seen[True]].index(True)
    assert first == len(seen[False])
    assert seen[True][first] == (True, False)
    assert seen[True][first + 1 :] == [(True, True)] * (3 - first)


def test_the_config_file_can_keep_to_the_window(
    model: str, document: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    Path(document).write_text(LINE * 26, "utf-8")
    (tmp_path / "config.toml").write_text("extrapolate = false\n", "utf-8")
    assert ask(model, document, capsys, "--effort", "quick")[0] == 5
    assert ask(model, document, capsys, "--effort", "quick", "--extrapolate")[0] != 5
    (tmp_path / "config.toml").write_text("extrapolate = true\n", "utf-8")
    Path(document).write_text(LINE * 60, "utf-8")
    assert ask(model, document, capsys, "--effort", "quick")[0] != 5


@pytest.mark.parametrize("command", ["summarize", "batch"])
def test_other_commands_read_a_little_past_the_window_too(
    model: str, document: str, capsys: pytest.CaptureFixture[str], command: str, tmp_path: Path
) -> None:
    Path(document).write_text(LINE * 31, "utf-8")
    shared = ["--model", model, "--max-new-tokens", "4", "--effort", "quick"]
    if command == "summarize":
        assert run(["summarize", document, "--json", *shared]) in (0, 3, 4)
        found = json.loads(capsys.readouterr().out)
    else:
        folder, out = tmp_path / "documents", tmp_path / "out"
        folder.mkdir()
        (folder / "long.txt").write_text(LINE * 27, "utf-8")
        assert run(["batch", str(folder), "--task", "ask", "--question", "What?", "--out", str(out), *shared]) in (0, 3, 4)
        found = json.loads((out / "items" / "long.txt.json").read_text("utf-8"))["record"]
    assert found["attention"]["beyond_window"]["positions"] == "compact"
    if command == "summarize":
        assert run(["summarize", document, "--no-extrapolate", *shared]) == 5
