"""Calls of tools in a reply: how model families write them, and reading them back.

Small models often miss their own form: an object with the name of a tool and its arguments is a call, marked or not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.prompts.messages import ToolCall

_TAG, _LIST, _PYTHON = "<tool_call>", "[TOOL_CALLS]", "<|python_tag|>"
_MARKS = (_TAG, _LIST, _PYTHON)
_AT_ONCE = ("{", "[{", "```")  # at the very beginning of a reply
_BLOCK = lazy_pattern(r"<tool_call>\s*(.*?)\s*(?:</tool_call>|\Z)", re.DOTALL)
_FUNCTION = lazy_pattern(r"<function=([^>\n]+)>(.*?)(?:</function>|\Z)", re.DOTALL)
_PARAMETER = lazy_pattern(r"<parameter=([^>\n]+)>\n?(.*?)\n?(?:</parameter>|\Z)", re.DOTALL)
_FENCE = lazy_pattern(r"```(?:json)?\s*(.*?)\s*```", re.DOTALL)


@dataclass(frozen=True, slots=True)
class CallForm:
    """How a family writes a call: what stands around its JSON, and what the arguments are called in it."""

    begin: str
    end: str
    arguments: str = "arguments"
    is_list: bool = False


def call_form(template: str) -> CallForm | None:
    """The form that a chat template teaches; None for one whose calls are no JSON."""
    if "<function=" in template:
        return None
    if _TAG in template:
        return CallForm("<tool_call>\n", "\n</tool_call>")
    if _LIST in template:
        return CallForm(_LIST, "", is_list=True)
    if '"parameters"' in template and "ipython" in template:
        return CallForm("", "", "parameters")
    return CallForm("", "")


def call_schema(form: CallForm, tools: Sequence[Mapping[str, Any]], name: str | None) -> dict[str, Any]:
    """The JSON schema of a call of one of the tools, or of the one that is named."""
    options = []
    for tool in tools:
        function = tool["function"]
        if name is None or function["name"] == name:
            held = {"name": {"const": function["name"]}, form.arguments: function["parameters"]}
            options.append(_object(held))
    one = options[0] if len(options) == 1 else {"anyOf": options}
    return {"type": "array", "items": one, "minItems": 1, "maxItems": 1} if form.is_list else one


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def read_calls(text: str, tools: Sequence[Mapping[str, Any]]) -> tuple[str, tuple[ToolCall, ...]]:
    """The words before the calls, and the calls; all of the text and none where it holds no call of these tools."""
    schemas = {tool["function"]["name"]: tool["function"].get("parameters") or {} for tool in tools}
    before, calls = text, []
    if _TAG in text:
        before = text[: text.index(_TAG)]
        for block in _BLOCK.findall(text):
            calls += _objects(block, schemas) or _tagged(block, schemas)
    elif _FUNCTION.search(text):
        before = text[: text.index("<function=")]
        calls = _tagged(text, schemas)
    else:
        mark = next((m for m in (_LIST, _PYTHON) if m in text), "")
        before, _, rest = text.partition(mark) if mark else ("", "", text)
        fenced = _FENCE.search(rest)
        if fenced is not None:
            before += rest[: fenced.start()]
        calls = _objects(fenced[1] if fenced else rest.strip(), schemas)
    return (before.strip(), tuple(calls)) if calls else (text, ())


def _objects(text: str, schemas: Mapping[str, Any]) -> list[ToolCall]:
    """Calls written as JSON objects, one after another or in a list; none when anything else stands between."""
    if text.startswith("{{") and text.endswith("}}"):  # templates that show the form with doubled braces teach them
        text = text[1:-1]
    decoder, found, at = json.JSONDecoder(strict=False), [], 0
    while at < len(text):
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return []
        for item in value if isinstance(value, list) else [value]:
            call = _call(item, schemas)
            if call is None:
                return []
            found.append(call)
        while at < len(text) and text[at] in " \t\r\n;,":
            at += 1
    return found


def _call(item: Any, schemas: Mapping[str, Any]) -> ToolCall | None:
    if not isinstance(item, dict) or item.get("name") not in schemas:
        return None
    arguments = item.get("arguments", item.get("parameters", {}))
    if isinstance(arguments, str):
        with suppress(ValueError):
            arguments = json.loads(arguments)
    return ToolCall(item["name"], arguments) if isinstance(arguments, dict) else None


def _tagged(text: str, schemas: Mapping[str, Any]) -> list[ToolCall]:
    """Calls of models that write each argument between tags of its own."""
    found = []
    for name, body in _FUNCTION.findall(text):
        if name in schemas:
            kinds = schemas[name].get("properties") or {}
            found.append(ToolCall(name, {k: _value(v, kinds.get(k)) for k, v in _PARAMETER.findall(body)}))
    return found


def _value(text: str, schema: Any) -> Any:
    """An argument of the type that its schema says."""
    if isinstance(schema, dict) and schema.get("type", "string") != "string":
        with suppress(ValueError):
            return json.loads(text)
    return text


class CallWatch:
    """Takes a reply piece by piece: what is surely no call goes on at once, the rest is `held`."""

    def __init__(self) -> None:
        self.held = ""
        self._holds = self._begun = False

    def push(self, piece: str) -> str:
        """Take a piece; what may be shown."""
        self.held += piece
        if self._holds:
            return ""
        seen = self.held.lstrip()
        if not self._begun and any(seen.startswith(m) or m.startswith(seen) for m in _AT_ONCE):
            self._holds = any(seen.startswith(m) for m in _AT_ONCE)
            return ""
        at = min((self.held.find(m) for m in _MARKS if m in self.held), default=-1)
        self._holds = at >= 0
        if at < 0:
            at = len(self.held) - max(_begins(self.held, m) for m in _MARKS)
        shown, self.held = self.held[:at], self.held[at:]
        self._begun = self._begun or bool(shown.strip())
        return shown


def _begins(text: str, mark: str) -> int:
    return next((n for n in range(min(len(mark) - 1, len(text)), 0, -1) if text.endswith(mark[:n])), 0)
