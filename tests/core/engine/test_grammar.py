"""Tokens held to a grammar: JSON of a schema, and tokens that were added to a vocabulary around it."""

from __future__ import annotations

import json
from typing import Any

import pytest
import torch
from tiny_folder import make_tokenizer

pytest.importorskip("llguidance", reason="llguidance is not installed (the serve extra)")

from tsel_core.engine.choosing import Choosing
from tsel_core.engine.grammar import Matcher, json_grammar, json_rule, lark_grammar
from tsel_core.engine.sampling import Chooser, Sampler
from tsel_core.errors import UsageError

SCHEMA = {"type": "object", "properties": {"day": {"enum": [1, 2]}}, "required": ["day"], "additionalProperties": False}
SIZE, END = 320, 2


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    made = make_tokenizer()
    made.add_tokens(["<tool_call>", "</tool_call>"])  # as Qwen has them: added, and not special
    return made


def written(grammar: str, tokenizer: Any, seed: int) -> list[int]:
    """What random logits write."""
    chooser = Chooser(Choosing(grammar=grammar), Sampler(1.0, 1.0, seed), tokenizer, [END])
    draw, found = torch.Generator().manual_seed(seed), []
    for _ in range(100):
        found.append(chooser(torch.randn(SIZE, generator=draw)))
        if found[-1] == END:
            return found[:-1]
    raise AssertionError("it never ended")


@pytest.mark.parametrize("seed", range(8))
def test_random_logits_write_json_of_the_schema(tokenizer: Any, seed: int) -> None:
    text = tokenizer.decode(written(json_grammar(SCHEMA), tokenizer, seed))
    assert json.loads(text) in ({"day": 1}, {"day": 2})
    assert text == json.dumps(json.loads(text))  # one way to write it: no white space to go on with for ever


def test_added_tokens_stand_around_it_as_tokens(tokenizer: Any) -> None:
    from tsel_cli.serve.writing import lark_words

    begin, end = (lark_words(words, tokenizer) for words in ("<tool_call>\n", "\n</tool_call>"))
    ids = written(lark_grammar(f"start: {begin} call {end}\ncall: {json_rule(SCHEMA)}\n"), tokenizer, 1)
    assert ids[0] == tokenizer.get_vocab()["<tool_call>"]
    assert ids[-1] == tokenizer.get_vocab()["</tool_call>"]
    assert json.loads(tokenizer.decode(ids[1:-1])) in ({"day": 1}, {"day": 2})


def test_what_cannot_be_followed_is_said() -> None:
    with pytest.raises(UsageError, match="cannot be followed"):
        json_grammar({"type": "poem"})
    with pytest.raises(UsageError, match="cannot be followed"):
        lark_grammar("start: nothing")


def test_after_its_end_only_the_end_token_may_come(tokenizer: Any) -> None:
    matcher = Matcher(json_grammar({"const": 1}), tokenizer, SIZE, [END])
    one = tokenizer("1")["input_ids"][0]
    assert matcher.allowed().nonzero().flatten().tolist() == [one]
    matcher.take(one)
    assert matcher.allowed().nonzero().flatten().tolist() == [END]
