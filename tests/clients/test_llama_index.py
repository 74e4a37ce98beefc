"""LlamaIndex's client for servers of the OpenAI API."""

from __future__ import annotations

from typing import Any

import pytest


def test_it_chats_whole_and_in_pieces(server: Any) -> None:
    library = pytest.importorskip("llama_index.llms.openai_like", reason="llama-index-llms-openai-like is not installed")
    from llama_index.core.llms import ChatMessage

    chat = library.OpenAILike(
        model=server.model, api_base=server.url + "/v1", api_key=server.key, is_chat_model=True, max_tokens=12, max_retries=0
    )
    messages = [ChatMessage(role="system", content="Be brief."), ChatMessage(role="user", content="Say something.")]
    assert chat.chat(messages).message.content
    assert list(chat.stream_chat(messages))[-1].message.content
