"""lm-evaluation-harness's chat client, on requests of its own and without a data set."""

from __future__ import annotations

from typing import Any

import pytest


def test_its_chat_client_gets_replies(server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("lm_eval", reason="lm-eval is not installed")
    from lm_eval.api.instance import Instance
    from lm_eval.models.openai_completions import LocalChatCompletion

    monkeypatch.setenv("OPENAI_API_KEY", server.key)
    client = LocalChatCompletion(
        base_url=server.url + "/v1/chat/completions", model=server.model, tokenizer_backend=None, max_retries=1
    )
    made = []
    for number, text in enumerate(("What is 1 + 1?", "Say something.")):
        prompt = client.apply_chat_template([{"role": "user", "content": text}])
        arguments = (prompt, {"until": ["\n\n"], "max_gen_toks": 12, "do_sample": False})
        made.append(Instance("generate_until", {}, arguments, number))
    replies = client.generate_until(made)
    assert len(replies) == 2
    assert all(isinstance(reply, str) for reply in replies)
