"""/v1/completions: a text that is gone on with."""

from __future__ import annotations

import pytest
from serve_support import Running, openai


@pytest.fixture
def running(speaking: Running) -> Running:
    return speaking


def test_a_text_is_gone_on_with_as_it_is(running: Running) -> None:
    made = running.client.completions.create(model="tiny", prompt="The fee", max_tokens=8, logprobs=2)
    choice = made.choices[0]
    assert made.object == "text_completion"
    assert made.usage is not None
    assert made.usage.prompt_tokens == len("The fee")
    assert choice.logprobs is not None
    assert choice.logprobs.token_logprobs is not None
    assert len(choice.logprobs.token_logprobs) == made.usage.completion_tokens
    echoed = running.client.completions.create(model="tiny", prompt="The fee", max_tokens=8, echo=True)
    assert echoed.choices[0].text == "The fee" + choice.text
    chunks = list(running.client.completions.create(model="tiny", prompt="The fee", max_tokens=8, stream=True))
    assert "".join(c.choices[0].text for c in chunks) == choice.text
    assert chunks[-1].choices[0].finish_reason == choice.finish_reason


def test_prompts_may_be_several_and_tokens(running: Running) -> None:
    tokens = running.engine.session.tokenizer("The fee")["input_ids"]
    made = running.client.completions.create(model="tiny", prompt=[tokens, [5, 6, 7]], n=2, max_tokens=4)
    assert [c.index for c in made.choices] == [0, 1, 2, 3]
    assert made.usage is not None
    assert made.usage.prompt_tokens == len(tokens) + 3
    alone = running.client.completions.create(model="tiny", prompt="The fee", max_tokens=4)
    assert made.choices[0].text == alone.choices[0].text
    assert alone.usage is not None


def test_what_cannot_be_done_is_said(running: Running) -> None:
    for more in ({"suffix": "x"}, {"best_of": 2}, {"echo": True, "logprobs": 1}, {"prompt": [[10**6]]}, {"prompt": ""}):
        asked = {"model": "tiny", "prompt": "x", "max_tokens": 2, **more}
        with pytest.raises(openai.BadRequestError):
            running.client.completions.create(**asked)  # type: ignore[call-overload]
