"""The interface of Ollama, with the official package as the client."""

from __future__ import annotations

import base64
import json

import pytest
from serve_support import KEY, Running

ollama = pytest.importorskip("ollama", reason="ollama is not installed (the dev extra)")

SAY = [{"role": "user", "content": "Say something."}]
SHORT = {"num_predict": 12, "temperature": 0}
PAY = {"type": "object", "properties": {"party": {"type": "integer", "maximum": 9, "minimum": 1}}, "required": ["party"], "additionalProperties": False}


@pytest.fixture
def client(speaking: Running) -> ollama.Client:
    return ollama.Client(host=speaking.url, headers={"Authorization": f"Bearer {KEY}"})


def test_the_model_is_listed_shown_and_loaded(client: ollama.Client) -> None:
    listed = client.list().models[0]
    assert listed.model == "tiny:latest"
    assert listed.details.family == "qwen2"
    loaded = client.ps().models[0]
    assert loaded.model == "tiny:latest"
    assert loaded.context_length == 16384
    shown = client.show("tiny")
    assert shown.modelinfo["qwen2.context_length"] == 16384
    assert shown.capabilities == ["completion", "tools"]
    with pytest.raises(ollama.ResponseError, match="not found"):
        client.show("other")


def test_chat_whole_and_in_pieces(client: ollama.Client) -> None:
    whole = client.chat("tiny", SAY, options=SHORT)
    assert whole.done
    assert whole.done_reason in ("stop", "length")
    assert whole.eval_count <= 12
    assert whole.prompt_eval_count > 0
    pieces = list(client.chat("tiny:latest", SAY, options=SHORT, stream=True))
    assert "".join(p.message.content for p in pieces).strip() == whole.message.content
    assert [p.done for p in pieces].count(True) == 1
    assert pieces[-1].eval_count == whole.eval_count


def test_generate_whole_in_pieces_and_raw(client: ollama.Client) -> None:
    whole = client.generate("tiny", "Say something.", options=SHORT)
    assert whole.response == client.chat("tiny", SAY, options=SHORT).message.content
    pieces = list(client.generate("tiny", "Say something.", options=SHORT, stream=True))
    assert "".join(p.response for p in pieces).strip() == whole.response
    assert client.generate("tiny", "The fee", raw=True, options=SHORT).prompt_eval_count == len("The fee")
    assert client.generate("tiny").done_reason == "load"


def test_a_form_holds(client: ollama.Client) -> None:
    made = client.chat("tiny", SAY, format=PAY, options={"num_predict": 90})
    assert 1 <= json.loads(made.message.content)["party"] <= 9
    assert client.chat("tiny", SAY, format="json", options=SHORT).message.content.startswith("{")


def test_tools_are_offered_and_their_results_read(client: ollama.Client) -> None:
    tool = {"type": "function", "function": {"name": "fee_of", "description": "fees", "parameters": PAY}}
    plain = client.chat("tiny", SAY, options=SHORT)
    offered = client.chat("tiny", SAY, tools=[tool], options=SHORT)
    assert offered.prompt_eval_count > plain.prompt_eval_count + 50
    call = {"function": {"name": "fee_of", "arguments": {"party": 1}}}
    messages = [*SAY, {"role": "assistant", "content": "", "tool_calls": [call]}, {"role": "tool", "content": "620 euros"}]
    assert client.chat("tiny", messages, tools=[tool], options=SHORT).done


def test_documents_come_with_a_message(client: ollama.Client) -> None:
    data = base64.b64encode(b"The fee is 620 euros.").decode()
    body = {"model": "tiny", "stream": False, "options": SHORT}
    body["messages"] = [{"role": "user", "content": "What?", "files": [{"filename": "a.txt", "file_data": data}]}]
    found = client._client.post("/api/chat", json=body).json()
    assert found["tsel"]["receipt"]["units_read"] == 1


def test_what_cannot_be_done_is_said(client: ollama.Client) -> None:
    with pytest.raises(ollama.ResponseError, match="model must be"):
        client.chat("other", SAY)
    with pytest.raises(ollama.ResponseError, match="tsel models pull"):
        client.pull("tiny")
    with pytest.raises(ollama.ResponseError, match="no model for embeddings"):
        client.embed("tiny", "x")
    with pytest.raises(ollama.ResponseError, match="images"):
        client.chat("tiny", [{"role": "user", "content": "x", "images": [b"123"]}])
    with pytest.raises(ollama.ResponseError, match="API key is missing or wrong"):
        ollama.Client(host=str(client._client.base_url)).list()
    with pytest.raises(ollama.ResponseError, match="think"):
        client.chat("tiny", SAY, think=True)
