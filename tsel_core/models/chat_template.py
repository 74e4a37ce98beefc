"""Chat templates rendered as transformers renders them: the same sandbox, filters and globals (tests compare the two).

A template comes with the model, so it is code of somebody else: it may not change what it is given, reach Python's
internals, or store names that begin with an underscore.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import jinja2
import jinja2.ext
import jinja2.nodes
import jinja2.sandbox
from jinja2.parser import Parser


def render_template(
    template: str, messages: Sequence[dict[str, Any]], names: dict[str, Any], *, add_generation_prompt: bool
) -> str:
    """The text of a conversation; `names` are special tokens, switches, tools. jinja2's TemplateError: it refuses."""
    given = {"messages": [dict(m) for m in messages], "tools": None, "documents": None}
    return str(_compiled(template).render(**given | names, add_generation_prompt=add_generation_prompt))


class _Generation(jinja2.ext.Extension):
    """{% generation %} marks what the assistant wrote: nothing to do when it is rendered."""

    tags = {"generation"}  # noqa: RUF012 (jinja2's name)

    def parse(self, parser: Parser) -> jinja2.nodes.Node:
        """The body, as a block of its own."""
        line = next(parser.stream).lineno
        body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
        return jinja2.nodes.CallBlock(self.call_method("_body"), [], [], body).set_lineno(line)

    def _body(self, caller: Any) -> str:
        return str(caller())


class _Dict:
    """`dict` in a template, without the type's attributes."""

    def __call__(self, *args: Any, **named: Any) -> dict[Any, Any]:
        return dict(*args, **named)

    def fromkeys(self, *args: Any) -> dict[Any, Any]:
        """As of dict."""
        return dict.fromkeys(*args)


class _Namespace(jinja2.utils.Namespace):
    """`namespace` in a template, which takes no names that begin with an underscore."""

    def __init__(*args: Any, **named: Any) -> None:
        own, rest = args[0], args[1:]
        attributes = dict(*rest, **named)
        for name in attributes:
            _check_name(name)
        jinja2.utils.Namespace.__init__(own, attributes)

    def __setitem__(self, name: str, value: Any) -> None:
        _check_name(name)
        super().__setitem__(name, value)


def _check_name(name: object) -> None:
    if isinstance(name, str) and name.startswith("_"):
        raise jinja2.exceptions.SecurityError(f"a chat template may not store {name!r} on a namespace")


def _raise_exception(message: str) -> None:
    raise jinja2.exceptions.TemplateError(message)


def _to_json(
    value: Any, ensure_ascii: bool = False, indent: Any = None, separators: Any = None, sort_keys: bool = False
) -> str:
    """Without the escapes for HTML that jinja2's own filter makes."""
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def _strftime_now(form: str) -> str:
    return datetime.now().strftime(form)


@lru_cache(maxsize=4)
def _compiled(template: str) -> jinja2.Template:
    environment = jinja2.sandbox.ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[_Generation, jinja2.ext.loopcontrols]
    )
    environment.filters["tojson"] = _to_json
    environment.globals.update(
        raise_exception=_raise_exception, strftime_now=_strftime_now, dict=_Dict(), namespace=_Namespace
    )
    return environment.from_string(template)
