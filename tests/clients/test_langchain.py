"""LangChain's chat clients of the OpenAI API and of Ollama."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def openai_chat(server: Any) -> Any:
    library = pytest.importorskip("langchain_openai", reason="langchain-openai is not installed")
    return library.ChatOpenAI(base_url=server.url + "/v1", api_key=server.key, model=server.model, max_tokens=90, max_retries=0)


def test_it_is_asked_whole_and_in_pieces(openai_chat: Any) -> None:
    reply = openai_chat.invoke([("system", "Be brief."), ("human", "Say something.")])
    assert reply.content
    assert reply.usage_metadata["input_tokens"] > 0
    assert "".join(chunk.content for chunk in openai_chat.stream("Say something."))


def test_structured_output_is_an_object_of_its_schema(openai_chat: Any) -> None:
    schema = {
        "title": "fee",
        "type": "object",
        "properties": {"answer": {"enum": ["yes", "no"]}},
        "required": ["answer"],
        "additionalProperties": False,
    }
    for method in ("json_schema", "function_calling"):
        found = openai_chat.with_structured_output(schema, method=method).invoke("Is there a fee?")
        assert found["answer"] in ("yes", "no")


def test_its_client_of_ollama_works(server: Any) -> None:
    library = pytest.importorskip("langchain_ollama", reason="langchain-ollama is not installed")
    headers = {"headers": {"Authorization": f"Bearer {server.key}"}}
    chat = library.ChatOllama(base_url=server.url, model=server.model, num_predict=12, client_kwargs=headers)
    assert chat.invoke("Say something.").content
    assert "".join(chunk.content for chunk in chat.stream("Say something."))
