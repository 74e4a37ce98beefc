"""The library's face: lazy, typed, checked answers; and the selection in a model that a program already has."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from tiny_folder import make_folder

import tsel_core as tsel
from tests_support import make_model

TEXT = "The welder failed on 4 August because of a cracked manifold.\n\nThe repair cost 620 euros.\n"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> tsel.Model:
    return tsel.open(str(make_folder(tmp_path_factory.mktemp("models") / "tiny")), device="cpu", max_new_tokens=8)


@pytest.fixture
def minutes(tmp_path: Path) -> Path:
    path = tmp_path / "minutes.txt"
    path.write_text(TEXT, "utf-8")
    return path


def test_importing_the_library_imports_nothing_heavy() -> None:
    code = "import sys, tsel_core as tsel; tsel.SelectionConfig; tsel.TselError; print([m for m in ('torch', 'transformers', 'numpy') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_every_public_name_is_there() -> None:
    for name in tsel.__all__:
        assert getattr(tsel, name) is not None
    assert set(tsel.__all__) <= set(dir(tsel))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        tsel.nothing  # type: ignore[attr-defined]  # noqa: B018


def test_an_empty_question_is_refused_before_anything_is_read(model: tsel.Model) -> None:
    with pytest.raises(tsel.UsageError, match="the question is empty"):
        model.ask("no-such-file.txt", "  ")


def test_an_answer_is_checked(model: tsel.Model, minutes: Path) -> None:
    answer = model.ask(minutes, "Why did the welder fail?")
    assert isinstance(answer, tsel.Answer)
    assert answer.found in (True, False)
    assert isinstance(answer.citations, tuple)
    assert answer.receipt.tokens_read == answer.receipt.tokens_in_file > 0
    assert "support" in answer.extra
    with pytest.raises(TypeError, match="found"):
        tsel.Answer("ask", "x", "en", (), {}, answer.receipt, answer.attention, {}, 1, 1, "end")  # type: ignore[call-arg]


def test_several_files_and_documents_that_were_read(model: tsel.Model, minutes: Path, tmp_path: Path) -> None:
    other = tmp_path / "b.txt"
    other.write_text("The rent is 900 euros.\n", "utf-8")
    documents = model.inspect([minutes, other])
    assert [d.num_units for d in documents] == [2, 1]
    assert model.ask(documents, "What is the rent?").documents == tuple(documents)
    assert len(model.ask([minutes, other], "What is the rent?").documents) == 2


def test_a_stream_gives_the_text_and_then_the_answer(model: tsel.Model, minutes: Path) -> None:
    stream = model.stream(minutes, "Why did the welder fail?")
    text = "".join(stream)
    answer = stream.answer
    assert isinstance(answer, tsel.Answer)
    assert answer.text.replace(" [1]", "") == text.strip()  # what is streamed is written once, and not looked at again
    assert answer.text in {model.stream(minutes, "Why did the welder fail?").answer.text}
    assert text.strip()


def test_a_summary_and_its_language(model: tsel.Model, tmp_path: Path) -> None:
    path = tmp_path / "議事録.txt"
    path.write_text("本日の会議では、予算を承認しました。次回は九月です。\n", "utf-8")
    heard: list[str] = []
    answer = model.summarize(path, "minutes", on_text=heard.append)
    assert answer.lang == "ja"
    assert "予算を承認" in answer.text
    assert heard == [answer.text]  # made of items as the command makes it: it comes as a whole
    assert answer.extra["document_kind"] == "meeting"


def test_errors_are_one_tree(model: tsel.Model, tmp_path: Path) -> None:
    with pytest.raises(tsel.DocumentError):
        model.ask(tmp_path / "nothing.pdf", "?")
    with pytest.raises(tsel.ModelError):
        tsel.open(str(tmp_path / "no-such-model"), offline=True)
    stream = model.stream(tmp_path / "nothing.pdf", "?")
    assert list(stream) == []
    with pytest.raises(tsel.TselError):
        _ = stream.answer


def generated(model: Any, ids: torch.Tensor, num: int) -> list[int]:
    out = model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=num, do_sample=False, eos_token_id=None)
    return [int(t) for t in out[0, ids.shape[1] :]]


@pytest.mark.parametrize("kind", ["llama", "qwen2", "qwen3", "mistral", "phi3"])
def test_attached_selection_with_room_for_everything_writes_what_the_model_writes(kind: str) -> None:
    model = make_model(kind)
    ids = torch.randint(3, 320, (1, 120), generator=torch.Generator().manual_seed(2))
    expected = generated(model, ids, 6)
    with tsel.attach(model, tsel.SelectionConfig(budget=4096)) as attached:
        assert generated(model, ids, 6) == expected
    assert attached.num_selected == 0  # full attention gives the same rows
    assert generated(model, ids, 6) == expected


@pytest.mark.parametrize("prefill", [False, True])
def test_attached_selection_selects_and_leaves_the_model_as_it_was(prefill: bool) -> None:
    model = make_model("qwen2")
    ids = torch.randint(3, 320, (1, 200), generator=torch.Generator().manual_seed(3))
    expected = generated(model, ids, 4)
    small = tsel.SelectionConfig(budget=16, num_sink=4, num_local=16, block_size=16, anchor_every=8)
    with tsel.attach(model, small, prefill=prefill, tail=8) as attached:
        generated(model, ids, 4)
        with pytest.raises(tsel.UsageError, match="attached already"), tsel.attach(model):
            pass
    assert attached.num_selected == 3 * 3  # three forwards of a written token, three layers
    assert attached.coverage is not None
    assert 0 < attached.coverage[1] <= attached.coverage[0] <= 1
    assert generated(model, ids, 4) == expected
    assert not any(hasattr(m, "tsel_layer") for m in model.modules())


def test_what_cannot_be_attached_is_said() -> None:
    with pytest.raises(tsel.ModelError, match="not a model of transformers"), tsel.attach(torch.nn.Linear(2, 2)):
        pass
    model = make_model("llama")
    with tsel.attach(model), pytest.raises(tsel.ModelError, match="one document at a time"):
        generated(model, torch.ones(2, 10, dtype=torch.long), 2)


@pytest.mark.parametrize("setting", [{"effort": "max"}, {"weights": "q3"}, {"attention": "some"}, {"device": "tpu"}])
def test_a_setting_of_another_value_is_refused_before_anything_is_fetched(setting: dict[str, Any]) -> None:
    with pytest.raises(tsel.UsageError):
        tsel.open("/no/such/model", **setting)


def test_a_language_or_a_style_that_is_none_is_refused(model: tsel.Model, minutes: Path) -> None:
    with pytest.raises(tsel.UsageError, match=r"lang must be one of ar, bg, .*, got xx"):
        model.ask(minutes, "What failed?", lang="xx")
    with pytest.raises(tsel.UsageError, match="lang must be one of"):
        model.summarize(minutes, lang="xx")
    with pytest.raises(tsel.UsageError, match="style must be one of brief, minutes, report, got long"):
        model.summarize(minutes, "long")  # type: ignore[arg-type]
