"""Tools of a request, and calls in messages, as the OpenAI API writes them."""

from __future__ import annotations

import json
from typing import Any

from tsel_cli.serve.wire import Tool, require
from tsel_core.engine.grammar import json_grammar
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.prompts.messages import ToolCall

_NAME = lazy_pattern(r"[A-Za-z0-9_.-]{1,64}")
_CHOICES = ("auto", "none", "required")
MOST_TOOLS = 128


def tools_of(given: Any) -> tuple[Tool, ...]:
    """The tools of a request, checked. Raises UsageError."""
    if given is None:
        return ()
    require(isinstance(given, list) and len(given) <= MOST_TOOLS, f"tools must be a list of up to {MOST_TOOLS}")
    return tuple(map(_tool, given))


def _tool(given: Any) -> Tool:
    require(isinstance(given, dict) and given.get("type") == "function", "a tool must be of type function")
    function = given.get("function")
    require(isinstance(function, dict), "a tool needs function")
    name, schema = function.get("name"), function.get("parameters") or {"type": "object", "properties": {}}
    require(
        isinstance(name, str) and bool(_NAME.fullmatch(name)), "a tool's name must be of letters, digits, _, - and ."
    )
    require(isinstance(schema, dict), "a tool's parameters must be a JSON schema")
    json_grammar(schema)
    about = str(function.get("description") or "")
    return {"type": "function", "function": {"name": name, "description": about, "parameters": schema}}


def choice_of(given: Any, tools: tuple[Tool, ...]) -> str:
    """`tool_choice` as ChatRequest has it. Raises UsageError."""
    if given is None or (isinstance(given, str) and given in _CHOICES):
        choice = given or "auto"
        require(choice != "required" or bool(tools), "tool_choice required needs tools")
        return choice
    require(isinstance(given, dict), f"tool_choice must be one of {', '.join(_CHOICES)}, or name a function")
    name = (given.get("function") or given).get("name")
    names = [tool["function"]["name"] for tool in tools]
    require(name in names, f"tool_choice names no tool of {', '.join(names) or 'none'}")
    return f"={name}"


def calls_of(given: Any) -> tuple[ToolCall, ...]:
    """The calls of an assistant's message. Raises UsageError."""
    if not given:
        return ()
    require(isinstance(given, list), "tool_calls must be a list")
    found = []
    for call in given:
        function = call.get("function") if isinstance(call, dict) else None
        require(isinstance(function, dict) and isinstance(function.get("name"), str), "a tool call needs function.name")
        assert isinstance(function, dict)
        found.append(ToolCall(function["name"], arguments_of(function.get("arguments")), str(call.get("id") or "")))
    return tuple(found)


def arguments_of(given: Any) -> dict[str, Any]:
    """Arguments of a call, an object or its JSON. Raises UsageError."""
    found = given or {}
    if isinstance(given, str):
        try:
            found = json.loads(given)
        except ValueError:
            found = None
    require(isinstance(found, dict), "arguments of a call must be a JSON object")
    return dict(found)
