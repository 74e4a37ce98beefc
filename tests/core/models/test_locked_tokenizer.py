"""Threads that share a tokenizer of transformers: each gets the marks as marks and the words as words."""

from __future__ import annotations

import copy
import threading
from pathlib import Path

import pytest
from threads_support import changing_every
from tiny_folder import make_folder, make_tokenizer

from tsel_core.models.load import load_tokenizer, resolve_model
from tsel_core.models.locked_tokenizer import LockedTokenizer

TEXT = "<|im_start|>" + "a word and another " * 40


@pytest.fixture
def tokenizer() -> LockedTokenizer:
    return LockedTokenizer(make_tokenizer())


def test_marks_and_words_of_two_threads_are_not_mixed(tokenizer: LockedTokenizer) -> None:
    told = {split: {"add_special_tokens": False, "split_special_tokens": split} for split in (True, False)}
    expected = {split: tokenizer(TEXT, **told[split])["input_ids"] for split in told}
    assert len(expected[True]) == len(expected[False]) + len("<|im_start|>") - 1
    wrong: list[bool] = []

    def encode(split: bool) -> None:
        for _ in range(1500):
            found = tokenizer(TEXT, **told[split])["input_ids"]
            if found != expected[split]:
                wrong.append(split)

    threads = [threading.Thread(target=encode, args=(split,)) for split in (True, False)]
    with changing_every(1e-6):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not wrong


def test_a_tokenizer_of_transformers_is_locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tsel_core.models.load.known_tokenizer", lambda *_: None)
    assert isinstance(load_tokenizer(resolve_model(str(make_folder(tmp_path)))), LockedTokenizer)


def test_everything_else_is_the_tokenizers_own(tokenizer: LockedTokenizer) -> None:
    assert tokenizer.decode(tokenizer("abc", add_special_tokens=False)["input_ids"]) == "abc"
    assert tokenizer.eos_token == "<|im_end|>"
    assert tokenizer.apply_chat_template([{"role": "user", "content": "x"}], tokenize=False).startswith("<|im_start|>")
    with pytest.raises(AttributeError):
        _ = tokenizer.no_such_thing
    with pytest.raises(TypeError):
        copy.deepcopy(tokenizer)  # a lock is not copied: it is shared instead
