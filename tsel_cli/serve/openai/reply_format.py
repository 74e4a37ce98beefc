"""The form that a reply must have: text, any JSON object, or JSON of a schema."""

from __future__ import annotations

from typing import Any

from tsel_cli.serve.wire import require
from tsel_core.engine.grammar import ANY_OBJECT, json_grammar


def grammar_of(given: Any) -> str | None:
    """The grammar of a `response_format`; None: text. Raises UsageError for a schema that cannot be followed."""
    if given is None:
        return None
    require(isinstance(given, dict), "response_format must be an object")
    kind = given.get("type", "text")
    if kind == "text":
        return None
    if kind == "json_object":
        return json_grammar(ANY_OBJECT)
    require(kind == "json_schema", "response_format.type must be text, json_object or json_schema")
    named = given.get("json_schema")
    require(isinstance(named, dict), "response_format.json_schema must be an object")
    schema = named.get("schema")
    require(isinstance(schema, dict), "response_format.json_schema.schema must be a JSON schema")
    return json_grammar(schema)
