"""/v1/responses, with the official package: whole, as events, with tools, a schema and an earlier response."""

from __future__ import annotations

import json
from typing import Any

import pytest
from serve_support import Running, openai, upload

PAY = {"type": "object", "properties": {"party": {"type": "integer", "maximum": 9, "minimum": 1}}, "required": ["party"], "additionalProperties": False}
TOOL = {"type": "function", "name": "fee_of", "description": "What a party pays", "parameters": PAY, "strict": True}


@pytest.fixture
def running(speaking: Running) -> Running:
    return speaking


def respond(running: Running, given: Any, **more: Any) -> Any:
    return running.client.responses.create(model="tiny", input=given, **{"max_output_tokens": 16, **more})


def about(file_id: str, text: str) -> list[dict[str, Any]]:
    parts = [{"type": "input_file", "file_id": file_id}, {"type": "input_text", "text": text}]
    return [{"role": "user", "content": parts}]


def test_a_document_is_asked_and_asked_again(running: Running) -> None:
    first = respond(running, about(upload(running, 1), "What does party 1 pay?"), instructions="Be brief.")
    assert first.object == "response"
    assert first.status in ("completed", "incomplete")
    assert first.output[0].type == "message"
    assert first.output_text
    assert first.usage.input_tokens > 200
    assert first.tsel["receipt"]["cut"] is False
    second = respond(running, "And party 2?", previous_response_id=first.id)
    assert second.usage.input_tokens > 200
    assert second.tsel["receipt"]["units_read"] == 6
    assert running.client.responses.retrieve(first.id).output_text == first.output_text
    running.client.responses.delete(first.id)
    with pytest.raises(openai.NotFoundError):
        respond(running, "And?", previous_response_id=first.id)


def test_an_answer_that_is_not_to_be_stored_is_not(running: Running) -> None:
    made = respond(running, "Say something.", store=False)
    with pytest.raises(openai.NotFoundError):
        running.client.responses.retrieve(made.id)


def test_events_give_the_same_words(running: Running) -> None:
    whole = respond(running, "Say something.")
    with running.client.responses.stream(model="tiny", input="Say something.", max_output_tokens=16) as stream:
        events = list(stream)
    kinds, final = [event.type for event in events], events[-1].response
    assert kinds[:2] == ["response.created", "response.in_progress"]
    assert kinds[-1] in ("response.completed", "response.incomplete")
    assert "response.output_text.delta" in kinds
    assert final.output_text.strip() == whole.output_text.strip()
    assert final.usage.output_tokens == whole.usage.output_tokens


def test_functions_are_called_and_their_results_go_on(running: Running) -> None:
    choice = {"type": "function", "name": "fee_of"}
    made = respond(running, "What?", tools=[TOOL], tool_choice=choice, max_output_tokens=90)
    call = made.output[0]
    assert call.type == "function_call"
    assert 1 <= json.loads(call.arguments)["party"] <= 9
    given = [
        {"role": "user", "content": "What?"},
        {"type": "function_call", "call_id": call.call_id, "name": "fee_of", "arguments": call.arguments},
        {"type": "function_call_output", "call_id": call.call_id, "output": "620 euros"},
    ]
    after = respond(running, given, tools=[TOOL], tool_choice="none")
    assert after.output[0].type == "message"
    result = {"type": "function_call_output", "call_id": call.call_id, "output": "620 euros"}
    assert respond(running, [result], previous_response_id=made.id, tools=[TOOL]).output
    asked: dict[str, Any] = {"model": "tiny", "input": "What?", "max_output_tokens": 90, "tool_choice": choice}
    with running.client.responses.stream(**asked, tools=[TOOL]) as stream:  # type: ignore[list-item]
        kinds = [event.type for event in stream]
    assert "response.function_call_arguments.done" in kinds


def test_the_text_may_be_json_of_a_schema(running: Running) -> None:
    form = {"type": "json_schema", "name": "fee", "schema": PAY, "strict": True}
    made = respond(running, "What?", text={"format": form}, max_output_tokens=90)
    assert 1 <= json.loads(made.output_text)["party"] <= 9


def test_what_cannot_be_done_is_said(running: Running) -> None:
    refused: list[dict[str, Any]] = [
        {"background": True},
        {"truncation": "auto"},
        {"tools": [{"type": "web_search"}]},
        {"include": ["reasoning.encrypted_content"]},
    ]
    for more in refused:
        with pytest.raises(openai.BadRequestError):
            respond(running, "x", **more)
    with pytest.raises(openai.BadRequestError):
        respond(running, [])
